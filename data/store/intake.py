"""The corridor's last room: readings into the database, then into incidents.

Whatever `take_in` answers as taken is committed before the answer. A batch that fails leaves nothing of itself.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from data.model import Reading, Refusal
from data.store.aliases import Parties
from data.store.database import Database
from data.store.drafts import Draft, drafted
from data.store.settle import settle
from data.store.values import number_of, public_id, seconds, storable_or_none
from data.store.writes import Batch, Kept
from data.submissions import Intake, Receipt, Submission, Taken

BATCH = 500
BATCH_FIELDS = 60_000
"""Header fields after which a batch is full: usual messages have fifty, a hostile one some thousand."""


def take_in(
    db: Database,
    submission: Submission,
    readings: Iterable[Reading | Draft | Refusal],
    *,
    settled: bool = True,
    receipt: Receipt | None = None,
) -> Intake:
    """Stores the readings of a submission, or drafts made of them by whoever read them, and settles the incidents
    they touch.

    A message that is known already is linked, and answered with the id that it repeats. With `settled=False` the
    incidents stay provisional until somebody calls `settle`, which pays where many submissions come in a row.
    With a `receipt` everything is one transaction, the receipt in it: whoever was killed finds all of it or none.
    Raises StoreError where the database cannot be written; what was committed before stays.
    """
    submission = replace(submission, organisation=storable_or_none(submission.organisation))
    submission_id: int | None = None
    kept: list[Kept] = []
    refused: list[Refusal] = []
    made = (drafted(item, trusted=submission.channel != "web") for item in readings)
    for batch in [list(made)] if receipt else _batches(made):
        refused += [item for item in batch if isinstance(item, Refusal)]
        drafts = [item for item in batch if isinstance(item, Draft)]
        submission_id = _store(db, submission, submission_id, drafts, kept, refused, receipt)
    outcome = settle(db, submission.received_at) if settled else None
    incidents = incidents_of(db, (public_id("observation", item.observation) for item in kept)) if settled else {}
    return Intake(
        taken=tuple(
            Taken(
                item.source,
                public_id("observation", item.observation),
                item.duplicate,
                incidents.get(public_id("observation", item.observation)),
            )
            for item in kept
        ),
        refused=tuple(refused),
        incidents_opened=outcome.incidents_opened if outcome else (),
        waves_opened=outcome.waves_opened if outcome else (),
    )


def incidents_of(db: Database, observation_ids: Iterable[str]) -> dict[str, str]:
    """The incident that each observation stands in now; those that stand in none are left out."""
    numbers = [number_of("observation", found) for found in observation_ids]
    rows = db.rows(
        "select observation_id, incident_id from observations"
        " where incident_id is not null and observation_id in (select value from json_each(?))",
        (json.dumps([number for number in numbers if number is not None]),),
    )
    return {public_id("observation", row[0]): public_id("incident", row[1]) for row in rows}


def _batches(items: Iterable[Draft | Refusal]) -> Iterator[list[Draft | Refusal]]:
    batch: list[Draft | Refusal] = []
    fields = 0
    for item in items:
        batch.append(item)
        fields += item.fields if isinstance(item, Draft) else 0
        if len(batch) >= BATCH or fields >= BATCH_FIELDS:
            yield batch
            batch, fields = [], 0
    if batch:
        yield batch


def _store(
    db: Database,
    submission: Submission,
    submission_id: int | None,
    drafts: Sequence[Draft],
    kept: list[Kept],
    refused: Sequence[Refusal],
    receipt: Receipt | None,
) -> int:
    """One batch in one transaction; returns the submission's row."""
    with db.writing() as connection:
        if submission_id is None:
            cursor = connection.execute(
                "insert into submissions (channel, received_at, submitter_hash, block_hash, organisation)"
                " values (?, ?, ?, ?, ?)",
                (
                    submission.channel,
                    seconds(submission.received_at),
                    submission.submitter_hash,
                    submission.block_hash,
                    submission.organisation,
                ),
            )
            submission_id = int(cursor.lastrowid or 0)
        batch = Batch(connection, submission, submission_id, Parties(connection))
        done = [batch.save(draft) for draft in drafts]
        batch.finish()
        everything = [*kept, *done]
        connection.execute(
            "update submissions set stored = ?, duplicates = ?, refused = ? where submission_id = ?",
            (
                sum(not item.duplicate for item in everything),
                sum(item.duplicate for item in everything),
                len(refused),
                submission_id,
            ),
        )
        if receipt:
            connection.execute(
                "insert or ignore into collected_mail (mailbox, validity, uid, submission_id) values (?, ?, ?, ?)",
                (receipt.mailbox, receipt.validity, receipt.uid, submission_id),
            )
    kept += done
    return submission_id
