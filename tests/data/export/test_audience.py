"""Every export obeys TLP: an incident of each marking, every table and format, every clearance."""

import json
import re
import shutil
from datetime import timedelta

import pytest

from data.export.formats import FORMATS
from data.export.sharing import share
from data.store.database import open_database
from data.store.history import look_back, milliseconds
from data.store.intelligence_triage import decide_link
from data.store.markings import hidden_groups
from data.store.mitigations import Door, Proof, set_status
from data.store.shapes import EVERYTHING, IncidentFilter
from data.tlp import LEVELS, within
from tests.data.export.shared import NOW, mark
from tests.data.readings import NOON, burst, reading, taken
from tests.data.reports import entry, feed, take

NAMES = {"CLEAR": "clear", "GREEN": "green", "AMBER": "amber", "AMBER+STRICT": "strict", "RED": "red"}
UNMARKABLE = {"exports", "reports"}
OF_DOORS = {"vendors", "exposures", "mitigations"}
FORMS = [(what, form) for what, forms in FORMATS.items() for form in forms]
NAMING = [(what, form) for what, form in FORMS if what not in {"waves", *UNMARKABLE}]
UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A confirmed incident of each marking at a domain named after it, with an account, a subject and a note of its
    own; one that is CLEAR and unconfirmed."""
    path = tmp_path_factory.mktemp("marked") / "test.db"
    found = [
        reading(
            f"Case {number}: secret{name} waits",
            domain=f"{name}.example",
            account=f"5acc{number}",
            sent_at=NOON,
            recipient="ann@victim.example",
            key=number,
        )
        for number, name in enumerate(NAMES.values(), 1)
    ]
    with open_database(path) as db:
        for who in ("ann", "bo"):
            taken(db, found, channel="token", who=who, organisation=f"{who}.example", at=NOW)
        taken(db, [reading("Nobody vouched for it yet at all", domain="unconfirmed.example", sent_at=NOON)], at=NOW)
        mark(db, "CLEAR", "RW-0006")
        for number, (tlp, name) in enumerate(NAMES.items(), 1):
            say(db, name, "confirmed")
            if tlp != "AMBER":
                mark(db, tlp, f"RW-{number:04d}")
    return path


@pytest.fixture
def marked(planted, tmp_path):
    with open_database(shutil.copy(planted, tmp_path)) as db:
        yield db


def say(db, name, status, hours=1):
    proof = Proof(note=f"secret note on {name}")
    at = NOON + timedelta(hours=hours)
    set_status(db, Door(f"{name}.example"), status, author="quincy", proof=proof, now=NOW, effective_at=at)


def written(db, what, form, clearance, where=EVERYTHING) -> str:
    # A regular expression escapes the dots of a domain, and a UUID may spell an account by chance.
    text = b"".join(share(db, what, form, where, NOW, clearance).chunks).decode().replace("\\", "")
    return UUID.sub("", text)


def named(text: str) -> list[str]:
    return [name for name in NAMES.values() if f"{name}.example" in text]


@pytest.mark.parametrize(("what", "form"), NAMING)
def test_an_export_names_what_a_clearance_covers_and_nothing_else(marked, what, form):
    # Rules refuse to be for everybody; of doors everybody is told of closed ones only.
    levels = [level for level in LEVELS if what not in {"rules", *OF_DOORS} or level != "CLEAR"]
    for clearance in levels:
        assert named(written(marked, what, form, clearance)) == [NAMES[tlp] for tlp in within(clearance)]


@pytest.mark.parametrize(("what", "form"), FORMS)
def test_what_is_for_everybody_is_confirmed_without_strangers_words_keys_of_doors_and_notes(marked, what, form):
    if what != "rules":
        text = written(marked, what, form, "CLEAR")
        assert not [word for word in ("secret", "5acc", "unconfirmed.example", "RW-0006", "quincy") if word in text]


@pytest.mark.parametrize("what", sorted(OF_DOORS))
def test_everybody_is_told_of_closed_doors_only(marked, what):
    assert named(written(marked, what, "csv", "CLEAR")) == []
    say(marked, "clear", "mitigated", 2)
    say(marked, "red", "mitigated", 2)
    text = written(marked, what, "csv", "CLEAR")
    assert (named(text), "secret" in text, "5acc" in text) == (["clear"], False, False)


@pytest.mark.parametrize(("what", "form"), FORMS)
def test_a_filter_cannot_ask_for_more_than_the_clearance(marked, what, form):
    if what not in UNMARKABLE:
        wider = IncidentFilter(clearance="RED", text="secretred")
        text = written(marked, what, form, "AMBER", wider)
        assert not [word for word in ("red.example", "RW-0005", "secretred waits") if word in text]


def test_a_door_is_left_out_where_one_of_its_incidents_is_hidden(marked):
    later = reading("Another text entirely, of a red kind", domain="green.example", account="5acc2", sent_at=NOW)
    taken(marked, [later], at=NOW)
    mark(marked, "RED", "RW-0007")
    assert named(written(marked, "exposures", "csv", "AMBER")) == ["clear", "amber"]
    assert named(written(marked, "incidents", "csv", "AMBER")) == ["clear", "green", "amber"]


def test_a_wave_goes_with_its_strictest_incident(db):
    taken(db, burst())
    seen = []
    for tlp, names in (("GREEN", ()), ("RED", ("RW-0002",))):
        mark(db, tlp, *names)
        seen += [["W-0001" in written(db, "waves", "csv", level) for level in LEVELS]]
    assert seen == [[False, True, True, True, True], [False, False, False, False, True]]


def test_a_marking_holds_for_the_time_before_a_merge_too(marked):
    with marked.writing() as connection:
        connection.execute("insert into incident_aliases (old_id, incident_id) values (1, 5)")
    marked.connection.execute("begin")
    look_back(marked, milliseconds(NOW + timedelta(days=60)))
    assert "clear.example" not in written(marked, "incidents", "csv", "AMBER")


def test_links_of_reports_lead_to_nothing_hidden(marked):
    take(marked, feed(entry()))
    for target in ("RW-0003", "RW-0005"):
        decide_link(marked, "R-0001", "incident", target, confirmed=True, actor="ann", now=NOW)
    (row,) = json.loads(written(marked, "reports", "json", "AMBER"))
    assert row["links"] == "RW-0003"
    assert json.loads(written(marked, "reports", "json", "GREEN")) == []


def test_a_target_is_hidden_where_all_that_stands_behind_it_is(marked):
    targets = ("RW-0003", "RW-0005", "red.example", "amber.example", "elsewhere.example")
    assert hidden_groups(marked, "AMBER", targets) == {"RW-0005", "red.example"}
    assert hidden_groups(marked, "GREEN", targets) == {*targets} - {"elsewhere.example"}
