"""The only HTTP client: polite to those who are asked, and suspicious of what they answer.

It asks http and https only, on public addresses and usual ports unless the operator names the host; a name is
resolved once a request and the connection goes to the address that was checked, at every redirect anew. It keeps no
cookies, uses no proxy and no password, verifies TLS, and writes nothing of what it reads anywhere.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from collectors.robots import AGENT, ROBOTS_LIMIT, Rule, allows, read_robots
from collectors.web_addresses import Resolve, Target, checked_addresses, read_redirect, read_target, resolve_by_system
from collectors.web_answers import (
    CODINGS_ASKED,
    PASSING_FAILURES,
    PERMANENT_REDIRECTS,
    REDIRECTS,
    media_type,
    plain_body,
    retry_time,
    status_sentence,
    validator,
)
from collectors.web_exchange import Answer, Bounds, exchange, trusted_authorities
from collectors.web_pacing import Turns
from data.fetching import Fetched, NotFetched, Posted
from data.settings import Settings

ANYTHING = "*/*"
FEEDS = "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.8, */*;q=0.5"
PAGES = "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.5"

_UNNAMED_RETRY = timedelta(minutes=15)
"""How long a server is left alone that says "too many requests" and no time."""
_ROBOTS_KEPT = timedelta(hours=24)  # RFC 9309 section 2.4: no longer than that
_ROBOTS_SILENT = timedelta(minutes=15)
_ROBOTS_SITES = 2_000


@dataclass(slots=True)
class _Trip:
    """What is recorded of a fetch while it is under way."""

    url: str
    final_url: str
    permanent_url: str
    status: int | None = None
    wire: int = 0
    seconds: float = 0.0
    cut: bool = False


class Web:
    """Fetches under one policy; keeps turns, robots.txt and closed hosts in memory. Threads may share it.

    `resolve` gives the addresses of a host and port, `pause` sleeps for seconds. Raises SettingsError where the file
    of certificate authorities cannot be read.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolve: Resolve = resolve_by_system,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._resolve = resolve
        self._pause = pause
        self._turns = Turns(settings.web_pace_seconds, clock, pause)
        self._trust = trusted_authorities(settings.web_ca_file)
        self._robots: dict[str, tuple[datetime, tuple[Rule, ...] | None]] = {}

    def fetch(
        self,
        url: str,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = ANYTHING,
        obey_robots: bool = False,
    ) -> Fetched:
        """Ask for an address, only for news where validators of an earlier fetch are given.

        Whatever the server does is an outcome and never an exception.
        """
        trip = _Trip(url, url, url)
        known = validator(etag), validator(last_modified)
        try:
            target, answer = self._follow(trip, self._headers(accept, *known), obey_robots)
            return self._fetched(trip, target, answer, known)
        except NotFetched as failure:
            return self._not_fetched(trip, failure)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Hand a body to an address, once, over https unless the operator names the host. No redirect is followed: it
        could carry the body anywhere. Whatever the server does is an outcome and never an exception."""
        trip = _Trip(url, url, url)
        try:
            target = read_target(url, self._settings.allowed_hosts)
            if target.scheme != "https" and not target.allowed:
                said = f"Nothing is posted to {target.host} without TLS; use https, or allow the host"
                raise NotFetched("refused", f"{said} (RELAYWATCH_ALLOWED_HOSTS).")
            self._turns.wait(target.host)
            answer = self._exchange(trip, target, {**self._headers(ANYTHING, None, None), **headers}, body)
            self._heed(target, answer)
            if not 200 <= answer.status < 300:
                raise NotFetched("failed", status_sentence(target.host, answer.status))
        except NotFetched as failure:
            return Posted(trip.status, self._clock(), str(failure), failure.retry_at)
        return Posted(trip.status, self._clock())

    def _headers(self, accept: str, etag: str | None, last_modified: str | None) -> Mapping[str, str]:
        asked = {
            "User-Agent": user_agent(self._settings.contact),
            "Accept": accept,
            "Accept-Encoding": CODINGS_ASKED,
            "If-None-Match": etag,
            "If-Modified-Since": last_modified,
        }
        return {name: value for name, value in asked.items() if value}

    def _follow(self, trip: _Trip, headers: Mapping[str, str], obey_robots: bool) -> tuple[Target, Answer]:
        """The last address of a chain of redirects, and its answer."""
        target = read_target(trip.url, self._settings.allowed_hosts)
        seen: set[str] = set()
        permanent = True
        while True:
            seen.add(target.url)
            trip.final_url = target.url
            if obey_robots:
                self._ask_robots(trip, target)
            answer = self._ask(trip, target, headers)
            if answer.status not in REDIRECTS:
                return target, answer
            target = read_redirect(target, answer.headers.get("location", ""), self._settings.allowed_hosts)
            if target.url in seen:
                raise NotFetched("failed", f"The redirects of {target.host} lead in a circle.")
            if len(seen) > self._settings.web_redirects:
                raise NotFetched(
                    "failed", f"More than {self._settings.web_redirects} redirects; not followed further."
                )
            permanent = permanent and answer.status in PERMANENT_REDIRECTS
            trip.permanent_url = target.url if permanent else trip.permanent_url

    def _ask(self, trip: _Trip, target: Target, headers: Mapping[str, str]) -> Answer:
        """The answer of one address, asked again a few times where the network or the server stumbles."""
        attempt = 0
        while True:
            attempt += 1
            last = attempt >= self._settings.web_attempts
            self._turns.wait(target.host)
            try:
                answer = self._exchange(trip, target, headers)
            except NotFetched as failure:
                if last or not failure.again:
                    raise
            else:
                self._heed(target, answer)
                if last or answer.status not in PASSING_FAILURES:
                    return answer
            # Seeds of cryptography are not needed to keep two readers apart.
            self._pause(self._settings.web_backoff_seconds * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311

    def _exchange(
        self, trip: _Trip, target: Target, headers: Mapping[str, str], posted: bytes | None = None
    ) -> Answer:
        limits, began = self._settings, time.monotonic()
        bounds = Bounds(
            limits.web_connect_seconds,
            limits.web_read_seconds,
            began + limits.web_total_seconds - trip.seconds,
            ROBOTS_LIMIT if trip.cut else limits.web_wire_limit,
            trip.cut,
        )
        try:
            addresses = checked_addresses(target, self._resolve)
            answer = exchange(target, addresses, headers, bounds, self._trust, posted)
        except NotFetched as failure:
            trip.wire += failure.wire
            raise
        finally:
            trip.seconds += time.monotonic() - began
        trip.wire += answer.bytes_on_wire
        trip.status = answer.status
        return answer

    def _heed(self, target: Target, answer: Answer) -> None:
        """Raises NotFetched (later) where the server wants to be left alone for a while, and closes the host."""
        if answer.status not in (429, 503):
            return
        now = self._clock()
        until = retry_time(answer.headers.get("retry-after"), now, self._settings.web_retry_limit)
        if answer.status == 429:
            until = until or now + _UNNAMED_RETRY
        if until:
            self._turns.close(target.host, until)
            why = "has had too many requests" if answer.status == 429 else "is out of order"
            said = f"{target.host} {why} ({answer.status}) and wants to be asked again after {_stamp(until)}."
            raise NotFetched("later", said, retry_at=until)

    def _ask_robots(self, trip: _Trip, target: Target) -> None:
        """Raises NotFetched where robots.txt of the site forbids the page, or cannot be read for now."""
        until, rules = self._robots.get(target.origin, (None, None))
        now = self._clock()
        if until is None or until <= now:
            rules = self._fetch_robots(trip, target)
            until = now + (_ROBOTS_SILENT if rules is None else _ROBOTS_KEPT)
            if len(self._robots) >= _ROBOTS_SITES:
                self._robots.clear()
            self._robots[target.origin] = until, rules
        if rules is None:
            said = f"robots.txt of {target.host} cannot be read, so its pages are left alone until {_stamp(until)}."
            raise NotFetched("later", said, retry_at=until)
        if not allows(rules, target.path):
            raise NotFetched("refused", f"robots.txt of {target.host} asks not to fetch this page.")

    def _fetch_robots(self, trip: _Trip, target: Target) -> tuple[Rule, ...] | None:
        """The rules of a site: none where it has no robots.txt, None where it is out of order (RFC 9309, 2.3.1).

        Raises NotFetched where the site cannot be reached at all.
        """
        aside = _Trip(f"{target.origin}/robots.txt", "", "", seconds=trip.seconds, cut=True)
        try:
            home, answer = self._follow(aside, self._headers("text/plain, */*;q=0.5", None, None), obey_robots=False)
            if answer.status >= 500:
                return None
            if not _has_body(answer.status):
                return ()
            return read_robots(plain_body(answer, home.host, ROBOTS_LIMIT, cut=True))
        except NotFetched as failure:
            if failure.outcome == "later" or aside.status not in REDIRECTS:
                raise
            return ()
        finally:
            trip.wire += aside.wire
            trip.seconds = aside.seconds

    def _fetched(self, trip: _Trip, target: Target, answer: Answer, known: tuple[str | None, str | None]) -> Fetched:
        unchanged = answer.status == 304 and any(known)
        if answer.status == 410:
            raise NotFetched("gone", status_sentence(target.host, answer.status))
        if not unchanged and not _has_body(answer.status):
            raise NotFetched("failed", status_sentence(target.host, answer.status))
        body = b"" if unchanged else plain_body(answer, target.host, self._settings.web_body_limit)
        media, charset = media_type(answer.headers.get("content-type"))
        etag, last_modified = (validator(answer.headers.get(name)) for name in ("etag", "last-modified"))
        return Fetched(
            url=trip.url,
            final_url=trip.final_url,
            permanent_url=trip.permanent_url,
            status=trip.status,
            outcome="unchanged" if unchanged else "fetched",
            reason=None,
            at=self._clock(),
            body=body,
            media_type=media,
            charset=charset,
            etag=etag or (known[0] if unchanged else None),
            last_modified=last_modified or (known[1] if unchanged else None),
            bytes_on_wire=trip.wire,
            seconds=trip.seconds,
        )

    def _not_fetched(self, trip: _Trip, failure: NotFetched) -> Fetched:
        return Fetched(
            url=trip.url,
            final_url=trip.final_url,
            permanent_url=trip.url,
            status=trip.status,
            outcome=failure.outcome,
            reason=str(failure),
            at=self._clock(),
            retry_at=failure.retry_at,
            bytes_on_wire=trip.wire,
            seconds=trip.seconds,
        )


def user_agent(contact: str) -> str:
    """Who we are, and where the operator can be reached."""
    try:
        name = f"Relaywatch/{version('relaywatch')}"
    except PackageNotFoundError:
        name = "Relaywatch"
    reachable = "".join(letter for letter in contact if " " <= letter <= "~" and letter not in "()\\")
    return f"{name} ({AGENT}; +{reachable})" if reachable else f"{name} ({AGENT})"


def _has_body(status: int) -> bool:
    """2xx, without the ones that have nothing or only a part to show."""
    return 200 <= status < 300 and status not in (204, 205, 206)


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
