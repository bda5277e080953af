"""How long reading one message may take: a deadline of the thread, asked for between stages and within loops.

Signals reach only the main thread of a process, and a thread cannot be stopped from outside; a look at the clock
works in the server, in worker processes and in tests alike. It is the thread's CPU time that counts, so that a busy
or sleeping machine refuses nobody's message.
"""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from data.errors import SubmissionRefused


class _Deadline(threading.local):
    at = math.inf
    seconds = math.inf


_deadline = _Deadline()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Inside, `check_time` raises SubmissionRefused once the thread has worked so many seconds."""
    before = _deadline.at, _deadline.seconds
    _deadline.at, _deadline.seconds = time.thread_time() + seconds, seconds
    try:
        yield
    finally:
        _deadline.at, _deadline.seconds = before


def check_time() -> None:
    """Raises SubmissionRefused where the time of the message that is being read is used up."""
    if time.thread_time() > _deadline.at:
        raise SubmissionRefused(
            f"Reading it took longer than {_deadline.seconds:g} seconds; hand in its header alone, or raise "
            "RELAYWATCH_SECONDS_LIMIT."
        )
