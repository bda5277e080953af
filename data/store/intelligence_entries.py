"""A feed's entries into reports: each found again by its id, else by its address, else by its title; never twice."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from data.intelligence.identity import entry_digest, has_no_id_of_its_own, url_key
from data.intelligence.model import FeedEntry
from data.store.database import Database
from data.store.intelligence_feeds import record_answer
from data.store.intelligence_shapes import Answer, Claim, ReadEntry, ReadFeed, Saved
from data.store.intelligence_writes import entry_draft, forget_beyond, insert_report, update_report
from data.store.values import seconds, storable

RELATED = 2.0
"""From this relevance on the page behind an entry is worth reading."""
REPORTS_OF_A_FEED = 5_000


def known_digests(db: Database, feed: int) -> dict[str, str]:
    """What each entry of a feed said when it was last read, by its id."""
    return {
        row[0]: row[1] for row in db.rows("select entry_key, digest from report_entries where feed_id = ?", (feed,))
    }


def unread_entries(entries: Iterable[FeedEntry], known: dict[str, str]) -> list[FeedEntry]:
    """The entries that are new or were edited."""
    return [entry for entry in entries if known.get(storable(entry.id)) != entry_digest(entry)]


def save_answer(
    db: Database,
    claim: Claim,
    answer: Answer,
    read: ReadFeed | None = None,
    *,
    read_pages: bool = True,
    limit: int = REPORTS_OF_A_FEED,
) -> Saved:
    """What became of a request for a feed, and all that it brought, in one transaction: whoever is killed before its
    end left nothing. `read_pages` is whether the pages behind entries that matter are to be fetched."""
    with db.writing() as connection:
        saved = Saved()
        if read is not None:
            saved = _Entries(connection, claim.number, read, answer.at, read_pages=read_pages).save()
            forget_beyond(connection, claim.number, limit, (storable(entry.id) for entry in read.feed.entries))
        feed = read.feed if read else None
        said = " ".join(feed.warnings) if feed else None
        title = feed.title if feed else None
        record_answer(connection, claim, answer, title, said, len(feed.entries) if feed else 0)
    return saved


class _Entries:
    """The entries of one answer, placed one after the other."""

    def __init__(
        self, connection: sqlite3.Connection, feed: int, read: ReadFeed, at: datetime, *, read_pages: bool
    ) -> None:
        self._connection, self._feed, self._read, self._read_pages = connection, feed, read, read_pages
        self._at = seconds(at)
        self._ids = {storable(entry.id) for entry in read.feed.entries}
        # What several entries share tells none of them.
        self._addresses = Counter(url_key(entry.url) for entry in read.feed.entries)
        self._titles = Counter(entry.title for entry in read.feed.entries)

    def save(self) -> Saved:
        new, edited, touched = 0, 0, []
        for entry in self._read.feed.entries:
            insight = self._read.insights.get(entry.id)
            if insight is None:
                continue
            item = ReadEntry(entry, insight, self._read.feed.title)
            number = self._known(entry)
            if number is None:
                number = insert_report(
                    self._connection, entry_draft(item), "advisory", self._feed, f"F-{self._feed:04d}", self._at
                )
                new += 1
                touched.append(number)
            elif self._update(number, item):
                edited += 1
                touched.append(number)
            self._remember(entry, number)
            self._ask_for_page(number, item)
        return Saved(new, edited, tuple(touched))

    def _known(self, entry: FeedEntry) -> int | None:
        """The report of an entry. An id that changed does not make it another one, if its address or title stayed."""
        found = self._value(
            "select report_id from report_entries where feed_id = ? and entry_key = ?",
            (self._feed, storable(entry.id)),
        )
        return found or self._by_address(entry) or self._by_title(entry)

    def _by_address(self, entry: FeedEntry) -> int | None:
        key = url_key(entry.url)
        if key is None or self._addresses[key] > 1:
            return None
        number = self._value("select report_id from reports where url_key = ? order by report_id", (storable(key),))
        if number is None:
            return None
        own = self._keys_here(number)
        same_words = self._value(
            "select 1 from reports where report_id = ? and (title is ? or published_at = ?)",
            (
                number,
                storable(entry.title or "") or None,
                seconds(entry.published_at) if entry.published_at else None,
            ),
        )
        if own and (own & self._ids or not same_words):
            return None
        self._forget_keys(own)
        return number

    def _by_title(self, entry: FeedEntry) -> int | None:
        """An entry whose id is made of its words has another id once they are edited."""
        if not entry.title or not has_no_id_of_its_own(entry.id) or self._titles[entry.title] > 1:
            return None
        rows = self._connection.execute(
            "select report_id, entry_key from report_entries e join reports r using (report_id)"
            " where e.feed_id = ? and instr(e.entry_key, 'words:') > 0 and r.title = ?",
            (self._feed, storable(entry.title)),
        ).fetchall()
        stale = [row for row in rows if row["entry_key"] not in self._ids]
        if len(stale) != 1:
            return None
        self._forget_keys({stale[0]["entry_key"]})
        return int(stale[0]["report_id"])

    def _update(self, number: int, item: ReadEntry) -> bool:
        """A feed edits what it brought first, unless the page itself was read since: then that is read again."""
        row = self._connection.execute(
            "select feed_id, text_from from reports where report_id = ?", (number,)
        ).fetchone()
        if row["text_from"] == "page" or row["feed_id"] not in (self._feed, None):
            return False
        return update_report(self._connection, number, entry_draft(item), self._at)

    def _ask_for_page(self, number: int, item: ReadEntry) -> None:
        if self._read_pages and item.entry.url and item.insight.relevance.score >= RELATED:
            self._connection.execute(
                "update reports set page_due_at = ?, page_failures = 0 where report_id = ?", (self._at, number)
            )

    def _remember(self, entry: FeedEntry, number: int) -> None:
        self._connection.execute(
            "insert into report_entries (feed_id, entry_key, report_id, digest, seen_at) values (?, ?, ?, ?, ?)"
            " on conflict (feed_id, entry_key) do update set report_id = excluded.report_id,"
            " digest = excluded.digest, seen_at = excluded.seen_at",
            (self._feed, storable(entry.id), number, entry_digest(entry), self._at),
        )

    def _keys_here(self, number: int) -> set[str]:
        rows = self._connection.execute(
            "select entry_key from report_entries where feed_id = ? and report_id = ?", (self._feed, number)
        )
        return {row[0] for row in rows}

    def _forget_keys(self, keys: Iterable[str]) -> None:
        self._connection.executemany(
            "delete from report_entries where feed_id = ? and entry_key = ?", [(self._feed, key) for key in keys]
        )

    def _value(self, sql: str, parameters: tuple[object, ...]) -> int | None:
        row = self._connection.execute(sql, parameters).fetchone()
        return None if row is None else int(row[0])
