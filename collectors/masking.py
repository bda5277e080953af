"""What must be hidden of one message, and the one way by which every text out of it is cleaned.

Placeholders are typed and whole: [address], [name], [token], [link token]. Cleaning a clean text changes nothing.
"""

import re
from dataclasses import dataclass

from collectors.addressing import addressed_spans, named_spans
from collectors.decoding import decode_words
from collectors.disguises import (
    SHORTEST_SHIFTED,
    address_spans,
    may_be_coded,
    merged,
    outline,
    outline_spans,
    readings,
    steps,
)  # fmt: skip
from collectors.personal import Names, is_person, role_of
from collectors.tokens import LINK_TOKEN, clean_labels, clean_link, is_opaque
from data.catalogue.redaction import RedactionRules, fold
from data.domains import registrable_domain
from data.model import Mailbox

PLACEHOLDERS = ("[address]", "[name]", "[token]", LINK_TOKEN)
_TOKEN = re.compile(r"(?:[^\s<>\"\[]|\[(?:link token\])?){6,}")
_LINK = re.compile(
    r"(?i)(?:(?:[a-z][a-z0-9+.-]{1,11}://|www\.|mailto:)[^\s<>\"]+|(?:[\w-]{1,63}\.){1,9}[a-z]{2,24}(?::\d+)?[/?#][^\s<>\"]+)"
)
_ENDING = re.compile(r"[.,;:!?)\]}>'’»*_|]+$")
_SOFT_BREAK = re.compile(r"(?<=\S)=\r?\n")
_BLOCK = re.compile(r"(?m)^(?:[A-Za-z0-9+/_-]{40,}={0,2}[ \t]*\r?\n){2,}[A-Za-z0-9+/_-]*={0,2}[ \t]*$")
_SPELLED_OUT = re.compile(
    r"[\w.+-]{1,64}(=|%3D|-at-|_at_|#| at | AT |\s?\((?:at|AT)\)\s?|\s?\[(?:at|AT)\]\s?)((?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})"
)
_BEFORE_ADDRESS = re.compile(r"[^\W\d_][\w.'’ -]{1,60}(?=[\"']?[ \t]{0,2}[<(\[]\[address\])")
_OPAQUE_IN_TEXT = 20


@dataclass(frozen=True, slots=True)
class Mask:
    """Knows whom one message was written to, and hides them. Made by `masker`, once a message."""

    rules: RedactionRules
    recipients: frozenset[str]
    outlines: tuple[str, ...]
    """Outlines of addresses, local parts and digests of addresses: found whatever separates their letters."""
    shifted: tuple[tuple[bytes, ...], ...]
    names: Names
    organisation: frozenset[str]
    """Registrable domains of the sending organisation."""
    labels: frozenset[str]
    """The organisation's names as its domains, tenant and account give them, folded."""

    def clean(self, text: str) -> str:
        """A text without addresses (but the organisation's roles), names of recipients, link tokens and secrets."""
        if "=\n" in text or "=\r\n" in text:
            text = _SOFT_BREAK.sub("", text)
        if "\n" in text:
            text = _BLOCK.sub("[token]", text)
        text = _TOKEN.sub(lambda found: self._clean_token(found[0]), text)
        text = _SPELLED_OUT.sub(self._clean_spelled_out, text)
        text = self._without_outlines(text)
        spans = merged([*named_spans(text, self.names), *addressed_spans(text, self.names, self.rules)])
        text = _replaced(text, spans, "[name]")
        return _BEFORE_ADDRESS.sub(self._clean_neighbour, text) if "[address]" in text else text

    def clean_words(self, value: str) -> str:
        """A header value decoded (RFC 2047) and cleaned."""
        return self.clean(decode_words(value))

    def clean_key(self, value: str) -> str:
        """A value that only machines read, kept as it is unless it holds or decodes to an address."""
        return "[token]" if self.exposes(value) else value

    def clean_host(self, host: str) -> str:
        return clean_labels(host, self.exposes)

    def clean_address(self, address: str) -> str:
        """A role address of the sending organisation as it is, its tag masked; "[address]" for any other."""
        local, _, domain = address.rpartition("@")
        role = role_of(local, domain, self.rules)
        own = registrable_domain(domain) in self.organisation
        if role is None or not own or address.lower() in self.recipients or self.exposes_secret(role + domain):
            return "[address]"
        return f"{role}@{domain}"

    def clean_sender(self, box: Mailbox) -> str:
        """The address of a sender: the local part where it is a role, else "[name]"; the domain always."""
        domain = self.clean_host(box.domain)
        role = role_of(box.local, box.domain, self.rules)
        provider = (
            registrable_domain(box.domain) in self.rules.mailbox_providers
            and fold(box.local) not in self.rules.daemons
        )
        if role is None or provider or box.address in self.recipients or self.exposes_secret(role + box.domain):
            role = "[name]"
        return f"{role}@{domain}" if domain else role

    def exposes(self, text: str) -> bool:
        """Whether a text or anything it can be decoded to holds an address that must be hidden."""
        if "@" not in text and not may_be_coded(text):
            return self.exposes_secret(text)
        return any(self._shows_address(reading) or self.exposes_secret(reading) for reading in readings(text))

    def exposes_secret(self, text: str) -> bool:
        """Whether a text holds the address of a recipient, whatever separates or shifts its letters."""
        if not self.outlines:
            return False
        line = outline(text)
        if any(secret in line for secret in self.outlines):
            return True
        if len(line) < SHORTEST_SHIFTED or not self.shifted:
            return False
        taken = steps(text)
        return any(secret in step for pattern in self.shifted for secret, step in zip(pattern, taken, strict=True))

    def _shows_address(self, text: str) -> bool:
        return any(self.clean_address(text[start:end]) == "[address]" for start, end in address_spans(text))

    def _clean_token(self, token: str) -> str:
        if token.isalpha() and len(token) < SHORTEST_SHIFTED:
            return token
        link = _LINK.search(token) if "/" in token or "?" in token or "#" in token or ":" in token else None
        if link:
            ending = _ENDING.search(token, link.start())
            end = ending.start() if ending else len(token)
            cleaned = clean_link(token[link.start() : end], self.exposes, self.clean_address)
            return self._clean_plain(token[: link.start()]) + cleaned + token[end:]
        return self._clean_plain(token)

    def _clean_plain(self, token: str) -> str:
        if "@" in token or "\uff20" in token or "\ufe6b" in token:
            done, position = [], 0
            for start, end in address_spans(token):
                done += [token[position:start], self.clean_address(token[start:end])]
                position = end
            token = "".join(done) + token[position:]
        if (may_be_coded(token) and self.exposes(token)) or (self.shifted and self.exposes_secret(token)):
            return "[token]"
        return "[token]" if len(token) >= _OPAQUE_IN_TEXT and is_opaque(token, _OPAQUE_IN_TEXT) else token

    def _clean_spelled_out(self, found: re.Match[str]) -> str:
        deliberate = "(" in found[1] or "[" in found[1]
        provider = found[2].lower() in self.rules.mailbox_providers
        return "[address]" if deliberate or provider else found[0]

    def _clean_neighbour(self, found: re.Match[str]) -> str:
        return "[name]" if is_person(found[0], self.labels, self.rules) else found[0]

    def _without_outlines(self, text: str) -> str:
        line = outline(text)
        shown = [secret for secret in self.outlines if secret in line]
        return _replaced(text, outline_spans(text, shown), "[address]") if shown else text


def _replaced(text: str, spans: list[tuple[int, int]], placeholder: str) -> str:
    done, position = [], 0
    for start, end in spans:
        done += [text[position:start], placeholder]
        position = end
    return "".join(done) + text[position:] if spans else text
