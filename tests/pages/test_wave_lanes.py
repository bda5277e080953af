from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from data.model import TemplatePart
from data.store.shapes import TemplateRow, WaveRow
from pages.parts.clock import Clock
from pages.parts.span import span_between
from pages.parts.templates import template_words
from pages.parts.wave_lanes import MOST_TEMPLATES, draw_waves, lanes_of

NOW = datetime(2026, 11, 24, 13, 40, tzinfo=UTC)
CLOCK = Clock(NOW, ZoneInfo("Europe/Berlin"))
DAY = timedelta(days=1)
SPAN = span_between(NOW - 30 * DAY, NOW, CLOCK.zone)


def wave(number: int, template: int, ago: int) -> WaveRow:
    start = NOW - ago * DAY
    return WaveRow(f"W-{number:04d}", f"T-{template:04d}", "over", 9, 3, start, start + DAY / 2, None, ())


def row(template: int, *parts: TemplatePart) -> TemplateRow:
    return TemplateRow(f"T-{template:04d}", parts, None, 9, 3, NOW, NOW)


def drawn(*words: str):
    templates = {"T-0001": row(1, *(TemplatePart(text) for text in words))}
    return draw_waves([wave(1, 1, 9), wave(2, 1, 3), wave(3, 2, 5)], templates, SPAN, CLOCK, "light")


def test_a_lane_is_named_by_its_words_with_the_id_beside():
    labels = drawn("Your wallet will be closed").layout.yaxis.ticktext
    assert labels[0].endswith(">T-0002</span>")
    assert labels[1].startswith("Your wallet will be closed  <span")


def test_what_came_back_stands_on_its_lane_again():
    assert sorted(drawn("Hello").data[0].y) == [0, 1, 1]


def test_long_words_are_cut_in_the_label_and_whole_in_the_hover():
    figure = drawn("one two three four five six seven eight nine ten eleven")
    assert figure.layout.yaxis.ticktext[1].startswith("one two three four five six seven…  <span")
    assert "nine ten eleven" in figure.data[0].hovertext[0]


def test_words_of_strangers_are_no_markup_in_a_chart():
    figure = drawn("<a href='http://evil.example'>click</a>")
    assert figure.layout.yaxis.ticktext[1].startswith("&lt;a href='hxxp://evil[.]example")
    assert "<a" not in "".join(figure.data[0].hovertext)


def test_the_newest_lanes_are_drawn_the_newest_last():
    waves = [wave(number, number, number) for number in range(1, MOST_TEMPLATES + 9)]
    assert lanes_of(waves)[-1] == "T-0001"
    assert len(lanes_of(waves)) == MOST_TEMPLATES


def test_a_label_has_a_slot_as_its_glyph_without_loose_blanks():
    parts = [
        TemplatePart("Ticket ["),
        TemplatePart("", "number"),
        TemplatePart("] : pay"),
        TemplatePart("", "amount"),
    ]
    assert template_words(parts) == "Ticket [#]: pay ¤"
