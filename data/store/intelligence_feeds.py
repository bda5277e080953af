"""Feeds and their health: added, paused, removed by people; claimed, fetched and recorded by collectors."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from data.errors import SubmissionRefused
from data.store.database import Database
from data.store.intelligence_shapes import Answer, Claim, FeedRow, FetchRow
from data.store.journal import Journal
from data.store.values import (
    moment,
    moment_or_none,
    number_of,
    public_id,
    seconds,
    seconds_or_none,
    storable,
    storable_or_none,
)

LEASE = timedelta(minutes=10)
"""A collector that has not answered for so long has lost its claim."""
FETCHES_OF_A_FEED, FETCHES_OF_A_PAGE = 50, 10
FEEDS_LIMIT = 500
TEXT_LIMIT = 500


def add_feed(
    db: Database,
    address: str,
    *,
    now: datetime,
    added_by: str,
    title: str | None = None,
    source: str | None = None,
    asked: bool = True,
) -> tuple[str, bool]:
    """The public id of a feed, and whether it is new. One that was removed before comes back. `asked` is whether it
    is due at once; one that was handed in as a file is never due. Raises SubmissionRefused beyond FEEDS_LIMIT."""
    address, at = storable(address.strip()), seconds(now)
    with db.writing() as connection:
        known = connection.execute("select feed_id, removed_at from feeds where address = ?", (address,)).fetchone()
        if known and known["removed_at"] is None:
            return public_id("feed", known["feed_id"]), False
        if connection.execute("select count(*) from feeds where removed_at is null").fetchone()[0] >= FEEDS_LIMIT:
            raise SubmissionRefused(f"There are {FEEDS_LIMIT} feeds already; remove one before you add another.")
        number = connection.execute(
            "insert into feeds (address, title, source, added_by, added_at, due_at) values (?, ?, ?, ?, ?, ?)"
            " on conflict (address) do update set removed_at = null, paused_at = null, due_at = excluded.due_at"
            " returning feed_id",
            (address, _short(title), _short(source), added_by, at, at if asked else None),
        ).fetchone()[0]
        Journal(connection, at).note("feed-added", public_id("feed", number), actor=added_by)
    return public_id("feed", number), True


def pause_feed(db: Database, feed_id: str, *, paused: bool, actor: str, now: datetime) -> None:
    """Stop asking for a feed, or ask again from now on."""
    at, number = seconds(now), number_of("feed", feed_id)
    with db.writing() as connection:
        changed = connection.execute(
            "update feeds set paused_at = ?, due_at = case when ? then due_at else ? end"
            " where feed_id = ? and removed_at is null and (paused_at is null) = ?",
            (at if paused else None, paused, at, number, paused),
        ).rowcount
        if changed and number is not None:
            kind = "feed-paused" if paused else "feed-resumed"
            Journal(connection, at).note(kind, public_id("feed", number), actor=actor)


def remove_feed(db: Database, feed_id: str, *, actor: str, now: datetime) -> None:
    """Take a feed off the list. What it brought stays."""
    at, number = seconds(now), number_of("feed", feed_id)
    with db.writing() as connection:
        changed = connection.execute(
            "update feeds set removed_at = ?, due_at = null where feed_id = ? and removed_at is null", (at, number)
        ).rowcount
        if changed and number is not None:
            Journal(connection, at).note("feed-removed", public_id("feed", number), actor=actor)


def claim_feed(db: Database, owner: str, now: datetime, address: str | None = None) -> Claim | None:
    """A feed that is due and that nobody else is fetching, or the one of an address whether it is due or not."""
    at = seconds(now)
    wanted = (
        "paused_at is null and due_at <= ?" if address is None else "address = ?"  # the one asked for by name
    )
    with db.writing() as connection:
        row = connection.execute(
            "update feeds set lease = ?, leased_until = ?, attempted_at = ? where feed_id = ("  # noqa: S608
            f" select feed_id from feeds where removed_at is null and {wanted}"
            " and (lease is null or leased_until <= ?) order by due_at, feed_id limit 1)"
            " returning feed_id, address, etag, last_modified, failures",
            (owner, seconds(now + LEASE), at, at if address is None else storable(address), at),
        ).fetchone()
    if row is None:
        return None
    works = row["failures"] == 0
    return Claim(
        row["feed_id"],
        owner,
        row["address"],
        row["etag"] if works else None,
        row["last_modified"] if works else None,
        row["failures"],
    )


def lease_owners(db: Database) -> list[str]:
    """Who holds a claim on a feed or a page."""
    rows = db.rows(
        "select lease from feeds where lease is not null union select lease from reports where lease is not null"
    )
    return [row[0] for row in rows]


def release_leases(db: Database, owners: Iterable[str]) -> None:
    """Give back what collectors claimed that are no more."""
    gone = [(owner,) for owner in owners]
    if gone:
        with db.writing() as connection:
            connection.executemany("update feeds set lease = null, leased_until = null where lease = ?", gone)
            connection.executemany("update reports set lease = null, leased_until = null where lease = ?", gone)


def record_answer(
    connection: sqlite3.Connection, claim: Claim, answer: Answer, title: str | None, said: str | None, entries: int
) -> None:
    """What became of a request for a feed, in the caller's transaction. An answer that nothing changed since the last
    good one proves nothing about a feed that fails: it stays failing until its content was read again."""
    at = seconds(answer.at)
    due = seconds_or_none(answer.due_at)
    record_fetch(connection, answer, feed=claim.number)
    if answer.outcome in ("read", "empty"):
        connection.execute(
            "update feeds set state = ?, fetched_at = ?, failures = 0, failure = null, failing_since = null,"
            " etag = ?, last_modified = ?, own_title = coalesce(?, own_title), warning = ?, entries = ?"
            " where feed_id = ?",
            (
                "ok" if answer.outcome == "read" else "empty", at, _short(answer.etag), _short(answer.last_modified),
                _short(title), _short(said), entries, claim.number,
            ),
        )  # fmt: skip
    elif answer.outcome == "unchanged":
        connection.execute(
            "update feeds set fetched_at = ? where feed_id = ? and failures = 0 and fetched_at is not null",
            (at, claim.number),
        )
    else:
        connection.execute(
            "update feeds set state = ?, failures = failures + 1, failure = ?,"
            " failing_since = coalesce(failing_since, ?) where feed_id = ?",
            ("gone" if answer.outcome == "gone" else "failing", _short(answer.reason), at, claim.number),
        )
    connection.execute(
        "update feeds set attempted_at = ?, due_at = ?,"
        " lease = case when lease = ? then null else lease end where feed_id = ?",
        (at, due, claim.owner, claim.number),
    )
    if answer.moved_to and answer.moved_to != claim.address:
        # "or ignore": the address that it moved to may be a feed of its own already.
        connection.execute(
            "update or ignore feeds set address = ? where feed_id = ?", (storable(answer.moved_to), claim.number)
        )


def record_fetch(
    connection: sqlite3.Connection, answer: Answer, *, feed: int | None = None, report: int | None = None
) -> None:
    """One request, in the caller's transaction; the oldest of the same feed or page are forgotten."""
    connection.execute(
        "insert into fetches (feed_id, report_id, at, status, bytes, seconds, outcome, reason)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            feed, report, seconds(answer.at), answer.status, answer.bytes, round(answer.seconds, 3), answer.outcome,
            _short(answer.reason),
        ),
    )  # fmt: skip
    column, number, kept = ("feed_id", feed, FETCHES_OF_A_FEED) if feed else ("report_id", report, FETCHES_OF_A_PAGE)
    connection.execute(
        f"delete from fetches where {column} = ? and fetch_id <= ("  # noqa: S608 (our own words)
        f" select fetch_id from fetches where {column} = ? order by fetch_id desc limit 1 offset ?)",
        (number, number, kept),
    )


def feeds(db: Database) -> list[FeedRow]:
    """Every feed that was not removed: those that need somebody first, then by name."""
    rows = db.rows(
        "select f.*, (select count(*) from reports r where r.feed_id = f.feed_id) as reports,"
        " (select count(*) from reports r where r.feed_id = f.feed_id and r.relevant = 1) as relevant"
        " from feeds f where f.removed_at is null"
        " order by f.state not in ('failing', 'gone'), coalesce(f.title, f.own_title, f.address) collate nocase"
    )
    return [_feed(row) for row in rows]


def feed_addresses(db: Database) -> set[str]:
    """Addresses of all feeds, removed ones too: what the catalogue adds is not added again after its removal."""
    return {row[0] for row in db.rows("select address from feeds")}


def fetches(db: Database, feed_id: str) -> list[FetchRow]:
    """The requests for a feed that are kept, the newest first."""
    rows = db.rows(
        "select t.*, f.address from fetches t join feeds f using (feed_id) where t.feed_id = ?"
        " order by fetch_id desc",
        (number_of("feed", feed_id),),
    )
    return [
        FetchRow(
            moment(row["at"]),
            row["address"],
            row["status"],
            row["bytes"],
            row["seconds"],
            row["outcome"],
            row["reason"],
        )
        for row in rows
    ]


def _feed(row: sqlite3.Row) -> FeedRow:
    def at(name: str) -> datetime | None:
        return moment_or_none(row[name])

    return FeedRow(
        feed_id=public_id("feed", row["feed_id"]),
        address=row["address"],
        title=row["title"] or row["own_title"],
        source=row["source"],
        added_by=row["added_by"],
        added_at=moment(row["added_at"]),
        state=row["state"],
        paused=row["paused_at"] is not None,
        attempted_at=at("attempted_at"),
        fetched_at=at("fetched_at"),
        due_at=None if row["paused_at"] else at("due_at"),
        failures=row["failures"],
        failing_since=at("failing_since"),
        failure=row["failure"],
        warning=row["warning"],
        entries=row["entries"],
        reports=row["reports"],
        relevant=row["relevant"],
    )


def _short(text: str | None) -> str | None:
    cut = storable_or_none(text)
    return cut[:TEXT_LIMIT] if cut else None
