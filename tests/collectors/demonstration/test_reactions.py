"""The vendors' part of the demonstration: fast, slow, relapsing, disputing; told like anybody's words."""

from datetime import UTC, datetime, timedelta

import pytest

from collectors.demonstration.cast import read_cast
from collectors.demonstration.reactions import Reaction, reactions, tell_contacts, tell_reaction
from data.mitigation import SETTABLE
from data.store.database import open_database
from data.store.demonstration import TELLER
from data.store.exposure_reads import exposures
from data.store.mitigation_reads import contacts, stream_changes
from data.store.mitigations import Door
from tests.data.readings import NOON, reading, taken

ENDS_AT = datetime(2026, 10, 15, 12, 30, tzinfo=UTC)


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "story.db") as store:
        yield store


def test_reactions_come_in_order_and_none_after_the_end():
    told = reactions(read_cast(), ENDS_AT)
    assert [item.at for item in told] == sorted(item.at for item in told)
    assert told[-1].at <= ENDS_AT
    assert {item.status for item in told} <= set(SETTABLE)
    assert all(item.note for item in told)


def test_every_party_of_a_reaction_is_in_the_story():
    cast = read_cast()
    domains = {company.domain for company in (*cast.companies.values(), *cast.lists)} | {"qxvtrmpl.zendesk.com"}
    assert {item.door.name for item in reactions(cast, ENDS_AT)} <= domains


def test_a_reaction_is_a_word_like_any_other_and_what_does_not_follow_is_left_out(db):
    taken(db, [reading(domain="pixelmoor.example")])
    door = Door("pixelmoor.example", "zendesk", "ticket-acknowledgement")
    for status, hours in (("mitigated", 1), ("confirmed", 2), ("mitigated", 3)):
        tell_reaction(db, Reaction(NOON + timedelta(hours=hours), door, status, "a note"))
    assert [(row.author, row.status) for row in stream_changes(db)] == [(TELLER, "confirmed"), (TELLER, "mitigated")]
    assert exposures(db)[0].steps_done > 0


def test_contacts_come_with_their_source(db):
    company = next(item for item in read_cast().companies.values() if item.signs)
    taken(db, [reading(domain=company.domain)])
    tell_contacts(db, read_cast(), NOON)
    assert [item.source for item in contacts(db, company.domain)] == [
        f"https://{company.domain}/.well-known/security.txt"
    ]
