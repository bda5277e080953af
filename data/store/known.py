"""What others reported of the same text and of the same company before: the answer to "is it known?"."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from data.model import Reading
from data.store.database import Database
from data.store.shapes import WaveRow
from data.store.values import moment_or_none, number_of, public_id, seconds, storable
from data.store.wave_reads import wave_of


@dataclass(frozen=True, slots=True)
class Known:
    """Reports by others: `reports` with the same text, at `companies` abused parties, since `since`; `at_company`
    of whatever text at the same abused domain, since `at_company_since`. `wave` is the last wave of the text,
    `seen` whether this very message was handed in by somebody else."""

    reports: int
    companies: int
    since: datetime | None
    at_company: int
    at_company_since: datetime | None
    wave: WaveRow | None
    seen: bool


def known_of(db: Database, reading: Reading, now: datetime, mine: Collection[str] = ()) -> Known:
    """What is known of a message, not counting the message itself and the observations that its reader handed in.

    `mine` are public ids of observations that this reader was the first to hand in.
    """
    numbers = {number for name in mine if (number := number_of("observation", name)) is not None}
    copy = db.value("select observation_id from observations where fingerprint = ?", (reading.fingerprint,))
    own = json.dumps(sorted(numbers | ({copy} if copy else set())))
    template = db.value(
        "select template_id from templates where template_key = ?", (storable(reading.features.template_key),)
    )
    reports, companies, since = _of_template(db, template, own)
    at_company, company_since = _of_domain(db, reading.identity.abused_domain, own)
    return Known(
        reports=reports,
        companies=companies,
        since=since,
        at_company=at_company,
        at_company_since=company_since,
        wave=_wave(db, template, seconds(now)) if reports else None,
        seen=copy is not None and copy not in numbers,
    )


def known_waves(db: Database, readings: Iterable[Reading], mine: Collection[str] = ()) -> list[str]:
    """Public ids of the waves that the texts of several messages belong to, others having reported the text too."""
    own = {number for name in mine if (number := number_of("observation", name)) is not None}
    keys: set[str] = set()
    for reading in readings:
        keys.add(storable(reading.features.template_key))
        copy = db.value("select observation_id from observations where fingerprint = ?", (reading.fingerprint,))
        own |= {copy} if copy else set()
    rows = db.rows(
        "select w.wave_id from json_each(?) k join templates t on t.template_key = k.value"
        " join waves w using (template_id) where t.observations > (select count(*) from json_each(?) m"
        " join observations o on o.observation_id = m.value where o.template_id = t.template_id) order by w.wave_id",
        (json.dumps(sorted(keys)), json.dumps(sorted(own))),
    )
    return [public_id("wave", row["wave_id"]) for row in rows]


def _of_template(db: Database, template: int | None, own: str) -> tuple[int, int, datetime | None]:
    """The kept figures of a template less what is one's own, so that nothing that grows with history is counted."""
    row = db.one("select observations, parties from templates where template_id = ?", (template,))
    if row is None:
        return 0, 0, None
    mine = db.rows(
        "select o.party_id, exists (select 1 from observations other where other.template_id = o.template_id"
        " and other.party_id = o.party_id and other.observation_id not in (select value from json_each(?1))) as also"
        " from observations o where o.template_id = ?2 and o.observation_id in (select value from json_each(?1))",
        (own, template),
    )
    since = db.value(
        "select observed_at from observations where template_id = ?2"
        " and observation_id not in (select value from json_each(?1)) order by observed_at limit 1",
        (own, template),
    )
    alone = {item["party_id"] for item in mine if not item["also"]}
    return (
        max(0, row["observations"] - len(mine)),
        max(0, row["parties"] - len(alone)),
        moment_or_none(since),
    )


def _of_domain(db: Database, domain: str | None, own: str) -> tuple[int, datetime | None]:
    """Observations of incidents at a domain, out of the incidents' kept figures, less what is one's own."""
    if domain is None:
        return 0, None
    total = db.value(
        "select coalesce(sum(i.observations), 0) from incidents i where i.party_id in"
        " (select party_id from party_aliases where kind = 'domain' and name = ?) and i.abused_domain = ?",
        (storable(domain), storable(domain)),
    )
    mine = db.value(
        "select count(*) from observations where abused_domain = ? and incident_id is not null"
        " and observation_id in (select value from json_each(?))",
        (storable(domain), own),
    )
    since = db.value(
        "select observed_at from observations where abused_domain = ? and incident_id is not null"
        " and observation_id not in (select value from json_each(?)) order by observed_at limit 1",
        (storable(domain), own),
    )
    return max(0, total - mine), moment_or_none(since)


def _wave(db: Database, template: int, now: int) -> WaveRow | None:
    row = db.one("select * from waves where template_id = ? order by last_seen_at desc limit 1", (template,))
    return wave_of(db, row, now) if row else None
