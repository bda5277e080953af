"""How the invented vendors react: some close their forms within hours, some take months, some relapse, one disputes.

A company whose stream `stops` in a wave closed its form then; what others do stands as [[reaction]] in script.toml.
All of it is told through the functions that people's words go through, as actor `demo`, and what does not follow from
what the database knows by then is left out of the story.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from collectors.demonstration.cast import Cast, Company, Wave
from data.errors import ChangeRefused
from data.mitigation import Status
from data.store.database import Database
from data.store.demonstration import TELLER
from data.store.mitigations import Door, Proof, set_contact, set_status, set_tick

FIRST_STEPS = ("no-echo", "captcha", "rate-limits")
AFTER_LAST_MAIL = timedelta(minutes=40)


@dataclass(frozen=True, slots=True)
class Reaction:
    """At `at` somebody learns that a party's door is in this state."""

    at: datetime
    door: Door
    status: Status
    note: str
    link: str | None = None


def reactions(cast_: Cast, ends_at: datetime) -> list[Reaction]:
    """Every reaction of the story in the order of time."""
    found = [*_closings(cast_, ends_at), *_scripted(cast_, ends_at)]
    return sorted(found, key=lambda item: item.at)


def tell_reaction(db: Database, item: Reaction) -> None:
    """Records one reaction, as of its own time; a fix brings ticks of the checklist with it."""
    with suppress(ChangeRefused):
        proof = Proof(item.note, item.link)
        set_status(db, item.door, item.status, author=TELLER, proof=proof, now=item.at)
        if item.status == "mitigated":
            for step in FIRST_STEPS[: 1 + len(item.door.name) % len(FIRST_STEPS)]:
                set_tick(db, item.door, step, done=True, author=TELLER, now=item.at)


def tell_contacts(db: Database, cast_: Cast, now: datetime) -> None:
    """Whom to write to at the companies that say so under an address of their own."""
    for company in cast_.companies.values():
        if company.signs:
            source = f"https://{company.domain}/.well-known/security.txt"
            address = f"security@{company.domain}"
            with suppress(ChangeRefused):
                set_contact(db, company.domain, "security.txt", address, source=source, author=TELLER, now=now)


def _closings(cast_: Cast, ends_at: datetime) -> Iterator[Reaction]:
    for wave in cast_.waves:
        begins_at = ends_at - timedelta(days=wave.begins_days)
        for name, hours in wave.stops.items():
            company = cast_.companies[name]
            door = Door(company.domain, company.platform, _mechanism(wave, company))
            steps: tuple[tuple[float, Status, str], ...] = (
                (0.12, "confirmed", "Two mailbox providers sent the same message."),
                (0.25, "reported", f"Told {company.address}, with three redacted messages."),
                (0.55, "acknowledged", "They answered that they are looking into it."),
            )
            for share, status, note in steps:
                yield Reaction(begins_at + timedelta(hours=hours * share), door, status, note)
            fixed_at = begins_at + timedelta(hours=hours) + AFTER_LAST_MAIL
            if fixed_at <= ends_at:
                yield Reaction(fixed_at, door, "mitigated", "They closed the form to strangers.")


def _mechanism(wave: Wave, company: Company) -> str:
    if wave.kind == "verification":
        return "account-verification"
    return "form-receipt" if company.platform == "wordpress" else "ticket-acknowledgement"


def _scripted(cast_: Cast, ends_at: datetime) -> Iterator[Reaction]:
    for item in cast_.reactions:
        company = cast_.companies.get(item.who)
        door = Door(company.domain if company else item.who, mechanism=item.mechanism)
        for status, days, note in item.steps:
            yield Reaction(ends_at - timedelta(days=days), door, cast("Status", status), note, item.link)
