"""Links of reports to incidents, waves and vendors: proposed by the machine, decided by people."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from data.catalogue.vendors import load_vendors
from data.intelligence.identity import site_of
from data.intelligence.links import (
    GroupFacts,
    NamedVendor,
    Proposal,
    ReportFacts,
    label_of,
    labels_of,
    propose_links,
    quoted_subjects,
)
from data.store.database import Database
from data.store.filters import current_incident, current_wave
from data.store.values import moment, moment_or_none, public_id, seconds, storable

LOOKED_BACK = timedelta(days=120)
"""Reports of these days are looked at again when incidents and waves have changed."""
WAVES_LIMIT = 500
INCIDENTS_LIMIT = 200


def link_reports(db: Database, reports: Iterable[int]) -> int:
    """Propose links of these reports anew; what people decided stays. Returns how many proposals there are."""
    groups = _Groups(db)
    proposed = [(number, _proposals(db, number, groups)) for number in dict.fromkeys(reports)]
    changed = [(number, found) for number, found in proposed if _stored(db, number) != _rows(found)]
    if changed:
        with db.writing() as connection:
            for number, found in changed:
                _write(connection, number, found)
    return sum(len(found) for _, found in proposed)


def reports_to_look_at_again(db: Database, now: datetime) -> list[int]:
    """Reports about relay abuse, or with a quoted subject, of the last months."""
    rows = db.rows(
        "select report_id from reports r where coalesce(published_at, added_at) >= ? and (relevant = 1 or exists"
        " (select 1 from mentions m where m.report_id = r.report_id and m.kind = 'subject')) order by report_id",
        (seconds(now - LOOKED_BACK),),
    )
    return [row[0] for row in rows]


def report_facts(db: Database, number: int) -> ReportFacts:
    """What a report says, as far as it can link."""
    row = db.rows("select relevant, published_at, url from reports where report_id = ?", (number,))[0]
    mentions = db.rows("select kind, name, key, evidence from mentions where report_id = ? order by place", (number,))
    known = {found[0]: found[1] for found in db.rows("select name_key, domain from vendor_names")}
    vendors = [item for item in mentions if item["kind"] == "vendor"]
    return ReportFacts(
        relevant=bool(row["relevant"]),
        published_at=moment_or_none(row["published_at"]),
        platforms=frozenset(item["key"] for item in mentions if item["kind"] == "platform" and item["key"]),
        vendors=(
            *_owner(db, row["url"]),
            *(
                NamedVendor(item["name"], vendor_domains(item["name"], item["key"], known), item["evidence"])
                for item in vendors
            ),
        ),
        subjects=tuple(item["name"] for item in mentions if item["kind"] == "subject"),
        days=tuple(date.fromisoformat(item["key"]) for item in mentions if item["kind"] == "date" and item["key"]),
    )


def _owner(db: Database, url: str | None) -> tuple[NamedVendor, ...]:
    """The abused party on whose own site a text stands."""
    domain = site_of(url)
    known = domain and db.value("select 1 from parties where abused_domain = ?", (domain,))
    return (NamedVendor(domain, (domain,), "", own_site=True),) if domain and known else ()


def vendor_domains(name: str, key: str | None, known: dict[str, str]) -> tuple[str, ...]:
    """The domains of a named vendor: those that a person matched to the name, else those of the catalogue."""
    matched = known.get(name.casefold())
    if matched:
        return (matched,)
    return next((vendor.domains for vendor in load_vendors().entries if vendor.id == key), ()) if key else ()


def current_target(db: Database, kind: str, target: str) -> str | None:
    """The public id that a link leads to now, through merges; a vendor's domain as it is; None where it leads to
    nothing."""
    if kind == "vendor":
        return target
    number = current_incident(db, target) if kind == "incident" else current_wave(db, target)
    if number is None:
        return None
    return public_id("incident" if kind == "incident" else "wave", number)


def _proposals(db: Database, number: int, groups: "_Groups") -> tuple[Proposal, ...]:
    facts = report_facts(db, number)
    if not (facts.relevant or facts.subjects):
        return ()
    return propose_links(facts, (*groups.waves(), *groups.incidents(facts)))


def _rows(found: Sequence[Proposal]) -> set[tuple[object, ...]]:
    return {(item.kind, item.target, item.score, storable(item.reason)) for item in found}


def _stored(db: Database, number: int) -> set[tuple[object, ...]]:
    rows = db.rows("select kind, target, score, reason from link_proposals where report_id = ?", (number,))
    return {tuple(row) for row in rows}


def _write(connection: sqlite3.Connection, number: int, found: Sequence[Proposal]) -> None:
    if connection.execute("select 1 from reports where report_id = ?", (number,)).fetchone() is None:
        return
    connection.execute("delete from link_proposals where report_id = ?", (number,))
    connection.executemany(
        "insert into link_proposals (report_id, kind, target, score, reason) values (?, ?, ?, ?, ?)",
        [(number, *row) for row in sorted(_rows(found), key=str)],
    )


class _Groups:
    """What reports can be linked to, read once for many of them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waves: list[GroupFacts] | None = None
        self._labels: dict[str, set[int]] | None = None

    def waves(self) -> list[GroupFacts]:
        if self._waves is None:
            rows = self._db.rows("select * from waves order by last_seen_at desc limit ?", (WAVES_LIMIT,))
            self._waves = [self._wave(row) for row in rows]
        return self._waves

    def incidents(self, report: ReportFacts) -> list[GroupFacts]:
        """Incidents of the domains and names that a report names, and of the subjects that it quotes; the last seen
        first."""
        domains = sorted({domain for vendor in report.vendors for domain in vendor.domains})
        parties = {number for vendor in report.vendors for number in self._called(vendor)}
        keys = [subject.template_key for subject in quoted_subjects(report.subjects)]
        rows = self._db.rows(
            "select i.*, t.template_key from incidents i join templates t using (template_id)"
            " where i.abused_domain in (select value from json_each(?))"
            " or i.party_id in (select value from json_each(?))"
            " or t.template_key in (select value from json_each(?)) order by i.last_seen_at desc limit ?",
            (json.dumps(domains), json.dumps(sorted(parties)), json.dumps(keys), INCIDENTS_LIMIT),
        )
        return [self._incident(row) for row in rows]

    def _called(self, vendor: NamedVendor) -> set[int]:
        if vendor.domains:
            return set()
        if self._labels is None:
            self._labels = {}
            for row in self._db.rows("select name, party_id from party_aliases where kind in ('domain', 'tenant')"):
                self._labels.setdefault(label_of(row["name"].partition(".")[0]), set()).add(row["party_id"])
        return {number for label in labels_of(vendor.name) for number in self._labels.get(label, ())}

    def _wave(self, row: sqlite3.Row) -> GroupFacts:
        members = self._db.rows(
            "select distinct platform, abused_domain, tenant from incidents where wave_id = ?", (row["wave_id"],)
        )
        return self._facts("wave", row["wave_id"], row, members, in_wave=True)

    def _incident(self, row: sqlite3.Row) -> GroupFacts:
        return self._facts("incident", row["incident_id"], row, [row], in_wave=row["wave_id"] is not None)

    def _facts(
        self, kind: str, number: int, row: sqlite3.Row, members: Sequence[sqlite3.Row], *, in_wave: bool
    ) -> GroupFacts:
        template = self._db.rows(
            "select template_key, (select json_extract(d.features, '$.payload_key') from observations o"
            " join observation_details d using (observation_id) where o.template_id = t.template_id limit 1)"
            " as payload from templates t where template_id = ?",
            (row["template_id"],),
        )[0]
        names = {name for member in members for name in (member["abused_domain"], member["tenant"]) if name}
        is_wave = kind == "wave"
        return GroupFacts(
            kind="wave" if is_wave else "incident",
            public_id=public_id("wave" if is_wave else "incident", number),
            template_key=template["template_key"],
            payload_key=template["payload"],
            platforms=frozenset(member["platform"] for member in members if member["platform"]),
            domains=frozenset(member["abused_domain"] for member in members if member["abused_domain"]),
            labels=frozenset(label_of(name.partition(".")[0]) for name in names),
            first_seen_at=moment(row["first_seen_at"]).astimezone(UTC),
            last_seen_at=moment(row["last_seen_at"]).astimezone(UTC),
            in_wave=in_wave,
            size=row["observations"],
        )
