"""What a message says about its own authentication, and who says so."""

import re
from collections.abc import Collection, Sequence

from collectors.decoding import decode_words
from data.domains import same_organisation
from data.model import Authentication, Hop, ParsedMessage

_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_AUTHSERV_ID = re.compile(r"^\s*([A-Za-z0-9._-]+)(?:\s+\d+)?\s*;")
_WORDS = {"none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"}


def read_authentication(
    message: ParsedMessage, hops: Sequence[Hop], trusted_authserv_ids: Collection[str]
) -> Authentication:
    """The counted Authentication-Results: the topmost of a trusted authserv-id, else the topmost."""
    written = [decode_words(value) for value in message.all("authentication-results")]
    ours = [value for value in written if _authserv_id(value) in trusted_authserv_ids]
    counted = (ours or written or [""])[0]
    results = {name.lower(): word.lower() for name, word in reversed(_RESULT.findall(counted))}
    tags = [_tags(value) for value in message.all("dkim-signature")]
    domains = tuple(dict.fromkeys(tag["d"].lower() for tag in tags if tag.get("d")))
    passing = [domain for domain in domains if results.get("dkim") == "pass"]
    sender = message.sender.domain if message.sender else ""
    return Authentication(
        spf=_word(results.get("spf")),
        dkim=_word(results.get("dkim")),
        dmarc=_word(results.get("dmarc")),
        evidence="attested" if ours and any(hop.evidence == "attested" for hop in hops) else "claimed",
        written_by=_authserv_id(counted),
        signing_domains=domains,
        signed_fields=tuple(
            dict.fromkeys(name.strip().lower() for tag in tags for name in tag.get("h", "").split(":"))
        ),
        aligned=any(same_organisation(domain, sender) for domain in passing) if passing and sender else None,
    )


def _word(result: str | None) -> str | None:
    return result if result in _WORDS else None


def _authserv_id(value: str) -> str | None:
    found = _AUTHSERV_ID.match(value)
    return found[1].lower() if found else None


def _tags(signature: str) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (part.partition("=") for part in signature.split(";"))}
