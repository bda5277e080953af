"""A reading as the values of its rows, made before the transaction: nothing is parsed or judged inside it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from data.clustering.nodes import is_wordless
from data.clustering.parties import Alias, account_alias, domain_alias, lesser_alias
from data.clustering.standing import standing
from data.clustering.waves import flood_family
from data.model import Reading, Refusal
from data.store.values import DAY, seconds_or_none, storable, storable_or_none, to_json

EARLIEST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
_EVIDENCE = {"claimed": 0, "attested": 1, "verified": 2}


@dataclass(frozen=True, slots=True)
class Draft:
    """One reading, ready to be stored. `own` are the columns of `observations` that the copy decides, `words` and
    `details` those of the two other tables; `rank`, versions and digest say which of two copies is kept."""

    source: str
    fingerprint: bytes
    rank: int
    digest: bytes
    sent_at: int | None
    message_hash: bytes | None
    recipient_hash: bytes | None
    template_key: str
    has_payload: bool
    family: str | None
    standing: int
    account: Alias | None
    domain: Alias | None
    lesser: Alias
    own: dict[str, object]
    words: tuple[str | None, str | None, str]
    details: dict[str, object]
    warnings: tuple[str, ...]
    fields: int
    """Header fields of the message: what storing it costs grows with them."""

    @property
    def order(self) -> tuple[int, int, str, bytes]:
        """Copies compare by this: trusted, with a body, better evidenced, read by a newer program. The digest
        decides between equals, so that the order of arrival does not."""
        return self.rank, int(str(self.own["features_version"])), str(self.own["catalogue_version"]), self.digest


def drafted(item: Reading | Draft | Refusal, *, trusted: bool) -> Draft | Refusal:
    """The rows of a reading; one that cannot be stored is refused by itself."""
    if not isinstance(item, Reading):
        return item
    try:
        return draft_of(item, trusted=trusted)
    except (ValueError, OverflowError, TypeError) as error:
        return Refusal(item.source, f"The message was read but cannot be stored ({error}).")


def draft_of(reading: Reading, *, trusted: bool) -> Draft:
    """The rows of a reading. `trusted`: it came by another channel than the open form. Raises ValueError where a
    value cannot be stored."""
    identity, verdict, features, kept = reading.identity, reading.verdict, reading.features, reading.kept
    platform, tenant = storable_or_none(identity.platform), storable_or_none(identity.tenant)
    account = storable_or_none(identity.account_id)
    domain = storable_or_none(identity.abused_domain)
    own: dict[str, object] = {
        "sent_at": seconds_or_none(reading.sent_at),
        "dated_by": reading.dated_by,
        "headers_only": int(reading.headers_only),
        "enclosed_in": reading.enclosed_in,
        "platform": platform,
        "transport": storable_or_none(identity.transport),
        "account_id": account,
        "account_signed": int(identity.account_signed),
        "tenant": tenant,
        "abused_domain": domain,
        "mechanism": identity.mechanism,
        "automatic": int(identity.automatic),
        "verdict": verdict.verdict,
        "score": float(verdict.score),
        "confidence": float(verdict.confidence),
        "standing": standing(verdict.verdict, verdict.score),
        "evidence": reading.authentication.evidence,
        "catalogue_version": storable(reading.catalogue_version),
        "features_version": features.version,
    }
    details: dict[str, object] = {
        "sender_address": storable_or_none(kept.sender_address),
        "reply_to_domain": storable_or_none(kept.reply_to_domain),
        "envelope_domain": storable_or_none(kept.envelope_domain),
        "masked": kept.masked,
        "headers": to_json(kept.headers),
        "links": to_json(kept.links),
        "hops": to_json(reading.hops),
        "authentication": to_json(reading.authentication),
        "identity": to_json(identity),
        "reasons": to_json(verdict.reasons),
        "features": to_json(features),
    }
    words = (storable_or_none(kept.subject), storable_or_none(kept.sender_name), storable(kept.text))
    return Draft(
        source=reading.source,
        fingerprint=reading.fingerprint,
        rank=rank_of(reading, trusted=trusted),
        digest=_digest(own, details, words),
        sent_at=seconds_or_none(reading.sent_at),
        message_hash=reading.message_hash,
        recipient_hash=reading.recipient_hash,
        template_key=features.template_key,
        has_payload=features.payload_key is not None,
        family=flood_family(platform, identity.mechanism) if is_wordless(features, identity.mechanism) else None,
        standing=standing(verdict.verdict, verdict.score),
        account=account_alias(platform, account),
        domain=domain_alias(domain),
        lesser=lesser_alias(platform, tenant),
        own=own,
        words=words,
        details=details,
        warnings=tuple(map(storable, reading.warnings)),
        fields=len(kept.headers),
    )


def rank_of(reading: Reading, *, trusted: bool) -> int:
    """How good a copy is: handed in by a trusted channel, then with a body, then by its evidence."""
    return 8 * trusted + 4 * (not reading.headers_only) + _EVIDENCE[reading.authentication.evidence]


def observed_at(sent_at: int | None, received_at: int) -> tuple[int, str | None]:
    """When a message was seen, between 1990 and its receipt, and a warning where that is not the time it names."""
    if sent_at is None:
        return received_at, "The message names no time that can be read; the time of submission stands for it."
    if sent_at < EARLIEST:
        return EARLIEST, "The message claims to be older than 1990; it stands at the beginning of 1990."
    if sent_at > received_at:
        return (
            received_at,
            "The message claims to be sent after it was submitted; the time of submission stands for it.",
        )
    return sent_at, None


def day_of(at: int) -> int:
    """Whole days since 1970."""
    return at // DAY


def _digest(own: dict[str, object], details: dict[str, object], words: tuple[str | None, ...]) -> bytes:
    values = (*own.values(), *details.values(), *words)
    return blake2b("\0".join(map(str, values)).encode(), digest_size=16).digest()
