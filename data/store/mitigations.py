"""What people say about exposures: a status, a tick of the checklist, a contact. Every word goes into the event log,
names its party by an alias, and is never changed; a mistake is withdrawn."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.catalogue.mitigations import load_mitigations
from data.clustering.parties import Alias
from data.errors import ChangeRefused
from data.mitigation import Change, Status, tell
from data.mitigation_steps import refusal, refusal_to_withdraw
from data.store.database import Database
from data.store.exposure_shapes import ContactKind
from data.store.exposures import Key, after_fix, relapses, said_of, save_exposures
from data.store.journal import Journal
from data.store.party_keys import best_alias, find_party, party_key
from data.store.values import number_of, public_id, seconds, storable

TEXT_LIMIT = 2_000
_LINK = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"']{3,1990}")
_PARTY = ("party_kind", "party_platform", "party_name", "platform", "mechanism")


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that a change is so: a note, a link to a public page, an observation; one of them at least."""

    note: str | None = None
    link: str | None = None
    observation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """An exposure as people name it: by its id, or by its party and, where it has several, what tells them apart."""

    name: str
    platform: str | None = None
    mechanism: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    exposure: int
    alias: Alias
    key: Key

    @property
    def named(self) -> tuple[str, str, str, str, str]:
        return self.alias.kind, self.alias.platform, self.alias.name, self.key.platform, self.key.mechanism

    @property
    def id(self) -> str:
        return public_id("exposure", self.exposure)


def set_status(
    db: Database,
    door: Door,
    status: Status,
    *,
    author: str,
    proof: Proof,
    now: datetime,
    effective_at: datetime | None = None,
    silence: timedelta = timedelta(days=14),
) -> str:
    """Records that an exposure has a status from `effective_at` (default: now) on; returns the exposure's id.

    `silence` is how long nothing must have come for `verified-quiet`. Raises ChangeRefused: why, and what would do.
    """
    at = (effective_at or now).replace(microsecond=0)
    with db.writing() as connection:
        found = _find(connection, door)
        observation = _check_proof(connection, found, proof)
        changes = _changes(connection, found.key)
        wanted = Change(status, at, 1 << 62)
        sent = relapses(connection, found.key, [*changes, wanted])
        quiet_since = after_fix(connection, found.key, tell(changes, sent))[1]
        refused = refusal(changes, wanted, sent, now=now, quiet_since=quiet_since, silence=silence)
        if refused:
            raise ChangeRefused(f"{party_key(found.alias)}: {refused}")
        cursor = connection.execute(
            f"insert into mitigation_changes ({', '.join(_PARTY)}, status, effective_at, recorded_at, author, note,"  # noqa: S608
            " link, observation_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *found.named,
                status,
                seconds(at),
                seconds(now),
                _name(author),
                _text(proof.note),
                proof.link,
                observation,
            ),
        )
        detail = {"change": cursor.lastrowid, "effective": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
        Journal(connection, seconds(now)).note(f"exposure-{status}", found.id, detail, actor=_name(author))
        save_exposures(connection, [found.key.party_id])
    return found.id


def withdraw_status(db: Database, change_id: int, *, author: str, reason: str, now: datetime) -> str:
    """Takes a change back; the history keeps both. Returns the exposure's id. Raises ChangeRefused."""
    with db.writing() as connection:
        row = connection.execute(
            "select * from mitigation_changes where change_id = ? and withdrawn_at is null", (change_id,)
        ).fetchone()
        if row is None:
            raise ChangeRefused(f"There is no change {change_id} that stands.")
        alias = Alias(row["party_kind"], row["party_platform"], row["party_name"])
        found = _find(connection, Door(party_key(alias), row["platform"], row["mechanism"]))
        changes = _changes(connection, found.key)
        refused = refusal_to_withdraw(changes, change_id, relapses(connection, found.key, changes))
        if refused or not reason.strip():
            raise ChangeRefused(refused or "Give a reason: the history keeps it beside the change.")
        connection.execute(
            "update mitigation_changes set withdrawn_at = ? where change_id = ?", (seconds(now), change_id)
        )
        Journal(connection, seconds(now)).note(
            "exposure-change-withdrawn", found.id, {"change": change_id}, actor=_name(author), reason=_text(reason)
        )
        save_exposures(connection, [found.key.party_id])
    return found.id


def set_tick(
    db: Database, door: Door, step: str, *, done: bool, author: str, now: datetime, note: str | None = None
) -> str:
    """Ticks a step of the checklist, or takes the tick away; returns the exposure's id. Raises ChangeRefused."""
    with db.writing() as connection:
        found = _find(connection, door)
        known = [item.id for item in load_mitigations().checklist(found.key.platform)]
        if step not in known:
            raise ChangeRefused(f"{step!r} is no step of this checklist; its steps are {', '.join(known)}.")
        connection.execute(
            f"insert into checklist_ticks ({', '.join(_PARTY)}, step, done, recorded_at, author, note)"  # noqa: S608
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*found.named, step, int(done), seconds(now), _name(author), _text(note)),
        )
        kind = "exposure-step-done" if done else "exposure-step-open"
        Journal(connection, seconds(now)).note(kind, found.id, {"step": step}, actor=_name(author))
    return found.id


def set_contact(
    db: Database, party: str, kind: ContactKind, address: str, *, source: str, author: str, now: datetime
) -> None:
    """Notes whom to write to at a party and who says so; the last one of a kind holds. Raises ChangeRefused."""
    if not _text(address) or not _text(source):
        raise ChangeRefused("Give the address and where it was found; a contact without a source cannot be trusted.")
    with db.writing() as connection:
        alias, party_id = find_party(connection, party)
        connection.execute(
            "insert into party_contacts (party_kind, party_platform, party_name, kind, address, source, recorded_at,"
            " author) values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                alias.kind, alias.platform, alias.name, kind, _text(address), _text(source), seconds(now),
                _name(author),
            ),
        )  # fmt: skip
        row = connection.execute("select min(exposure_id) from exposures where party_id = ?", (party_id,)).fetchone()
        subject = public_id("exposure", row[0]) if row[0] else "–"
        Journal(connection, seconds(now)).note("exposure-contact-noted", subject, {"kind": kind}, actor=_name(author))


def _find(connection: sqlite3.Connection, door: Door) -> _Found:
    """The one exposure that is meant. Raises ChangeRefused where there is none, or more than one."""
    number = number_of("exposure", door.name)
    if number is not None:
        rows = connection.execute("select * from exposures where exposure_id = ?", (number,)).fetchall()
        alias = best_alias(connection, rows[0]["party_id"]) if rows else None
    else:
        alias, party_id = find_party(connection, door.name)
        rows = connection.execute("select * from exposures where party_id = ?", (party_id,)).fetchall()
    for column, wanted in (("platform", door.platform), ("mechanism", door.mechanism)):
        rows = [row for row in rows if wanted is None or row[column] == wanted]
    if not rows or alias is None:
        raise ChangeRefused(f"There is no exposure of {door.name!r} like that; relaywatch mitigation list has them.")
    if len(rows) > 1:
        ways = "; ".join(f"{public_id('exposure', r['exposure_id'])} {r['platform']} {r['mechanism']}" for r in rows)
        raise ChangeRefused(f"{door.name} has several exposures ({ways}); name one by its id, platform or mechanism.")
    row = rows[0]
    return _Found(row["exposure_id"], alias, Key(row["party_id"], row["platform"], row["mechanism"]))


def _changes(connection: sqlite3.Connection, key: Key) -> Sequence[Change]:
    return said_of(connection, json.dumps([key.party_id])).get(key, [])


def _check_proof(connection: sqlite3.Connection, found: _Found, proof: Proof) -> int | None:
    """The row of the observation that is the proof, if one is. Raises ChangeRefused for no or a wrong proof."""
    if not (_text(proof.note) or proof.link or proof.observation_id):
        raise ChangeRefused("Say what shows it: a note, a link or an observation of this party.")
    if proof.link and not _LINK.fullmatch(proof.link):
        raise ChangeRefused("The link must be one address that begins with http:// or https://, without blanks.")
    if not proof.observation_id:
        return None
    number = number_of("observation", proof.observation_id)
    row = connection.execute("select party_id from observations where observation_id = ?", (number,)).fetchone()
    if row is None or row[0] != found.key.party_id:
        raise ChangeRefused(f"{proof.observation_id} is no observation of {party_key(found.alias)}.")
    return number


def _name(author: str) -> str:
    name = " ".join(storable(author).split())[:80]
    if not name:
        raise ChangeRefused("Say who you are: every change has an author.")
    return name


def _text(text: str | None) -> str | None:
    return storable(text).strip()[:TEXT_LIMIT] or None if text else None
