"""Opaque tokens and links: what only a machine reads may point at one person, so it goes; words and hosts stay."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
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
_SLASH = re.compile(r"([/\\])")
_AMPERSAND = re.compile(r"[&;]")
_MACHINE_MADE = re.compile(r"\d{6}|[@=&;\s]")
_RUN = re.compile(r"[A-Za-z0-9]+")
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
    changes = sum(before.islower() and after.isupper() for before, after in pairwise(run))
    return changes * 4 >= len(run)


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
        return self._clean(html.unescape(url[:LINK_LIMIT]), NESTING_LIMIT)

    def _clean(self, url: str, depth: int) -> str:
        found = _SPLIT.fullmatch(url)
        scheme, authority, path, query, fragment = found.groups(default="") if found else ("", "", url, "", "")
        lower = scheme.lower().rstrip("/")
        if lower == "mailto:":
            return scheme + self.clean_address(unquote(authority + path)) + (f"?{LINK_TOKEN}" if query else "")
        if lower in {"tel:", "sms:"}:
            return scheme + (LINK_TOKEN if self.hides(authority) else authority[:40])
        if lower in _WITHOUT_AUTHORITY or (lower and not scheme.endswith("/") and "." not in authority):
            return scheme + LINK_TOKEN
        return (
            scheme
            + self._clean_authority(authority)
            + self._clean_path(path, depth)
            + self._clean_query(query, depth)
            + (f"#{LINK_TOKEN}" if len(fragment) > 1 else "")
        )

    def _nested(self, text: str, depth: int) -> str | None:
        return self._clean(text, depth - 1) if depth and "." in text and _NESTED.fullmatch(text) else None

    def _clean_authority(self, authority: str) -> str:
        found = _AUTHORITY.fullmatch(authority)
        if not found:
            return LINK_TOKEN
        user, host, port = found.groups(default="")
        return (f"{LINK_TOKEN}@" if user else "") + clean_labels(unquote(host), self.hides_host) + port

    def _clean_path(self, path: str, depth: int) -> str:
        if len(path) < 2:
            return path
        segments = _SLASH.split(path, SEGMENTS_LIMIT)
        if len(segments) > 2 * SEGMENTS_LIMIT:
            segments[-1] = LINK_TOKEN
        cleaned = "".join(self._clean_segment(segment, depth) for segment in segments)
        if not self.hides(cleaned):
            return cleaned
        # An address may stand in one segment or be spread over several ("/maria/example.com/").
        cleaned = "".join(LINK_TOKEN if self.hides(segment) else segment for segment in _SLASH.split(cleaned))
        return f"/{LINK_TOKEN}" if self.hides(cleaned) else cleaned

    def _clean_segment(self, segment: str, depth: int) -> str:
        if (
            len(segment) < 2
            or segment == LINK_TOKEN
            or (segment.isalpha() and segment.islower() and len(segment) < 20)
        ):
            return segment
        plain = unquote(segment)
        inner = self._nested(plain, depth)
        if inner is not None:
            return inner
        readable = len(segment) <= 80 and not _MACHINE_MADE.search(plain) and not is_opaque(plain, 8)
        return segment if readable else LINK_TOKEN

    def _clean_query(self, query: str, depth: int) -> str:
        if len(query) < 2:
            return query
        done: list[str] = []
        for part in _AMPERSAND.split(query[1:])[:SEGMENTS_LIMIT]:
            key, equals, value = part.partition("=")
            if not equals or not _KEY.fullmatch(key) or is_opaque(key, 8):
                done.append(LINK_TOKEN)
            else:
                done.append(f"{key}={(self._nested(unquote(value), depth) or LINK_TOKEN) if value else ''}")
        cleaned = "?" + "&".join(done)
        return f"?{LINK_TOKEN}" if self.hides(cleaned) else cleaned
