"""What was read out of a submission, and the plain answer for the person who got the mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from data.model import Reading, ReadMessages, Refusal, VerdictName
from data.store.database import Database
from data.store.reads import incidents
from data.store.shapes import IncidentFilter
from pages.parts.clock import Clock
from pages.parts.evidence import Proof, show_proof
from pages.parts.figures import count, counted, percent
from pages.parts.inert import inert, inert_block
from pages.parts.layout import Fact, card, facts
from pages.parts.tables import Column, table_block
from pages.parts.templates import show_template
from pages.parts.theme import BadgeColor, platform_label
from pages.parts.words import say, say_list

REFUSALS = (Column("source", "What", width=260), Column("reason", "Why"))
FOUND = (
    Column("place", "No.", "count", 40),
    Column("subject", "Subject", width=178),
    Column("verdict", "Verdict", width=116),
    Column("platform", "Platform", "platform", 90),
    Column("abused_domain", "Abused domain", width=142),
    Column("sent_at", "Sent", "when", 94),
)
_ICONS = {
    "ok": ":green[:material/verified_user:]",
    "now": ":red[:material/gpp_maybe:]",
    "mute": ":gray[:material/help:]",
}
_BADGES: dict[str, BadgeColor] = {"ok": "green", "now": "red", "mute": "gray"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one press of the button gave; redacted, so that it may wait in the session until it is kept or not."""

    readings: tuple[Reading, ...]
    refused: tuple[Refusal, ...]


def read_all(read: ReadMessages, items: Sequence[tuple[str, bytes]]) -> Answer:
    """Readings of everything that was handed in; nothing is stored. Many files get a bar with their count."""
    readings: list[Reading] = []
    refused: list[Refusal] = []
    bar = st.progress(0.0, say("submit.reading")) if len(items) > 1 else None
    for number, (source, blob) in enumerate(items, 1):
        for item in read(blob, source):
            if isinstance(item, Refusal):
                refused.append(item)
            else:
                readings.append(item)
        if bar:
            bar.progress(number / len(items), f"{say('submit.reading')} {count(number)} / {count(len(items))}")
    if bar:
        bar.empty()
    return Answer(tuple(readings), tuple(refused))


def show_refusals(answer: Answer, clock: Clock) -> None:
    if not answer.refused:
        return
    st.warning(say("submit.refused") if answer.readings else say("submit.all_refused"))
    rows = [{"source": item.source, "reason": item.reason} for item in answer.refused]
    with card("refused"):
        title, caption = say("submit.left_out"), counted(len(rows), "item")
        table_block("refused", title, caption, REFUSALS, rows, clock, nothing="")


def choose_reading(readings: Sequence[Reading], clock: Clock) -> Reading:
    """The only message, or of several the one that was clicked, at first the first."""
    if len(readings) == 1:
        return readings[0]
    rows = [
        {
            "place": place,
            "subject": reading.kept.subject,
            "verdict": reading.verdict.verdict,
            "platform": reading.identity.platform,
            "abused_domain": reading.identity.abused_domain,
            "sent_at": reading.sent_at,
        }
        for place, reading in enumerate(readings, 1)
    ]
    with card("found"):
        caption = f"{counted(len(rows), 'message')}; {say('submit.several_hint')}"
        chosen = table_block("found", say("submit.several"), caption, FOUND, rows, clock, nothing="", opens=True)
    return readings[chosen or 0]


def show_answer(reading: Reading) -> None:
    """The fear first, then what happened, then what to do; one of nine texts, chosen by the verdict."""
    name: VerdictName = reading.verdict.verdict
    edge = say(f"verdict.{name}.edge")
    with st.container(border=True, key=f"edge_{edge}"):
        st.badge(f"{reading.verdict.verdict} · {percent(reading.verdict.confidence)} %", color=_BADGES[edge])
        with st.container(key="verdict_words"):
            st.markdown(f"## {_ICONS[edge]} {say(f'verdict.{name}.title')}", anchors=False)
            st.markdown(say(f"verdict.{name}.body"), anchors=False)
            for column, part in zip(st.columns(3, gap="medium"), ("do", "block", "tell"), strict=True):
                with column:
                    st.markdown(f"**{say(f'lists.{part}')}**", anchors=False)
                    st.markdown(say_list(f"verdict.{name}.{part}"), anchors=False)
        with st.popover(say("clicked.title"), icon=":material/help:", type="tertiary"):
            st.markdown(say_list("clicked.lines"), anchors=False)


def show_facts(db: Database, reading: Reading, clock: Clock) -> None:
    identity = reading.identity
    known = []
    if identity.abused_domain:
        known = incidents(db, IncidentFilter(abused_domain=identity.abused_domain), now=clock.now)
    with card("facts"):
        facts(
            (
                Fact(say("facts.platform"), platform_label(identity.platform) if identity.platform else ""),
                Fact(say("facts.company"), identity.abused_domain or ""),
                Fact(say("facts.tenant"), identity.tenant or ""),
                Fact(say("facts.sent_at"), clock.with_utc(reading.sent_at)),
                Fact(say("facts.known"), count(sum(row.observations for row in known))),
                Fact(say("facts.since"), clock.day(min((row.first_seen_at for row in known), default=None))),
            )
        )


def show_kept_form(reading: Reading) -> None:
    """The redacted form, before anything is kept: exactly the words that would be stored."""
    kept = reading.kept
    facts([Fact(say("keep.subject"), kept.subject or "")], "kept_subject")
    facts(
        (
            Fact(say("keep.sender_name"), kept.sender_name or ""),
            Fact(say("keep.sender_address"), kept.sender_address or ""),
            Fact(say("facts.sent_at"), f"{reading.sent_at:%Y-%m-%d %H:%M UTC}" if reading.sent_at else ""),
        ),
        "kept",
    )
    with st.expander(say("keep.text"), type="compact"):
        st.code(inert_block(kept.text) or say("keep.no_text"), language=None, wrap_lines=True)


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


def items_of(files: Iterable[st.runtime.uploaded_file_manager.UploadedFile], pasted: str) -> list[tuple[str, bytes]]:
    """(name, bytes) of what was handed in; a paste has no name of its own."""
    items = [(inert(file.name, 120), file.getvalue()) for file in files]
    if pasted.strip():
        items.append(("pasted", pasted.encode("utf-8", "surrogatepass")))
    return items
