"""What is due is asked for and kept: feeds, the pages behind entries that matter, links to what the database knows.

Nothing is held back: each feed and page is one short transaction after its bytes were read, so a collector that is
killed loses what it was reading and nothing else; the next one asks again. Several collectors share the work.
"""

import os
import platform
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from collectors.advisories import FEED_LIMIT, parse_feed
from collectors.collecting_answers import failed_answer, feed_answer, is_readable, page_answer
from collectors.reports import read_report
from collectors.spacing import one_line
from collectors.web import FEEDS, PAGES, Web
from data.errors import SubmissionRefused
from data.fetching import Fetched
from data.intelligence.insight import read_insight
from data.intelligence.model import Feed, Insight, Report
from data.model import Refusal
from data.settings import Settings
from data.store.database import Database, open_database
from data.store.intelligence_entries import known_digests, save_answer, unread_entries
from data.store.intelligence_feeds import add_feed, claim_feed, lease_owners, release_leases
from data.store.intelligence_links import link_reports, reports_to_look_at_again
from data.store.intelligence_pages import claim_page, save_fetched_page
from data.store.intelligence_shapes import Answer, Claim, ReadFeed, Saved
from data.store.known_feeds import add_catalogue_feeds

BROKEN = (SubmissionRefused, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What reading a stranger's bytes may raise at worst: it is that feed's failure and nobody else's."""
Step = Callable[[int], None]


@dataclass(slots=True)
class Round:
    """What one round of collecting did."""

    feeds: int = 0
    unchanged: int = 0
    pages: int = 0
    new: int = 0
    edited: int = 0
    proposed: int = 0
    seconds: float = 0.0
    failed: list[Refusal] = field(default_factory=list)

    def add(self, saved: Saved) -> None:
        self.new += saved.new
        self.edited += saved.edited

    def as_json(self) -> dict[str, Any]:
        failed = [{"source": item.source, "reason": item.reason} for item in self.failed]
        return {
            "feeds": self.feeds, "unchanged": self.unchanged, "pages": self.pages, "new": self.new,
            "edited": self.edited, "proposed_links": self.proposed, "failed": failed,
            "seconds": round(self.seconds, 3),
        }  # fmt: skip

    def sentence(self) -> str:
        if not (self.feeds or self.pages):
            return "Nothing was due."
        return (
            f"{self.feeds:,} feeds and {self.pages:,} pages asked for: {self.new:,} new, {self.edited:,} edited, "
            f"{self.unchanged:,} feeds without news, {len(self.failed):,} failures, in {self.seconds:.0f} s."
        )


class Collector:
    """One collector with its own name, by which its claims are known. `interval` lies between two requests for one
    feed; `clock` tells the time."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        *,
        web: Web | None = None,
        interval: timedelta | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        step: Step = lambda _: None,
    ) -> None:
        self._db, self._settings, self._clock, self._step = db, settings, clock, step
        self._web = web or Web(settings, clock)
        self._interval = interval or timedelta(minutes=settings.feed_minutes)
        self._owner = f"{platform.node()}:{os.getpid()}:{uuid4().hex[:8]}"
        release_leases(db, (owner for owner in lease_owners(db) if is_dead(owner)))

    def feeds(self, done: Round) -> None:
        """Every feed that is due, one after the other."""
        while claim := claim_feed(self._db, self._owner, self._clock()):
            self._feed(claim, done)

    def feed(self, address: str, done: Round) -> None:
        """One feed by its address, due or not; added where it is new."""
        add_feed(self._db, address, now=self._clock(), added_by="cli")
        claim = claim_feed(self._db, self._owner, self._clock(), address)
        if claim is None:
            raise SubmissionRefused(
                f"{address}: another collector is asking for it right now; try again in a minute."
            )
        self._feed(claim, done)

    def pages(self, done: Round) -> None:
        """Every page that is due: asked for by somebody, or behind an entry that matters."""
        while claim := claim_page(self._db, self._owner, self._clock()):
            self._page(claim, done)

    def links(self, done: Round) -> None:
        """Links of recent reports to the incidents and waves of today."""
        done.proposed += link_reports(self._db, reports_to_look_at_again(self._db, self._clock()))

    def _feed(self, claim: Claim, done: Round) -> None:
        fetched = self._web.fetch(claim.address, claim.etag, claim.last_modified, FEEDS)
        read, reason = self._read(claim, fetched) if fetched.outcome == "fetched" else (None, None)
        answer = feed_answer(fetched, read, reason, claim, self._interval, random.random())  # noqa: S311 (spreads requests)
        done.add(save_answer(self._db, claim, answer, read, limit=self._settings.feed_reports))
        done.feeds += 1
        done.unchanged += answer.outcome == "unchanged"
        self._note(claim, answer, done)

    def _read(self, claim: Claim, fetched: Fetched) -> tuple[ReadFeed | None, str | None]:
        try:
            return read_entries(self._db, claim, parse_feed(fetched.body, claim.address, fetched.final_url)), None
        except BROKEN as error:
            return None, reading_failure(error)

    def _page(self, claim: Claim, done: Round) -> None:
        fetched = self._web.fetch(claim.address, accept=PAGES, obey_robots=True)
        report, reason = self._read_page(claim, fetched) if fetched.outcome == "fetched" else (None, None)
        answer = page_answer(fetched, report, reason, claim, self._interval, random.random())  # noqa: S311
        saved = save_fetched_page(self._db, claim, answer, report)
        link_reports(self._db, saved.touched)
        done.add(saved)
        done.pages += 1
        self._note(claim, answer, done)

    def _read_page(self, claim: Claim, fetched: Fetched) -> tuple[Report | None, str | None]:
        if not is_readable(fetched.media_type):
            return None, f"It is {one_line(fetched.media_type or '', 60)}, no page; save its text and paste it."
        try:
            return read_report(fetched.body, claim.address, fetched.final_url, fetched.charset), None
        except BROKEN as error:
            return None, reading_failure(error)

    def _note(self, claim: Claim, answer: Answer, done: Round) -> None:
        if answer.outcome in ("failed", "gone"):
            done.failed.append(Refusal(claim.address, answer.reason or "It failed."))
        self._step(1)


def read_entries(db: Database, claim: Claim, feed: Feed) -> ReadFeed:
    """A feed with the insight of its entries that are new or were edited; the rest is known already."""
    insights: dict[str, Insight] = {}
    for entry in unread_entries(feed.entries, known_digests(db, claim.number)):
        insights[entry.id] = read_insight(
            entry.title,
            entry.text or entry.summary or "",
            language=feed.language,
            published_at=entry.published_at,
            writers=filter(None, (feed.title,)),
        )
    return ReadFeed(feed, insights)


def take_feed_file(db: Database, blob: bytes, address: str, *, now: datetime, added_by: str) -> Saved:
    """A feed that was handed in as bytes, under the address that it came from; it is not asked for by itself.

    Raises SubmissionRefused where it cannot be read as a feed.
    """
    feed_id, _ = add_feed(db, address, now=now, added_by=added_by, asked=False)
    claim = claim_feed(db, f"{added_by}:{uuid4().hex[:8]}", now, address)
    if claim is None:
        raise SubmissionRefused(f"{feed_id}: a collector is reading this feed right now; try again in a minute.")
    try:
        feed = parse_feed(blob, address, address if address.startswith("http") else None)
        read = read_entries(db, claim, feed) if feed.kind else None
        failure = None if read else " ".join(feed.warnings)
    except BROKEN as error:
        read, failure = None, reading_failure(error)
    if read is None:
        save_answer(db, claim, failed_answer(now, failure or "", None, len(blob)))
        raise SubmissionRefused(failure or "It is no feed.")
    outcome = Answer(now, "read" if read.feed.entries else "empty", None, bytes=len(blob))
    saved = save_answer(db, claim, outcome, read, read_pages=False)
    link_reports(db, saved.touched)
    return saved


def collect(
    settings: Settings,
    what: Iterable[str],
    *,
    feed: str | None = None,
    interval: timedelta | None = None,
    web: Web | None = None,
    step: Step = lambda _: None,
) -> Round:
    """One round of `feeds`, `reports` or both; with `feed` that one only, an address or a file.

    Raises SubmissionRefused for a file that is no feed, StoreError where the database cannot be used.
    """
    started, done = time.monotonic(), Round()
    with open_database(settings.db) as db:
        collector = Collector(db, settings, web=web, interval=interval, step=step)
        if feed is not None and Path(feed).is_file():
            done.add(_take_file(db, Path(feed)))
            done.feeds += 1
        elif feed is not None:
            collector.feed(feed, done)
        else:
            for name in what:
                _round(db, collector, name, done)
        collector.links(done)
    done.seconds = time.monotonic() - started
    return done


def _round(db: Database, collector: Collector, name: str, done: Round) -> None:
    if name == "feeds":
        add_catalogue_feeds(db, datetime.now(UTC))
        collector.feeds(done)
    else:
        collector.pages(done)


def _take_file(db: Database, file: Path) -> Saved:
    with file.open("rb") as stream:
        blob = stream.read(FEED_LIMIT + 1)
    return take_feed_file(db, blob, file.resolve().as_uri(), now=datetime.now(UTC), added_by="cli")


def reading_failure(error: Exception) -> str:
    """Why bytes could not be read, in one sentence."""
    if isinstance(error, SubmissionRefused):
        return str(error)
    return f"It could not be read ({type(error).__name__}). Please report it, with the feed or page."


def is_dead(owner: str) -> bool:
    """Whether a collector of this machine is no more. Of another one's nobody knows: its claims run out in time."""
    host, _, rest = owner.partition(":")
    number = rest.partition(":")[0]
    if host != platform.node() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return True  # an earlier process with this one's number: this one has claimed nothing yet
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def rounds(every: timedelta, stopped: Callable[[float], bool]) -> Iterator[None]:
    """One turn at once and one after each `every`, until `stopped` (which waits so many seconds) says so."""
    while True:
        began = time.monotonic()
        yield
        if stopped(max(0.0, every.total_seconds() - (time.monotonic() - began))):
            return
