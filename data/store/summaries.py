"""What is kept of an incident or a wave, so that no page counts again: figures, most frequent values, a title."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from data.clustering.assign import Group, Member, Run
from data.clustering.standing import ABUSE, Witness, confirmation
from data.model import Channel

INCIDENT_COLUMNS = (
    "party_id", "template_id", "wave_id", "confirmation", "abused_domain", "tenant", "account_id", "platform",
    "mechanism", "verdict", "confidence", "title", "observations", "recipients", "submitters", "first_seen_at",
    "last_seen_at",
)  # fmt: skip
WAVE_COLUMNS = ("template_id", "title", "dense", "observations", "parties", "first_seen_at", "last_seen_at")
Row = tuple[object, ...]
HandedIn = tuple[Channel, bytes, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a summary needs of one observation."""

    member: Member
    template: int
    fingerprint: bytes
    abused_domain: str | None
    tenant: str | None
    account_id: str | None
    platform: str | None
    mechanism: str
    verdict: str
    confidence: float
    recipient_hash: bytes | None
    subject: str | None
    submitters: frozenset[tuple[str, bytes]]
    witnesses: tuple[Witness, ...]


def facts_of(connection: sqlite3.Connection, templates: Sequence[int]) -> dict[int, Facts]:
    """The facts of all observations of some templates that stand in incidents."""
    numbers = json.dumps(list(templates))
    handed_in = _handed_in(connection, numbers)
    rows = connection.execute(
        "select o.observation_id, o.template_id, o.observed_at, o.party_id, o.trusted, o.incident_id, i.wave_id,"
        " o.fingerprint, o.abused_domain, o.tenant, o.account_id, o.platform, o.mechanism, o.verdict, o.confidence,"
        " o.recipient_hash, o.standing, w.subject"
        " from observations o join observation_words w using (observation_id)"
        " left join incidents i using (incident_id)"
        " where o.standing > 0 and o.template_id in (select value from json_each(?))",
        (numbers,),
    )
    return {row[0]: _fact(row, handed_in.get(row[0], ())) for row in rows}


def _fact(row: sqlite3.Row, links: Sequence[HandedIn]) -> Facts:
    number, template, at, party, trusted, incident, wave, *rest = row
    fingerprint, domain, tenant, account, platform, mechanism, verdict, confidence, recipient, standing, subject = (
        rest
    )
    return Facts(
        member=Member(number, at, party, bool(trusted), incident, wave),
        template=template,
        fingerprint=fingerprint,
        abused_domain=domain,
        tenant=tenant,
        account_id=account,
        platform=platform,
        mechanism=mechanism,
        verdict=verdict,
        confidence=confidence,
        recipient_hash=recipient,
        subject=subject,
        submitters=frozenset((channel, submitter) for channel, submitter, _ in links),
        witnesses=tuple(
            Witness(channel, organisation or None, recipient, standing == ABUSE) for channel, _, organisation in links
        ),
    )


def _handed_in(connection: sqlite3.Connection, numbers: str) -> dict[int, list[HandedIn]]:
    found: defaultdict[int, list[HandedIn]] = defaultdict(list)
    for number, channel, submitter, organisation in connection.execute(
        "select c.observation_id, c.channel, c.submitter_hash, c.organisation"
        " from observations o join corroborations c using (observation_id)"
        " where o.standing > 0 and o.template_id in (select value from json_each(?))",
        (numbers,),
    ):
        found[number].append((channel, submitter, organisation))
    return found


def summarise_incident(group: Group, wave: int | None, facts: Mapping[int, Facts]) -> Row:
    """The row of an incident, in the order of `INCIDENT_COLUMNS`."""
    found = [facts[member.observation] for member in group.members]
    return (
        group.party,
        found[0].template,
        wave,
        confirmation(witness for fact in found for witness in fact.witnesses),
        _usual(map(attrgetter("abused_domain"), found)),
        _usual(map(attrgetter("tenant"), found)),
        _usual(map(attrgetter("account_id"), found)),
        _usual(map(attrgetter("platform"), found)),
        _usual(map(attrgetter("mechanism"), found)),
        _usual(map(attrgetter("verdict"), found)),
        round(sum(fact.confidence for fact in found) / len(found), 4),
        _title(found),
        len(found),
        len({fact.recipient_hash for fact in found} - {None}),
        len(frozenset().union(*(fact.submitters for fact in found))),
        group.members[0].at,
        group.members[-1].at,
    )


def summarise_wave(template: int, run: Run, facts: Mapping[int, Facts]) -> Row:
    """The row of a wave, in the order of `WAVE_COLUMNS`."""
    members = [member for group in run.groups for member in group.members]
    times = [member.at for member in members]
    title = _title([facts[member.observation] for member in members])
    return (template, title, int(run.dense), len(members), len(run.groups), min(times), max(times))


def _usual(values: Iterable[str | None]) -> str | None:
    """The most frequent known value, of equals the first in order."""
    counts = Counter(value for value in values if value is not None)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def _title(found: Sequence[Facts]) -> str | None:
    """The subject of the earliest observation that a trusted channel vouches for, else of the earliest one."""
    named = [fact for fact in found if fact.subject]
    if not named:
        return None
    return min(named, key=lambda fact: (not fact.member.trusted, fact.member.at, fact.fingerprint)).subject
