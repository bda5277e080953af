"""Turns of hosts: one request after the other at a decent distance, and none before a host wants one again."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from data.fetching import NotFetched

_HOSTS = 5_000


class Turns:
    """When each host may be asked next. Threads may share it; `pause` sleeps for seconds."""

    def __init__(self, seconds: float, clock: Callable[[], datetime], pause: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._free: dict[str, float] = {}
        self._closed: dict[str, datetime] = {}

    def wait(self, host: str) -> None:
        """Sleep until it is the host's turn. Raises NotFetched (later) while the host wants to be left alone."""
        with self._lock:
            until = self._closed.get(host)
            if until and until > self._clock():
                reason = f"{host} asked to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC."
                raise NotFetched("later", reason, retry_at=until)
            self._closed.pop(host, None)
            now = time.monotonic()
            turn = max(now, self._free.get(host, now))
            if len(self._free) > _HOSTS:
                self._free = {name: at for name, at in self._free.items() if at > now}
            self._free[host] = turn + self._seconds
        if turn > now:
            self._pause(turn - now)

    def close(self, host: str, until: datetime) -> None:
        """Leave a host alone until a time."""
        with self._lock:
            if len(self._closed) > _HOSTS:
                now = self._clock()
                self._closed = {name: at for name, at in self._closed.items() if at > now}
            self._closed[host] = until
