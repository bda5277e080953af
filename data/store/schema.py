"""Every version of the schema in order: migrations over readable SQL, schema_first.py, then one file a subject."""

import sqlite3

from sqlite_utils import Database as Tables
from sqlite_utils import Migrations

from data.store.indexes import INDEXES
from data.store.schema_access import ACCESS
from data.store.schema_alerts import ALERTS
from data.store.schema_clusters import CLUSTERS, LIST_BOMBS, complete_features
from data.store.schema_disputes import DISPUTES
from data.store.schema_first import EVIDENCE, GROUPS, PEOPLE, SEARCH
from data.store.schema_intelligence import INTELLIGENCE
from data.store.schema_levels import LEVELS
from data.store.schema_mailbox import MAILBOX
from data.store.schema_mitigation import EXPOSURES
from data.store.schema_overrides import OVERRIDES
from data.store.schema_sharing import SHARING
from data.store.schema_totals import TOTALS
from data.store.versions import MIGRATION_SET

MIGRATIONS = Migrations(MIGRATION_SET)
"""In versions.py each has its name, too."""


@MIGRATIONS()
def m001_first_schema(tables: Tables) -> None:
    """Evidence, groups, people, search."""
    for script in (GROUPS, EVIDENCE, PEOPLE, SEARCH, INDEXES):
        for statement in statements(script):
            tables.execute(statement)


@MIGRATIONS()
def m002_clusters(tables: Tables) -> None:
    """What brings similar messages together; features that earlier versions did not take."""
    for statement in statements(CLUSTERS):
        tables.execute(statement)
    complete_features(tables.conn)


@MIGRATIONS()
def m003_intelligence(tables: Tables) -> None:
    """Feeds, reports, mentions, links, triage."""
    for script in INTELLIGENCE:
        for statement in statements(script):
            tables.execute(statement)


@MIGRATIONS()
def m004_mitigation(tables: Tables) -> None:
    """Exposures, what people say about their mitigation, contacts."""
    for statement in statements(EXPOSURES):
        tables.execute(statement)


@MIGRATIONS()
def m005_access(tables: Tables) -> None:
    """Tokens, submissions that wait for review, markings of incidents."""
    for statement in statements(ACCESS):
        tables.execute(statement)


@MIGRATIONS()
def m006_sharing(tables: Tables) -> None:
    """What was exported, and the versions that rows had before."""
    for statement in statements(SHARING):
        tables.execute(statement)


@MIGRATIONS()
def m007_mailbox(tables: Tables) -> None:
    """Mail that was collected."""
    for statement in statements(MAILBOX):
        tables.execute(statement)


@MIGRATIONS()
def m008_alerts(tables: Tables) -> None:
    """The outbox of alerts."""
    for statement in statements(ALERTS):
        tables.execute(statement)


@MIGRATIONS()
def m009_overrides(tables: Tables) -> None:
    """Analysts' decisions in force, triage, notes."""
    for statement in statements(OVERRIDES):
        tables.execute(statement)


@MIGRATIONS()
def m010_disputes(tables: Tables) -> None:
    """Disputes, proofs of domains, where writes came from."""
    for statement in statements(DISPUTES):
        tables.execute(statement)


@MIGRATIONS()
def m012_totals(tables: Tables) -> None:
    """Observations by hour and by day, counted as they come and go; indexes of pages that must not grow with them."""
    for statement in statements(TOTALS):
        tables.execute(statement)


@MIGRATIONS()
def m013_levels(tables: Tables) -> None:
    """Levels of founders, so that one content more costs the same among many."""
    for statement in statements(LEVELS):
        tables.execute(statement)


@MIGRATIONS()
def m014_list_bombs(tables: Tables) -> None:
    """List confirmations of all platforms count as one wave."""
    for statement in statements(LIST_BOMBS):
        tables.execute(statement)


def statements(script: str) -> list[str]:
    """The single statements of a script: executescript would commit the transaction that a migration runs in."""
    found: list[str] = []
    draft = ""
    for line in script.splitlines():
        draft += line + "\n"
        if sqlite3.complete_statement(draft):
            found.append(draft.strip())
            draft = ""
    return found
