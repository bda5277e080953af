"""A glance as the JSON object and the short line that `relaywatch inspect mail` prints."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.model import Hop, TemplatePart
from data.plain import plain_line

if TYPE_CHECKING:
    from collectors.reading import Glance


def describe(seen: "Glance") -> dict[str, Any]:
    """The object of the contract: null where something is not known, never a guess."""
    identity, authentication, verdict = seen.identity, seen.authentication, seen.verdict
    return {
        "source": seen.source,
        "sent_at": stamp(seen.sent_at),
        "subject": seen.subject,
        "platform": identity.platform,
        "platform_evidence": list(identity.platform_evidence),
        "transport": identity.transport,
        "account_id": identity.account_id,
        "tenant": identity.tenant,
        "abused_domain": identity.abused_domain,
        "mechanism": identity.mechanism,
        "automatic": identity.automatic,
        "verdict": verdict.verdict,
        "score": round(verdict.score, 2),
        "reasons": [
            {"signal": reason.signal, "weight": round(reason.weight, 2), "evidence": reason.evidence}
            for reason in verdict.reasons
        ],
        "authentication": {
            "spf": authentication.spf,
            "dkim": authentication.dkim,
            "dmarc": authentication.dmarc,
            "evidence": authentication.evidence,
            "written_by": authentication.written_by,
            "aligned": authentication.aligned,
        },
        "hops": [describe_hop(hop) for hop in seen.hops],
        "template": template_line(seen.template),
        "warnings": list(seen.warnings),
        "enclosed_in": seen.enclosed_in,
        "account_signed": identity.account_signed,
        "consistency": dict(identity.consistency),
    }


def describe_hop(hop: Hop) -> dict[str, Any]:
    return {
        "from": hop.from_host,
        "address": hop.from_address,
        "by": hop.by,
        "at": stamp(hop.at),
        "delay_seconds": hop.delay_seconds,
        "skewed": hop.skewed,
        "evidence": hop.evidence,
    }


def describe_shortly(seen: "Glance") -> str:
    """One line for people: when, what it is, through what, whose system, the subject."""
    identity = seen.identity
    facts = (
        seen.sent_at.strftime("%Y-%m-%d %H:%MZ") if seen.sent_at else "no date",
        f"{seen.verdict.verdict} ({seen.verdict.score:g})",
        identity.mechanism,
        identity.platform or "no platform",
        identity.abused_domain or identity.tenant or "no domain",
        seen.subject or "no subject",
    )
    return f"{plain_line(seen.source)}: {plain_line(' · '.join(facts))}"


def template_line(parts: tuple[TemplatePart, ...]) -> str | None:
    """The template as one line, slots in white brackets."""
    return "".join(f"⟦{part.slot}⟧" if part.slot else part.text for part in parts).strip() or None


def stamp(at: datetime | None) -> str | None:
    return at.replace(microsecond=0, tzinfo=None).isoformat() + "Z" if at else None
