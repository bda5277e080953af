"""How long reading one message may take: a deadline of the thread, asked for between stages and within loops.

Signals reach only the main thread of a process, and a thread cannot be stopped from outside; a look at the clock
works in the server, in worker processes and in tests alike. It is the thread's CPU time that counts, so that a busy
or sleeping machine refuses nobody's message.
"""

import math
import threading
import time

from data.errors import SubmissionRefused


class _Deadline(threading.local):
    at = math.inf
    seconds = math.inf
    earliest = math.inf
    """The time of day before which it cannot have passed: a thread works no faster than the clock runs."""


_deadline = _Deadline()


class within:  # noqa: N801 (reads as a word: with within(seconds))
    """Inside, `check_time` raises SubmissionRefused once the thread has worked so many seconds."""

    __slots__ = ("_before", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._before = _deadline.at, _deadline.seconds, _deadline.earliest
        _deadline.earliest = time.perf_counter() + self._seconds
        _deadline.at, _deadline.seconds = time.thread_time() + self._seconds, self._seconds

    def __exit__(self, *_: object) -> None:
        _deadline.at, _deadline.seconds, _deadline.earliest = self._before


def check_time() -> None:
    """Raises SubmissionRefused where the time of the message that is being read is used up."""
    # The thread's own time is asked of the kernel, which takes twenty times as long as the clock on the wall.
    if time.perf_counter() > _deadline.earliest and time.thread_time() > _deadline.at:
        raise SubmissionRefused(
            f"Reading it took longer than {_deadline.seconds:g} seconds; hand in its header alone, or raise "
            "RELAYWATCH_SECONDS_LIMIT."
        )
