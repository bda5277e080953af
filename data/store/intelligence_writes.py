"""Reports into their tables: found again or made, updated with their history, forgotten when nobody needs them.

Everything happens within the caller's transaction. One text is one row, whoever carries it.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.intelligence.identity import site_of, url_key, words_key
from data.intelligence.model import Insight, Mention, PageFacts
from data.intelligence.proposals import propose_mitigations
from data.store.intelligence_shapes import ReadEntry
from data.store.values import seconds_or_none, storable, storable_or_none, to_json

VERSIONS_LIMIT = 20
IRRELEVANT_TEXT = 2_000
"""Characters that are kept of a text which is not about relay abuse."""
MENTIONS_LIMIT = 400
TextFrom = Literal["nothing", "entry", "page"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it is stored: what it says, and what was recognised in it."""

    title: str | None
    url: str | None
    publisher: str | None
    author: str | None
    published_at: datetime | None
    updated_at: datetime | None
    summary: str | None
    text: str
    text_from: TextFrom
    insight: Insight
    warnings: tuple[str, ...] = ()

    @property
    def kept_text(self) -> str:
        return storable(self.text if self.insight.relevance.relevant else self.text[:IRRELEVANT_TEXT])

    @property
    def title_length(self) -> int:
        """How far the title, which insight reads first, moves the places of what was recognised."""
        return len(self.title) + 1 if self.title and not self.text.startswith(self.title) else 0

    @property
    def digest(self) -> str:
        published = self.published_at.isoformat() if self.published_at else ""
        return words_key(self.title, self.url, published, self.text)


def entry_draft(read: ReadEntry) -> Draft:
    """An entry of a feed. Its text is what insight was read from: the fullest that the feed carries."""
    entry = read.entry
    return Draft(
        entry.title, entry.url, read.publisher, None, entry.published_at, entry.updated_at, entry.summary,
        entry.text or entry.summary or "", "entry", read.insight,
    )  # fmt: skip


def page_draft(page: PageFacts, insight: Insight) -> Draft:
    """A page, or a text that somebody pasted."""
    return Draft(
        page.title, page.url, page.publisher, page.author, page.published_at, page.updated_at, None, page.text,
        "page", insight, page.warnings,
    )  # fmt: skip


def insert_report(
    connection: sqlite3.Connection, draft: Draft, kind: str, feed: int | None, added_by: str, at: int
) -> int:
    """A report that was not known; its row."""
    key = url_key(draft.url)
    cursor = connection.execute(
        "insert into reports (kind, feed_id, url, url_key, words_key, digest, text_from, relevant, score, reasons,"
        " warnings, added_by, added_at, changed_at) values (?, ?, ?, ?, ?, '', 'nothing', 0, 0, '[]', '[]', ?, ?, ?)",
        (
            kind, feed, storable_or_none(draft.url), storable_or_none(key),
            None if key or draft.text_from != "page" else words_key(draft.text), added_by, at, at,
        ),
    )  # fmt: skip
    number = int(cursor.lastrowid or 0)
    connection.execute("insert into report_words (report_id, title, text) values (?, null, '')", (number,))
    write_report(connection, number, draft, at)
    return number


def update_report(connection: sqlite3.Connection, number: int, draft: Draft, at: int) -> bool:
    """What a known report says now; what it said before is kept as a version. False where nothing changed."""
    known = connection.execute("select * from reports where report_id = ?", (number,)).fetchone()
    if known["digest"] == draft.digest and known["text_from"] == draft.text_from:
        return False
    if known["text_from"] != "nothing":
        _keep_version(connection, number, at)
    write_report(connection, number, draft, at)
    return True


def write_report(connection: sqlite3.Connection, number: int, draft: Draft, at: int) -> None:
    """All that a report says and all that was recognised in it, in place of what stood there."""
    insight, published, updated = draft.insight, draft.published_at, draft.updated_at
    connection.execute(
        "update reports set title = ?, url = coalesce(?, url), publisher = ?, author = ?, published_at = ?,"
        " updated_at = ?, summary = ?, language = ?, digest = ?, text_from = ?, relevant = ?, score = ?, reasons = ?,"
        " warnings = ?, changed_at = ? where report_id = ?",
        (
            storable_or_none(draft.title), storable_or_none(draft.url), storable_or_none(draft.publisher),
            storable_or_none(draft.author), seconds_or_none(published),
            seconds_or_none(updated), storable_or_none(draft.summary),
            storable_or_none(insight.language), draft.digest, draft.text_from, int(insight.relevance.relevant),
            insight.relevance.score, to_json(insight.relevance.reasons), to_json(draft.warnings), at, number,
        ),
    )  # fmt: skip
    connection.execute(
        "update report_words set title = ?, text = ? where report_id = ?",
        (storable_or_none(draft.title), draft.kept_text, number),
    )
    _write_mentions(connection, number, draft)


def _write_mentions(connection: sqlite3.Connection, number: int, draft: Draft) -> None:
    connection.execute("delete from mentions where report_id = ?", (number,))
    connection.execute("delete from mitigation_proposals where report_id = ?", (number,))
    mentions = draft.insight.mentions[:MENTIONS_LIMIT]
    connection.executemany(
        'insert into mentions (report_id, place, kind, name, key, start, "end", evidence, stance)'
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(number, place, *_mention(mention, draft.title_length)) for place, mention in enumerate(mentions)],
    )
    site = site_of(draft.url)
    party = site and connection.execute("select 1 from parties where abused_domain = ?", (site,)).fetchone()
    proposals = propose_mitigations(mentions, draft.url, draft.published_at, {site} if site and party else ())
    connection.executemany(
        "insert into mitigation_proposals (report_id, place, actor, name, party, platform, measure, status, phase,"
        " day, sentence) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                number, place, found.actor, storable(found.name), found.party, found.platform, found.measure,
                found.status, found.phase, found.day, storable(found.sentence),
            )
            for place, found in enumerate(proposals)
        ],
    )  # fmt: skip


def _mention(mention: Mention, before: int) -> tuple[object, ...]:
    return (
        mention.kind, storable(mention.name), storable_or_none(mention.key), mention.start - before,
        mention.end - before, storable(mention.evidence), mention.stance,
    )  # fmt: skip


def _keep_version(connection: sqlite3.Connection, number: int, at: int) -> None:
    connection.execute(
        "insert into report_versions (report_id, version, replaced_at, title, published_at, text)"
        " select r.report_id,"
        " coalesce((select max(version) from report_versions v where v.report_id = r.report_id), 0) + 1,"
        " ?, r.title, r.published_at, w.text from reports r join report_words w using (report_id)"
        " where r.report_id = ?",
        (at, number),
    )
    # The first version stays: it is the one that others quoted.
    connection.execute(
        "delete from report_versions where report_id = ? and version > 1 and version <="
        " (select max(version) from report_versions where report_id = ?) - ?",
        (number, number, VERSIONS_LIMIT - 1),
    )


def forget_beyond(connection: sqlite3.Connection, feed: int, limit: int, entries: Iterable[str]) -> int:
    """Forget all but the newest `limit` of a feed's reports, those about relay abuse last. What a person decided on,
    what the feed carries now (`entries`, its ids) and what another feed carries too does not count and stays."""
    if connection.execute("select count(*) from reports where feed_id = ?", (feed,)).fetchone()[0] <= limit:
        return 0
    return connection.execute(
        "delete from reports where report_id in (select r.report_id from reports r where r.feed_id = ?"
        " and not exists (select 1 from report_triage t where t.report_id = r.report_id)"
        " and not exists (select 1 from link_decisions d where d.report_id = r.report_id)"
        " and not exists (select 1 from report_entries e where e.report_id = r.report_id and e.feed_id <> r.feed_id)"
        " and not exists (select 1 from report_entries e where e.report_id = r.report_id"
        "  and e.entry_key in (select value from json_each(?)))"
        " order by r.relevant desc, r.changed_at desc, r.report_id desc limit -1 offset ?)",
        (feed, to_json(list(entries)), limit),
    ).rowcount
