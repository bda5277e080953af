"""Evidence beside the subject: body words, foreign links, the order of header fields. Hashes are stable for ever."""

import heapq
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from urllib.parse import urlsplit

from data.clustering.folding import fold
from data.domains import clean_host, same_organisation

TEXT_LIMIT = 16_000
SHINGLES = 64
SHAPES = 16
LINKS_READ = 64
BODY_WORDS = 5
_WORD = re.compile(r"[^\W\d_]{2,40}")  # at most _LONGEST_WORD
_URL = re.compile(r"(?:h(?:tt|xx)ps?://|www\.)\S{1,2000}")
_ADDRESS = re.compile(_URL.pattern + r"|[\w.+%'-]{1,64}@[\w.-]{1,253}")
_LETTERS_ONLY = bytes(code if chr(code).isalpha() else 32 for code in range(128)) + bytes(range(128, 256))
_LONGEST_WORD = 40
_RUN = re.compile(r"[^\W\d_]+|\d+|[^\w]|_")
_48_BITS = (1 << 48) - 1
_64_BITS = (1 << 64) - 1
# Fields that the recipient's side or the way adds; the rest is the sender's layout.
_TRANSIT = re.compile(
    r"received|return-path|delivered-to|envelope-to|apparently-to|authentication-results|arc-"
    r"|x-(?:original-to|envelope|received|google|gm-|ms-exchange|microsoft|forefront|spam|ymail|apparently|rspamd"
    r"|virus|forwarded|eop|incoming|sid-|auth|sonic|proofpoint|barracuda|ironport|ham-report|amp-|pm-spam|uidl)"
)


def digest(text: str, size: int = 16) -> str:
    """A stable hash of a text, `size` bytes in hexadecimal digits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def body_words(text: str, names: frozenset[str]) -> list[str]:
    """The folded words of a body without numbers, addresses and the recipient's names."""
    plain = _without_addresses(fold(text[:TEXT_LIMIT]))
    if plain.isascii():
        words = plain.encode("ascii").translate(_LETTERS_ONLY).decode("ascii").split()
        if max(map(len, words), default=0) <= _LONGEST_WORD:
            return [word for word in words if len(word) > 1 and word not in names]
    return [word for word in _WORD.findall(plain) if word not in names]


def _without_addresses(folded: str) -> str:
    """A folded text without URLs and mail addresses. Neither crosses a blank, so few words are searched for both."""
    if "@" in folded:
        folded = "\n".join(_without_at(line) if "@" in line else line for line in folded.split("\n"))
    return _URL.sub(" ", folded) if "://" in folded or "www." in folded else folded


def _without_at(line: str) -> str:
    return " ".join(_ADDRESS.sub(" ", word) if "@" in word else word for word in line.split(" "))


def body_key(words: Sequence[str]) -> str | None:
    """A hash of all words of a body, None where there are fewer than 5."""
    return digest(" ".join(words)) if len(words) >= BODY_WORDS else None


def body_shingles(words: Sequence[str]) -> tuple[int, ...]:
    """The 64 smallest hashes (48 bits) of two words in a row: a sample that similar bodies share."""
    hashes = map(_word_hash, words)
    pairs = {(first ^ second) * 0xBF58476D1CE4E5B9 >> 16 & _48_BITS for (first, _), (_, second) in pairwise(hashes)}
    return tuple(heapq.nsmallest(SHINGLES, pairs))


@lru_cache(maxsize=50_000)
def _word_hash(word: str) -> tuple[int, int]:
    """What a word adds to a pair where it stands first, and where it stands second; 64 bits each."""
    second = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
    return second * 0x9E3779B97F4A7C15 & _64_BITS, second


def url_shapes(links: Iterable[str], abused_domain: str | None) -> tuple[str, ...]:
    """The shapes of URLs whose host is not the sending organisation's: labels and path segments by kind of
    character and length ("a2.me/m6"), query names as they are; sorted, each once, at most 16."""
    found: set[str] = set()
    for _, link in zip(range(LINKS_READ), links, strict=False):
        shape = _shape(link[:2000], abused_domain)
        if shape:
            found.add(shape)
    return tuple(sorted(found)[:SHAPES])


def _shape(link: str, abused_domain: str | None) -> str | None:
    try:
        parts = urlsplit(link if "//" in link else f"//{link}")
        host = clean_host(parts.hostname or "")
    except ValueError:
        return None
    if host is None or (
        abused_domain and (same_organisation(host, abused_domain) or host.endswith("." + abused_domain))
    ):
        return None
    *labels, top = host.split(".")
    path = "/".join(_class(segment) for segment in parts.path.split("/")[1:6])
    query = ",".join(sorted(name[:20] for name in re.findall(r"(?:^|&)([a-z_]{1,20})(?==)", parts.query[:500]))[:8])
    return ".".join([*(_class(label) for label in labels), top]) + f"/{path}" + (f"?{query}" if query else "")


def _class(text: str) -> str:
    """A run of characters as its kind and length: a letters, d digits, m mixed, nothing for nothing."""
    if not text:
        return ""
    kind = "a" if text.isalpha() else "d" if text.isdigit() else "m"
    return f"{kind}{min(len(text), 40)}"


def layout_key(field_names: Iterable[str]) -> str:
    """A hash of the names of the sender's header fields in their order."""
    return digest("\n".join(filter(None, map(_senders, field_names))), 8)


@lru_cache(maxsize=10_000)
def _senders(name: str) -> str | None:
    """The name of a field in lower case where it is the sender's."""
    lower = name.lower()
    return None if _TRANSIT.match(lower) else lower
