"""How far a message can be trusted to come from where it says: what servers wrote into it, and DKIM checked here."""

import importlib.util
import re
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from collectors.fields import cut_header
from collectors.received import border
from collectors.results import MethodResult, Results, arc_instance, read_received_spf, read_results
from data.domains import clean_host, registrable_domain, same_organisation
from data.model import Authentication, Hop, ParsedMessage

SIGNATURES_READ = 20
"""DKIM-Signature fields read of one message."""
SIGNATURES_CHECKED = 4
"""DKIM-Signature fields checked of one message; each costs a look-up."""

Resolver = Callable[[str], str | None]
"""The TXT record at a name (its strings joined), None where there is none. Raises OSError or TimeoutError."""

_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,100}[A-Za-z0-9])?")
_KEY = re.compile(r"(?:^|;)\s*p\s*=([A-Za-z0-9+/=\s]*)")
_KEY_BYTES = 600  # a public key of 4,096 bits takes 550 bytes in DER
_SIGNATURE_LENGTH = 5_000
_SIGNED_FIELDS = 200
_HEADER_LENGTH = 200_000
_FOLDED_LINES = 5_000
_BLANKS = re.compile(rb"[ \t]+")


def read_authentication(
    message: ParsedMessage, hops: Sequence[Hop], trusted_authserv_ids: Collection[str]
) -> Authentication:
    """What the message's own fields say, and how far that can be trusted.

    The topmost Authentication-Results of a trusted authserv-id counts where it stands above every hop that came from
    outside, and is attested. Else the topmost one that says anything of SPF, DKIM or DMARC counts, claimed; further
    ones of the same server beside it complete it. Then Received-SPF, then the newest ARC-Authentication-Results.
    `trusted_authserv_ids` is empty for whatever does not come out of a mailbox of ours: a header can be typed.
    """
    counted, author, attested = _counted(message, hops, trusted_authserv_ids)
    spf, dkim, dmarc = (_of_method(counted, name, message) for name in ("spf", "dkim", "dmarc"))
    signatures = [_tags(value) for value in message.all("dkim-signature")[:SIGNATURES_READ]]
    domains = tuple(dict.fromkeys(tags["d"].lower() for tags in signatures if tags.get("d")))
    covered = (name.lower() for tags in signatures for name in tags.get("h", "").split(":"))
    return Authentication(
        spf=spf.word if spf else None,
        dkim=dkim.word if dkim else None,
        dmarc=dmarc.word if dmarc else None,
        evidence="attested" if attested else "claimed",
        written_by=author,
        signing_domains=domains,
        signed_fields=tuple(dict.fromkeys(name for name in covered if name)),
        aligned=_aligned(message, counted, domains),
        warnings=tuple(_warnings(counted)),
    )


def _counted(
    message: ParsedMessage, hops: Sequence[Hop], trusted: Collection[str]
) -> tuple[list[MethodResult], str | None, bool]:
    """(results that count, who wrote them, whether they are attested)."""
    spf = [read_received_spf(value) for value in message.all("received-spf")[:1]]
    written = [(place, item) for place, item in _written(message, spf) if item.results]
    ours = [(place, item) for place, item in written if item.author in trusted and place <= _hops_inside(hops)]
    for group in (ours, written):
        if group:
            place, first = group[0]
            beside = [item for other, item in group if other == place and item.author == first.author]
            results = [result for item in beside for result in item.results]
            if not any(result.method == "spf" for result in results):
                results += [result for item in spf if item.author == first.author for result in item.results]
            return results, first.author, group is ours
    arc = max(message.all("arc-authentication-results"), key=arc_instance, default=None)
    sealed = read_results(arc) if arc is not None else Results(None)
    chosen = spf[0] if spf and not sealed.results else sealed
    return list(chosen.results), chosen.author, False


def _written(message: ParsedMessage, spf: Sequence[Results]) -> list[tuple[int, Results]]:
    """Every Authentication-Results with the number of Received fields above it.

    Microsoft's leave their author out; the Received-SPF that the same server writes beside them names it.
    """
    found: list[tuple[int, Results]] = []
    if "authentication-results" not in message.by_name:
        return found
    place = 0
    for item in message.fields:
        name = item.name.lower()
        if name == "received":
            place += 1
        elif name == "authentication-results":
            results = read_results(item.value)
            if results.author is None and spf:
                results = replace(results, author=spf[0].author)
            found.append((place, results))
    return found


def _hops_inside(hops: Sequence[Hop]) -> int:
    """How many Received fields from the top the recipient's own provider wrote."""
    attested = sum(hop.evidence == "attested" for hop in hops)
    entered = border(hops)
    return attested or (0 if entered is None else len(hops) - entered)


def _of_method(counted: Sequence[MethodResult], method: str, message: ParsedMessage) -> MethodResult | None:
    """The result of a method: of several signatures an aligned pass counts before a pass, a pass before the rest."""
    found = [result for result in counted if result.method == method]
    sender = message.sender.domain if message.sender else ""
    if method != "dkim" or not found:
        return found[0] if found else None
    return max(found, key=lambda result: (result.word == "pass", _stands_for(result.domain, sender)))


def _aligned(message: ParsedMessage, counted: Sequence[MethodResult], signing: Sequence[str]) -> bool | None:
    """RFC 9989 relaxed alignment, by registrable domain; None where nothing is said or the passing domain is not."""
    sender = message.sender.domain if message.sender else ""
    told = [result for result in counted if result.word]
    if not told or not registrable_domain(sender):
        return None
    passed = [result for result in told if result.word == "pass"]
    if any(result.method == "dmarc" for result in passed):
        return True
    domains: list[str | None] = [result.domain for result in passed if result.domain]
    if any(result.method == "dkim" and result.domain is None for result in passed):
        domains += signing if len(signing) == 1 else [None]
    if any(_stands_for(domain, sender) for domain in domains):
        return True
    return None if None in domains or (passed and not domains) else False


def _stands_for(domain: str | None, sender: str) -> bool:
    return bool(domain and sender) and same_organisation(domain or "", sender)


def _warnings(counted: Sequence[MethodResult]) -> list[str]:
    foreign = {(result.method, result.said, result.word) for result in counted if result.word != result.said}
    return [
        f"{method}={said} is no result of RFC 8601; read as {word or 'nothing said'}."
        for method, said, word in sorted(foreign, key=str)
    ]


def _tags(signature: str) -> dict[str, str]:
    """The tags of a DKIM-Signature, white space taken out (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in signature[:20_000].split(";"))
    return {name.strip(): "".join(value.split()) for name, _, value in reversed(list(pairs))}


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """What became of one DKIM signature.

    header-only: the signed header fields are genuine, the body was not handed in or was changed. skipped: not
    checked. `fields` are the header fields the signature covers, in lower case; `reason` is empty for a plain pass.
    """

    domain: str
    selector: str
    result: Literal["pass", "header-only", "fail", "skipped"]
    fields: tuple[str, ...]
    reason: str = ""


def verify_dkim(
    message: ParsedMessage,
    resolver: Resolver,
    allowed_domains: Collection[str],
    *,
    seconds: float = 5.0,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[SignatureCheck, ...]:
    """Check the first SIGNATURES_CHECKED signatures here and now; keys come from `resolver` alone.

    Only keys of `allowed_domains` and what is below them are looked up. Signatures beyond `seconds` are skipped, as
    are keys over 4,096 bits, rsa-sha1 (RFC 8301) and headers that would take quadratic time. Never raises.
    """
    checks: list[SignatureCheck] = []
    end = clock() + seconds
    for index, value in enumerate(message.all("dkim-signature")[:SIGNATURES_CHECKED]):
        tags = _tags(value)
        fields = tuple(name.lower() for name in tags.get("h", "").split(":") if name)
        check = SignatureCheck(tags.get("d", "").lower(), tags.get("s", "").lower(), "skipped", fields)
        if clock() > end:
            checks.append(replace(check, reason="The time for checking signatures was used up."))
            continue
        refusal = _not_checked(message, value, tags, allowed_domains)
        checks.append(replace(check, reason=refusal) if refusal else _checked(message, index, check, tags, resolver))
    return tuple(checks)


def with_checks(
    message: ParsedMessage, authentication: Authentication, checks: Sequence[SignatureCheck]
) -> Authentication:
    """The authentication, verified where a signature that covers From holds; else unchanged but for warnings."""
    held = [item for item in checks if item.result in {"pass", "header-only"} and "from" in item.fields]
    told = tuple(f"DKIM signature of {item.domain}: {item.reason}" for item in checks if item.reason)
    if not held:
        return replace(authentication, warnings=authentication.warnings + told)
    sender = message.sender.domain if message.sender else ""
    return replace(
        authentication,
        dkim="pass",
        evidence="verified",
        signed_fields=tuple(dict.fromkeys(name for item in held for name in item.fields)),
        aligned=any(_stands_for(item.domain, sender) for item in held) or authentication.aligned,
        warnings=authentication.warnings + told,
    )


def _not_checked(
    message: ParsedMessage, value: str, tags: dict[str, str], allowed_domains: Collection[str]
) -> str | None:
    """Why a signature is not worth or not safe to check, or None."""
    domain = clean_host(tags.get("d", ""))
    if importlib.util.find_spec("dkim") is None:
        return "DKIM cannot be checked here: dkimpy is not installed."
    if domain is None or not _SELECTOR.fullmatch(tags.get("s", "")):
        return "It names no host that could hold a key."
    if not _is_below(domain, allowed_domains):
        return "Its domain is not in the catalogue, so its key was not looked up."
    if tags.get("a", "").lower() not in {"rsa-sha256", "ed25519-sha256"}:
        return "Its algorithm proves nothing any more (RFC 8301)."
    if tags["a"].lower() == "ed25519-sha256" and importlib.util.find_spec("nacl") is None:
        return "Its algorithm, Ed25519, cannot be checked; install PyNaCl."
    if "from" not in tags.get("h", "").lower().split(":"):
        return "It does not cover From."
    end, _ = cut_header(message.raw, _HEADER_LENGTH)
    folded = message.raw.count(b"\n ", 0, end) + message.raw.count(b"\n\t", 0, end)
    if (
        len(value) > _SIGNATURE_LENGTH
        or tags["h"].count(":") > _SIGNED_FIELDS
        or end == _HEADER_LENGTH
        or folded > _FOLDED_LINES
    ):
        return "The header is too long to be checked."
    return None


def _is_below(domain: str, allowed: Collection[str]) -> bool:
    labels = domain.split(".")
    return any(".".join(labels[start:]) in allowed for start in range(len(labels)))


def _checked(
    message: ParsedMessage, index: int, check: SignatureCheck, tags: dict[str, str], resolver: Resolver
) -> SignatureCheck:
    name = f"{tags['s']}._domainkey.{tags['d']}"
    try:
        record = resolver(name)
    except OSError:
        return replace(check, reason=f"The key at {name} could not be looked up; try again later.")
    key = _KEY.search(record or "")
    if record is None or key is None or not key[1].strip():
        return replace(check, reason=f"There is no key at {name}; keys of old mail are withdrawn.")
    if len(key[1]) * 3 // 4 > _KEY_BYTES or len(record) > 2 * _KEY_BYTES:
        return replace(check, reason="Its key is longer than 4,096 bits.")
    raw = _with_plain_body(message.raw, tags.get("c", "").lower())
    has_body = not message.headers_only
    if has_body and _holds(raw, index, record, with_body=True):
        part = "It covers only the beginning of the body." if "l" in tags else ""
        return replace(check, result="pass", reason=part)
    if _holds(raw, index, record, with_body=False):
        what = "The body differs from what was signed" if has_body else "No body was handed in"
        return replace(check, result="header-only", reason=f"{what}; only the header fields are verified.")
    return replace(check, result="fail", reason="The header fields differ from what was signed, or it has expired.")


def _with_plain_body(raw: bytes, canonicalization: str) -> bytes:
    """The message with its body in relaxed form already (RFC 6376 section 3.4.4), in linear time: dkimpy's own
    expression for spaces before a line end takes quadratic time on long runs of spaces."""
    if canonicalization.partition("/")[2] != "relaxed":
        return raw
    _, body = cut_header(raw, len(raw))
    text = _BLANKS.sub(b" ", raw[body:]).replace(b"\r\n", b"\n").replace(b" \n", b"\n")
    return raw[:body] + text


def _holds(raw: bytes, index: int, record: str, *, with_body: bool) -> bool:
    import dkim  # an extra: everything but checking signatures works without it

    class Check(dkim.DKIM):  # type: ignore[misc]
        def verify_sig_process(self, sig, include_headers, sig_header, dnsfunc):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            if not with_body:
                sig = {name: value for name, value in sig.items() if name != b"bh"}
            return super().verify_sig_process(sig, include_headers, sig_header, dnsfunc)

    try:
        return bool(Check(raw, minkey=1024).verify(index, dnsfunc=lambda *_, **__: record.encode("ascii", "ignore")))
    except (dkim.DKIMException, ArithmeticError, AssertionError, LookupError, NameError, TypeError, ValueError):
        return False
