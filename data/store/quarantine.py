"""Submissions that wait for somebody to look: held apart, in no incident and no figure, until accepted or dropped."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.admission import Counter
from data.errors import SubmissionRefused
from data.model import Reading
from data.store.database import Database
from data.store.intake import take_in
from data.store.journal import Journal
from data.store.readings_json import readings_from_json, readings_to_json
from data.store.settle import settle
from data.store.values import moment, seconds
from data.submissions import Intake, Submission

_USED = {
    "submitter": "submitter_hash = ? and received_at >= ?",
    "block": "block_hash = ? and channel = 'web' and received_at >= ?",
    "everybody": "? is not null and channel = 'web' and received_at >= ?",
    "token": "submitter_hash = ? and received_at >= ?",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One submission in quarantine. `subjects` are of its first messages: redacted, written by strangers."""

    held_id: int
    channel: str
    received_at: datetime
    why: str
    messages: int
    same_block: int
    """How many held submissions come from its address block, itself included."""
    subjects: tuple[str, ...]


def used_since(db: Database, counter: Counter, since: int) -> int:
    """Messages that a counter handed in since a second: stored, known before, or held."""
    where = _USED[counter.kind]
    stored = db.value(
        f"select coalesce(sum(stored + duplicates), 0) from submissions where {where}",  # noqa: S608 (our own words)
        (counter.digest, since),
    )
    held = db.value(
        f"select coalesce(sum(messages), 0) from held_submissions where {where}",  # noqa: S608
        (counter.digest, since),
    )
    return int(stored + held)


def hold(db: Database, submission: Submission, readings: Sequence[Reading], why: str) -> int:
    """Keeps a submission for review; returns its number."""
    text = readings_to_json(list(readings))
    with db.writing() as connection:
        cursor = connection.execute(
            "insert into held_submissions (channel, received_at, submitter_hash, block_hash, why, messages, readings)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (
                submission.channel,
                seconds(submission.received_at),
                submission.submitter_hash,
                submission.block_hash,
                why,
                len(readings),
                text,
            ),
        )
        return int(cursor.lastrowid or 0)


def count_held(db: Database) -> int:
    found: int = db.value("select count(*) from held_submissions")
    return found


def held(db: Database, *, limit: int = 100) -> list[Held]:
    """What waits, the oldest first."""
    rows = db.rows(
        "select h.*, (select count(*) from held_submissions b where b.block_hash is h.block_hash) as same_block"
        " from held_submissions h order by received_at, held_id limit ?",
        (limit,),
    )
    return [_held(row) for row in rows]


def accept(db: Database, held_id: int, *, actor: str, now: datetime) -> Intake | None:
    """Takes a held submission in, as if it had come when it did, and through the same channel; None where there is
    none of that number. Killed in between, it is held still, and accepting again stores nothing twice. Raises
    SubmissionRefused for one that another version of the program held in a shape that this one does not know."""
    row = db.one("select * from held_submissions where held_id = ?", (held_id,))
    if row is None:
        return None
    submission = Submission(row["channel"], moment(row["received_at"]), row["submitter_hash"], row["block_hash"])
    try:
        readings = readings_from_json(row["readings"])
    except ValueError as error:
        raise SubmissionRefused(
            f"Submission {held_id} was held by another version of the program and cannot be read. Drop it (relaywatch"
            f" quarantine drop {held_id}) and ask for it again."
        ) from error
    intake = take_in(db, submission, readings, settled=False)
    _end(db, held_id, "submission-accepted", actor, now)
    settle(db, now)
    return intake


def drop(db: Database, held_id: int, *, actor: str, now: datetime) -> bool:
    """Forgets a held submission; False where there is none of that number."""
    return _end(db, held_id, "submission-dropped", actor, now)


def _end(db: Database, held_id: int, kind: str, actor: str, now: datetime) -> bool:
    with db.writing() as connection:
        gone = connection.execute("delete from held_submissions where held_id = ?", (held_id,)).rowcount
        if gone:
            Journal(connection, seconds(now)).note(kind, f"held-{held_id}", actor=actor)
    return gone > 0


def _held(row: sqlite3.Row) -> Held:
    try:
        readings, why = readings_from_json(row["readings"]), row["why"]
    except ValueError:
        readings, why = [], f"{row['why']}; not readable by this version of the program"
    return Held(
        held_id=row["held_id"],
        channel=row["channel"],
        received_at=moment(row["received_at"]),
        why=why,
        messages=row["messages"],
        same_block=row["same_block"],
        subjects=tuple(item.kept.subject or "" for item in readings[:3]),
    )
