"""The plain answer for the person who got the mail: what it is, whether it is known, what to do, what to block."""

import streamlit as st

from data.judgement.blocking import mail_rules
from data.judgement.confidence import is_sure
from data.model import Reading
from data.store.known import Known
from data.vocabulary import VerdictName
from pages.parts.clock import Clock
from pages.parts.evidence import Proof, show_proof
from pages.parts.figures import count, public_id
from pages.parts.inert import inert
from pages.parts.layout import Fact, card, facts
from pages.parts.templates import show_template
from pages.parts.theme import BadgeColor, platform_label
from pages.parts.words import say, say_list, say_number

_ICONS = {
    "ok": ":green[:material/verified_user:]",
    "now": ":red[:material/gpp_maybe:]",
    "mute": ":gray[:material/help:]",
}
_BADGES: dict[str, BadgeColor] = {"ok": "green", "now": "red", "mute": "gray"}


def show_answer(reading: Reading, known: Known, clock: Clock) -> None:
    """The fear first, then what happened, whether others got it, and what to do; a text for each verdict."""
    name: VerdictName = reading.verdict.verdict
    edge = say(f"verdict.{name}.edge")
    with st.container(border=True, key=f"edge_{edge}"):
        with st.container(horizontal=True, gap="xsmall", key="verdict_badges"):
            st.badge(say(f"verdict.{name}.label"), color=_BADGES[edge])
            if known.wave:
                st.badge(f"{say('known.badge')} {public_id(known.wave.wave_id)}", color="red")
        _show_words(name, edge, known, clock, sure=is_sure(reading.verdict.confidence))
        _show_rules(reading)
        _show_help()


def show_claim_answer(known: Known, clock: Clock) -> None:
    """The answer where nothing but a subject is known: nothing is judged."""
    edge = say("verdict.claim.edge")
    with st.container(border=True, key=f"edge_{edge}"):
        if known.wave:
            st.badge(f"{say('known.badge')} {public_id(known.wave.wave_id)}", color="red")
        _show_words("claim", edge, known, clock, sure=True)
        _show_help()


def _show_words(name: str, edge: str, known: Known, clock: Clock, *, sure: bool) -> None:
    with st.container(key="verdict_words"):
        st.markdown(f"## {_ICONS[edge]} {say(f'verdict.{name}.title')}", anchors=False)
        st.markdown(say(f"verdict.{name}.body"), anchors=False)
        st.markdown(known_words(known, clock), anchors=False)
        if not sure:
            st.markdown(say("sure.little"), anchors=False)
    with st.container(key="cards_lists"):
        for column, part in zip(st.columns(3, gap="medium"), ("do", "block", "tell"), strict=True):
            with column:
                st.markdown(f"**{say(f'lists.{part}')}**", anchors=False)
                st.markdown(say_list(f"verdict.{name}.{part}"), anchors=False)


def known_words(known: Known, clock: Clock) -> str:
    """Whether others reported it, in one or two sentences; one's own report is not among them."""
    day = clock.day(known.since)
    if known.wave:
        wave = public_id(known.wave.wave_id)
        words = say_number("known.wave", known.reports, day=day, wave=wave)
        words += " " + say_number("known.companies", known.companies)
    elif known.reports:
        words = say_number("known.text", known.reports, day=day)
    elif known.at_company:
        words = say_number("known.company", known.at_company, day=clock.day(known.at_company_since))
    else:
        words = say("known.new")
    return f"{words} {say('known.seen')}" if known.seen else words


def _show_rules(reading: Reading) -> None:
    """What a person can type into a mail program; never the platform."""
    rules = mail_rules(reading)
    if not rules:
        if reading.identity.platform and say(f"verdict.{reading.verdict.verdict}.edge") != "mute":
            st.caption(say("rule.none"))
        return
    with st.container(gap="xsmall", key="rules"):
        st.markdown(f"**{say('rule.title')}**", anchors=False)
        for place, rule in enumerate(rules):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"rule_{place}"):
                words = (
                    say("rule.contains", field=rule.field)
                    if rule.test == "contains"
                    else say("rule.is", field=rule.field)
                )
                st.text(inert(words), width="content")
                st.code(inert(rule.value), language=None, width="content")
        st.caption(say("rule.then"))


def _show_help() -> None:
    with st.popover(say("clicked.title"), icon=":material/help:", type="tertiary"):
        st.markdown(say_list("clicked.lines"), anchors=False)


def show_facts(reading: Reading, known: Known, clock: Clock) -> None:
    identity = reading.identity
    reports = known.reports or known.at_company
    others = (
        [
            Fact(say("facts.known"), count(reports)),
            Fact(say("facts.since"), clock.day(known.since or known.at_company_since)),
        ]
        if reports
        else []
    )
    with card("facts"):
        facts(
            (
                Fact(say("facts.platform"), platform_label(identity.platform) if identity.platform else ""),
                Fact(say("facts.company"), identity.abused_domain or ""),
                Fact(say("facts.tenant"), identity.tenant or ""),
                Fact(say("facts.sent_at"), clock.with_utc(reading.sent_at)),
                *others,
            )
        )


def show_expert_part(reading: Reading, clock: Clock) -> None:
    with st.expander(say("experts.title")):
        show_template(reading.features.parts, "submit")
        proof = Proof(
            reading.hops,
            reading.authentication,
            reading.identity,
            reading.verdict,
            reading.kept.headers,
            reading.warnings,
        )
        show_proof(proof, "submit", clock)
