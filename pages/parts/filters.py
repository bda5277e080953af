"""Filters whose only memory is the address: what is chosen stands in the query, and the query is what is chosen.

Streamlit's own binding writes the labels people see into the address ("14 d", "Jira SM"); these keep the ids.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from data.store.shapes import IncidentFilter
from data.tlp import LEVELS
from pages.parts.clock import Clock

TEXT_LIMIT = 200
_VALUES_LIMIT = 50
NAMES = ("q", "platform", "mechanism", "verdict", "confirmation", "since", "until", "wave", "domain", "status", "in",
         "triage", "assignee", "tlp", "sure_from", "sure_to")  # fmt: skip
_KEPT = (*NAMES, "view")


def query_with(**changes: str | None) -> dict[str, str | list[str]]:
    """The filters and the view of the present address, some of them changed, for a link; None takes one out."""
    kept: dict[str, str | list[str]] = {name: st.query_params.get_all(name) for name in _KEPT}
    return {name: value for name, value in (kept | changes).items() if value}


def show_address() -> None:
    """Write the query of this run into the address bar. A link to the page that one is on runs it with the new query
    and leaves the old one standing there (seen in Streamlit 1.67)."""
    st.query_params.from_dict({name: st.query_params.get_all(name) for name in st.query_params})


def asked_filter(clock: Clock) -> IncidentFilter:
    """The filter that the address asks for. Days are the reader's; the last one is meant to its end."""
    until = asked_day("until")
    return IncidentFilter(
        text=asked("q") or "",
        platform=_several("platform"),
        mechanism=_several("mechanism"),
        verdict=_several("verdict"),
        confirmation=_several("confirmation"),
        since=_asked_moment("since") or _midnight(asked_day("since"), clock),
        until=_midnight(until + timedelta(days=1), clock) if until else None,
        wave_id=asked("wave"),
        abused_domain=asked("domain"),
        triage=_several("triage"),
        assignee=_several("assignee"),
        tlp=tuple(level for level in LEVELS if level in _several("tlp")),
        confidence_from=_asked_share("sure_from"),
        confidence_to=_asked_share("sure_to"),
        grouped={"incident": True, "none": False}.get(asked("in") or ""),
    )


def asked(name: str) -> str | None:
    """One value of the address, cut to a length that no honest one has."""
    return st.query_params.get(name, "").strip()[:TEXT_LIMIT] or None


def asked_day(name: str) -> date | None:
    """A day of the address, or the day of its moment; None for no day, or none of a time that has mail."""
    try:
        day = date.fromisoformat((asked(name) or "")[:10])
    except ValueError:
        return None
    return day if 1990 <= day.year < 2100 else None


def asked_percent(name: str) -> int | None:
    """A whole percentage of the address, or None."""
    text = asked(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100 else None


def _asked_share(name: str) -> float | None:
    percent = asked_percent(name)
    return None if percent is None else percent / 100


def _asked_moment(name: str) -> datetime | None:
    """A moment of the address, to the second, as the overview's links write it (2026-11-24T13:31:00Z)."""
    text = asked(name) or ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and asked_day(name) else None


def choose_text(name: str, label: str, placeholder: str, width: int) -> None:
    st.session_state[_key(name)] = asked(name) or ""
    st.text_input(
        label,
        key=_key(name),
        placeholder=placeholder,
        icon=":material/search:",
        label_visibility="collapsed",
        width=width,
        max_chars=TEXT_LIMIT,
        on_change=_write,
        args=(name,),
    )


def choose_several(name: str, label: str, options: Sequence[str], shown: Callable[[str], str], width: int) -> None:
    """Alternatives; what the address names and the data does not know any more is left out."""
    st.session_state[_key(name)] = [value for value in _several(name) if value in options]
    st.multiselect(
        label,
        list(options),
        key=_key(name),
        format_func=shown,
        placeholder=label,
        label_visibility="collapsed",
        width=width,
        on_change=_write,
        args=(name,),
    )


def choose_one(
    name: str, label: str, options: Sequence[str], shown: Callable[[str], str], chosen: str, usual: str | None = None
) -> None:
    """One of a few, as a row of buttons; `chosen` holds now, `usual` needs no mention in the address."""
    st.session_state[_key(name)] = chosen
    st.segmented_control(
        label,
        list(options),
        key=_key(name),
        format_func=shown,
        required=True,
        label_visibility="collapsed",
        on_change=_write,
        args=(name, usual),
    )


def choose_day(name: str, label: str) -> None:
    st.session_state[_key(name)] = asked_day(name)
    st.date_input(label, key=_key(name), format="YYYY-MM-DD", on_change=_write, args=(name,))


def choose_percent(name: str, label: str) -> None:
    st.session_state[_key(name)] = asked_percent(name)
    st.number_input(
        label, min_value=0, max_value=100, step=5, value=None, key=_key(name), on_change=_write, args=(name,)
    )


def is_filtered() -> bool:
    return any(asked(name) for name in NAMES)


def reset() -> None:
    """Take every filter out of the address."""
    for name in NAMES:
        drop(name)


def drop(name: str) -> None:
    """Take one filter out of the address."""
    st.query_params.pop(name, None)


def _write(name: str, usual: str | None = None) -> None:
    value = st.session_state[_key(name)]
    if value in (None, "", [], usual):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = _written(value)


def _written(value: object) -> str | list[str]:
    """How a value stands in the address."""
    if isinstance(value, date):
        return value.isoformat()
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(value)


def asked_several(name: str) -> tuple[str, ...]:
    """All values of the address for one name."""
    return _several(name)


def _several(name: str) -> tuple[str, ...]:
    return tuple(value[:TEXT_LIMIT] for value in st.query_params.get_all(name)[:_VALUES_LIMIT] if value)


def _midnight(day: date | None, clock: Clock) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=clock.zone).astimezone(UTC) if day else None


def _key(name: str) -> str:
    return f"filter_{name}"
