"""Evidence beside the subject: body words, foreign links, the order of header fields. Hashes are stable for ever."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from data.clustering.folding import fold, squeeze
from data.clustering.shapes import CODE, domain_marks, is_particular
from data.domains import clean_host, same_organisation

TEXT_LIMIT = 16_000
SKETCH = 160
GRAM = 8
LETTERS = 6_000
SHAPES = 16
LINKS_READ = 64
BODY_WORDS = 5
_WORD = re.compile(r"[^\W_]{1,40}")  # at most _LONGEST_WORD
_URL = re.compile(r"(?:h(?:tt|xx)ps?://|www\.)\S{1,2000}")
_WRITTEN = re.compile(_URL.pattern, re.IGNORECASE)
_ADDRESS = re.compile(_URL.pattern + r"|[\w.+%'-]{1,64}@[\w.-]{1,253}")
_WORDS_ONLY = bytes(code if chr(code).isalnum() else 32 for code in range(128)) + bytes(range(128, 256))
_LONGEST_WORD = 40
_PRIME = np.uint64(0x9E3779B97F4A7C15)
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
    found: list[str] = []
    if plain.isascii():
        found = plain.encode("ascii").translate(_WORDS_ONLY).decode("ascii").split()
    if not found or max(map(len, found)) > _LONGEST_WORD:
        found = _WORD.findall(plain)
    return [word for word in found if word not in names and not word.isdigit()]


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


def body_sketch(words: Sequence[str]) -> str:
    """The 160 smallest hashes (32 bits) of 8 letters in a row, words run together, packed: a sample that similar
    bodies share, whatever was done to spaces, signs and look-alike letters."""
    hashes = gram_hashes(squeeze("".join(words))[:LETTERS])
    return b64encode(hashes[:SKETCH].astype("<u4").tobytes()).decode("ascii")


def read_sketch(packed: str) -> frozenset[int]:
    """The hashes of `body_sketch`."""
    return frozenset(np.frombuffer(b64decode(packed), dtype="<u4").tolist())


def gram_hashes(letters: str) -> NDArray[np.uint32]:
    """Hashes (32 bits) of every 8 letters in a row, in order of size, each once."""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = max(0, len(codes) - GRAM + 1)
    mixed, shifted = np.zeros(count, dtype=np.uint64), np.empty(count, dtype=np.uint64)
    for place in range(GRAM if count else 0):
        mixed ^= codes[place : place + count]
        mixed *= _PRIME
        mixed ^= np.right_shift(mixed, np.uint64(29), out=shifted)
    hashes = np.sort(((mixed * _PRIME) >> np.uint64(32)).astype(np.uint32))
    # Sorted and compared with their neighbours: a tenth of the time of numpy.unique, which hashes them first.
    return hashes[np.append(True, hashes[1:] != hashes[:-1])] if count else hashes


def url_shapes(links: Iterable[str], abused_domain: str | None) -> tuple[str, ...]:
    """The shapes of URLs whose host is not the sending organisation's: labels and path segments by kind of
    character and length ("a2.me/m6"), query names as they are; sorted, each once, at most 16."""
    found: set[str] = set()
    for _, link in zip(range(LINKS_READ), links, strict=False):
        shape = _shape(link[:2000], abused_domain)
        if shape:
            found.add(shape)
    return tuple(sorted(found)[:SHAPES])


def written_links(text: str) -> list[str]:
    """The URLs that stand in a text to be read, at most 64: what strangers type is shown so, an organisation's own
    links mostly stand behind words."""
    found = islice(_WRITTEN.finditer(text[:TEXT_LIMIT]), LINKS_READ)
    return [match[0].rstrip(".,;:!?)") for match in found]


def link_marks(links: Iterable[str], abused_domain: str | None) -> tuple[str, ...]:
    """The marks of the unusual domains, not the sending organisation's, to which particular links lead."""
    found: set[str] = set()
    for link in links:
        host = _foreign_host(link[:2000], abused_domain)
        shape = _shape(link[:2000], abused_domain) if host else None
        if host and shape and is_particular(shape):
            found.add(host)
    return domain_marks(found)


def _foreign_host(link: str, abused_domain: str | None) -> str | None:
    """The host of a link that is not the sending organisation's."""
    try:
        host = clean_host(urlsplit(_whole(link)).hostname or "")
    except ValueError:
        return None
    if host is None or not abused_domain:
        return host
    return None if same_organisation(host, abused_domain) or host.endswith("." + abused_domain) else host


def _whole(link: str) -> str:
    return link if "//" in link else f"//{link}"


def _shape(link: str, abused_domain: str | None) -> str | None:
    host = _foreign_host(link, abused_domain)
    if host is None:
        return None
    parts = urlsplit(_whole(link))
    *labels, top = host.split(".")
    path = "/".join(_class(segment) for segment in parts.path.split("/")[1:6])
    query = ",".join(sorted(name[:20] for name in re.findall(r"(?:^|&)([a-z_]{1,20})(?==)", parts.query[:500]))[:8])
    return ".".join([*(_class(label) for label in labels), top]) + f"/{path}" + (f"?{query}" if query else "")


def _class(text: str) -> str:
    """A run of characters as its kind and length: a letters, d digits, m mixed (of both or of upper and lower case
    as in "oNpfYtkS", or many capitals as in "AXXLFGDC"), nothing for nothing."""
    if not text:
        return ""
    short = text.isupper() and len(text) < CODE
    word = text.isalpha() and (text.islower() or short or text.istitle() or not text.isascii())
    kind = "a" if word else "d" if text.isdigit() else "m"
    return f"{kind}{min(len(text), 40)}"


def layout_key(field_names: Iterable[str]) -> str:
    """A hash of the names of the sender's header fields in their order."""
    return digest("\n".join(filter(None, map(_senders, field_names))), 8)


@lru_cache(maxsize=10_000)
def _senders(name: str) -> str | None:
    """The name of a field in lower case where it is the sender's."""
    lower = name.lower()
    return None if _TRANSIT.match(lower) else lower
