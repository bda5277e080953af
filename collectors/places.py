"""The places of a message that catalogue rules look at, each read once and only when a rule asks."""

import re
from collections.abc import Callable, Sequence

from data.domains import clean_host
from data.model import Authentication, Hop, ParsedMessage

_ORIGINAL_SIGNER = re.compile(r"\bheader\.[di]=@?([A-Za-z0-9.-]{3,253})")
_ENVELOPE = re.compile(r"(?:\bdomain of|\benvelope-from=|\bsmtp\.mailfrom=)\s*\"?<?([^\s<>;\"]{3,320}@[^\s<>;\"]{3,253})")
_SIGNATURE_TAG = re.compile(r"(?:^|;)\s*([ds])\s*=\s*([^;\s]{1,253})")
_LINK_HOST = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]{0,20}:/{1,2}(?:[^/?#@\s]{0,200}@)?([^/?#:\s]{1,253})")
_LINKS_READ = 80
_VALUES_READ = 8
_VALUE_READ = 2_000


class Places:
    """What stands where in one message. Values are never longer than 2,000 characters but for the body's text."""

    def __init__(self, message: ParsedMessage, hops: Sequence[Hop], authentication: Authentication) -> None:
        self._message, self._hops, self._authentication = message, hops, authentication
        self._read: dict[str, tuple[str, ...]] = {}
        self._readers: dict[str, Callable[[], Sequence[str]]] = {
            "hop": self._hop_hosts,
            "dkim": self._signers,
            "dkim-key": self._keys,
            "from": lambda: (message.sender.address,) if message.sender else (),
            "reply-to": lambda: [box.address for box in message.reply_to[:_VALUES_READ]],
            "envelope": self._envelopes,
            "message-id": lambda: (message.message_id,) if message.message_id else (),
            "references": self._references,
            "link": lambda: message.links[:_LINKS_READ],
            "text": lambda: (message.text,) if message.text else (),
        }

    def values(self, place: str) -> tuple[str, ...]:
        """All values at a place, in their order."""
        if place.startswith("header:"):
            return tuple(value[:_VALUE_READ] for value in self._message.all(place[7:])[:_VALUES_READ])
        if place not in self._read:
            found = self._readers[place]()
            self._read[place] = tuple(found) if place == "text" else tuple(value[:_VALUE_READ] for value in found)
        return self._read[place]

    def hosts(self, place: str) -> tuple[str, ...]:
        """The host names of the values at a place, clean, each once."""
        if place == "link":
            found = [match[1] for value in self.values(place) if (match := _LINK_HOST.match(value))]
        else:
            found = [value.rpartition("@")[2] for value in self.values(place)]
        return tuple(dict.fromkeys(host for value in found if (host := clean_host(value.rstrip(".>")))))

    def _hop_hosts(self) -> list[str]:
        return [host.strip("[]()") for hop in self._hops for host in (hop.from_host, hop.by) if host]

    def _signers(self) -> list[str]:
        # A list that signs anew leaves the result of the first signature here (Google Groups).
        kept = [
            name for value in self._message.all("x-original-authentication-results") for name in _ORIGINAL_SIGNER.findall(value)
        ]
        return [*self._authentication.signing_domains, *(name.lower() for name in kept)]

    def _keys(self) -> list[str]:
        found = []
        for value in self._message.all("dkim-signature")[:_VALUES_READ]:
            tags = dict(_SIGNATURE_TAG.findall(value[:_VALUE_READ]))
            if "s" in tags and "d" in tags:
                found.append(f"{tags['s']}._domainkey.{tags['d']}".lower())
        return found

    def _envelopes(self) -> list[str]:
        written = [
            address.lower()
            for name in ("received-spf", "x-original-authentication-results")
            for value in self._message.all(name)[:_VALUES_READ]
            for address in _ENVELOPE.findall(value[:_VALUE_READ])
        ]
        own = self._message.envelope_sender
        return list(dict.fromkeys([own, *written] if own else written))

    def _references(self) -> list[str]:
        answered = self._message.in_reply_to
        return [*((answered,) if answered else ()), *self._message.references[-_VALUES_READ:]]
