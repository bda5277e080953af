"""DKIM signatures checked in the corridor, where the operator allows look-ups: which keys, from where, how often.

A key is asked for only at domains of the catalogue and those that trusted submissions made known, because a name
that a stranger chose would tell him when his message is read. Tests hand in a resolver of their own.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

from collectors.authentication import Resolver, verify_dkim, with_checks
from data.catalogue.loader import Catalogue
from data.errors import SettingsError
from data.model import Authentication, ParsedMessage
from data.settings import Settings

SECONDS = 5.0
"""Time for all signatures of one message."""
NAMES_REMEMBERED = 5_000
RETRY_SECONDS = 60.0
"""After a resolver failed it is left alone so long: a broken one would cost every message its seconds."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks the signatures of messages with the keys that a resolver finds at the given domains and below them."""

    resolver: Resolver
    domains: frozenset[str]

    def __call__(self, message: ParsedMessage, authentication: Authentication) -> Authentication:
        """What the message's own fields say, verified where a signature holds. Never raises."""
        if "dkim-signature" not in message.by_name:
            return authentication
        checks = verify_dkim(message, self.resolver, self.domains, seconds=SECONDS)
        return with_checks(message, authentication, checks)


def verifier_for(
    settings: Settings, catalogue: Catalogue, known: Collection[str] = (), resolver: Resolver | None = None
) -> Verifier | None:
    """The verifier of an operator who allows look-ups, else None. `known` are domains that were abused before.

    Raises SettingsError where look-ups are asked for and what they need is not installed.
    """
    if not settings.dkim_lookup:
        return None
    if resolver is None:
        try:
            from collectors.key_records import fetch_key_record
        except ImportError as error:
            raise SettingsError(
                "RELAYWATCH_DKIM_LOOKUP is on and DKIM cannot be checked: run pip install dkimpy, or turn it off."
            ) from error
        resolver = _shared(fetch_key_record)
    return Verifier(resolver, catalogue_domains(catalogue) | frozenset(known))


def catalogue_domains(catalogue: Catalogue) -> frozenset[str]:
    """The domains that platforms and transports sign as, and those below which their customers do."""
    found = {host for entry in catalogue.entries.values() for host in (*entry.suffixes, *entry.shared)}
    return frozenset(found.union(catalogue.hosts.get("dkim", ())))


@cache
def _shared(fetch: Resolver) -> "Remembering":
    """The one resolver of a process: the server binds its readers anew for every view of a page."""
    return Remembering(fetch)


class Remembering:
    """A resolver that asks for each name once, and not at all for a while after it failed."""

    def __init__(self, fetch: Resolver, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._answers: dict[str, str | None] = {}
        self._rests_until = float("-inf")

    def __call__(self, name: str) -> str | None:
        if name in self._answers:
            return self._answers[name]
        if self._clock() < self._rests_until:
            raise TimeoutError
        try:
            answer = self._fetch(name)
        except OSError:
            self._rests_until = self._clock() + RETRY_SECONDS
            raise
        if len(self._answers) >= NAMES_REMEMBERED:
            self._answers.clear()
        self._answers[name] = answer
        return answer
