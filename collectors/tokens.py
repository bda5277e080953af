"""Opaque tokens and links: what only a machine reads may point at one person, so it goes; words and hosts stay."""

import html
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

LINK_TOKEN = "[link token]"  # noqa: S105 - a placeholder
LINK_LIMIT = 2_000
"""Characters of a link that are kept at most, and segments of its path, and fields of its query."""
SEGMENTS_LIMIT = 20
NESTING_LIMIT = 2
"""Links inside links that are read."""

_SPLIT = re.compile(r"(?is)([a-z][a-z0-9+.-]{1,15}:/{0,2}|//)?([^/?#\\]*)([^?#]*)(\?[^#]*)?(#.*)?")
_AUTHORITY = re.compile(r"(?:(.*)@)?(\[[0-9A-Fa-f:.]{2,45}\]|[^@:]*)(:\d{1,5})?", re.DOTALL)
_WITHOUT_AUTHORITY = {"tel:", "sms:", "cid:", "mid:", "data:", "javascript:", "about:", "urn:", "file:"}
_KEY = re.compile(r"[A-Za-z_][\w.\[\]-]{0,30}")
_NESTED = re.compile(r"(?i)(?:https?:/{1,2}|www\.)[^\s/]+\.[^\s]+")
_LINK_HOST = re.compile(
    r"(?:://|\bwww\.)[^\s/?#<>\"]++|(?<![\w.-])(?:[\w-]{1,63}\.){1,9}[A-Za-z]{2,24}(?=/)",
)
_SLASH = re.compile(r"([/\\])")
_AMPERSAND = re.compile(r"[&;]")
_MACHINE_MADE = re.compile(r"\d{6}|[@=&;\s]")
_RUN = re.compile(r"[A-Za-z0-9]+")
_CHANGE_OF_CASE = re.compile(r"[a-z][A-Z]")
_WALLET = re.compile(
    r"0x[0-9a-fA-F]{40}|(?:bc1|ltc1|addr1)[a-z0-9]{20,100}|[13LMDTr][1-9A-HJ-NP-Za-km-z]{25,34}|[48][1-9A-HJ-NP-Za-km-z]{94}"
)


def is_opaque(text: str, shortest: int) -> bool:
    """Whether a text holds a run of letters and digits that is no word and no small number.

    `shortest` is the length from which a run of mixed letters and digits counts: low in links, high in sentences.
    """
    mixed = 0
    for run in _RUN.findall(text):
        length = len(run)
        digits = sum(map(str.isdigit, run)) if not run.isalpha() else 0
        if length >= shortest and 0 < digits < length and _WALLET.fullmatch(run) is None:
            return True
        if length >= shortest + 6 and not digits and _shuffled(run):
            return True
        if length > 40 and not run.isdigit() and _WALLET.fullmatch(run) is None:
            return True
        mixed += length > 3 and (0 < digits < length or _shuffled(run))
    return mixed > 2


def _shuffled(run: str) -> bool:
    """Whether upper and lower case change more often than in a word or a name made of words."""
    return len(_CHANGE_OF_CASE.findall(run)) * 4 >= len(run)


def clean_labels(host: str, hidden: Callable[[str], bool]) -> str:
    """A host name without the labels that hold what must not be seen ("[token].click.example.com")."""
    if not hidden(host):
        return host
    labels = host.split(".")
    for start in range(1, min(len(labels) - 1, SEGMENTS_LIMIT)):
        rest = ".".join(labels[start:])
        if not hidden(rest):
            return f"[token].{rest}"
    return "[token]"


def outside_hosts(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans but those in the host of a link, which tells where it leads and is no name."""
    hosts = [found.span() for found in _LINK_HOST.finditer(text)] if spans and "/" in text else []
    starts = [start for start, _ in hosts]
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        before = bisect_right(starts, start) - 1
        if before < 0 or hosts[before][1] <= start:
            kept.append((start, end))
    return kept


@dataclass(frozen=True, slots=True)
class LinkCleaner:
    """Cleans links. `hides` says whether a text holds what must not be seen, `hides_host` the same of a host name,
    which may hold a name but no address; `clean_address` cleans a mail address."""

    hides: Callable[[str], bool]
    hides_host: Callable[[str], bool]
    clean_address: Callable[[str], str]

    def clean(self, url: str) -> str:
        """A link with its scheme, host and the readable words of its path; the rest is LINK_TOKEN.

        A link inside a link (redirects) is kept by the same rules, for its host may be the attacker's.
        """
        cleaned = self.without_tokens(url)
        if not self.hides(cleaned):
            return cleaned
        return self._clean(html.unescape(url[:LINK_LIMIT]), NESTING_LIMIT, careful=True)

    def without_tokens(self, url: str) -> str:
        """A link as `clean` gives it where its readable words show nothing that must not be seen."""
        return self._clean(html.unescape(url[:LINK_LIMIT]), NESTING_LIMIT, careful=False)

    def _clean(self, url: str, depth: int, careful: bool) -> str:
        """With `careful`, each part is looked at; without, only what is no word is taken out."""
        found = _SPLIT.fullmatch(url)
        scheme, authority, path, query, fragment = found.groups(default="") if found else ("", "", url, "", "")
        lower = scheme.lower().rstrip("/")
        if lower == "mailto:":
            return scheme + self.clean_address(unquote(authority + path)) + (f"?{LINK_TOKEN}" if query else "")
        if lower in {"tel:", "sms:"}:
            return scheme + (LINK_TOKEN if self.hides(authority) else authority[:40])
        if lower in _WITHOUT_AUTHORITY or (lower and not scheme.endswith("/") and "." not in authority):
            return scheme + LINK_TOKEN
        segments = self._clean_segments(path, depth, careful) if len(path) > 1 else path
        fields = self._clean_query(query, depth, careful) if len(query) > 1 else query
        return (
            scheme
            + self._clean_authority(authority, careful)
            + (self._without_hidden(segments) if careful else segments)
            + (f"?{LINK_TOKEN}" if careful and self.hides(fields) else fields)
            + (f"#{LINK_TOKEN}" if len(fragment) > 1 else "")
        )

    def _nested(self, text: str, depth: int, careful: bool) -> str | None:
        return self._clean(text, depth - 1, careful) if depth and "." in text and _NESTED.fullmatch(text) else None

    def _clean_authority(self, authority: str, careful: bool) -> str:
        found = _AUTHORITY.fullmatch(authority)
        if not found:
            return LINK_TOKEN
        user, host, port = found.groups(default="")
        host = unquote(host)
        return (f"{LINK_TOKEN}@" if user else "") + (clean_labels(host, self.hides_host) if careful else host) + port

    def _clean_segments(self, path: str, depth: int, careful: bool) -> str:
        segments = _SLASH.split(path, SEGMENTS_LIMIT)
        if len(segments) > 2 * SEGMENTS_LIMIT:
            segments[-1] = LINK_TOKEN
        return "".join(self._clean_segment(segment, depth, careful) for segment in segments)

    def _clean_segment(self, segment: str, depth: int, careful: bool) -> str:
        if (
            len(segment) < 2
            or segment == LINK_TOKEN
            or (segment.isalpha() and segment.islower() and len(segment) < 20)
        ):
            return segment
        plain = unquote(segment)
        inner = self._nested(plain, depth, careful)
        if inner is not None:
            return inner
        readable = len(segment) <= 80 and not _MACHINE_MADE.search(plain) and not is_opaque(plain, 8)
        return segment if readable else LINK_TOKEN

    def _without_hidden(self, path: str) -> str:
        """A path without its segments that must not be seen; an address may also be spread over several of them."""
        if not self.hides(path):
            return path
        path = "".join(LINK_TOKEN if self.hides(segment) else segment for segment in _SLASH.split(path))
        return f"/{LINK_TOKEN}" if self.hides(path) else path

    def _clean_query(self, query: str, depth: int, careful: bool) -> str:
        done: list[str] = []
        for part in _AMPERSAND.split(query[1:])[:SEGMENTS_LIMIT]:
            key, equals, value = part.partition("=")
            if not equals or not _KEY.fullmatch(key) or is_opaque(key, 8):
                done.append(LINK_TOKEN)
            else:
                done.append(f"{key}={(self._nested(unquote(value), depth, careful) or LINK_TOKEN) if value else ''}")
        return "?" + "&".join(done)
