"""The filters of reports, whose only memory is the address: ?state=new&feed=F-0001&relevant=all."""

from collections.abc import Mapping, Sequence

import streamlit as st

from data.store.intelligence_shapes import TRIAGE_STATES, FeedRow, ReportFilter
from pages.parts.filters import asked, choose_one, choose_several, choose_text, drop
from pages.parts.inert import inert
from pages.parts.theme import TRIAGE, platform_label

NAMES = ("q", "state", "feed", "platform", "vendor", "language", "relevant")
RELEVANCE = {"yes": "About relay abuse", "all": "Everything"}
_MOST = 50


def asked_reports() -> ReportFilter:
    """The filter that the address asks for; without one, reports about relay abuse."""
    return ReportFilter(
        text=asked("q") or "",
        state=tuple(value for value in _several("state") if value in TRIAGE_STATES),
        feed=_several("feed"),
        platform=_several("platform"),
        vendor=_several("vendor"),
        language=_several("language"),
        relevant=None if asked("relevant") == "all" else True,
    )


def report_query() -> dict[str, list[str]]:
    """The filters of the present address, for a link back."""
    return {name: values for name in NAMES if (values := st.query_params.get_all(name))}


def show_report_filters(options: Mapping[str, Sequence[str]], feeds: Sequence[FeedRow]) -> None:
    names = {row.feed_id: inert(row.title or row.address, 60) for row in feeds}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        choose_one(
            "relevant", "Which", list(RELEVANCE), RELEVANCE.__getitem__, asked("relevant") or "yes", usual="yes"
        )
        choose_text("q", "Search", "words, address", 158)
        choose_several("state", "State", list(TRIAGE_STATES), _state_label, 108)
        choose_several("feed", "Feed", list(names), names.__getitem__, 128)
        choose_several("platform", "Platform", options["platform"], platform_label, 122)
        choose_several("vendor", "Vendor", options["vendor"], inert, 122)
        choose_several("language", "Language", options["language"], inert, 124)
        st.button("Reset", on_click=reset_reports, type="tertiary", key="reset", disabled=not is_narrowed())


def is_narrowed() -> bool:
    return any(asked(name) for name in NAMES)


def reset_reports() -> None:
    """Take every filter out of the address."""
    for name in NAMES:
        drop(name)


def _state_label(state: str) -> str:
    return TRIAGE[state].text


def _several(name: str) -> tuple[str, ...]:
    return tuple(value[:200] for value in st.query_params.get_all(name)[:_MOST] if value)
