"""Authentication-Results (RFC 8601), ARC-Authentication-Results (RFC 8617), Received-SPF (RFC 7208), tolerantly.

Microsoft leaves the authserv-id out, ends with a semicolon and has words of its own; some servers separate methods
by spaces, others encode the whole value. The grammar of the RFC reads 6 % of real values, this reader all of them.
"""

import re
from dataclasses import dataclass, field

from collectors.decoding import decode_words

WORDS = frozenset({"none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"})
"""The results of RFC 8601 section 2.7."""
_MEANT = {
    "hardfail": "fail",
    "error": "temperror",
    "timeout": "temperror",
    "success": "pass",
    "bestguesspass": "none",
}
"""Other words and the result they stand for. bestguesspass is Microsoft's: no DMARC record, else it had passed."""

_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"(?:^|[;\s])(spf|dkim|dmarc)(?:/\d{1,2})?\s*=\s*([A-Za-z]{1,20})", re.IGNORECASE)
_AUTHOR = re.compile(r"\s*(?:i=\d{1,2}\s*;\s*)?([^\s;=]{1,255})(?=\s*;|\s|$)(?!\s*=)")
_PROPERTY = re.compile(r"\b(header\.[dib]|header\.from|smtp\.mailfrom|smtp\.mail|smtp\.helo)\s*=\s*([^\s;]{1,500})")
_INSTANCE = re.compile(r"\bi\s*=\s*(\d{1,2})\b")
_RECEIVER = re.compile(r"\breceiver\s*=\s*([^\s;]{1,255})")
_SPF_AUTHOR = re.compile(r"\(\s*([A-Za-z0-9.-]{1,255})\s*:")
_SPF_SENDER = re.compile(r"\benvelope-from\s*=\s*([^\s;]{1,500})")
_READ_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method said: "spf", "dkim" or "dmarc", the word (None where no RFC 8601 word fits), and the domain it
    says it of, as far as it is named."""

    method: str
    word: str | None
    said: str
    domain: str | None


@dataclass(frozen=True, slots=True)
class Results:
    """One field's results and the server that wrote it (authserv-id in lower case, None where left out)."""

    author: str | None
    results: tuple[MethodResult, ...] = field(default=())


def read_results(value: str) -> Results:
    """The results of one Authentication-Results or ARC-Authentication-Results value. Never raises."""
    plain = _without_comments(decode_words(value[:_READ_AT_MOST]))
    found = _AUTHOR.match(plain)
    author = found[1].lower() if found and found[1].lower() not in {"none", "spf", "dkim", "dmarc", "arc"} else None
    methods = list(_METHOD.finditer(plain))
    ends = [method.start() for method in methods[1:]] + [len(plain)]
    results = tuple(_result(method, plain[method.end() : end]) for method, end in zip(methods, ends, strict=False))
    return Results(author, results)


def read_received_spf(value: str) -> Results:
    """The result of one Received-SPF value; its author is the receiver it names. Never raises."""
    value = value[:_READ_AT_MOST]
    word = value.strip().partition(" ")[0].strip(";:(").lower()
    receiver = _SPF_AUTHOR.search(value) or _RECEIVER.search(value)
    sender = _SPF_SENDER.search(value)
    author = receiver[1].strip("\"'").lower() if receiver else None
    return Results(author, (MethodResult("spf", _word(word), word, _domain(sender[1]) if sender else None),))


def arc_instance(value: str) -> int:
    """The i= of an ARC field, 0 where there is none."""
    found = _INSTANCE.search(value[:200])
    return int(found[1]) if found else 0


def _without_comments(text: str) -> str:
    for _ in range(5):
        if "(" not in text:
            break
        text = _COMMENT.sub(" ", text)
    return text


def _result(method: re.Match[str], properties: str) -> MethodResult:
    name, said = method[1].lower(), method[2].lower()
    given = {found[1].lower(): found[2] for found in reversed(list(_PROPERTY.finditer(properties)))}
    if name == "dkim":
        domain = given.get("header.d") or given.get("header.i")
    elif name == "spf":
        domain = given.get("smtp.mailfrom") or given.get("smtp.mail") or given.get("smtp.helo")
    else:
        domain = given.get("header.from")
    return MethodResult(name, _word(said), said, _domain(domain) if domain else None)


def _word(said: str) -> str | None:
    meant = _MEANT.get(said, said)
    return meant if meant in WORDS else None


def _domain(value: str) -> str | None:
    domain = value.strip("\"'<>").rpartition("@")[2].strip("\"'<>.").lower()
    return domain if domain and domain != "none" else None
