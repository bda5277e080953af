"""What was handed in on Submit, as far as it is read: readings, a claim, and what was left out with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from data.model import Reading, Refusal
from data.submissions import Claim, ReadMessages
from pages.parts.inert import inert
from pages.parts.layout import card, card_title
from pages.parts.tables import Column, csv_button
from pages.parts.words import say, say_number, say_reason

REFUSALS = (Column("source", "What"), Column("reason", "Why"))
MOST_REFUSALS = 20
EVERY = 10
"""A bar moves after so many messages: moving it costs more than reading one."""
_MBOX_LINE = b"\nFrom "


@dataclass(frozen=True, slots=True)
class Answer:
    """What one press of the button gave; redacted, so that it may wait in the session until it is kept or not.

    With a `claim` there is one reading, made of what was typed in: it is looked at, and only the claim is kept.
    """

    readings: tuple[Reading, ...]
    refused: tuple[Refusal, ...]
    claim: Claim | None = None


def items_of(files: Iterable[st.runtime.uploaded_file_manager.UploadedFile], pasted: str) -> list[tuple[str, bytes]]:
    """(name, bytes) of what was handed in; a paste has no name of its own."""
    items = [(inert(file.name, 120), file.getvalue()) for file in files]
    if pasted.strip():
        items.append(("pasted", pasted.encode("utf-8", "surrogatepass")))
    return items


def read_all(read: ReadMessages, items: Sequence[tuple[str, bytes]]) -> Answer:
    """Readings of everything that was handed in; nothing is stored. A bar tells how far it is."""
    readings: list[Reading] = []
    refused: list[Refusal] = []
    # Lines that begin a message of an mbox are a good guess of how many will come; only the bar relies on it.
    expected = sum(1 + blob.count(_MBOX_LINE) for _, blob in items)
    bar = st.progress(0.0, say("submit.reading")) if expected > 1 else None
    for source, blob in items:
        for item in read(blob, source):
            if isinstance(item, Refusal):
                refused.append(item)
            else:
                readings.append(item)
            done = len(readings) + len(refused)
            if bar and done % EVERY == 0:
                bar.progress(min(1.0, done / expected), say_number("submit.reading_count", done))
    if bar:
        bar.empty()
    return Answer(tuple(readings), tuple(refused))


def is_only_shown(found: Reading) -> bool:
    """Whether nothing but lines that a screen shows was handed in, such as Gmail's table above the source: its words
    are a stranger's, and whoever judged the mail by them alone would be wrong about who sent it."""
    machinery = found.hops or found.message_hash or found.identity.platform or found.identity.transport
    return found.headers_only and not machinery


def show_refusals(refused: Sequence[Refusal], *, others: bool) -> None:
    """Each item that was left out over its whole reason; a table would cut the sentence that says what to do."""
    if not refused:
        return
    st.warning(say("submit.refused") if others else say("submit.all_refused"))
    with card("refused"):
        rows = [{"source": item.source, "reason": say_reason(item.reason)} for item in refused]
        with card_title("refused", say("submit.left_out"), say_number("submit.left_out_count", len(refused))):
            csv_button("refused", REFUSALS, rows)
        for place, item in enumerate(refused[:MOST_REFUSALS]):
            with st.container(gap=None, key=f"refused_{place}"):
                st.text(inert(item.source, 160))
                st.text(inert(say_reason(item.reason), 600))
        if len(refused) > MOST_REFUSALS:
            st.caption(say_number("submit.left_out_more", len(refused) - MOST_REFUSALS))
