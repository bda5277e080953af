"""Tables on canvas (inert by nature), each with a CSV button whose rows and numbers are those on the screen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import streamlit as st
from streamlit.column_config import (
    AreaChartColumn,
    DatetimeColumn,
    MultiselectColumn,
    NumberColumn,
    ProgressColumn,
    TextColumn,
)
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.column_types import ColumnConfig

from data.export.csv_format import to_csv
from data.export.tables import Column as ExportColumn
from data.export.tables import ColumnType, Value
from pages.parts.clock import Clock
from pages.parts.download import download
from pages.parts.figures import percent, seconds
from pages.parts.inert import inert
from pages.parts.layout import card_title
from pages.parts.theme import State, mix, platform_color, platform_pill, theme_type, tokens

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kind = Literal["text", "several", "count", "share", "when", "ago", "area", "state", "word", "platform", "span"]
Row = Mapping[str, Any]

TYPES: Mapping[Kind, ColumnType] = {
    "count": "number",
    "share": "number",
    "when": "time",
    "ago": "time",
    "span": "number",
}

CLICKED: Sequence[Literal["multi-row", "single-cell"]] = ("single-cell",)
TICKED: Sequence[Literal["multi-row", "single-cell"]] = ("multi-row", "single-cell")
ROW_HEIGHT = 34
CARD_ROW_HEIGHT = 30
TWO_LINES = 58
"""A row of text that is too long for one line; Streamlit wraps text in rows of more than four rem."""
MOST_ROWS_IN_SIGHT = 20


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `field` is the row's value and the CSV's heading, `label` the heading on the screen."""

    field: str
    label: str
    kind: Kind = "text"
    width: int | None = None
    states: Mapping[str, State] | None = None

    def wide(self, width: int) -> "Column":
        """The same in a table that has more room for it, or less."""
        return replace(self, width=width)


def row_of(item: "DataclassInstance") -> dict[str, Any]:
    """The fields of a flat dataclass; `asdict` copies every value besides, a sparkline hour by hour."""
    return {field.name: getattr(item, field.name) for field in fields(item)}


def table_block(
    name: str,
    title: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    clock: Clock,
    *,
    nothing: str,
    opens: bool = False,
    wraps: bool = False,
    sight: int = MOST_ROWS_IN_SIGHT,
) -> int | None:
    """Title, caption and CSV button on one line, the table below; `nothing` is said where there are no rows."""
    with card_title(name, title, caption):
        if rows:
            csv_button(name, columns, rows)
    if not rows:
        st.caption(nothing)
        return None
    return show_table(name, columns, rows, clock, opens=opens, wraps=wraps, sight=sight)


def show_table(
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    clock: Clock,
    *,
    opens: bool = False,
    chooses: bool = False,
    tall: bool = False,
    wraps: bool = False,
    sight: int = MOST_ROWS_IN_SIGHT,
) -> int | None:
    """Draw a table, at most `sight` rows high, with `wraps` two lines a row; with `opens`, the place of the row that
    was clicked, else None. With `chooses` rows can be ticked too, which `chosen` tells."""
    row_height = TWO_LINES if wraps else ROW_HEIGHT if tall else CARD_ROW_HEIGHT
    if wraps:
        # A pill hangs at the top of a high row; its glyph and word stand in the middle, as the rest does.
        columns = [replace(column, kind="word") if column.kind == "state" else column for column in columns]
    drawn = pd.DataFrame({column.label: _drawn(column, rows, clock) for column in columns})
    # A key of its own: Streamlit puts that of a table into the page only where rows can be chosen.
    with st.container(key=f"rows_{name}"):
        picked = st.dataframe(
            drawn,
            key=_key(name),
            hide_index=True,
            placeholder="–",
            row_height=row_height,
            height="content" if len(rows) <= sight else row_height * (sight + 1) + 4,
            column_config={column.label: _config(column, rows, clock) for column in columns},
            on_select="rerun" if opens else "ignore",
            selection_mode=TICKED if chooses else CLICKED,
            alt=", ".join(column.label for column in columns),
        )
    cells = [] if isinstance(picked, DeltaGenerator) else picked.selection.cells
    return int(cells[0][0]) if cells else None


def chosen(name: str, rows: Sequence[Any]) -> list[Any]:
    """The rows of a table that are ticked, out of all that it shows, in order."""
    state = st.session_state.get(_key(name))
    places = state["selection"]["rows"] if state else []
    return [rows[place] for place in sorted(places) if place < len(rows)]


def forget_chosen() -> None:
    """Unticks all rows: a table that was decided about shows others in their places."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


_TURN = "turn_of_tables"


def _key(name: str) -> str:
    turn = st.session_state.get(_TURN, 0)
    return f"table_{name}_{turn}" if turn else f"table_{name}"


def csv_button(
    name: str, columns: Sequence[Column] | Sequence[ExportColumn], rows: Sequence[Row], *, loud: bool = False
) -> None:
    """The rows on the screen as CSV, made when the button is pressed. The large tables hand out the columns of the
    export of that name, the small ones their own; what is drawn is written as numbers."""
    download(
        "CSV",
        as_csv(columns, rows),
        f"relaywatch-{name}.csv",
        "text/csv",
        f"csv_{name}" if not loud else f"save_{name}",
        kind="secondary" if loud else "tertiary",
    )


def as_csv(columns: Sequence[Column] | Sequence[ExportColumn], rows: Sequence[Row]) -> Callable[[], bytes]:
    """What the button hands out; a callable, so that nothing is written for those who do not press it."""
    written = [
        ExportColumn(column.field, TYPES.get(column.kind, "text"), column.label)
        if isinstance(column, Column)
        else column
        for column in columns
    ]
    names = [column.name for column in written]
    return lambda: b"".join(to_csv(({name: _plain(row[name]) for name in names} for row in rows), written))


def _exported(column: Column) -> ExportColumn:
    return ExportColumn(column.field, TYPES.get(column.kind, "text"), column.label)


def _plain(value: object) -> Value:
    """Times as ISO 8601 in UTC, hourly counts with blanks between them, everything else as it is."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, tuple | list):
        return " ".join(str(number) for number in value)
    return value if isinstance(value, str | int | float) else None


def _drawn(column: Column, rows: Sequence[Row], clock: Clock) -> list[Any] | pd.Series:
    values = [row[column.field] for row in rows]
    match column.kind:
        case "text":
            return [inert(value) or None for value in values]
        case "several":
            return [_first_and_more(value) for value in values]
        case "share":
            return [percent(value) for value in values]
        case "state":
            return [[_state_text(column, value)] if value else [] for value in values]
        case "word":
            return [_state_text(column, value) if value else None for value in values]
        case "platform":
            return [[platform_pill(value)] if value else [] for value in values]
        case "area":
            return [list(value) for value in values]
        case "when":
            return pd.Series(values, dtype="datetime64[us, UTC]")
        case "ago":
            return [clock.ago(value) for value in values]
        case "span":
            return [None if value is None else seconds(value) for value in values]
    return values


def _first_and_more(value: str | None) -> str | None:
    """ "Zendesk +2" of three names with commas between them; the CSV has them all."""
    first, *others = (value or "").split(", ")
    return inert(f"{first} +{len(others)}" if others else first) or None


def _state_text(column: Column, value: str) -> str:
    state = (column.states or {}).get(value)
    return state.text if state else inert(value)


def _config(column: Column, rows: Sequence[Row], clock: Clock) -> ColumnConfig:
    label, width, mute = column.label, column.width, tokens()["mute"]
    match column.kind:
        case "count":
            return NumberColumn(label, width=width, format="localized")
        case "share":
            return ProgressColumn(label, width=width, format="%d %%", min_value=0, max_value=100, color=mute)
        case "when":
            zone = clock.zone.key
            return DatetimeColumn(label, width=width, format="D MMM HH:mm", timezone=zone, help=clock.zone_text)
        case "area":
            return AreaChartColumn(label, width=width, y_min=0, color=mute)
        case "state":
            return _state_pills(column)
        case "platform":
            return _platform_pills(label, width, [str(row[column.field]) for row in rows if row[column.field]])
    return TextColumn(label, width=width, alignment="right" if column.kind == "span" else None)


def _state_pills(column: Column) -> ColumnConfig:
    token, share = tokens(), 0.16 if theme_type() == "light" else 0.28
    states = (column.states or {}).values()
    return MultiselectColumn(
        column.label,
        width=column.width,
        options=[state.text for state in states],
        color=[mix(token[state.tone], token["bg"], share) for state in states],
    )


def _platform_pills(label: str, width: int | None, platforms: Sequence[str]) -> ColumnConfig:
    theme, paper, share = theme_type(), tokens()["bg"], 0.26 if theme_type() == "light" else 0.34
    colors = {platform_pill(platform): platform_color(platform, theme) for platform in platforms}
    return MultiselectColumn(
        label, width=width, options=list(colors), color=[mix(color, paper, share) for color in colors.values()]
    )
