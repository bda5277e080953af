"""What organisations say against an entry. A dispute names its party by an alias, so that no regrouping loses it; it
hides the party from public view until an analyst decides, and changes nothing that analysts see but the status.

Whoever proved that the domain is his also sets the status of the party's doors to disputed. A name that somebody
typed into the form does less: it hides once, and no more after an analyst has rejected a dispute about the party.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from data.clustering.parties import Alias
from data.errors import ChangeRefused, PartyUnknown
from data.mitigation_steps import ALLOWED
from data.store.database import Database
from data.store.journal import Journal
from data.store.mitigations import Door, Proof, set_status, withdraw_status
from data.store.names import names_of
from data.store.party_keys import find_party, party_key
from data.store.values import moment, moment_or_none, public_id, seconds, storable

Standing = Literal["named", "token", "domain"]
"""How we know who disputes: a name that was typed, a token of an organisation, a domain that was proven."""
Decision = Literal["upheld", "rejected"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
NAME_LIMIT, STATEMENT_LIMIT, MOST_OPEN = 120, 2_000, 5
_OF_PARTY = (
    " from disputes d join party_aliases a on a.kind = d.party_kind and a.platform = d.party_platform"
    " and a.name = d.party_name"
)


@dataclass(frozen=True, slots=True)
class Objection:
    """What somebody hands in: about which party (a domain, or a key), for whom, why, and where to reach him."""

    about: str
    organisation: str
    statement: str
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as analysts see it; `decision` None while it waits."""

    dispute_id: str
    party_key: str
    organisation: str
    standing: Standing
    statement: str
    contact: str | None
    hides: bool
    made_at: datetime
    decision: Decision | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


def dispute(db: Database, said: Objection, standing: Standing, *, now: datetime) -> Dispute:
    """Keeps a dispute. Raises ChangeRefused where the party is not known, words are missing, or too many wait."""
    organisation, statement = _words(said.organisation, NAME_LIMIT), _words(said.statement, STATEMENT_LIMIT)
    if not organisation or not statement:
        raise ChangeRefused("Say which organisation disputes this, and why.")
    with db.writing() as connection:
        alias, party_id = _find(connection, said.about)
        _check_room(connection, party_id, standing)
        cursor = connection.execute(
            "insert into disputes (party_kind, party_platform, party_name, organisation, standing, statement,"
            " contact, hides, made_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                alias.kind, alias.platform, alias.name, organisation, standing, statement,
                _words(said.contact or "", NAME_LIMIT) or None, int(_hides(connection, party_id, standing)),
                seconds(now),
            ),
        )  # fmt: skip
        number = int(cursor.lastrowid or 0)
        subject = public_id("dispute", number)
        Journal(connection, seconds(now)).note("entry-disputed", subject, {"standing": standing}, actor=subject)
        doors = [
            (public_id("exposure", row[0]), row[1])
            for row in connection.execute("select exposure_id, status from exposures where party_id = ?", (party_id,))
        ]
    if standing == "domain":
        proof = Proof(note=f"{subject} says so; an analyst decides.")
        for door, status in doors:
            if "disputed" in ALLOWED[status]:
                set_status(db, Door(door), "disputed", author=subject, proof=proof, now=now)
    return _one(db, number)


def decide_dispute(
    db: Database, dispute_id: int, decision: Decision, *, actor: str, reason: str, now: datetime
) -> Dispute:
    """Ends a dispute: upheld keeps the party out of public view, rejected shows it again. The statuses that the
    dispute set are withdrawn, where nothing was said since. Raises ChangeRefused."""
    if not _words(reason, STATEMENT_LIMIT):
        raise ChangeRefused("Give a reason: whoever disputed will ask for it.")
    subject = public_id("dispute", dispute_id)
    with db.writing() as connection:
        ended = connection.execute(
            "update disputes set decision = ?, decided_at = ?, decided_by = ?, reason = ?, hides = ?"
            " where dispute_id = ? and decision is null",
            (
                decision, seconds(now), storable(actor), _words(reason, STATEMENT_LIMIT), int(decision == "upheld"),
                dispute_id,
            ),
        ).rowcount  # fmt: skip
        if not ended:
            raise ChangeRefused(f"{subject} does not wait for a decision.")
        Journal(connection, seconds(now)).note(f"dispute-{decision}", subject, actor=actor, reason=reason)
        changes = [
            row[0]
            for row in connection.execute(
                "select change_id from mitigation_changes where author = ? and withdrawn_at is null", (subject,)
            )
        ]
    for change in changes:
        try:
            withdraw_status(db, change, author=actor, reason=f"{subject} is {decision}", now=now)
        except ChangeRefused:
            # Somebody said something since: his word stands.
            continue
    return _one(db, dispute_id)


def waiting_disputes(db: Database, limit: int = 200) -> list[Dispute]:
    """Those that nobody has decided, the oldest first."""
    rows = db.rows("select * from disputes where decision is null order by made_at, dispute_id limit ?", (limit,))
    return [_dispute(row) for row in rows]


def disputes_of(db: Database, key: str) -> list[Dispute]:
    """All disputes about one abused party, the newest first; none where it is not known."""
    try:
        _, party_id = find_party(db.connection, key)
    except ChangeRefused:
        return []
    rows = db.rows(f"select distinct d.*{_OF_PARTY} where a.party_id = ? order by d.dispute_id desc", (party_id,))
    return [_dispute(row) for row in rows]


def hidden_names(db: Database, names: Sequence[str]) -> bool:
    """Whether a party of one of these names is out of public view."""
    marks = ", ".join("?" * len(names))
    found = db.value(
        f"select 1{_OF_PARTY} join party_aliases b on b.party_id = a.party_id"
        f" where d.hides and b.name in ({marks}) limit 1",
        tuple(names),
    )
    return found is not None


def _find(connection: sqlite3.Connection, about: str) -> tuple[Alias, int]:
    """Whom a stranger means, without a word about others."""
    for name in names_of(about) or [about]:
        try:
            return find_party(connection, name)
        except ChangeRefused:
            continue
    raise PartyUnknown("Nothing is known by exactly that name. Write the domain, such as acme.example.")


def _check_room(connection: sqlite3.Connection, party_id: int, standing: Standing) -> None:
    """Strangers cannot bury an analyst: few wait at a time about one party."""
    waiting = connection.execute(
        f"select count(distinct d.dispute_id){_OF_PARTY} where a.party_id = ? and d.decision is null"
        " and d.standing = 'named'",
        (party_id,),
    ).fetchone()[0]
    if standing == "named" and waiting >= MOST_OPEN:
        raise ChangeRefused("Several disputes about this wait already; an analyst decides them together.")


def _hides(connection: sqlite3.Connection, party_id: int, standing: Standing) -> bool:
    rejected = connection.execute(
        f"select 1{_OF_PARTY} where a.party_id = ? and d.decision = 'rejected' limit 1", (party_id,)
    ).fetchone()
    return standing != "named" or rejected is None


def _words(text: str, most: int) -> str:
    return " ".join(storable(text).split())[:most]


def _one(db: Database, number: int) -> Dispute:
    row = db.one("select * from disputes where dispute_id = ?", (number,))
    assert row is not None  # noqa: S101 (the caller wrote it)
    return _dispute(row)


def _dispute(row: sqlite3.Row) -> Dispute:
    return Dispute(
        dispute_id=public_id("dispute", row["dispute_id"]),
        party_key=party_key(Alias(row["party_kind"], row["party_platform"], row["party_name"])),
        organisation=row["organisation"],
        standing=row["standing"],
        statement=row["statement"],
        contact=row["contact"],
        hides=bool(row["hides"]),
        made_at=moment(row["made_at"]),
        decision=row["decision"],
        decided_at=moment_or_none(row["decided_at"]),
        decided_by=row["decided_by"],
        reason=row["reason"],
    )
