"""What one message proves, and who says so: hops, authentication, reasons, header fields. For incident and Submit."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from data.model import Authentication, Hop, Identity, KeptField, Verdict
from pages.parts import columns
from pages.parts.charts import show
from pages.parts.clock import Clock
from pages.parts.figures import seconds
from pages.parts.inert import inert, inert_block
from pages.parts.layout import card_title
from pages.parts.reason_chart import draw_reasons
from pages.parts.tables import Column, csv_button, show_table, table_block
from pages.parts.theme import EVIDENCE, BadgeColor, theme_type

HOPS = (
    Column("hop", "Hop", "count", 40),
    Column("from_host", "From", width=184),
    Column("by", "By", width=196),
    Column("at", "Time", "when", 96),
    Column("delay", "Delay", width=60),
    columns.TRUST,
)
FIELDS = (Column("name", "Field", width=190), Column("value", "Value as kept"))
READ_FROM = (Column("what", "What", width=120), Column("line", "Read from"))
CHECKS = (Column("check", "Check"), Column("holds", "Holds", width=70))

TRUST = {
    "verified": "Verified: the signature was checked here, against the key of the domain that signed.",
    "attested": "Attested: written by the mail server of our own mailbox.",
    "claimed": "Claimed: this is what the header says; whoever handed it in could have written it.",
}

RESULTS = {
    "pass": "✓ pass",
    "fail": "✗ fail",
    "softfail": "✗ softfail",
    "none": "none",
    "neutral": "neutral",
    "policy": "policy",
    "temperror": "temperror",
    "permerror": "permerror",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """The part of a reading or of a stored observation that this module shows."""

    hops: tuple[Hop, ...]
    authentication: Authentication
    identity: Identity
    verdict: Verdict
    headers: tuple[KeptField, ...]
    warnings: tuple[str, ...]


def show_hops(hops: Sequence[Hop], name: str, clock: Clock) -> None:
    rows = [
        {
            "hop": number,
            "from_host": hop.from_host or hop.from_address,
            "by": hop.by,
            "at": hop.at,
            "delay": seconds(hop.delay_seconds) + (" clock skew" if hop.skewed else ""),
            "evidence": hop.evidence,
        }
        for number, hop in enumerate(hops, 1)
    ]
    if not rows:
        st.caption("No Received field: the way it took is not known.")
        return
    with card_title(f"hops_{name}", "The way it took", "as its header says, the first server first"):
        csv_button(f"hops_{name}", HOPS, rows)
    show_table(f"hops_{name}", HOPS, rows, clock, wraps=any(hop.skewed for hop in hops))


def show_authentication(found: Authentication) -> None:
    """The results, how far they can be trusted, and who wrote them; what a pass is worth is said once, here."""
    trust = EVIDENCE[found.evidence]
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.badge(f"SPF {_result_text(found.spf)}", color=_result_color(found.spf))
            st.badge(f"DKIM {_result_text(found.dkim)}", color=_result_color(found.dkim))
            st.badge(f"DMARC {_result_text(found.dmarc)}", color=_result_color(found.dmarc))
            st.badge(trust.text, color=trust.badge)
        writer = f"Written by {inert(found.written_by, 120)}." if found.written_by else "Nobody says who wrote these."
        signers = f" Signed by {inert(', '.join(found.signing_domains), 200)}." if found.signing_domains else ""
        st.text(writer + signers)
        st.caption(f"{TRUST[found.evidence]} A pass says where it came from, not that it was wanted.")


def show_reasons(verdict: Verdict, name: str) -> None:
    if not verdict.reasons:
        st.caption("No signal speaks for or against abuse.")
        return
    show(draw_reasons(verdict.reasons, theme_type()), f"reasons_{name}", "Reasons for the verdict and their weights")
    with st.expander("Header lines behind the reasons", type="compact"):
        for place, reason in enumerate(sorted(verdict.reasons, key=lambda reason: -abs(reason.weight))):
            with st.container(gap=None, key=f"reason_{name}_{place}"):
                weight = f"{reason.weight:+g}".replace("-", "−")
                st.text(inert(f"{weight} {reason.signal}"))
                st.text(inert(reason.evidence, 600) or "–")


def show_sources(identity: Identity, name: str, clock: Clock) -> None:
    """The header lines that platform, account and mechanism were read from, and the inner checks."""
    rows = [{"what": "platform", "line": line} for line in identity.platform_evidence]
    rows += [{"what": "mechanism", "line": line} for line in identity.mechanism_evidence]
    if rows:
        table_block(f"sources_{name}", "Header lines", "", READ_FROM, rows, clock, nothing="")
    checks = [{"check": check, "holds": "yes" if holds else "no"} for check, holds in identity.consistency]
    if checks:
        table_block(f"checks_{name}", "Inner checks", "", CHECKS, checks, clock, nothing="")


def show_headers(headers: Sequence[KeptField], name: str, clock: Clock) -> None:
    rows = [{"name": field.name, "value": field.value} for field in headers]
    table_block(
        f"headers_{name}", "Fields", "of others only that they were there", FIELDS, rows, clock, nothing="None."
    )


def show_proof(proof: Proof, name: str, clock: Clock) -> None:
    """All of it, in the order in which an analyst asks."""
    show_hops(proof.hops, name, clock)
    show_authentication(proof.authentication)
    with card_title(f"reasons_{name}", "Reasons", f"{proof.verdict.verdict}, score {proof.verdict.score:g}"):
        pass
    show_reasons(proof.verdict, name)
    with st.expander("Read from", type="compact"):
        show_sources(proof.identity, name, clock)
    with st.expander("Header fields, redacted", type="compact"):
        show_headers(proof.headers, name, clock)
    if proof.warnings:
        with st.container(gap="xxsmall"):
            st.caption("Noticed while reading")
            st.text(inert_block("\n".join(proof.warnings), 4_000))


def _result_text(result: str | None) -> str:
    """A result in the words of RFC 8601 with its mark; "unclear" for a word of somebody's own."""
    return RESULTS.get(result or "", "unclear") if result else "not said"


def _result_color(result: str | None) -> BadgeColor:
    return "green" if result == "pass" else "gray"
