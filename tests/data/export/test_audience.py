"""Every export obeys TLP: an incident of each marking, every table and format, every clearance."""

import json
from datetime import timedelta

import pytest

from data.export.formats import FORMATS
from data.export.sharing import share
from data.store.history import look_back, milliseconds
from data.store.intelligence_triage import decide_link
from data.store.markings import hidden_groups, set_marking
from data.store.shapes import EVERYTHING, IncidentFilter
from data.tlp import LEVELS, within
from tests.data.export.shared import NOW, mark
from tests.data.readings import NOON, burst, reading, taken
from tests.data.reports import entry, feed, take

NAMES = {"CLEAR": "clear", "GREEN": "green", "AMBER": "amber", "AMBER+STRICT": "strict", "RED": "red"}
UNMARKABLE = {"exports", "reports"}
WITHOUT_PARTIES = {"waves", *UNMARKABLE}
FORMS = [(what, form) for what, forms in FORMATS.items() for form in forms]
NAMING = [(what, form) for what, form in FORMS if what not in WITHOUT_PARTIES]


@pytest.fixture
def marked(db):
    """A confirmed incident of each marking at a domain named after it, with an account and a subject of its own; one
    that is CLEAR and unconfirmed; a wave of AMBER."""
    for number, (tlp, name) in enumerate(NAMES.items(), 1):
        for who in ("ann", "bo"):
            found = reading(
                f"Case {number}: secret{name} waits",
                domain=f"{name}.example",
                account=f"5acc{number}",
                sent_at=NOON,
                recipient=f"{who}@victim.example",
                key=number,
            )
            taken(db, [found], channel="token", who=who, organisation=f"{who}.example")
        if tlp != "AMBER":
            mark(db, tlp, f"RW-{number:04d}")
    taken(db, [reading("Nobody vouched for it yet at all", domain="unconfirmed.example", sent_at=NOON)])
    mark(db, "CLEAR", "RW-0006")
    return db


def written(db, what, form, clearance, where=EVERYTHING) -> str:
    return b"".join(share(db, what, form, where, NOW, clearance).chunks).decode()


@pytest.mark.parametrize(("what", "form"), NAMING)
@pytest.mark.parametrize("clearance", LEVELS)
def test_an_export_names_what_its_clearance_covers_and_nothing_else(marked, what, form, clearance):
    if (what, clearance) == ("rules", "CLEAR"):
        pytest.skip("rules are never for everybody")
    text = written(marked, what, form, clearance).replace("\\", "")
    assert [name for name in NAMES.values() if f"{name}.example" in text] == [
        NAMES[tlp] for tlp in within(clearance)
    ]


@pytest.mark.parametrize(("what", "form"), FORMS)
def test_what_is_for_everybody_is_confirmed_without_words_of_strangers_and_keys_of_doors(marked, what, form):
    if what != "rules":
        text = written(marked, what, form, "CLEAR")
        assert not [word for word in ("secret", "5acc", "unconfirmed", "RW-0006") if word in text]


@pytest.mark.parametrize(("what", "form"), FORMS)
def test_a_filter_cannot_ask_for_more_than_the_clearance(marked, what, form):
    if what not in UNMARKABLE:
        wider = IncidentFilter(clearance="RED", text="secretred")
        text = written(marked, what, form, "AMBER", wider)
        assert not [word for word in ("red.example", "RW-0005", "secretred waits") if word in text]


@pytest.mark.parametrize("form", FORMATS["waves"])
def test_a_wave_goes_with_its_strictest_incident(db, form):
    taken(db, burst())
    assert "W-0001" in written(db, "waves", form, "AMBER")
    mark(db, "GREEN")
    assert "W-0001" in written(db, "waves", form, "GREEN")
    assert "W-0001" not in written(db, "waves", form, "CLEAR")
    mark(db, "RED", "RW-0002")
    assert "W-0001" not in written(db, "waves", form, "AMBER+STRICT")
    assert "W-0001" in written(db, "waves", form, "RED")


def test_a_marking_holds_for_the_time_before_a_merge_too(marked):
    with marked.writing() as connection:
        connection.execute("insert into incident_aliases (old_id, incident_id) values (1, 5)")
    look_back(marked, milliseconds(NOW))
    assert "clear.example" not in written(marked, "incidents", "csv", "AMBER")


def test_links_of_reports_lead_to_nothing_hidden(marked):
    take(marked, feed(entry()))
    for target in ("RW-0003", "RW-0005"):
        decide_link(marked, "R-0001", target, confirmed=True, actor="ann", now=NOW)
    (row,) = json.loads(written(marked, "reports", "json", "AMBER"))
    assert row["links"] == "RW-0003"
    assert written(marked, "reports", "json", "GREEN").strip() == "[]"


def test_a_target_is_hidden_where_all_that_stands_behind_it_is(marked):
    taken(marked, burst(start=NOON + timedelta(days=2)))
    (wave,) = [f"W-{row[0]:04d}" for row in marked.rows("select wave_id from waves")]
    targets = ("RW-0003", "RW-0005", "red.example", "amber.example", "elsewhere.example", wave)
    assert hidden_groups(marked, "AMBER", targets) == {"RW-0005", "red.example"}
    assert wave in hidden_groups(marked, "GREEN", targets)
    assert set_marking(marked, "RW-0077", "RED", actor="ann", reason="asked", now=NOW) is False
