"""What is kept of an incident or a wave, so that no page counts again: figures, most frequent values, a title."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from data.clustering.assign import Group, Run
from data.clustering.standing import ABUSE, Witness, confirmation
from data.store.overruled import confirmed
from data.submissions import Channel

INCIDENT_COLUMNS = (
    "party_id", "template_id", "wave_id", "confirmation", "abused_domain", "tenant", "account_id", "platform",
    "mechanism", "verdict", "confidence", "title", "observations", "recipients", "submitters", "first_seen_at",
    "last_seen_at",
)  # fmt: skip
WAVE_COLUMNS = ("template_id", "title", "dense", "observations", "parties", "first_seen_at", "last_seen_at")
Row = tuple[object, ...]
TITLE, WAVE_ID, CONFIRMATION, OBSERVATIONS = map(
    INCIDENT_COLUMNS.index, ("title", "wave_id", "confirmation", "observations")
)
AT_ONCE = 20_000


class Facts(NamedTuple):
    """What a summary needs of one observation, as the query gives it."""

    observation: int
    at: int
    trusted: int
    fingerprint: bytes
    abused_domain: str | None
    tenant: str | None
    account_id: str | None
    platform: str | None
    mechanism: str
    verdict: str
    confidence: float
    recipient_hash: bytes | None
    standing: int
    subject: str | None


class Link(NamedTuple):
    """Who handed an observation in."""

    channel: Channel
    submitter_hash: bytes
    organisation: str


def summarise_incidents(connection: sqlite3.Connection, groups: Iterable[Group]) -> Iterator[Row]:
    """The row of each group in order, by `INCIDENT_COLUMNS`, its wave still open."""
    lot: list[Group] = []
    size = 0
    for group in groups:
        lot.append(group)
        size += len(group.members)
        if size >= AT_ONCE:
            yield from _summaries(connection, lot)
            lot, size = [], 0
    yield from _summaries(connection, lot)


def _summaries(connection: sqlite3.Connection, lot: Sequence[Group]) -> Iterator[Row]:
    numbers = json.dumps([member.observation for group in lot for member in group.members])
    facts = _facts(connection, numbers)
    links = _links(connection, numbers)
    said = confirmed(connection)
    for group in lot:
        found = [facts[member.observation] for member in group.members]
        row = _summary(group.template, group.party, found, links)
        yield _confirmed(row) if said and any(fact.fingerprint in said for fact in found) else row


def _confirmed(row: Row) -> Row:
    """An analyst's word stands above what witnesses add up to."""
    return (*row[:CONFIRMATION], "confirmed", *row[CONFIRMATION + 1 :])


def _facts(connection: sqlite3.Connection, numbers: str) -> dict[int, Facts]:
    rows = connection.execute(
        "select o.observation_id, o.observed_at, o.trusted, o.fingerprint, o.abused_domain, o.tenant, o.account_id,"
        " o.platform, o.mechanism, o.verdict, o.confidence, o.recipient_hash, o.standing, w.subject"
        " from json_each(?) n cross join observations o on o.observation_id = n.value"
        " join observation_words w on w.observation_id = o.observation_id",
        (numbers,),
    )
    return {row[0]: Facts._make(row) for row in rows}


def _links(connection: sqlite3.Connection, numbers: str) -> dict[int, list[Link]]:
    found: defaultdict[int, list[Link]] = defaultdict(list)
    for number, *link in connection.execute(
        "select c.observation_id, c.channel, c.submitter_hash, c.organisation"
        " from json_each(?) n cross join corroborations c on c.observation_id = n.value",
        (numbers,),
    ):
        found[number].append(Link._make(link))
    return found


def _summary(template: int, party: int, found: Sequence[Facts], links: dict[int, list[Link]]) -> Row:
    times = [fact.at for fact in found]
    # Anonymous observations count, and never say what an incident is, as long as a trusted one does.
    voices = [fact for fact in found if fact.trusted] or found
    return (
        party,
        template,
        None,
        confirmation(_witnesses(found, links)),
        _usual(map(attrgetter("abused_domain"), voices)),
        _usual(map(attrgetter("tenant"), voices)),
        _usual(map(attrgetter("account_id"), voices)),
        _usual(map(attrgetter("platform"), voices)),
        _usual(map(attrgetter("mechanism"), voices)),
        _usual(map(attrgetter("verdict"), voices)),
        round(sum(fact.confidence for fact in voices) / len(voices), 4),
        _title(voices),
        len(found),
        len({fact.recipient_hash for fact in found} - {None}),
        len({link[:2] for fact in found for link in links[fact.observation]}),
        min(times),
        max(times),
    )


def _witnesses(found: Iterable[Facts], links: dict[int, list[Link]]) -> Iterator[Witness]:
    for fact in found:
        for link in links[fact.observation]:
            yield Witness(link.channel, link.organisation or None, fact.recipient_hash, fact.standing == ABUSE)


def _usual(values: Iterable[str | None]) -> str | None:
    """The most frequent known value, of equals the first in order."""
    counts = Counter(values)
    counts.pop(None, None)
    if len(counts) == 1:
        return next(iter(counts))
    return min(counts, key=lambda value: (-counts[value], value or "")) if counts else None


def _title(found: Iterable[Facts]) -> str | None:
    """The subject of the earliest observation that a trusted channel vouches for, else of the earliest one."""
    named = (fact for fact in found if fact.subject)
    best = min(named, key=lambda fact: (not fact.trusted, fact.at, fact.fingerprint), default=None)
    return best.subject if best else None


def summarise_wave(run: Run, rows: Sequence[Row]) -> Row:
    """The row of a wave by `WAVE_COLUMNS`, out of its groups and their incidents' rows. It is called as the incident
    that was vouched for first, and its template is that of most of its observations. Tenants that the attacker made
    are no abused parties."""
    members = [member for group in run.groups for member in group.members]
    times = [member.at for member in members]
    named = [
        (not any(m.trusted for m in group.members), min(m.at for m in group.members), str(row[TITLE]))
        for group, row in zip(run.groups, rows, strict=True)
        if row[TITLE]
    ]
    title = min(named)[2] if named else None
    counts = Counter(member.template for member in members)
    template = min(counts, key=lambda number: (-counts[number], number))
    parties = len({group.party for group in run.groups if group.is_abused})
    return (template, title, int(run.dense), len(members), parties, min(times), max(times))
