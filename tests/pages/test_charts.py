from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import plotly.io
import pytest

from data.model import Event, Reason
from data.store.shapes import Bin, WaveRow
from data.store.spread import PartySpread
from pages.parts.charts import CONFIG, bin_rows, draw_observations, draw_timeline
from pages.parts.clock import Clock
from pages.parts.reason_chart import draw_reasons
from pages.parts.span import span_of_range
from pages.parts.theme import MITIGATION, TOKENS, platform_color
from pages.parts.wave_charts import draw_spread

NOW = datetime(2026, 11, 24, 13, 40, tzinfo=UTC)
CLOCK = Clock(NOW, ZoneInfo("Europe/Berlin"))
SPAN = span_of_range("14d", NOW, CLOCK.zone)
EVIL = '<a href="http://evil.example">x</a>'


def bins(*items: tuple[int, str, int]) -> list[Bin]:
    """(place of the bin, platform, observations)."""
    return [Bin(SPAN.since + timedelta(hours=3 * place), platform, number) for place, platform, number in items]


def wave(first: timedelta, last: timedelta, state="over", name="W-0001") -> WaveRow:
    return WaveRow(name, "T-0001", state, 9, 3, NOW - first, NOW - last, None, ())


def test_platforms_stack_in_table_order_and_those_without_a_colour_are_pooled():
    figure = draw_observations(
        bins((0, "freshdesk", 2), (0, "zendesk", 3), (1, "otrs", 1), (1, "gorgias", 4)), [], SPAN, CLOCK, "light"
    )
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [(bar.name, list(bar.y)) for bar in bars] == [("Zendesk", [3]), ("Freshdesk", [2]), ("Other", [5])]
    assert bars[0].marker.color == platform_color("zendesk", "light")


def test_one_platform_needs_no_legend():
    assert draw_observations(bins((0, "zendesk", 3)), [], SPAN, CLOCK, "light").layout.showlegend is False


def test_an_empty_chart_is_a_chart():
    assert draw_observations([], [], SPAN, CLOCK, "dark").layout.height == 284


def test_times_are_drawn_where_the_reader_is():
    bar = draw_observations(bins((0, "zendesk", 1)), [], SPAN, CLOCK, "light").data[0]
    assert bar.x[0] == SPAN.since.astimezone(CLOCK.zone).replace(tzinfo=None)


def test_the_bar_that_is_still_filling_is_half_as_strong():
    last = int((SPAN.until - SPAN.since).total_seconds() // SPAN.bin_seconds)
    bar = draw_observations(bins((0, "zendesk", 1), (last, "zendesk", 1)), [], SPAN, CLOCK, "light").data[0]
    assert list(bar.marker.opacity) == [1.0, 0.5]


def test_a_wave_that_is_on_has_the_colour_of_now_and_a_past_one_has_not():
    day = timedelta(days=1)
    figure = draw_observations(
        [], [wave(9 * day, 7 * day), wave(2 * day, day, "rising", "W-0002")], SPAN, CLOCK, "light"
    )
    labels = {note.text: note.font.color for note in figure.layout.annotations}
    assert labels["W-0001"] == TOKENS["light"]["mute"]
    assert labels["<b>W-0002</b> rising"] == labels["now"] == TOKENS["light"]["now"]


def test_waves_of_one_time_write_their_ids_on_lines_of_their_own():
    day = timedelta(days=1)
    figure = draw_observations(
        [], [wave(9 * day, 7 * day), wave(8.9 * day, 7 * day, name="W-0002")], SPAN, CLOCK, "light"
    )
    assert len({note.y for note in figure.layout.annotations if note.text.startswith("W-")}) == 2


def test_many_waves_of_one_time_are_counted_instead_of_named():
    day = timedelta(days=1)
    many = [wave(9 * day, 7 * day, name=f"W-{number:04d}") for number in range(12)]
    texts = [note.text for note in draw_observations([], many, SPAN, CLOCK, "light").layout.annotations]
    assert texts == ["now", "W-0000", "W-0001", "W-0002", "+ 9"]


def test_waves_of_one_time_are_one_band():
    day = timedelta(days=1)
    many = [wave(9 * day, 7 * day), wave(8 * day, 6 * day), wave(3 * day, 2 * day)]
    shapes = draw_observations([], many, SPAN, CLOCK, "light").layout.shapes
    assert len([shape for shape in shapes if shape.type == "rect"]) == 2


def test_waves_out_of_sight_are_not_drawn():
    day = timedelta(days=1)
    figure = draw_observations([], [wave(90 * day, 80 * day)], SPAN, CLOCK, "light")
    assert [note.text for note in figure.layout.annotations] == ["now"]


def test_now_is_not_drawn_into_a_time_that_ended_long_ago():
    old = NOW - timedelta(days=300)
    span = span_of_range("all", NOW, CLOCK.zone, (old - timedelta(days=9), old))
    assert not draw_observations([Bin(old, "zendesk", 1)], [], span, CLOCK, "light").layout.annotations


def test_the_last_day_of_an_incident_has_the_colour_of_now():
    figure = draw_timeline(bins((0, "zendesk", 1), (110, "zendesk", 1)), [], SPAN, CLOCK, "dark")
    assert list(figure.data[0].marker.color) == [TOKENS["dark"]["hist"], TOKENS["dark"]["now"]]


def test_events_outside_the_timeline_are_left_out():
    events = [Event(1, NOW, "machine", "incident-opened", "RW-0001"), Event(2, NOW + timedelta(days=9), "", "x", "")]
    lane = draw_timeline(bins((0, "zendesk", 1)), events, SPAN, CLOCK, "light").data[1]
    assert list(lane.hovertext) == ["⊕ opened"]


def test_events_of_one_time_are_named_beside_the_first_and_many_are_counted():
    hours = (200, 199, 198, 100, 2, 1, 1, 1)
    kinds = ("opened", "confirmed", "merged", "opened", "a", "b", "c", "d")
    events = [
        Event(place, NOW - timedelta(hours=ago), "machine", f"incident-{kind}", "RW-0001")
        for place, (ago, kind) in enumerate(zip(hours, kinds, strict=True))
    ]
    lane = draw_timeline(bins((0, "zendesk", 1)), events, SPAN, CLOCK, "light").data[1]
    assert [text.strip() for text in lane.text] == [
        "⊕ opened, ◉ confirmed, → merged", "", "", "⊕ opened", "4 changes", "", "", ""
    ]  # fmt: skip


def test_a_few_observations_are_counted_in_whole_numbers():
    assert draw_timeline(bins((0, "zendesk", 1)), [], SPAN, CLOCK, "light").layout.yaxis.dtick == 1


def test_reasons_stand_by_weight_and_those_against_point_the_other_way():
    figure = draw_reasons([Reason("b", -1.0, ""), Reason("a", 4.0, "")], "light")
    assert list(figure.data[0].x) == [-1.0, 4.0]
    assert list(figure.data[0].text) == ["−1", "+4"]
    assert figure.layout.xaxis.range[0] < -1.0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_foreign_text_becomes_a_tag_in_a_chart(theme):
    event = Event(1, NOW, "machine", EVIL, "RW-0001", {EVIL: EVIL})
    figures = [
        draw_observations(bins((0, EVIL, 1)), [wave(timedelta(3), timedelta(1), EVIL, EVIL)], SPAN, CLOCK, theme),
        draw_timeline(bins((0, EVIL, 1)), [event], SPAN, CLOCK, theme),
        draw_reasons([Reason(EVIL, 1.0, EVIL)], theme),
    ]
    assert not [figure for figure in figures if "<a" in plotly.io.to_json(figure).replace("\\u003c", "<")]


def test_the_numbers_of_a_chart_are_the_rows_of_its_csv():
    assert bin_rows(bins((0, "zendesk", 3))) == [{"at": SPAN.since, "platform": "zendesk", "observations": 3}]


def test_a_fix_is_a_dot_with_a_dotted_line_to_the_end_and_a_later_one_is_not_drawn():
    day = timedelta(days=1)
    parties = [PartySpread(name, "zendesk", name, 1, NOW - 9 * day, NOW, ()) for name in ("a.example", "b.example")]
    fixes = {"b.example": NOW - 3 * day, "a.example": NOW + day}
    statuses = {"b.example": MITIGATION["recurred"]}
    figure = draw_spread(parties, statuses, SPAN, CLOCK, "light", fixes)
    dots = figure.data[-1]
    assert (list(dots.y), list(dots.x)) == ([1], [CLOCK.local(NOW - 3 * day)])
    lines = [shape for shape in figure.layout.shapes if shape.line.dash == "dot"]
    assert [(line.x0, line.x1, line.y0) for line in lines] == [(dots.x[0], CLOCK.local(SPAN.until), 1)]


def test_the_only_button_of_a_chart_saves_it():
    assert CONFIG["modeBarButtons"] == [["toImage"]]
