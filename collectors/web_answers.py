"""What an answer means: its body unpacked under a cap, its type, when to come again, and its status in words."""

import re
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from collectors.encodings import unpack
from collectors.web_exchange import Answer
from data.errors import SubmissionRefused
from data.fetching import NotFetched

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT_REDIRECTS = frozenset({301, 308})
PASSING_FAILURES = frozenset({500, 502, 503, 504})

CODINGS_ASKED = "gzip, deflate"
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_CODINGS_LIMIT = 2
_WINDOW_OF_RAW_DEFLATE = -15
"""zlib's wbits. RFC 9110 section 8.4.1.2: deflate has a zlib header, and some servers leave it out."""

_MEDIA_TYPE = re.compile(r"\s{0,9}([a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63})\s{0,9}(?:;|,|\Z)")
_CHARSET = re.compile(r";\s{0,9}charset\s{0,9}=\s{0,9}[\"']?([a-z0-9][a-z0-9._:-]{0,39})")
_VALIDATOR = re.compile(r"[\x20-\x7e\xa0-\xff]{1,500}")
_SECONDS = re.compile(r"[0-9]{1,9}")
_SENTENCES = {
    401: "{host} wants a password for this address (401).",
    403: "{host} forbids us this address (403).",
    404: "{host} does not know this address (404); look whether it has moved.",
    407: "A proxy on the way to {host} wants a password (407).",
    410: "{host} says that this address is gone for good (410).",
    451: "{host} may not show this address for legal reasons (451).",
}


def plain_body(answer: Answer, host: str, limit: int, *, cut: bool = False) -> bytes:
    """The body without its content codings, at most `limit` bytes. Raises NotFetched where it cannot be unpacked.

    `cut`: what there is of an incomplete body is good enough.
    """
    body = answer.body
    codings = [coding.strip().lower() for coding in answer.headers.get("content-encoding", "").split(",")]
    packed = [coding for coding in codings if coding not in ("", "identity")] if body else []
    if len(packed) > _CODINGS_LIMIT or not _CODINGS.issuperset(packed):
        raise NotFetched("failed", f"{host} packed its answer in a way that was not asked for.")
    for coding in reversed(packed):
        body = _unpacked(body, coding, host, limit, cut)
    if len(body) > limit and not cut:
        raise NotFetched("failed", f"The answer of {host} is larger than {limit:,} bytes and was not read.")
    return body[:limit]


def _unpacked(body: bytes, coding: str, host: str, limit: int, cut: bool) -> bytes:
    try:
        if cut:
            return zlib.decompressobj(wbits=47).decompress(body, limit)
        found, whole = unpack(body, limit)
        if coding == "deflate" and not whole and not found:
            found, whole = unpack(body, limit, _WINDOW_OF_RAW_DEFLATE)
    except SubmissionRefused as refusal:
        raise NotFetched(
            "failed", f"The answer of {host} unpacks to more than {limit:,} bytes and was not read."
        ) from refusal
    except zlib.error:
        whole = False
    if not whole:
        raise NotFetched("failed", f"The packed answer of {host} is damaged or ends early.")
    return found


def media_type(header: str | None) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type, in lower case, None where not said in a form that can be read."""
    value = (header or "")[:500].lower()
    named = _MEDIA_TYPE.match(value)
    charset = _CHARSET.search(value)
    return named[1] if named else None, charset[1] if charset else None


def validator(value: str | None) -> str | None:
    """An ETag or Last-Modified that can be sent back as it is, else None."""
    value = (value or "").strip()
    return value if _VALIDATOR.fullmatch(value) else None


def retry_time(header: str | None, now: datetime, limit: int) -> datetime | None:
    """When to come again by a Retry-After in seconds or as a date (RFC 9110 section 10.2.3).

    Never before `now` nor more than `limit` seconds after it; None where the header says nothing that can be read.
    """
    value = (header or "").strip()[:64]
    latest = now + timedelta(seconds=limit)
    if _SECONDS.fullmatch(value):
        return now + timedelta(seconds=min(int(value), limit))
    if value.isascii() and value.isdigit():
        return latest
    try:
        named = parsedate_to_datetime(value)
        moment = named.astimezone(UTC) if named.tzinfo else named.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(moment, now), latest)


def status_sentence(host: str, status: int) -> str:
    """What a status means for the person who watches over a feed or a page."""
    if status in _SENTENCES:
        return _SENTENCES[status].format(host=host)
    if status >= 500:
        return f"{host} is out of order ({status})."
    if status >= 400:
        return f"{host} turned the request down ({status})."
    if status in REDIRECTS:
        return f"{host} redirects in a way that cannot be followed ({status})."
    return f"{host} answered without anything to read ({status})."
