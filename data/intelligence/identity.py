"""What makes two texts the same one: addresses without what varies between links, words without their spacing."""

import re
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit

from data.domains import registrable_domain
from data.intelligence.model import FeedEntry

_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id|at_\w+|wt_mc|ref|ref_src|source|cmpid|xtor)$", re.IGNORECASE
)
_SPACES = re.compile(r"\s+")
_WORDS_LIMIT = 60_000


def url_key(url: str | None) -> str | None:
    """An address for comparing: without scheme, www., fragment and tracking; None for none and for a bare host, which
    many texts may name as theirs."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.match(pair[0])))
    if not host or not (path or query):
        return None
    return f"{host}{port}{path}{'?' if query else ''}{query}"[:2_000]


def site_of(url: str | None) -> str | None:
    """The registrable domain of an address, None where it has none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return registrable_domain(host) if host else None


def words_key(*texts: str | None) -> str:
    """A digest of texts whose spacing and letter case do not count."""
    folded = "\0".join(_SPACES.sub(" ", (text or "")[:_WORDS_LIMIT]).strip().casefold() for text in texts)
    return blake2b(folded.encode("utf-8", "replace"), digest_size=16).hexdigest()


def entry_digest(entry: FeedEntry) -> str:
    """A digest of what an entry says, so that an edited one is told from an unchanged one. When it was touched last
    does not count: some feeds move that at every request."""
    published = entry.published_at.isoformat() if entry.published_at else ""
    return words_key(entry.title, entry.url, published, entry.summary, entry.text)


def has_no_id_of_its_own(entry_id: str) -> bool:
    """Whether an id is a digest of the entry's words, so that it changes when the entry is edited."""
    return "words:" in entry_id
