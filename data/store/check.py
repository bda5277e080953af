"""Is the database whole, and does it say what its observations say? Nothing is changed."""

import sqlite3

from data.store.database import Database
from data.store.exposures import differing
from data.store.groups import settle_templates
from data.store.journal import Journal
from data.store.rebuild import refresh
from data.store.scope import ALWAYS
from data.store.totals import miscounted
from data.store.values import public_id

LOT = 500
NAMED = 5


def check(db: Database) -> list[str]:
    """Findings, a sentence each; none where all is well. Templates that are still provisional (an ingest is running
    or was killed) are left out: the next settle takes care of them."""
    findings: list[str] = []
    for look in (_pages, _references, _words, _derived, _groups, _parties, differing, _totals, _redirects):
        findings += look(db)
    return findings


def provisional(db: Database) -> int:
    """How many templates await settling: an ingest is running, or was stopped before its end."""
    count: int = db.value("select count(distinct template_id) from unsettled")
    return count


def _pages(db: Database) -> list[str]:
    said = [row[0] for row in db.rows("pragma integrity_check(10)")]
    return [] if said == ["ok"] else [f"The file is damaged: {line}. Restore a backup." for line in said]


def _references(db: Database) -> list[str]:
    rows = db.rows("pragma foreign_key_check")
    return [f"{len(rows)} rows refer to nothing, first in {rows[0][0]}. Restore a backup."] if rows else []


def _words(db: Database) -> list[str]:
    findings: list[str] = []
    for index, of, what_to_do in (
        ("words", "messages", "Run: relaywatch rebuild"),
        ("report_search", "reports", "Restore a backup."),
    ):
        with db.trying() as connection:
            try:
                connection.execute(f"insert into {index} ({index}, rank) values ('integrity-check', 1)")  # noqa: S608
            except sqlite3.DatabaseError:
                findings.append(f"The full-text index differs from the {of}. {what_to_do}")
    return findings


def _derived(db: Database) -> list[str]:
    # An ingest that was killed before or within its settle leaves templates and standings of some messages open.
    if db.value("select 1 from unsettled limit 1"):
        return []
    with db.trying() as connection:
        changes = refresh(connection)
    if not changes:
        return []
    return [
        f"{changes} rows differ from what the observations say (standing, template or party). Run: relaywatch rebuild"
    ]


def _groups(db: Database) -> list[str]:
    """Settles every settled template again and undoes it: stream must equal rebuild."""
    settled = [
        row[0]
        for row in db.rows(
            "select template_id from templates where template_id not in (select template_id from unsettled)"
            " and template_id not in (select moved_from from unsettled) and (family is null or family not in"
            " (select family from templates where family is not null and template_id in"
            " (select template_id from unsettled))) order by template_id"
        )
    ]
    differing: list[int] = []
    for start in range(0, len(settled), LOT):
        lot = settled[start : start + LOT]
        if _changes(db, lot):
            differing += [number for number in lot if _changes(db, [number])] or lot[:1]
    if not differing:
        return []
    named = ", ".join(public_id("template", number) for number in differing[:NAMED])
    return [
        f"Incidents or figures of {len(differing)} templates ({named}) differ from their observations."
        " Run: relaywatch rebuild"
    ]


def _changes(db: Database, templates: list[int]) -> int:
    with db.trying() as connection:
        touched = dict.fromkeys(templates, ALWAYS)
        outcome = settle_templates(connection, touched, Journal(connection, 0), afresh=True)
    return outcome.changes


def _parties(db: Database) -> list[str]:
    if db.value("select 1 from unsettled limit 1"):
        return []
    wrong = db.value(
        "select count(*) from parties p where p.observations <>"
        " (select coalesce(sum(i.observations), 0) from incidents i where i.party_id = p.party_id)"
    )
    return (
        [f"The figures of {wrong} abused parties differ from their incidents. Run: relaywatch rebuild"]
        if wrong
        else []
    )


def _totals(db: Database) -> list[str]:
    wrong = miscounted(db.connection)
    return (
        [f"The counts of {wrong} hours and days differ from their observations. Run: relaywatch rebuild"]
        if wrong
        else []
    )


def _redirects(db: Database) -> list[str]:
    lost = sum(
        db.value(
            f"select count(*) from {kind}_aliases a where a.{kind}_id is not null"  # noqa: S608 (our own words)
            f" and a.{kind}_id not in (select {kind}_id from {kind}s)"
        )
        for kind in ("incident", "wave")
    )
    return [f"{lost} old ids lead to nothing. Restore a backup."] if lost else []
