"""The places of a message that catalogue rules look at, each read once and only when a rule asks."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from data.catalogue.words import Spoken, speak
from data.domains import clean_host
from data.letters import remembering
from data.model import Authentication, Hop, ParsedMessage

_ORIGINAL_SIGNER = re.compile(r"\bheader\.[di]=@?([A-Za-z0-9.-]{3,253})")
_ENVELOPE = re.compile(
    r"(?:\bdomain of|\benvelope-from=|\bsmtp\.mailfrom=)\s*\"?<?([^\s<>;\"]{3,320}@[^\s<>;\"]{3,253})"
)
_HANDED_IN = re.compile(r"envelope-from\s+<([^<>\s]{3,320}@[^<>\s]{3,253})>")
_SIGNATURE_TAG = re.compile(r"(?:^|;)\s*([ds])\s*=\s*([^;\s]{1,253})")
_LINK_HOST = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]{0,20}:/{1,2}(?:[^/?#@\s]{0,200}@)?([^/?#:\s]{1,253})")
_LINKS_READ = 80
_BODY_READ = 200_000
_START_READ = 2_000
_END_READ = 2_000
_WHOLE = {"text", "body"}
_VALUES_READ = 8
_HOPS_READ = 20
_VALUE_READ = 2_000

Part = Literal["subject", "name", "start", "end"]


class Places:
    """What stands where in one message. Values are never longer than 2,000 characters but for the body's text."""

    def __init__(self, message: ParsedMessage, hops: Sequence[Hop], authentication: Authentication) -> None:
        self._message, self._hops, self._authentication = message, hops, authentication
        self._read: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, tuple[str, ...]] = {}
        self._said: dict[str, Spoken] = {}

    def values(self, place: str) -> tuple[str, ...]:
        """All values at a place, in their order."""
        kept = self._read.get(place)
        if kept is None:
            header = place.startswith("header:")
            found = self._message.all(place[7:])[:_VALUES_READ] if header else _READERS[place](self)
            kept = tuple(found) if place in _WHOLE else tuple(value[:_VALUE_READ] for value in found)
            self._read[place] = kept
        return kept

    def spoken(self, part: Part) -> Spoken:
        """The subject, the sender's name, or the start or end of the text, ready for looking phrases up."""
        message = self._message
        if part == "end" and len(message.text) <= _END_READ:
            part = "start"
        if part not in self._said:
            text = {
                "subject": message.subject or "",
                "name": message.sender.name if message.sender else "",
                "start": message.text[:_START_READ],
                "end": message.text[-_END_READ:],
            }[part]
            self._said[part] = speak(text[:_START_READ])
        return self._said[part]

    def hosts(self, place: str) -> tuple[str, ...]:
        """The host names of the values at a place, clean, each once."""
        kept = self._named.get(place)
        if kept is None:
            kept = self._named[place] = self._hosts(place)
        return kept

    def _hosts(self, place: str) -> tuple[str, ...]:
        if place == "link":
            found = [match[1] for value in self.values(place) if (match := _LINK_HOST.match(value))]
        else:
            found = [value.rpartition("@")[2] for value in self.values(place)]
        return tuple(dict.fromkeys(host for value in dict.fromkeys(found) if (host := _host(value))))

    def _from(self) -> list[str]:
        sender = self._message.sender
        return [sender.address] if sender else []

    def _replies(self) -> list[str]:
        return [box.address for box in self._message.reply_to[:_VALUES_READ]]

    def _message_id(self) -> list[str]:
        return [self._message.message_id] if self._message.message_id else []

    def _links(self) -> Sequence[str]:
        return self._message.links[:_LINKS_READ]

    def _text(self) -> list[str]:
        text = self._message.text
        return [text[:_START_READ], text[_START_READ:][-_END_READ:]] if text else []

    def _body(self) -> list[str]:
        raw = self._message.raw
        ends = [end for end in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n")) if end >= 0]
        if not ends:
            return []
        body = raw[min(ends) : min(ends) + _BODY_READ]
        return [body.replace(b"=\r\n", b"").replace(b"=\n", b"").replace(b"=3D", b"=").decode("latin-1")]

    def _hop_hosts(self) -> list[str]:
        return [host.strip("[]()") for hop in self._hops for host in (hop.from_host, hop.by) if host]

    def _signers(self) -> list[str]:
        # A list that signs anew leaves the result of the first signature here (Google Groups).
        kept = [
            name
            for value in self._message.all("x-original-authentication-results")
            for name in _ORIGINAL_SIGNER.findall(value)
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
        # A list or forwarder puts itself into Return-Path; the hop before it still names the first envelope.
        for value in self._message.all("received")[:_HOPS_READ]:
            if "envelope-from" in value:
                written += [address.lower() for address in _HANDED_IN.findall(value[:_VALUE_READ])]
        own = self._message.envelope_sender
        return list(dict.fromkeys([own, *written] if own else written))

    def _references(self) -> list[str]:
        answered = self._message.in_reply_to
        return [*((answered,) if answered else ()), *self._message.references[-_VALUES_READ:]]


_READERS: Mapping[str, Callable[[Places], Sequence[str]]] = {
    "hop": Places._hop_hosts,
    "dkim": Places._signers,
    "dkim-key": Places._keys,
    "from": Places._from,
    "reply-to": Places._replies,
    "envelope": Places._envelopes,
    "message-id": Places._message_id,
    "references": Places._references,
    "link": Places._links,
    "text": Places._text,
    "body": Places._body,
}
"""Of the class: an instance that held its own methods would keep its message until garbage is collected."""


@remembering(20_000, longest=255)
def _host(value: str) -> str | None:
    return clean_host(value.rstrip(".>"))


_last: tuple[ParsedMessage, Places] | None = None


def places_of(message: ParsedMessage, hops: Sequence[Hop], authentication: Authentication) -> Places:
    """The places of a message; those of the message asked for last are kept, since its signals are read next.

    Measured: reading them twice costs a third of the whole identification.
    """
    global _last
    kept = _last
    if kept is None or kept[0] is not message:
        kept = _last = (message, Places(message, hops, authentication))
    return kept[1]
