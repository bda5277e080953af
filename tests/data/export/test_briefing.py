"""The briefing: TLP first, figures of the tables, and nothing that strangers wrote does anything in either form."""

import re
from datetime import timedelta
from html.parser import HTMLParser

from data.export.briefing import MOST_PLATFORMS, OTHER, brief
from data.export.briefing_html import to_html
from data.export.briefing_markdown import to_markdown
from data.export.svg import level_bars, stacked_bars
from data.store.shapes import IncidentFilter
from tests.data.export.shared import ACCOUNT, fill, mark, seen
from tests.data.readings import NOON, reading, taken

OUR_ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "span", "h1", "h2", "p", "bdi", "dl", "div", "dt",
    "dd",
    "section", "svg", "line", "text", "rect", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "b", "footer",
}  # fmt: skip


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.names, self.attributes = set(), {}

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes.update(attrs)


def page(db, **changes):
    where = IncidentFilter(**changes)
    return brief(db, seen(db, where=where), where)


def elements(html: str) -> Elements:
    found = Elements()
    found.feed(html)
    return found


def test_figures_are_those_of_the_incidents(db):
    fill(db)
    found = page(db)
    assert found.figures == (
        ("Messages", "15"), ("Abused organisations", "6"), ("Incidents", "6"), ("Waves", "1"), ("Platforms", "1"),
        ("Last 24 hours", "12"),
    )  # fmt: skip
    assert sum(sum(counts) for _, counts in found.chart.bins) == 15
    assert sum(count for _, count in found.parties) == 15


def test_a_wave_is_called_by_its_id(db):
    fill(db)
    found = page(db, wave_id="W-0001")
    assert found.title == "Relay spam: wave W-0001"
    assert [sheet.title for sheet in found.sheets] == ["Incidents"]
    assert "abused, not guilty" in " ".join(found.summary)


def test_nothing_found_is_said(db):
    assert page(db).summary == ("No incident falls under what was asked for.",)
    assert to_html(page(db)).startswith("<!doctype html>")
    assert to_markdown(page(db)).startswith("**TLP:AMBER**")


def test_the_page_holds_our_elements_only_and_loads_nothing(db):
    fill(db)
    html = to_html(page(db))
    found = elements(html)
    assert found.names <= OUR_ELEMENTS
    assert not {name for name in found.attributes if name.startswith("on") or name in {"href", "src", "srcset"}}
    assert "default-src 'none'" in html
    assert html.index("TLP:AMBER") < html.index("<h1>")
    assert "\u202e" not in html


def test_strangers_words_stand_in_code_spans(db):
    fill(db)
    text = to_markdown(page(db))
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert "alert(1)" in text
    assert "alert(1)" not in outside
    assert "<script" not in outside
    assert all(line.count("|") in {0, 3, 4, 8, 9} for line in text.split("\n"))


def test_what_is_for_everybody_holds_no_word_of_strangers(db):
    fill(db)
    mark(db, "CLEAR")
    public = seen(db, "CLEAR")
    found = brief(db, public, IncidentFilter())
    for text in (to_html(found), to_markdown(found)):
        assert "northwind.example" in text
        assert not [word for word in (ACCOUNT, "claim now", "USDT", "tenant1") if word in text]


def test_rare_platforms_are_counted_together(db):
    for number in range(MOST_PLATFORMS + 3):
        taken(db, [reading(platform=f"platform{number}", domain=f"d{number}.example.com", sent_at=NOON)])
    chart = page(db).chart
    assert (len(chart.platforms), chart.platforms[-1]) == (MOST_PLATFORMS, OTHER)
    assert sum(sum(counts) for _, counts in chart.bins) == MOST_PLATFORMS + 3


def test_a_chart_escapes_every_word(db):
    fill(db)
    svg = stacked_bars(page(db).chart) + level_bars("<b>", [("<i>&\"'", 3), ("x", 0)])
    assert elements(svg).names == {"svg", "title", "text", "rect", "line"}


def test_the_messages_of_a_period_are_those_sent_in_it_wherever_they_are_told(db):
    fill(db)
    found = page(db, since=NOON, until=NOON + timedelta(hours=20, minutes=10))
    whole = page(db)
    within = sum(sum(counts) for _, counts in found.chart.bins)
    assert 0 < within < sum(sum(counts) for _, counts in whole.chart.bins)
    assert dict(found.figures)["Messages"] == str(within)
    assert sum(count for _, count in found.parties) == within
    assert "Last 24 hours" not in dict(found.figures)
    assert f"{within} messages" in found.summary[0]
    assert [sheet.note.split(",")[0].split(";")[0] for sheet in found.sheets] == [
        "Each wave with all of its messages",
        "Messages are those of the period",
    ]


def test_an_incident_around_a_period_without_a_message_in_it_is_not_told(db):
    taken(
        db,
        [
            reading(
                "Claim now",
                domain="northwind.example",
                sent_at=NOON + timedelta(hours=hours),
                recipient=f"{hours}@x.example",
            )
            for hours in (0, 40)
        ],
    )
    assert page(db, since=NOON + timedelta(hours=10), until=NOON + timedelta(hours=20)).figures[0] == (
        "Messages",
        "0",
    )
