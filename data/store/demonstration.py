"""The demonstration, told apart from what people brought in, and taken out again.

It is told into an empty database only, through a channel and by an actor that are both named `demo`.
"""

import sqlite3
from datetime import datetime

from data.store.database import Database
from data.store.erasure import drop_empty_templates, wipe
from data.store.journal import Journal
from data.store.rebuild import refresh
from data.store.scope import touch_everything
from data.store.settle import settle
from data.store.values import seconds
from data.submissions import Channel

TELLER: Channel = "demo"
_TOLD = "(select submission_id from submissions where channel = 'demo')"
_MESSAGES = (
    "update incidents set stale = 1",
    "delete from corroborations where channel = 'demo'",
    "delete from observations where observation_id not in (select observation_id from corroborations)",
    f"delete from intake_marks where submission_id in {_TOLD}",  # noqa: S608 (our own words)
    "delete from submissions where channel = 'demo'",
)
_FEEDS = "(select feed_id from feeds where added_by = 'demo')"
_REPORTS = f"(select report_id from reports where added_by = 'demo' or feed_id in {_FEEDS})"  # noqa: S608
_WORDS = (
    "delete from checklist_ticks where author = 'demo'",
    "delete from mitigation_changes where author = 'demo'",
    "delete from party_contacts where author = 'demo'",
    f"delete from report_triage where report_id in {_REPORTS}",  # noqa: S608
    f"delete from link_decisions where report_id in {_REPORTS}",  # noqa: S608
    f"delete from reports where report_id in {_REPORTS}",  # noqa: S608
    f"delete from fetches where feed_id in {_FEEDS}",  # noqa: S608
    f"delete from report_entries where feed_id in {_FEEDS}",  # noqa: S608
    "delete from feeds where added_by = 'demo'",
)
_NOBODY = (
    "(select party_id from parties p where not exists (select 1 from observations o where o.party_id = p.party_id))"
)
_STANDING = (
    "(select printf('RW-%04d', incident_id) from incidents union select printf('W-%04d', wave_id) from waves"
    " union select printf('E-%04d', exposure_id) from exposures)"
)
_LEFT = (
    f"delete from party_aliases where party_id in {_NOBODY}",  # noqa: S608
    f"delete from parties where party_id in {_NOBODY}",  # noqa: S608
    "delete from party_versions where party_id not in (select party_id from parties)",
    "delete from incident_versions where incident_id not in (select incident_id from incidents)",
    "delete from wave_versions where wave_id not in (select wave_id from waves)",
    "delete from lessons where organisation <> '' and organisation not in (select organisation from nodes)",
    "delete from former_exposures where party_id not in (select party_id from parties)",
)
_EVENTS = (
    "delete from events where actor = 'demo' or actor = 'relaywatch' and"  # noqa: S608
    f" (subject like 'RW-%' or subject like 'W-%' or subject like 'E-%') and subject not in {_STANDING}"
)


def holds_demonstration(db: Database) -> bool:
    """Whether the database began with the demonstration."""
    return bool(db.value("select channel from submissions order by submission_id limit 1") == TELLER)


def handed_in_beside(db: Database) -> int:
    """How many submissions people made beside the demonstration."""
    return int(db.value("select count(*) from submissions where channel <> 'demo'"))


def remove_demonstration(db: Database, now: datetime) -> int:
    """Takes out everything that the demonstration told: messages, reports, feeds, what its actor set and ticked, and
    what the machine made of them. What people handed in stays, and is settled anew without it. Numbers of incidents
    and waves are never given again. Returns how many messages went. Raises StoreError where others hold the file.
    """
    before = _messages(db)
    with db.writing() as connection:
        touch_everything(connection)
        for statement in (*_MESSAGES, *_WORDS):
            connection.execute(statement)
        refresh(connection)
    settle(db, now, afresh=True)
    with db.writing() as connection:
        drop_empty_templates(connection)
        for statement in _LEFT:
            connection.execute(statement)
        _drop_events(connection)
        gone = before - _messages(db)
        Journal(connection, seconds(now)).note("demonstration-removed", "demonstration", {"messages": gone})
    wipe(db)
    return gone


def _drop_events(connection: sqlite3.Connection) -> None:
    """The log refuses to lose a line; an invented history is the one exception, within one transaction."""
    guard = connection.execute("select sql from sqlite_master where name = 'events_are_not_deleted'").fetchone()[0]
    connection.execute("drop trigger events_are_not_deleted")
    connection.execute(_EVENTS)
    connection.execute(guard)


def _messages(db: Database) -> int:
    return int(db.value("select count(*) from observations"))
