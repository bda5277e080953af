"""Pages: asked for by address, handed in as a file, or pasted. The same page again is an update."""

import sqlite3
from datetime import datetime

from data.intelligence.identity import url_key, words_key
from data.intelligence.insight import read_insight
from data.intelligence.model import PageFacts, Report
from data.store.database import Database
from data.store.intelligence_feeds import LEASE, record_fetch
from data.store.intelligence_shapes import Answer, Claim, Saved
from data.store.intelligence_writes import Draft, insert_report, page_draft, update_report
from data.store.values import public_id, seconds, seconds_or_none, storable


def ask_for_page(db: Database, url: str, *, now: datetime, added_by: str) -> tuple[str, bool]:
    """The public id of a page's report, and whether it is new; a collector fetches the page at its next turn."""
    key, at = url_key(url), seconds(now)
    with db.writing() as connection:
        number = _of_address(connection, key, url)
        known = number is not None
        if number is None:
            number = insert_report(connection, _nothing(url), "report", None, added_by, at)
        connection.execute(
            "update reports set page_due_at = ?, page_failures = 0, page_failure = null where report_id = ?",
            (at, number),
        )
    return public_id("report", number), not known


def claim_page(db: Database, owner: str, now: datetime) -> Claim | None:
    """A page that is due and that nobody else is fetching."""
    at = seconds(now)
    with db.writing() as connection:
        row = connection.execute(
            "update reports set lease = ?, leased_until = ? where report_id = (select report_id from reports"
            " where page_due_at <= ? and (lease is null or leased_until <= ?)"
            " order by page_due_at, report_id limit 1)"
            " returning report_id, url, page_failures",
            (owner, seconds(now + LEASE), at, at),
        ).fetchone()
    return None if row is None else Claim(row["report_id"], owner, row["url"] or "", failures=row["page_failures"])


def save_page(db: Database, report: Report, *, now: datetime, added_by: str) -> Saved:
    """A page that was handed in or pasted."""
    at, draft = seconds(now), page_draft(report.page, report.insight)
    with db.writing() as connection:
        number = _known_page(connection, report.page)
        if number is None:
            return Saved(new=1, touched=(insert_report(connection, draft, "report", None, added_by, at),))
        edited = update_report(connection, number, draft, at)
    return Saved(edited=int(edited), touched=(number,))


def save_fetched_page(db: Database, claim: Claim, answer: Answer, report: Report | None) -> Saved:
    """What became of a request for a page, in one transaction. A page that turns out to be another known report, by
    the address that it gives itself, is that report."""
    with db.writing() as connection:
        number, edited = claim.number, False
        if report is not None:
            number = _merged(connection, claim.number, report.page)
            edited = update_report(connection, number, page_draft(report.page, report.insight), seconds(answer.at))
        _record(connection, answer, number)
    return Saved(edited=int(edited), touched=(number,) if report is not None else ())


def _record(connection: sqlite3.Connection, answer: Answer, number: int) -> None:
    failed = answer.outcome in ("failed", "gone")
    record_fetch(connection, answer, report=number)
    connection.execute(
        "update reports set page_due_at = ?, page_failures = case when ? then page_failures + 1 else 0 end,"
        " page_failure = ?, lease = null, leased_until = null where report_id = ?",
        (
            seconds_or_none(answer.due_at),
            failed,
            answer.reason if failed else None,
            number,
        ),
    )


def _merged(connection: sqlite3.Connection, number: int, page: PageFacts) -> int:
    """The row to write to: another one that has the page's own address, if this one is but a request for it."""
    key = url_key(page.url)
    other = connection.execute(
        "select report_id from reports where url_key = ? and report_id <> ? order by report_id", (key, number)
    ).fetchone()
    if other is None:
        connection.execute(
            "update reports set url_key = coalesce(?, url_key) where report_id = ?",
            (storable(key or "") or None, number),
        )
        return number
    bare = connection.execute(
        "select 1 from reports r where r.report_id = ? and r.text_from = 'nothing' and r.feed_id is null"
        " and not exists (select 1 from report_triage t where t.report_id = r.report_id)"
        " and not exists (select 1 from link_decisions d where d.report_id = r.report_id)",
        (number,),
    ).fetchone()
    if bare is None:
        return number
    connection.execute("delete from reports where report_id = ?", (number,))
    return int(other[0])


def _known_page(connection: sqlite3.Connection, page: PageFacts) -> int | None:
    if page.url:
        return _of_address(connection, url_key(page.url), page.url)
    row = connection.execute(
        "select report_id from reports where words_key = ? order by report_id", (words_key(page.text),)
    ).fetchone()
    return None if row is None else int(row[0])


def _of_address(connection: sqlite3.Connection, key: str | None, url: str) -> int | None:
    column, value = ("url_key", key) if key else ("url", url)
    row = connection.execute(
        f"select report_id from reports where {column} = ? order by report_id",  # noqa: S608 (our own words)
        (storable(value),),
    ).fetchone()
    return None if row is None else int(row[0])


def _nothing(url: str) -> Draft:
    """A page that nobody has read yet."""
    return Draft(None, url, None, None, None, None, None, "", "nothing", read_insight(None, ""))
