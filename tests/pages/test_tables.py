import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from data.export.tables import INCIDENTS
from pages import incidents, overview
from pages.parts import answer, changes, charts, evidence, incident
from pages.parts.clock import Clock
from pages.parts.tables import Column, _drawn, as_csv
from pages.parts.theme import CONFIRMATIONS

CLOCK = Clock(datetime(2026, 11, 24, 13, 40, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
COLUMNS = (
    Column("incident_id", "Incident"),
    Column("state", "State", "state", states=CONFIRMATIONS),
    Column("platform", "Platform", "platform"),
    Column("observations", "Obs.", "count"),
    Column("confidence", "Confidence", "share"),
    Column("at", "Seen", "when"),
    Column("hours", "Last 24 h", "area"),
    Column("subject", "Subject"),
)
ROW = {
    "incident_id": "RW-0001",
    "state": "confirmed",
    "platform": "zendesk",
    "observations": 1543,
    "confidence": 0.934,
    "at": datetime(2026, 11, 24, 13, 31, 5, tzinfo=UTC),
    "hours": (0, 2, 5),
    "subject": '=HYPERLINK("http://evil.example","x"), "quoted"\n\u202eline',
}


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def test_the_csv_holds_the_rows_of_the_screen_with_times_in_utc_and_no_formula():
    assert read(as_csv(COLUMNS, [ROW])()) == [
        {
            "incident_id": "RW-0001",
            "state": "confirmed",
            "platform": "zendesk",
            "observations": "1543",
            "confidence": "0.934",
            "at": "2026-11-24T13:31:05Z",
            "hours": "0 2 5",
            "subject": '\'=HYPERLINK("http://evil.example","x"), "quoted"\n\u202eline',
        }
    ]


def test_what_is_not_known_is_empty_in_the_csv():
    assert read(as_csv(COLUMNS[:1], [{"incident_id": None}])()) == [{"incident_id": ""}]


def test_a_large_table_hands_out_the_columns_of_the_export():
    row = dict.fromkeys((column.name for column in INCIDENTS.columns), None) | {"incident_id": "RW-0001"}
    assert list(read(as_csv(INCIDENTS.columns, [row])())[0]) == [column.name for column in INCIDENTS.columns]


def drawn_table():
    from pages.parts.tables import show_table
    from tests.pages.test_tables import CLOCK, COLUMNS, ROW

    show_table("test", COLUMNS, [ROW, {**ROW, "at": None, "platform": None, "subject": None}], CLOCK)


def test_a_table_shows_inert_text_and_leaves_gaps_where_nothing_is_known():
    shown = AppTest.from_function(drawn_table).run().dataframe[0].value
    assert shown["Subject"].tolist()[0].startswith('=HYPERLINK("hxxp://evil[.]example","x"), "quoted" \ufffdline')
    assert [list(pill) for pill in shown["State"]] == [["◉ confirmed"], ["◉ confirmed"]]
    assert [list(pill) for pill in shown["Platform"]] == [["Zendesk"], []]
    assert shown["Confidence"].tolist() == [93, 93]
    assert shown["Seen"].isna().tolist() == [False, True]


SETS = {
    name: columns
    for module in (incidents, overview, answer, changes, charts, evidence, incident)
    for name, columns in vars(module).items()
    if isinstance(columns, tuple) and columns and isinstance(columns[0], Column)
}


@pytest.mark.parametrize("name", sorted(SETS))
def test_headings_are_short_and_each_stands_once(name):
    labels = [column.label for column in SETS[name]]
    assert len(set(labels)) == len(labels)
    assert max(len(label.split()) for label in labels) <= 3


def test_the_incidents_fit_a_screen_of_1280():
    assert sum(column.width or 0 for column in incidents.COLUMNS) <= 1212 - 34  # the boxes to tick


def test_several_names_are_the_first_and_a_number_and_all_of_them_in_the_csv():
    column, names = Column("vendors", "Vendors", "several"), "Acme, Fabrikam, Contoso"
    assert _drawn(column, [{"vendors": names}, {"vendors": "Acme"}, {"vendors": None}], CLOCK) == [
        "Acme +2",
        "Acme",
        None,
    ]
    assert read(as_csv([column], [{"vendors": names}])()) == [{"vendors": names}]
