"""The draft of an abuse notice, to the vendor or to the platform: what is seen, redacted evidence, what helps. Plain
text to copy or download; nothing here sends anything. Wording is neutral: the organisation is abused, not guilty."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from textwrap import fill
from typing import Literal

from data.catalogue.mitigations import AbuseDesk, Step
from data.defanging import defang
from data.mitigation import FIXED
from data.plain import counted, plain_line
from data.store.exposure_shapes import ContactRow, ExposureRow
from data.store.shapes import ObservationDetail

WIDTH = 76
MOST_SAMPLES = 3
MOST_LETTERS = 400
Addressee = Literal["vendor", "platform"]


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Everything that a notice says. `account_ids` and `tenants` are the platform's names of the customer; `done` the
    ids of ticked steps; `samples` are redacted messages, the newest first."""

    row: ExposureRow
    platform: str
    account_ids: tuple[str, ...]
    tenants: tuple[str, ...]
    samples: Sequence[ObservationDetail]
    checklist: Sequence[Step]
    done: frozenset[str]
    desk: AbuseDesk | None
    contacts: Sequence[ContactRow]


def abuse_notice(facts: NoticeFacts, addressee: Addressee) -> str:
    """The notice as plain text, links defanged, lines of at most 76 characters but for evidence."""
    return (
        "\n".join([*_head(facts, addressee), *_seen(facts, addressee), *_evidence(facts), *_help(facts, addressee)])
        + "\n"
    )


def notice_name(row: ExposureRow) -> str:
    """A file name for it, of our own letters only."""
    return f"abuse-notice-{row.exposure_id}.txt"


def _head(facts: NoticeFacts, addressee: Addressee) -> Iterator[str]:
    row = facts.row
    yield f"To: {_address(facts, addressee)}"
    if addressee == "platform":
        yield f"Subject: A {facts.platform} tenant is used to mail strangers: {_clean(row.party)} ({row.exposure_id})"
    else:
        yield f"Subject: Your support system is made to mail strangers ({row.exposure_id})"
    yield ""
    yield "Good day,"
    yield ""


def _address(facts: NoticeFacts, addressee: Addressee) -> str:
    if addressee == "platform":
        if facts.desk is None:
            return f"the abuse desk of {facts.platform} (its address is not known)"
        return facts.desk.address or f"the abuse desk of {facts.platform}, {facts.desk.how}"
    known = {contact.kind: contact for contact in facts.contacts}
    found = next((known[kind] for kind in ("security.txt", "abuse", "support", "other") if kind in known), None)
    if found is None:
        return f"{_clean(facts.row.party)} (no address is known; its security.txt may name one)"
    return f"{plain_line(found.address)} (from {defang(plain_line(found.source))})"


def _seen(facts: NoticeFacts, addressee: Addressee) -> Iterator[str]:
    row = facts.row
    whose = f"the system of {_clean(row.party)}" if addressee == "platform" else f"your system at {_clean(row.party)}"
    yield from _paragraph(
        f"From {_day(row.first_seen_at)} to {_day(row.last_seen_at)} we saw {counted(row.observations, 'message')} in"
        f" {counted(row.incidents, 'incident')} that {whose} sent through {facts.platform} ({row.mechanism}) to"
        " people who had not written to it. " + _how(row)
    )
    names = [f"account id {_clean(name)}" for name in facts.account_ids] + [
        f"tenant {_clean(n)}" for n in facts.tenants
    ]
    if names:
        yield from _paragraph(f"The platform's mail names {', '.join(names)}.")
    if row.status == "recurred" and row.fixed_at:
        yield from _paragraph(
            f"It was mitigated on {_day(row.fixed_at)}; {counted(row.after_fix, 'message')} came after that, so a way"
            " in is open."
        )
    elif row.status in FIXED and row.fixed_at:
        yield from _paragraph(f"By what we know it was mitigated on {_day(row.fixed_at)}.")


def _how(row: ExposureRow) -> str:
    if row.tenancy == "attacker":
        return "Nobody but the attacker seems to use this tenant."
    if row.tenancy == "taken-over":
        return "An agent's account or the tenant itself seems to have been taken over."
    return (
        "Somebody types strangers' addresses into an open form, and the system answers them. The mail is genuine: it"
        " passes SPF, DKIM and DMARC, so that filters let it through. Nothing says that data was lost."
    )


def _evidence(facts: NoticeFacts) -> Iterator[str]:
    yield "EVIDENCE (recipients and what a stranger could use are masked)"
    yield ""
    for number, found in enumerate(facts.samples[:MOST_SAMPLES], 1):
        sent = "no time of its own" if found.sent_at is None else f"sent {_time(found.sent_at)}"
        yield f"{number}. {found.row.observation_id}, {sent}, {found.row.evidence}"
        for item in found.headers:
            if item.value:
                yield f"   {item.name}: {_clean(item.value)}"
        yield ""
    if not facts.samples:
        yield "   No message is kept."
        yield ""


def _help(facts: NoticeFacts, addressee: Addressee) -> Iterator[str]:
    if addressee == "platform" and facts.row.tenancy != "vendor":
        yield from _paragraph("Please look at this tenant, and tell us when it can no longer send such mail.")
        return
    yield "WHAT HELPS"
    yield ""
    for step in facts.checklist:
        mark, doubt = ("x" if step.id in facts.done else " "), "" if step.origin.verified else " (not verified)"
        yield from fill(f"[{mark}] {step.title}{doubt}", WIDTH, subsequent_indent="    ").splitlines()
        if step.origin.url:
            yield f"    {step.origin.url}"
    yield ""
    yield from _paragraph(
        "Please tell us when a measure is in place, or if you see this otherwise: we note both, with the time."
    )


def _paragraph(text: str) -> Iterator[str]:
    yield from fill(text, WIDTH).splitlines()
    yield ""


def _clean(text: str) -> str:
    return defang(plain_line(text))[:MOST_LETTERS]


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
