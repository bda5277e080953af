"""What came of a request, as health: read, empty, unchanged, failed or gone, and when to ask again."""

from datetime import datetime, timedelta

from data.fetching import Fetched
from data.intelligence.model import Report
from data.intelligence.schedule import LONGEST, PAGE_TRIES, next_due
from data.store.intelligence_shapes import Answer, Claim, FetchOutcome, ReadFeed

UNPROVEN = (
    "It said that nothing changed, though the whole feed was asked for; it counts as failing until it sends one."
)
_READABLE = ("text/", "application/xhtml", "application/xml", "application/json")


def feed_answer(
    fetched: Fetched, read: ReadFeed | None, failure: str | None, claim: Claim, interval: timedelta, jitter: float
) -> Answer:
    """Health after a request for a feed. `failure` is why its bytes could not be read."""
    outcome: FetchOutcome = "failed"
    reason = failure or fetched.reason
    if fetched.outcome == "gone":
        outcome = "gone"
    elif fetched.outcome == "unchanged":
        outcome, reason = "unchanged", UNPROVEN if claim.failures else None
    elif fetched.outcome == "fetched" and read is not None:
        outcome, reason = _content(read)
    works = outcome in ("read", "empty") or (outcome == "unchanged" and not claim.failures)
    due = next_due(fetched.at, interval, 0 if works else claim.failures + 1, _retry(fetched), jitter)
    if fetched.outcome == "refused":
        due = max(due, fetched.at + LONGEST)
    return Answer(
        at=fetched.at,
        outcome=outcome,
        due_at=None if outcome == "gone" else due,
        status=fetched.status,
        bytes=fetched.bytes_on_wire,
        seconds=fetched.seconds,
        reason=reason,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        moved_to=fetched.permanent_url if outcome in ("read", "empty") else None,
    )


def page_answer(
    fetched: Fetched, report: Report | None, failure: str | None, claim: Claim, interval: timedelta, jitter: float
) -> Answer:
    """The same for a page. It is asked for again only after a failure that may pass, and not for ever."""
    reason = failure or fetched.reason
    outcome: FetchOutcome = "read" if report is not None else "gone" if fetched.outcome == "gone" else "failed"
    tried = claim.failures + 1
    again = outcome == "failed" and failure is None and fetched.outcome != "refused" and tried < PAGE_TRIES
    due = next_due(fetched.at, interval, tried, _retry(fetched), jitter) if again else None
    return Answer(
        fetched.at, outcome, due, fetched.status, fetched.bytes_on_wire, fetched.seconds,
        None if outcome == "read" else reason,
    )  # fmt: skip


def failed_answer(at: datetime, reason: str, due_at: datetime | None, size: int) -> Answer:
    """Bytes that were handed in and are no feed."""
    return Answer(at, "failed", due_at, bytes=size, reason=reason)


def is_readable(media_type: str | None) -> bool:
    """Whether a page's kind can hold words for us; what a server does not say is tried."""
    return media_type is None or media_type.startswith(_READABLE)


def _content(read: ReadFeed) -> tuple[FetchOutcome, str | None]:
    feed = read.feed
    if feed.kind is None:
        return "failed", " ".join(feed.warnings) or "It is no feed."
    return ("read" if feed.entries else "empty"), None


def _retry(fetched: Fetched) -> timedelta | None:
    return fetched.retry_at - fetched.at if fetched.retry_at else None
