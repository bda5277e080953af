"""Invented readings and submissions for the tests of the store: every value can be overruled by name."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from data.clustering.keys import take_features
from data.model import Authentication, Hop, Identity, Kept, KeptField, Mailbox, Reading, Reason, Verdict
from data.submissions import Channel, Submission

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
PAYLOAD = "You have won 5,000 USDT, claim at http://prize.example/a1"


def hashed(text: object) -> bytes:
    return blake2b(repr(text).encode("utf-8", "backslashreplace"), digest_size=16).digest()


def submission(
    channel: Channel = "cli", *, at: datetime = NOON + timedelta(days=30), who: str | None = None, organisation=None
) -> Submission:
    return Submission(channel, at, hashed(who) if who else None, None, organisation)


def reading(
    subject: str | None = PAYLOAD,
    *,
    domain: str | None = "acme.example.com",
    account: str | None = None,
    platform: str | None = "zendesk",
    tenant: str | None = None,
    mechanism="ticket-acknowledgement",
    verdict="relay-spam",
    score: float = 8.0,
    recipient: str | None = "ann@victim.example",
    sent_at: datetime | None = NOON,
    text: str = "Hello, we have received your request and will answer soon.",
    headers_only: bool = False,
    evidence="claimed",
    sender_name: str | None = None,
    key: object = None,
    message_id: object = None,
    **changes: object,
) -> Reading:
    """A reading; `key` tells apart messages that are alike in everything else, `changes` replace its fields."""
    mailboxes = (Mailbox("", recipient),) if recipient else ()
    sender = sender_name if sender_name is not None else (domain or "Acme").partition(".")[0].title()
    features = take_features(
        subject,
        sender,
        text,
        (),
        ("Received", "From", "Subject", "X-Mailer"),
        mechanism,
        platform,
        domain,
        mailboxes,
        str,
    )
    content = (subject, domain, account, recipient, sent_at, key)
    made = Reading(
        source="sample.eml",
        enclosed_in=None,
        headers_only=headers_only,
        fingerprint=hashed(content),
        message_hash=hashed(message_id) if message_id else None,
        recipient_hash=hashed(recipient) if recipient else None,
        sent_at=sent_at,
        dated_by="Date" if sent_at else None,
        kept=Kept(
            subject=subject,
            sender_name=sender,
            sender_address=f"support@{domain}" if domain else None,
            reply_to_domain=domain,
            envelope_domain=domain,
            headers=(KeptField("Subject", subject), KeptField("To", None)),
            text="" if headers_only else text,
            links=("https://prize.example/a1",),
            masked=1,
        ),
        hops=(Hop("out.example.com", "192.0.2.1", "mx.victim.example", sent_at, 2, "claimed"),),
        authentication=Authentication("pass", "pass", "pass", evidence, "mx.victim.example", ("example.com",)),
        identity=Identity(
            platform=platform,
            platform_evidence=("X-Mailer: Zendesk Mailer",),
            account_id=account,
            tenant=tenant,
            abused_domain=domain,
            mechanism=mechanism,
            automatic=True,
            consistency=(("Message-ID time equals Date", True),),
        ),
        verdict=Verdict(verdict, score, (Reason("automatic answer", 1.0, "Auto-Submitted: auto-generated"),), 0.8),
        features=features,
        warnings=(),
        catalogue_version="2026-01-01",
    )
    return replace(made, **changes)


def burst(parties: int = 4, each: int = 3, *, start: datetime = NOON, subject: str = PAYLOAD) -> list[Reading]:
    """One payload out of several companies' systems, a message every two minutes."""
    return [
        reading(
            f"[Request received] {subject}",
            domain=f"tenant{number % parties}.example.com",
            recipient=f"person{number}@victim.example",
            sent_at=start + timedelta(minutes=2 * number),
        )
        for number in range(parties * each)
    ]


def labels(db) -> dict[bytes, tuple[frozenset[bytes], frozenset[bytes], frozenset[bytes]]]:
    """For each fingerprint, those that share its template, its incident and its wave: labels without ids."""
    rows = db.rows(
        "select o.fingerprint, o.template_id, o.incident_id, i.wave_id from observations o"
        " left join incidents i using (incident_id)"
    )

    def sharing(row, column: int) -> frozenset[bytes]:
        return frozenset(other[0] for other in rows if row[column] is not None and other[column] == row[column])

    return {row[0]: (sharing(row, 1), sharing(row, 2), sharing(row, 3)) for row in rows}


def taken(db, readings: Iterable[Reading], **changes):
    from data.store.intake import take_in

    return take_in(db, submission(**changes), readings)
