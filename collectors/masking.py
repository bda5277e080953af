"""The one way by which every text out of a message is cleaned of what must be hidden.

Placeholders are typed and whole: [address], [name], [token], [link token]. Cleaning a clean text changes nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from collectors.addressing import READ_LIMIT, addressed_spans, name_before, named_spans
from collectors.deadline import check_time
from collectors.decoding import decode_words
from collectors.disguises import address_spans, decode, merged, outline_of_folded, outline_spans
from collectors.hidden import OPAQUE_IN_TEXT, Hidden
from collectors.personal import is_person, shown_name
from collectors.tokens import LINK_TOKEN, LinkCleaner, clean_labels, is_opaque, outside_hosts
from data.catalogue.redaction import fold
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
_SPELLED_OUT_AT = tuple(
    (sign, re.compile(before + r"\s?[\w-]{1,63}\."))
    for sign, before in (
        ("=", "="), ("#", "#"), ("%3", "%3[Dd]"), ("-at-", "-at-"), ("_at_", "_at_"), (" at ", " at "),
        (" AT ", " AT "), (" At ", " At "), (" aT ", " aT "), ("(", r"\([Aa][Tt][)\]]"), ("[", r"\[[Aa][Tt][)\]]"),
    )
)  # fmt: skip
"""What a spelled-out at sign begins with, which is found in C, and what must follow."""
_SPELLED_OUT = re.compile(
    r"(?i)(?<![\w.+-])[\w.+-]{1,64}(=|%3D|-at-|_at_|#| at |\s?[(\[]at[)\]]\s?)"
    r"((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?!\w)"
)
_PLAIN_TOKEN = re.compile(r"[^@\uff20\ufe6b./?#:]+")
_STAYING = Remembered(50_000)
"""Words that stay, whomever a message was written to: plain ones, and those without a dot, a link or an at sign that
decode to nothing."""
_SHORT = 6
"""Characters that are too few for an address, in clear or encoded."""


@dataclass(frozen=True, slots=True)
class Mask(Hidden):
    """Hides whom one message was written to. Made by `masker`, once a message."""

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
            cleaned = self.done["coded", host] = clean_labels(host, self.encodes_or_shifts)
        return cleaned

    def clean_link(self, link: str) -> str:
        """A link with its scheme, host and the readable words of its path."""
        if (cleaned := self.done.get(("link", link))) is None:
            check_time()
            cleaned = self.done["link", link] = self._link_cleaner().clean(link)
        return cleaned

    def clean_links(self, links: Iterable[str]) -> tuple[str, ...]:
        """Several links, each cleaned; all are looked at in one go, since nearly always none shows anything."""
        links = tuple(links)
        cleaner = self._link_cleaner()
        left = {link: cleaner.without_tokens(link) for link in links if ("link", link) not in self.done}
        together = "\n".join(left.values())
        check_time()
        if left and not self.shows(together) and not self.names(together):
            self.done.update(
                (("link", link), shown) for link, shown in left.items() if not self.encodes_or_shifts(shown)
            )
        return tuple(map(self.clean_link, links))

    def _link_cleaner(self) -> LinkCleaner:
        return LinkCleaner(self.names_or_exposes, self.exposes, self.clean_address)

    def clean_sender(self, box: Mailbox) -> str:
        """The address of a sender: the local part where it is a role, else "[name]"; the domain always."""
        address = self.clean_address(box.address)
        return address if address != "[address]" else f"[name]@{self.clean_host(box.domain)}".removesuffix("@")

    def clean_sender_name(self, box: Mailbox) -> str:
        """The display name of a sender, persons masked; a payload stays."""
        if (shown := self.done.get(("name", box.name))) is None:
            shown = self.done["name", box.name] = self.clean_value(shown_name(box, self.labels, self.rules))
        return shown

    def _clean_tokens(self, text: str) -> str:
        if LINK_TOKEN in text:  # the only token with a blank in it
            text = _TOKEN.sub(self._clean_token, text)
        elif changed := {word for word in set(text.split()) - _STAYING if self._changes(word)}:
            text = "\n".join(
                [
                    line if changed.isdisjoint(line.split()) else _TOKEN.sub(self._clean_token, line)
                    for line in text.split("\n")
                ]
            )
        if any(sign in text and pattern.search(text) for sign, pattern in _SPELLED_OUT_AT):
            return _SPELLED_OUT.sub(self._clean_spelled_out, text)
        return text

    def _changes(self, word: str) -> bool:
        """Whether cleaning changes a word between blanks."""
        if _TOKEN.search(word):
            return _TOKEN.sub(self._clean_token, word) != word
        _STAYING.remember(word)
        return False

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
        if token in _STAYING:
            return token
        core = token.strip(".,;:!?()'*")
        if core.isalpha() and (core.islower() or core.istitle() or core.isupper()):
            _STAYING.remember(token)
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
        if self.encodes(token) or (self.is_shifted(token) and not self.holds_secret(token)):
            return "[token]"
        if len(token) >= OPAQUE_IN_TEXT and is_opaque(token, OPAQUE_IN_TEXT):
            return "[token]"
        if _PLAIN_TOKEN.fullmatch(token) and decode(token) is None:
            _STAYING.remember(token)
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
