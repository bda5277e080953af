"""Who gets what, when, and when it is handed in: the plans of the demonstration, before a message is written."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import repeat
from random import Random

from collectors.demonstration import letters as said
from collectors.demonstration.cast import Cast, Company, Curve, Payload, Person, Wave, stream
from collectors.demonstration.messages import Letter
from data.vocabulary import ABUSE_VERDICTS, Enclosure, Mechanism, VerdictName

VICTIMS = 120
HARD_HIT = 8
BURST_SIZES, BURST_WEIGHTS = (1, 2, 3, 6, 12, 20), (30, 20, 15, 12, 5, 2)
BURST_MINUTES = 18
KEEPS_THREADS = {"freshdesk", "osticket", "zammad"}
TWIN_SHARE = 0.3
REPEATED_SHARE = 0.014


@dataclass(frozen=True, slots=True)
class Plan:
    """One message to be written: what it says, how it is sent, what the story means it to be, who hands it in.

    `shape` names how it is sent. `serial` is the message's own number: a plan that repeats another has the same.
    """

    serial: int
    shape: str
    letter: Letter
    mechanism: Mechanism
    verdict: VerdictName
    wave: str | None
    template: str | None
    submitter: str
    handed_in_at: datetime
    enclosed_in: Enclosure | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A letter, how it is sent, and what it is meant to be."""

    shape: str
    letter: Letter
    mechanism: Mechanism
    verdict: VerdictName
    wave: str | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """Some messages at once: the wave that they belong to, the attacker's words, and how they are dressed up."""

    wave: Wave
    payload: Payload
    dressing: str


def plans(cast: Cast, ends_at: datetime, scale: float) -> list[Plan]:
    """Every plan of the story in the order of hand-in."""
    made: list[Plan] = []
    for part in _parts(cast, ends_at, scale):
        made.extend(_handed_in(part, len(made), ends_at, stream(f"hand-in/{len(made)}")))
    return sorted(made, key=lambda plan: plan.handed_in_at)


def _parts(cast: Cast, ends_at: datetime, scale: float) -> Iterator[Part]:
    for wave in cast.waves:
        yield from _wave(cast, wave, ends_at, max(1, round(wave.messages * scale)))
    yield from _background(cast, ends_at, max(1, round(cast.background.messages * scale)))


def _wave(cast: Cast, wave: Wave, ends_at: datetime, count: int) -> Iterator[Part]:
    rng = stream(f"wave/{wave.name}")
    begins_at = ends_at - timedelta(days=wave.begins_days)
    sizes = list(_sizes(rng, count, wave))
    payloads = _payloads(cast, wave)
    for index, size in enumerate(sizes):
        hours = wave.lasts_hours * elapsed(wave.shape, (index + rng.random()) / len(sizes))
        companies = _open_companies(cast, wave, hours)
        rng.shuffle(companies)
        person, payload = _victim(cast, wave, rng), next(payloads)
        burst = Burst(wave, payload, rng.choice(payload.decorations))
        for turn in range(size if companies else 0):
            at = begins_at + timedelta(hours=hours, seconds=rng.randrange(BURST_MINUTES * 60))
            at = min(at, ends_at - (at - ends_at)).replace(microsecond=0)
            if wave.lure:
                person = _victim(cast, wave, rng)
            yield from _attack(cast, burst, companies[turn % len(companies)], person, at, rng)


def _sizes(rng: Random, count: int, wave: Wave) -> Iterator[int]:
    while count:
        size = min(count, wave.largest_burst, rng.choices(BURST_SIZES, BURST_WEIGHTS)[0])
        yield size
        count -= size


def elapsed(shape: Curve, share: float) -> float:
    """How much of a wave's time is over when that share of its messages is out (both 0 to 1)."""
    if shape == "rising":
        return math.sqrt(share)
    if shape == "fading":
        return -math.log(1 - share * (1 - math.exp(-2))) / 2
    if shape == "surge":
        return 0.2 * math.sqrt(share / 0.4) if share < 0.4 else 0.2 + 0.8 * elapsed("fading", (share - 0.4) / 0.6)
    return share


def _open_companies(cast: Cast, wave: Wave, hours: float) -> list[Company]:
    if wave.kind == "list":
        return list(cast.lists)
    if wave.tenant:
        domain = f"{wave.tenant}.zendesk.com"
        return [
            Company(wave.tenant, wave.tenant, domain, "en", "zendesk", wave.account, "support", tenant=wave.tenant)
        ]
    names = wave.companies or tuple(cast.companies)
    return [cast.companies[name] for name in names if hours < wave.stops.get(name, math.inf)]


def _victim(cast: Cast, wave: Wave, rng: Random) -> Person:
    if wave.kind == "list":
        return cast.people[rng.choice([3, 3, 3, 11])]
    return cast.people[rng.randrange(HARD_HIT) if rng.random() < 0.3 else rng.randrange(VICTIMS)]


def _payloads(cast: Cast, wave: Wave) -> Iterator[Payload]:
    """Payloads in turn, each as often as its weight says and as evenly as that allows."""
    if not wave.templates:
        yield from repeat(cast.lures[wave.lure] if wave.lure else Payload(key="", title="", text=""))
    owed = dict.fromkeys(wave.templates, 0)
    while True:
        for name, weight in wave.templates.items():
            owed[name] += weight
        name = max(owed, key=lambda name: owed[name])
        owed[name] -= sum(wave.templates.values())
        yield cast.payloads[name]


def _attack(cast: Cast, burst: Burst, company: Company, person: Person, at: datetime, rng: Random) -> Iterator[Part]:
    wave, payload = burst.wave, burst.payload
    if wave.kind == "ticket":
        mechanism: Mechanism = "form-receipt" if company.platform == "wordpress" else "ticket-acknowledgement"
        letter = said.ticket(cast, company, person, at, rng, payload, burst.dressing)
        yield Part(company.platform, letter, mechanism, "relay-spam", wave.name, payload.key)
        if not company.twins or rng.random() > TWIN_SHARE:
            return
    if wave.kind in ("ticket", "verification"):
        shape = "zendesk_verify" if company.platform == "zendesk" else company.platform
        letter = said.verification(cast, company, person, at, rng)
        template = f"verification-{company.language}"
        yield Part(shape, letter, "account-verification", "verification-flood", wave.name, template)
    elif wave.kind == "list":
        letter = said.confirmation(cast, company, person, at, rng)
        template = f"confirmation-{company.language}"
        yield Part(company.platform, letter, "list-confirmation", "list-bomb", wave.name, template)
    elif wave.kind == "phish":
        letter = said.lure(company, person, at, rng, payload)
        yield Part("forger", letter, "other", "unrelated-abuse", None, payload.key)
    else:
        verdict: VerdictName = "attacker-tenant" if wave.kind == "attacker" else "compromised-tenant"
        letter = said.lure(company, person, at, rng, payload)
        yield Part("zendesk", letter, "ticket-acknowledgement", verdict, wave.name, payload.key)


def _background(cast: Cast, ends_at: datetime, count: int) -> Iterator[Part]:
    rng = stream("background")
    begins_at = ends_at - timedelta(days=cast.background.begins_days)
    sorts, weights = list(cast.background.weights), list(cast.background.weights.values())
    companies = [*cast.companies.values()]
    for index in range(count):
        share = (index + rng.random()) / count
        at = (begins_at + share * (ends_at - begins_at)).replace(microsecond=0)
        company, person = rng.choice(companies), rng.choice(cast.people)
        yield _everyday(cast, rng.choices(sorts, weights)[0], company, person, at, rng)


def _everyday(cast: Cast, sort: str, company: Company, person: Person, at: datetime, rng: Random) -> Part:
    if sort == "acknowledgement":
        letter = said.everyday_ticket(cast, company, person, at, rng)
        mechanism: Mechanism = "form-receipt" if company.platform == "wordpress" else "ticket-acknowledgement"
        return Part(company.platform, letter, mechanism, "ordinary")
    if sort == "answer":
        shape = "personal" if company.platform == "wordpress" else company.platform
        return Part(shape, said.answer(cast, company, person, at, rng), "agent-message", "ordinary")
    if sort == "letter":
        shape = "hubspot" if len(company.key) % 3 == 0 else "mailchimp"
        return Part(shape, said.newsletter(cast, company, person, at, rng), "newsletter", "ordinary")
    if sort == "order":
        return Part("ses", said.order(cast, company, person, at, rng), "notification", "ordinary")
    if sort == "code":
        return Part("github", said.issue(cast, person, at, rng), "notification", "ordinary")
    if sort == "bounce":
        return Part("bounce", said.lure(company, person, at, rng, cast.lures["wallet"]), "bounce", "ordinary")
    writer = rng.choice(cast.people)
    if sort == "loop":
        company = rng.choice([item for item in cast.companies.values() if item.platform in KEEPS_THREADS])
        letter = said.loop(cast, company, writer, person, at, rng)
        return Part(company.platform, letter, "ticket-acknowledgement", "backscatter")
    return Part("personal", said.chat(cast, writer, person, at, rng), "personal", "ordinary")


def _handed_in(part: Part, serial: int, ends_at: datetime, rng: Random) -> Iterator[Plan]:
    person = part.letter.person
    if person.submitter and rng.random() < 0.6:
        submitter, delay = person.submitter, timedelta(minutes=rng.lognormvariate(5, 1.2))
    elif rng.random() < 0.07:
        submitter, delay = "cert-auricia", timedelta(minutes=rng.uniform(60, 900))
    else:
        submitter, delay = person.provider.desk, timedelta(minutes=rng.uniform(1, 40))
    at = _no_later(part.letter.sent_at + delay, ends_at)
    plan = Plan(
        serial=serial,
        shape=part.shape,
        letter=part.letter,
        mechanism=part.mechanism,
        verdict=part.verdict,
        wave=part.wave,
        template=part.template,
        submitter=submitter,
        handed_in_at=at,
        enclosed_in=_enclosure(part, submitter, rng),
    )
    yield plan
    if part.verdict in ABUSE_VERDICTS and rng.random() < REPEATED_SHARE:
        later = _no_later(at + timedelta(minutes=rng.uniform(30, 2000)), ends_at)
        others = [name for name in ("cert-auricia", person.provider.desk, "abuse-exchange") if name != submitter]
        yield replace(plan, submitter=others[0], handed_in_at=later, enclosed_in=None)


def _no_later(at: datetime, ends_at: datetime) -> datetime:
    return min(at, ends_at).replace(microsecond=0)


def _enclosure(part: Part, submitter: str, rng: Random) -> Enclosure | None:
    if part.verdict not in ABUSE_VERDICTS:
        return None
    if submitter.startswith("reader"):
        return "forward" if rng.random() < 0.35 else None
    chance = rng.random()
    if chance < 0.025:
        return "feedback-report"
    return "bounce" if chance < 0.03 and part.mechanism == "ticket-acknowledgement" else None
