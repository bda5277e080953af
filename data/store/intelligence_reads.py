"""What pages and exports ask about reports: lists, one report, figures."""

import json
import sqlite3
from collections.abc import Iterator

from data.intelligence.model import Mention
from data.intelligence.proposals import MitigationProposal
from data.store.database import Database
from data.store.filters import Condition, match_words
from data.store.intelligence_links import current_target
from data.store.intelligence_shapes import (
    EVERY_REPORT,
    Link,
    ReportDetail,
    ReportFilter,
    ReportRow,
    Version,
)
from data.store.values import moment, moment_or_none, number_of, public_id, seconds, storable

ALL = 1 << 62
_NAMES = (
    "(select group_concat(name, ', ') from (select distinct name from mentions m"
    " where m.report_id = r.report_id and m.kind = '{kind}' order by m.place))"
)
_ROW = (
    "select r.*, coalesce(t.state, 'new') as state,"  # noqa: S608 (our own words)
    f" {_NAMES.format(kind='platform')} as platforms, {_NAMES.format(kind='vendor')} as vendors,"
    " (select group_concat(target, ', ') from (select target from report_links l where l.report_id = r.report_id"
    " and l.state = 'confirmed' order by l.kind, l.target)) as links,"
    " (select count(*) from report_links l where l.report_id = r.report_id and l.state = 'proposed') as proposed"
    " from reports r left join report_triage t using (report_id)"
)
_ORDER = "order by coalesce(r.published_at, r.added_at) desc, r.report_id desc"


def reports(db: Database, where: ReportFilter = EVERY_REPORT, *, limit: int | None = None) -> list[ReportRow]:
    """Reports that a filter asks for, the newest first."""
    return list(stream_reports(db, where, limit=limit))


def stream_reports(
    db: Database, where: ReportFilter = EVERY_REPORT, *, limit: int | None = None
) -> Iterator[ReportRow]:
    """`reports`, one at a time."""
    condition = report_condition(where)
    rows = db.stream(
        f"{_ROW} where {condition.sql} {_ORDER} limit ?", (*condition.parameters, ALL if limit is None else limit)
    )
    return map(_report, rows)


def count_reports(db: Database, where: ReportFilter = EVERY_REPORT) -> int:
    """How many reports a filter asks for."""
    condition = report_condition(where)
    found: int = db.value(
        f"select count(*) from reports r left join report_triage t using (report_id) where {condition.sql}",  # noqa: S608
        condition.parameters,
    )
    return found


def report(db: Database, report_id: str) -> ReportDetail | None:
    """Everything that is kept of one report, or None where there is none of that id."""
    number = number_of("report", report_id)
    row = db.one(f"{_ROW} where r.report_id = ?", (number,))
    if row is None or number is None:
        return None
    triage = db.one("select actor, reason from report_triage where report_id = ?", (number,))
    text: str = db.value("select text from report_words where report_id = ?", (number,))
    return ReportDetail(
        row=_report(row),
        author=row["author"],
        updated_at=moment_or_none(row["updated_at"]),
        summary=row["summary"],
        text=text,
        reasons=tuple((item["signal"], item["weight"], item["evidence"]) for item in json.loads(row["reasons"])),
        warnings=tuple(json.loads(row["warnings"])),
        added_by=row["added_by"],
        triaged_by=triage["actor"] if triage else None,
        triage_reason=triage["reason"] if triage else None,
        mentions=_mentions(db, number),
        links=links_of(db, number),
        mitigations=_mitigations(db, number),
        versions=_versions(db, number),
        page_failure=row["page_failure"],
    )


def links_of(db: Database, number: int) -> tuple[Link, ...]:
    """The links of a report by their current ids; those that lead to nothing any more are left out."""
    rows = db.rows(
        "select * from report_links where report_id = ?"
        " order by case state when 'confirmed' then 0 when 'proposed' then 1 else 2 end, score desc, kind, target",
        (number,),
    )
    found: dict[tuple[str, str], Link] = {}
    for row in rows:
        target = current_target(db, row["kind"], row["target"])
        if target is not None:
            link = Link(
                row["kind"],
                target,
                row["state"],
                row["score"],
                row["reason"],
                row["actor"],
                moment_or_none(row["at"]),
                row["why"],
            )
            found.setdefault((link.kind, link.target), link)
    return tuple(found.values())


def reports_about(db: Database, target: str, *, limit: int = 50) -> list[ReportRow]:
    """Reports that are linked to an incident, a wave or a vendor's domain, or proposed to be; rejected ones are left
    out. For a public id those of the ids that were merged into it count too."""
    marks = _ids_of(db, target)
    rows = db.rows(
        f"{_ROW} where r.report_id in (select report_id from report_links"  # noqa: S608 (our own words)
        f" where target in (select value from json_each(?)) and state <> 'rejected') {_ORDER} limit ?",
        (json.dumps(marks), limit),
    )
    return [_report(row) for row in rows]


def report_facets(db: Database) -> dict[str, list[str]]:
    """The values that a filter can choose from, the frequent first: platform ids, vendor names, languages."""

    def named(kind: str, column: str, limit: int) -> list[str]:
        rows = db.rows(
            f"select {column}, count(distinct report_id) as n from mentions where kind = ? and {column} is not null"  # noqa: S608
            f" group by {column} order by n desc, {column} limit ?",
            (kind, limit),
        )
        return [row[0] for row in rows]

    languages = db.rows(
        "select lower(substr(language, 1, 2)) as code, count(*) from reports where language is not null"
        " group by code order by 2 desc, 1 limit 50"
    )
    return {
        "platform": named("platform", "key", 50),
        "vendor": named("vendor", "name", 200),
        "language": [row[0] for row in languages],
    }


def triage_counts(db: Database) -> dict[str, int]:
    """How many reports about relay abuse stand in each state of triage."""
    rows = db.rows(
        "select coalesce(t.state, 'new') as state, count(*) from reports r"
        " left join report_triage t using (report_id) where r.relevant = 1 group by 1"
    )
    return {row[0]: row[1] for row in rows}


def report_condition(where: ReportFilter) -> Condition:
    """Reports (alias r, their triage t) that a filter asks for."""
    parts: list[Condition] = []
    if where.state:
        parts.append(_one_of("coalesce(t.state, 'new')", where.state))
    if where.feed:
        feeds = [number_of("feed", feed) or 0 for feed in where.feed]
        parts.append(
            Condition(
                "r.report_id in (select report_id from report_entries where feed_id in"
                " (select value from json_each(?)))",
                (json.dumps(feeds),),
            )
        )
    for kind, column, values in (("platform", "key", where.platform), ("vendor", "name", where.vendor)):
        if values:
            inner = _one_of(column, values)
            parts.append(
                Condition(
                    f"r.report_id in (select report_id from mentions where kind = '{kind}' and {inner.sql})",  # noqa: S608
                    inner.parameters,
                )
            )
    if where.language:
        parts.append(_one_of("lower(substr(r.language, 1, 2))", where.language))
    if where.relevant is not None:
        parts.append(Condition("r.relevant = ?", (int(where.relevant),)))
    if where.since:
        parts.append(Condition("coalesce(r.published_at, r.added_at) >= ?", (seconds(where.since),)))
    if where.until:
        parts.append(Condition("coalesce(r.published_at, r.added_at) < ?", (seconds(where.until),)))
    if where.text.strip():
        parts.append(_words(where.text))
    return Condition(
        " and ".join(part.sql for part in parts) or "true",
        tuple(value for part in parts for value in part.parameters),
    )


def _words(text: str) -> Condition:
    """Words of title and text, or a part of the address or the publisher's name."""
    typed = storable(text.strip().lower())
    named = "instr(lower(coalesce(r.url, '')), ?) > 0 or instr(lower(coalesce(r.publisher, '')), ?) > 0"
    query = match_words(text)
    if not query:
        return Condition(f"({named})", (typed, typed))
    found = "r.report_id in (select rowid from report_search where report_search match ?)"
    return Condition(f"({found} or {named})", (query, typed, typed))


def _one_of(column: str, values: tuple[str, ...]) -> Condition:
    return Condition(f"{column} in ({', '.join('?' * len(values))})", tuple(storable(value) for value in values))


def _ids_of(db: Database, target: str) -> list[str]:
    for kind in ("incident", "wave"):
        current = current_target(db, kind, target)
        if current is not None:
            number = number_of("incident" if kind == "incident" else "wave", current)
            olds = db.rows(f"select old_id from {kind}_aliases where {kind}_id = ?", (number,))  # noqa: S608
            return [current, *(public_id("incident" if kind == "incident" else "wave", row[0]) for row in olds)]
    return [target]


def _mentions(db: Database, number: int) -> tuple[Mention, ...]:
    known = {row[0]: row[1] for row in db.rows("select name_key, domain from vendor_names")}
    rows = db.rows("select * from mentions where report_id = ? order by start, place", (number,))
    return tuple(
        Mention(
            row["kind"],
            row["name"],
            (known.get(row["name"].casefold()) if row["kind"] == "vendor" else None) or row["key"],
            row["start"],
            row["end"],
            row["evidence"],
            row["stance"],
        )
        for row in rows
    )


def _mitigations(db: Database, number: int) -> tuple[MitigationProposal, ...]:
    rows = db.rows("select * from mitigation_proposals where report_id = ? order by place", (number,))
    return tuple(
        MitigationProposal(
            row["actor"], row["name"], row["party"], row["platform"], row["measure"], row["status"], row["phase"],
            row["day"], row["sentence"],
        )
        for row in rows
    )  # fmt: skip


def _versions(db: Database, number: int) -> tuple[Version, ...]:
    rows = db.rows("select * from report_versions where report_id = ? order by version desc", (number,))
    return tuple(
        Version(moment(row["replaced_at"]), row["title"], moment_or_none(row["published_at"]), row["text"])
        for row in rows
    )


def _report(row: sqlite3.Row) -> ReportRow:
    return ReportRow(
        report_id=public_id("report", row["report_id"]),
        kind=row["kind"],
        state=row["state"],
        relevant=bool(row["relevant"]),
        score=row["score"],
        title=row["title"],
        url=row["url"],
        publisher=row["publisher"],
        feed_id=None if row["feed_id"] is None else public_id("feed", row["feed_id"]),
        published_at=moment_or_none(row["published_at"]),
        added_at=moment(row["added_at"]),
        changed_at=moment(row["changed_at"]),
        language=row["language"],
        platforms=row["platforms"] or "",
        vendors=row["vendors"] or "",
        links=row["links"] or "",
        proposed=row["proposed"],
        waiting=row["text_from"] == "nothing",
    )
