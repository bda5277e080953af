"""Claims: reports without a header. They are kept and shown apart; nothing counts them."""

from dataclasses import dataclass
from datetime import datetime

from data.store.database import Database
from data.store.values import moment, moment_or_none, public_id, seconds, storable_or_none
from data.submissions import Channel, Claim, Submission


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim in a list, with the way and the time it came in. Its words are redacted, and a stranger's."""

    claim_id: str
    received_at: datetime
    claimed_at: datetime | None
    subject: str | None
    sender: str | None
    channel: Channel


def save_claim(db: Database, submission: Submission, claim: Claim) -> str:
    """Keeps a claim, committed before the answer, and gives its public id. Raises StoreError as `take_in` does."""
    with db.writing() as connection:
        handed_in = connection.execute(
            "insert into submissions (channel, received_at, submitter_hash, block_hash, organisation)"
            " values (?, ?, ?, ?, ?)",
            (
                submission.channel,
                seconds(submission.received_at),
                submission.submitter_hash,
                submission.block_hash,
                storable_or_none(submission.organisation),
            ),
        ).lastrowid
        number = connection.execute(
            "insert into claims (submission_id, subject, sender, claimed_at) values (?, ?, ?, ?)",
            (
                handed_in,
                storable_or_none(claim.subject),
                storable_or_none(claim.sender),
                seconds(claim.claimed_at) if claim.claimed_at else None,
            ),
        ).lastrowid
    return public_id("claim", int(number or 0))


def claims(db: Database, *, limit: int) -> list[ClaimRow]:
    """What was claimed, the last handed in first."""
    rows = db.rows(
        "select c.*, s.received_at, s.channel from claims c join submissions s using (submission_id)"
        " order by c.claim_id desc limit ?",
        (limit,),
    )
    return [
        ClaimRow(
            claim_id=public_id("claim", row["claim_id"]),
            received_at=moment(row["received_at"]),
            claimed_at=moment_or_none(row["claimed_at"]),
            subject=row["subject"],
            sender=row["sender"],
            channel=row["channel"],
        )
        for row in rows
    ]
