"""Bearer tokens: random secrets that are shown once and kept as a digest only."""

import hmac
import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, get_args

from data.store.database import Database
from data.store.journal import Journal
from data.store.values import DAY, moment, moment_or_none, seconds, seconds_or_none, storable, storable_or_none
from data.tlp import Tlp

Scope = Literal["submit", "read", "write"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "rw_"
"""Lets secret scanners find a token that was pasted into the wrong place."""
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed. `last_used_day` is the midnight (UTC) of the day of its last use, no finer;
    `clearance` the highest TLP marking that it may read."""

    token_id: int
    name: str
    organisation: str | None
    scopes: tuple[Scope, ...]
    clearance: Tlp
    created_at: datetime
    expires_at: datetime | None
    last_used_day: datetime | None
    revoked_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def create_token(
    db: Database,
    name: str,
    scopes: tuple[Scope, ...],
    *,
    organisation: str | None,
    clearance: Tlp,
    expires_at: datetime | None,
    now: datetime,
) -> tuple[str, Token]:
    """A new secret, which is told here and never again, and its token. Raises StoreError as every write does."""
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    values = (
        storable(name),
        _digest(secret),
        storable_or_none(organisation),
        json.dumps(scopes),
        clearance,
        seconds(now),
        seconds_or_none(expires_at),
    )
    with db.writing() as connection:
        cursor = connection.execute(
            "insert into tokens (name, digest, organisation, scopes, clearance, created_at, expires_at)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        number = int(cursor.lastrowid or 0)
        Journal(connection, seconds(now)).note("token-created", f"token-{number}", {"scopes": list(scopes)})
    row = db.one("select * from tokens where token_id = ?", (number,))
    assert row is not None  # noqa: S101 (inserted above)
    return secret, _token(row)


def tokens(db: Database) -> list[Token]:
    """All tokens, revoked ones too, the oldest first."""
    return [_token(row) for row in db.rows("select * from tokens order by token_id")]


def has_tokens(db: Database, now: datetime) -> bool:
    """Whether any token is valid now: then the API asks everybody for one."""
    return (
        db.value(
            "select 1 from tokens where revoked_at is null and (expires_at is null or expires_at > ?) limit 1",
            (seconds(now),),
        )
        is not None
    )


def token_of(db: Database, secret: str, now: datetime) -> Token | None:
    """The valid token of a secret, or None."""
    digest = _digest(secret)
    row = db.one("select * from tokens where digest = ?", (digest,))
    if row is None or not hmac.compare_digest(bytes(row["digest"]), digest):
        return None
    token = _token(row)
    return token if token.is_valid(now) else None


def note_use(db: Database, token: Token, now: datetime) -> None:
    """Notes the day of use, at most once a day."""
    day = seconds(now) // DAY
    with db.writing() as connection:
        connection.execute(
            "update tokens set last_used_day = ?1 where token_id = ?2 and last_used_day is not ?1",
            (day, token.token_id),
        )


def revoke_token(db: Database, token_id: int, now: datetime) -> bool:
    """Ends a token at once; False where there is none of that number or it was revoked before."""
    with db.writing() as connection:
        ended = connection.execute(
            "update tokens set revoked_at = ? where token_id = ? and revoked_at is null", (seconds(now), token_id)
        ).rowcount
        if ended:
            Journal(connection, seconds(now)).note("token-revoked", f"token-{token_id}")
    return ended > 0


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _token(row: sqlite3.Row) -> Token:
    used = row["last_used_day"]
    return Token(
        token_id=row["token_id"],
        name=row["name"],
        organisation=row["organisation"],
        scopes=tuple(json.loads(row["scopes"])),
        clearance=row["clearance"],
        created_at=moment(row["created_at"]),
        expires_at=moment_or_none(row["expires_at"]),
        last_used_day=None if used is None else moment(used * DAY),
        revoked_at=moment_or_none(row["revoked_at"]),
    )
