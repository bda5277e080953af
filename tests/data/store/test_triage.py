"""What analysts say about their own incidents, and the filters that ask for it."""

import pytest

from data.errors import DecisionRefused
from data.store.decisions import Decision, decide
from data.store.markings import set_marking
from data.store.reads import IncidentFilter, count_incidents, count_observations, events, incidents
from data.store.triage import Triage, add_note, assignees, notes, set_triage, triage, triages
from tests.data.readings import NOON, burst, taken

BY = {"actor": "ann", "now": NOON}


@pytest.fixture
def filled(db):
    taken(db, burst(3, 2))
    return db


def found(db, **where):
    return sorted(row.incident_id for row in incidents(db, IncidentFilter(**where)))


def test_an_incident_is_new_and_nobodys_until_somebody_says_otherwise(filled):
    assert triage(filled, "RW-0001") == Triage("new", None)
    set_triage(filled, ["RW-0001"], state="working", assignee="  Team\nBlue ", **BY)
    assert triage(filled, "RW-0001") == Triage("working", "Team Blue")
    set_triage(filled, ["RW-0001"], assignee="", **BY)
    assert triage(filled, "RW-0001") == Triage("working", None)
    assert [event.detail for event in events(filled, "RW-0001")][:2] == [
        {"assignee": "nobody"},
        {"state": "working", "assignee": "Team Blue"},
    ]


def test_filters_ask_for_triage_assignee_marking_and_confidence(filled):
    set_triage(filled, ["RW-0001"], state="closed", assignee="bob", **BY)
    set_marking(filled, "RW-0002", "RED", reason="named", **BY)
    everything = ["RW-0001", "RW-0002", "RW-0003"]
    assert found(filled, triage=("closed",)) == found(filled, assignee=("bob",)) == ["RW-0001"]
    assert found(filled, triage=("new",)) == found(filled, assignee=("",)) == ["RW-0002", "RW-0003"]
    assert found(filled, tlp=("RED",)) == ["RW-0002"]
    assert found(filled, tlp=("AMBER",)) == ["RW-0001", "RW-0003"]
    assert found(filled, confidence_from=0.8, confidence_to=0.8) == everything
    assert found(filled, confidence_from=0.81) == found(filled, confidence_to=0.79) == []
    assert count_incidents(filled, IncidentFilter(triage=("closed",))) == 1
    assert count_observations(filled, IncidentFilter(assignee=("bob",))) == 2
    assert assignees(filled) == ["bob"]


def test_notes_are_kept_through_a_merge(filled):
    add_note(filled, "RW-0001", "Called them.", **BY)
    decide(filled, Decision("merge", ("RW-0001",), into="RW-0002"), actor="ann", reason="same", now=NOON)
    add_note(filled, "RW-0001", "They call back <b>tomorrow</b>.", **BY)
    assert [note.text for note in notes(filled, "RW-0002")] == ["Called them.", "They call back <b>tomorrow</b>."]


def test_an_empty_note_and_an_unknown_incident_are_refused(filled):
    with pytest.raises(DecisionRefused, match="The note is empty"):
        add_note(filled, "RW-0001", " \n", **BY)
    with pytest.raises(DecisionRefused, match="There is no incident RW-0099"):
        add_note(filled, "RW-0099", "Hello", **BY)
    with pytest.raises(DecisionRefused):
        set_triage(filled, ["RW-0001", "RW-0099"], state="closed", **BY)
    assert triage(filled, "RW-0001").state == "new"


def test_the_triage_of_many_leaves_out_what_nobody_spoke_of(filled):
    set_triage(filled, ["RW-0002"], state="closed", **BY)
    assert triages(filled, ["RW-0001", "RW-0002"]) == triages(filled) == {"RW-0002": Triage("closed", None)}
    assert triages(filled, []) == triages(filled, ["RW-0001"]) == {}
