"""When to ask a feed or a page again."""

from datetime import datetime, timedelta

LONGEST = timedelta(hours=24)
PAGE_TRIES = 5
"""After so many failures a page is asked for no more by itself."""
_DOUBLINGS = 8


def next_due(
    now: datetime, interval: timedelta, failures: int, retry_after: timedelta | None, jitter: float
) -> datetime:
    """The next time to ask: after the interval, doubled by each failure in a row up to a day, never before the server
    allows it. `jitter` (0 to 1) moves it later by up to a tenth, so that feeds do not all come at once."""
    wait = min(interval * (1 << min(failures, _DOUBLINGS)), max(LONGEST, interval))
    wait = max(wait, min(retry_after or timedelta(), 7 * LONGEST))
    return now + wait * (1 + 0.1 * jitter)
