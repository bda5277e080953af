"""What must be hidden of one message, and the one way by which every text out of it is cleaned.

Placeholders are typed and whole: [address], [name], [token], [link token]. Cleaning a clean text changes nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from collectors.addressing import READ_LIMIT, addressed_spans, name_before, named_spans
from collectors.deadline import check_time
from collectors.decoding import decode_words
from collectors.disguises import (
    address_spans,
    decode,
    merged,
    outline,
    outline_of_folded,
    outline_spans,
    steps,
)
from collectors.personal import Names, is_person, role_of, shown_name
from collectors.tokens import LINK_TOKEN, LinkCleaner, clean_labels, is_opaque, outside_hosts
from data.catalogue.redaction import RedactionRules, fold
from data.domains import registrable_domain
from data.letters import Remembered
from data.model import Mailbox

PLACEHOLDERS = ("[address]", "[name]", "[token]", LINK_TOKEN)
# Words of a text are passed over here, in C: at most one capital, letters, the signs that end a sentence.
_TOKEN = re.compile(
    r"(?<![^\s<>\"])(?![A-Za-z]?[a-z]*[.,;:!?)]{0,3}(?![^\s<>\"]))(?=[^\s<>\"]{6})"
    r"(?:[^\s<>\"\[]++|\[(?:link token\])?)++"
)
_LINK = re.compile(
    r"(?i)(?:(?:[a-z][a-z0-9+.-]{1,11}://|www\.|mailto:)[^\s<>\"]+"
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,9}[a-z]{2,24}(?::\d+)?[/?#][^\s<>\"]+)"
)
_ENDING = re.compile(r"(?:[.,;:!?)}>'’»*_|]|(?<!\[link token)(?<!\[address)(?<!\[token)(?<!\[name)\])+$")
_SOFT_BREAK = re.compile(r"(?<=\S)=\r?\n")
_BLOCK = re.compile(r"(?m)^(?:[A-Za-z0-9+/_-]{40,}={0,2}[ \t]*\r?\n){2,}[A-Za-z0-9+/_-]*={0,2}[ \t]*$")
_SPELLED_OUT_AT = re.compile(r"(?:=|%3[Dd]|-at-|_at_|#| [Aa][Tt] |[(\[][Aa][Tt][)\]])\s?[\w-]{1,63}\.")
_SPELLED_OUT = re.compile(
    r"(?i)(?<![\w.+-])[\w.+-]{1,64}(=|%3D|-at-|_at_|#| at |\s?[(\[]at[)\]]\s?)"
    r"((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?!\w)"
)
_PLAIN_TOKEN = re.compile(r"[^@\uff20\ufe6b./?#:]+")
_PLAIN_TOKENS = Remembered(20_000)
"""Words without a dot, a link or an at sign that decode to nothing: they stay, whomever a message was written to."""
OPAQUE_IN_TEXT = 20
_SHORT = 6
"""Characters that are too few for an address, in clear or encoded."""
_UNSHIFTED = frozenset(
    ("com", "net", "org", "COM", "io", "de", "uk", "br", "fr", "it", "nl", "eu", "edu", "gov", "co")
)


@dataclass(frozen=True, slots=True)
class Mask:
    """Knows whom one message was written to, and hides them. Made by `masker`, once a message."""

    rules: RedactionRules
    recipients: frozenset[str]
    outlines: tuple[str, ...]
    """Outlines of addresses and digests of addresses: found whatever separates their letters."""
    log_ins: tuple[str, ...]
    """Outlines of local parts that are long enough to be found the same way."""
    secrets: tuple[str, ...]
    """Both, the shortest first."""
    shifted: tuple[tuple[bytes, ...], ...]
    shortest_shifted: int
    people: Names
    organisation: frozenset[str]
    """Registrable domains of the sending organisation."""
    labels: frozenset[str]
    """The organisation's names as its domains and its tenant give them, letters and digits only."""
    done: dict[tuple[str, str], str] = field(default_factory=dict, compare=False)
    """What was cleaned so far: links of the text stand among those of the message again, and so on."""

    def clean(self, text: str) -> str:
        """A text without addresses (but the organisation's roles), names of recipients, link tokens and secrets."""
        if (cleaned := self.done.get(("text", text))) is None:
            cleaned = self.done["text", text] = self._clean_letter(text)
        return cleaned

    def clean_all(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Several short texts, each cleaned; all are looked at in one go, since nearly always nothing is hidden."""
        texts = tuple(texts)
        left = [text for text in dict.fromkeys(texts) if ("text", text) not in self.done and "\n" not in text]
        together = "\n".join(left)
        if len(left) > 1 and len(together) <= READ_LIMIT:
            lines = self._clean_letter(together).split("\n")
            # Cleaning never looks from one line into the next to leave something in, so what stays among others
            # stays alone; whatever changed is cleaned by itself.
            if len(lines) == len(left):
                self.done.update(
                    (("text", text), text) for text, line in zip(left, lines, strict=True) if text == line
                )
        return tuple(map(self.clean, texts))

    def _clean_letter(self, text: str) -> str:
        check_time()
        if "=\n" in text or "=\r\n" in text:
            text = _SOFT_BREAK.sub("", text)
        if "\n" in text:
            text = _BLOCK.sub("[token]", text)
        text = self._clean_tokens(text)
        folded = fold(text)
        text = self._without_names(text, folded)
        return replaced(text, merged(addressed_spans(text, folded, self.people, self.rules)), "[name]")

    def clean_value(self, value: str) -> str:
        """The same of a header value, no letter to anybody: encoded words decoded, no salutations looked for."""
        if (cleaned := self.done.get(("value", value))) is None:
            short = len(value) < _SHORT and value.isascii() and not self.names(value)
            cleaned = self.done["value", value] = value if short else self._clean_value(decode_words(value))
        return cleaned

    def _clean_value(self, value: str) -> str:
        text = self._clean_tokens(value)
        return self._without_names(text, fold(text))

    def clean_values(self, values: list[str]) -> None:
        """Look at several header values in one go; what proves to be clean is not looked at again."""
        together = "\n".join(values)
        if "=?" not in together and self._clean_value(together) == together:
            self.done.update((("value", value), value) for value in values)

    def clean_key(self, value: str) -> str:
        """A value that only machines read, kept as it is unless it holds or decodes to an address."""
        return "[token]" if self.exposes(value) else value

    def clean_host(self, host: str) -> str:
        """A host name without the labels that hold an address that must be hidden."""
        if (cleaned := self.done.get(("host", host))) is None:
            cleaned = self.done["host", host] = clean_labels(host, self.exposes)
        return cleaned

    def clean_coded(self, host: str) -> str:
        """A host name without the labels that encode an address; one that is spelled out stays."""
        if (cleaned := self.done.get(("coded", host))) is None:
            cleaned = self.done["coded", host] = clean_labels(host, self._encodes_or_shifts)
        return cleaned

    def clean_link(self, link: str) -> str:
        """A link with its scheme, host and the readable words of its path."""
        if (cleaned := self.done.get(("link", link))) is None:
            check_time()
            cleaned = self.done["link", link] = LinkCleaner(
                self._names_or_exposes, self.exposes, self.clean_address
            ).clean(link)
        return cleaned

    def clean_address(self, address: str) -> str:
        """A role address of the sending organisation as it is, its tag masked; "[address]" for any other."""
        local, _, domain = address.rpartition("@")
        role = role_of(local, domain, self.rules)
        own = registrable_domain(domain) in self.organisation
        if role is None or not own or address.lower() in self.recipients or self._holds_secret(role + domain):
            return "[address]"
        return f"{role}@{domain}"

    def clean_sender(self, box: Mailbox) -> str:
        """The address of a sender: the local part where it is a role, else "[name]"; the domain always."""
        address = self.clean_address(box.address)
        return address if address != "[address]" else f"[name]@{self.clean_host(box.domain)}".removesuffix("@")

    def clean_sender_name(self, box: Mailbox) -> str:
        """The display name of a sender, persons masked; a payload stays."""
        if (shown := self.done.get(("name", box.name))) is None:
            shown = self.done["name", box.name] = self.clean_value(shown_name(box, self.labels, self.rules))
        return shown

    def exposes(self, text: str) -> bool:
        """Whether a text, or anything it can be decoded to, holds an address that must be hidden."""
        return self.shows(text) or self._is_shifted(text) or self.encodes(text)

    def shows(self, text: str) -> bool:
        """Whether a text holds such an address as it stands, whatever separates its letters."""
        return self._holds_secret(text) or ("@" in text and self.holds_address(text))

    def passes(self, word: str) -> bool:
        """Whether a word without a dot needs no cleaning but for what it may be an encoding of."""
        if "." in word or is_opaque(word, OPAQUE_IN_TEXT):
            return False
        return not self.shows(word) and not self.names(word)

    def names(self, text: str) -> bool:
        """Whether a short text holds a recipient's name."""
        return bool(named_spans(text, fold(text), self.people))

    def _encodes_or_shifts(self, text: str) -> bool:
        return self.encodes(text) or self._is_shifted(text)

    def _names_or_exposes(self, text: str) -> bool:
        return self.exposes(text) or self.names(text)

    def encodes(self, text: str) -> bool:
        """Whether something a text can be decoded to holds such an address."""
        decoded = decode(text)
        if decoded is None:
            return False
        return self._is_secret(decoded.outlines) or any(map(self.holds_address, decoded.addressed))

    def _holds_secret(self, text: str) -> bool:
        return self._is_secret(outline(text))

    def _is_secret(self, line: str) -> bool:
        length = len(line)
        for secret in self.secrets:
            if len(secret) > length:
                return False
            if secret in line:
                return True
        return False

    def holds_address(self, text: str) -> bool:
        """Whether a mail address that must be hidden stands in a text."""
        return any(self.clean_address(text[start:end]) == "[address]" for start, end in address_spans(text))

    def _is_shifted(self, text: str) -> bool:
        if len(text) < self.shortest_shifted:
            return False
        # What shifts letters leaves the dots of the domain where they are, and no common top-level domain as it was.
        _, dot, ending = text.rpartition(".")
        if not dot or ending in _UNSHIFTED:
            return False
        taken = steps(text)
        return any(
            secret and secret in step
            for pattern in self.shifted
            for secret, step in zip(pattern, taken, strict=False)
        )

    def _clean_tokens(self, text: str) -> str:
        text = _TOKEN.sub(self._clean_token, text)
        return _SPELLED_OUT.sub(self._clean_spelled_out, text) if _SPELLED_OUT_AT.search(text) else text

    def _without_names(self, text: str, folded: str) -> str:
        line = outline_of_folded(folded)
        for secrets, placeholder in ((self.outlines, "[address]"), (self.log_ins, "[name]")):
            shown = [secret for secret in secrets if secret in line]
            if shown:
                text = replaced(text, outline_spans(text, shown), placeholder)
        text = replaced(text, outside_hosts(text, named_spans(text, folded, self.people)), "[name]")
        return replaced(text, self._neighbours(text), "[name]") if "[address]" in text else text

    def _clean_token(self, found: re.Match[str]) -> str:
        token = found[0]
        if token in _PLAIN_TOKENS:
            return token
        core = token.strip(".,;:!?()'*")
        if core.isalpha() and (core.islower() or core.istitle() or core.isupper()):
            return token
        link = _LINK.search(token) if "/" in token or "?" in token or "#" in token or ":" in token else None
        if link:
            ending = _ENDING.search(token, link.start())
            end = ending.start() if ending else len(token)
            return self._clean_plain(token[: link.start()]) + self.clean_link(token[link.start() : end]) + token[end:]
        return self._clean_plain(token)

    def _clean_plain(self, token: str) -> str:
        if "@" in token or "\uff20" in token or "\ufe6b" in token:
            done, position = [], 0
            for start, end in address_spans(token, undotted=True):
                done += [token[position:start], self.clean_address(token[start:end])]
                position = end
            token = "".join(done) + token[position:]
        if self.encodes(token) or (self._is_shifted(token) and not self._holds_secret(token)):
            return "[token]"
        if len(token) >= OPAQUE_IN_TEXT and is_opaque(token, OPAQUE_IN_TEXT):
            return "[token]"
        if _PLAIN_TOKEN.fullmatch(token) and decode(token) is None:
            _PLAIN_TOKENS.remember(token)
        return token

    def _clean_spelled_out(self, found: re.Match[str]) -> str:
        deliberate = "(" in found[1] or "[" in found[1]
        provider = found[2].lower() in self.rules.mailbox_providers
        return "[address]" if deliberate or provider else found[0]

    def _neighbours(self, text: str) -> list[tuple[int, int]]:
        """Where the bearers of addresses that were masked are named: "Maria Lopez <[address]>"."""
        spans: list[tuple[int, int]] = []
        at = text.find("[address]")
        while at >= 0:
            end = _end_of_words(text, at)
            words = name_before(text[max(0, end - 62) : end], self.rules) if end else ""
            if words and is_person(words, self.labels, self.rules):
                spans.append((end - len(words), end))
            at = text.find("[address]", at + 1)
        return spans


def _end_of_words(text: str, at: int) -> int:
    """Where what stands before a bracketed address ends, without a quotation mark; 0 where no bracket opens there."""
    if at == 0 or text[at - 1] not in "<([":
        return 0
    end = at - 1
    for _ in range(2):
        end -= text[end - 1 : end] in {" ", "\t"}
    return end - (text[end - 1 : end] in {'"', "'"})


def replaced(text: str, spans: list[tuple[int, int]], placeholder: str) -> str:
    done, position = [], 0
    for start, end in spans:
        done += [text[position:start], placeholder]
        position = end
    return "".join(done) + text[position:] if spans else text
