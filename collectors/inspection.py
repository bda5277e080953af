"""A reading as the JSON object and the short line that `relaywatch inspect mail` prints."""

from datetime import datetime
from typing import Any

from data.model import Hop, Reading, TemplatePart
from data.plain import plain_line


def describe(reading: Reading) -> dict[str, Any]:
    """The object of the contract: null where something is not known, never a guess."""
    identity, authentication, verdict = reading.identity, reading.authentication, reading.verdict
    return {
        "source": reading.source,
        "sent_at": stamp(reading.sent_at),
        "subject": reading.kept.subject,
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
        "hops": [describe_hop(hop) for hop in reading.hops],
        "template": template_line(reading.features.parts),
        "warnings": list(reading.warnings),
        "enclosed_in": reading.enclosed_in,
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


def describe_shortly(reading: Reading) -> str:
    """One line for people: when, what it is, through what, whose system, the subject."""
    identity = reading.identity
    facts = (
        reading.sent_at.strftime("%Y-%m-%d %H:%MZ") if reading.sent_at else "no date",
        f"{reading.verdict.verdict} ({reading.verdict.score:g})",
        identity.mechanism,
        identity.platform or "no platform",
        identity.abused_domain or identity.tenant or "no domain",
        reading.kept.subject or "no subject",
    )
    return f"{plain_line(reading.source)}: {plain_line(' · '.join(facts))}"


def template_line(parts: tuple[TemplatePart, ...]) -> str | None:
    """The template as one line, slots in white brackets."""
    return "".join(f"⟦{part.slot}⟧" if part.slot else part.text for part in parts).strip() or None


def stamp(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
