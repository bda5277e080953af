from datetime import UTC, datetime, timedelta

from data.model import Event
from data.store.annotations import Annotation
from data.store.journal import MACHINE
from data.store.log import Done
from pages.parts.changes import HISTORY, digest, history_columns

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


def event(minute: int, kind: str, subject: str, actor: str = MACHINE) -> Event:
    return Event(minute, NOON + timedelta(minutes=minute), actor, kind, subject)


def lines(*events: Event, done=(), happened=()):
    return [(change.name, change.change) for change in digest(events, done, happened)]


def test_what_the_machine_did_to_many_incidents_is_a_line_a_kind():
    assert lines(done=[Done("incident-opened", 4_000, "RW-0001", NOON)]) == [("4,000 incidents", "⊕ opened")]


def test_one_incident_is_named_and_leads_to_itself():
    (change,) = digest([], [Done("incident-opened", 1, "RW-0001", NOON)])
    assert (change.name, change.subject) == ("RW-0001", "RW-0001")


def test_what_a_person_merges_is_news():
    assert lines(event(1, "incident-merged", "RW-0001", "mara")) == [("RW-0001", "→ merged")]


def test_the_newest_comes_first_with_what_was_published():
    published = Annotation(NOON + timedelta(minutes=5), "advisory", "R-0001", "Help desks as relays")
    found = lines(
        event(9, "wave-opened", "W-0001"), event(1, "exposure-mitigated", "E-0001", "mara"), happened=[published]
    )
    assert found == [("W-0001", "⊕ opened"), ("Help desks as relays", "+ advisory"), ("E-0001", "● mitigated")]


def test_a_history_without_reasons_has_no_empty_column():
    assert [column.label for column in history_columns([{"reason": None}])] == ["Time", "Who", "Change"]
    assert history_columns([{"reason": "one campaign"}]) == HISTORY
