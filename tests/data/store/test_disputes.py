"""Disputes: what they hide, from whom, and how they end; what is published; what an owner may see."""

from datetime import UTC, datetime, timedelta

import pytest

from data.errors import ChangeRefused
from data.keys import passing_keys
from data.store.database import open_database
from data.store.disputes import Objection, decide_dispute, dispute, disputes_of, waiting_disputes
from data.store.domain_proofs import challenge, check_proof, proven_domain
from data.store.exposure_reads import exposures
from data.store.intake import take_in
from data.store.journal import written_from
from data.store.log import written_events
from data.store.lookup import look_up
from data.store.markings import set_marking
from data.store.mitigations import Door, Proof, set_status
from data.store.owner import incidents_of_domain
from data.store.published import published
from tests.data.readings import reading, submission

NOW = datetime.now(UTC).replace(microsecond=0)
ABOUT = "company0.example"
SAID = Objection(ABOUT, "Company Zero", "This was our own newsletter.")


def message(number: int):
    return reading(
        "[Request received] You have won a prize, claim it",
        domain=f"company{number % 2}.example",
        recipient=f"person{number}@victim.example",
        sent_at=NOW - timedelta(minutes=30 - number),
    )


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "relaywatch.db") as opened:
        take_in(opened, submission(at=NOW), [message(number) for number in range(6)])
        yield opened


def publish(db) -> None:
    """Everything confirmed, closed and TLP:CLEAR."""
    with db.writing() as connection:
        connection.execute("update incidents set confirmation = 'confirmed'")
    for row in exposures(db):
        for status in ("confirmed", "mitigated"):
            set_status(db, Door(row.exposure_id), status, author="test", proof=Proof(note="seen"), now=NOW)
    for number in (1, 2):
        set_marking(db, f"RW-000{number}", "CLEAR", actor="test", reason="asked", now=NOW)


def names(db) -> list[str]:
    return sorted(row.abused_domain for row in published(db))


def test_nothing_is_published_that_nobody_made_clear(db):
    assert published(db) == []
    publish(db)
    assert names(db) == ["company0.example", "company1.example"]


@pytest.mark.parametrize("marked", ["GREEN", "AMBER", "RED"])
def test_what_is_marked_otherwise_is_not_published(db, marked):
    publish(db)
    set_marking(db, "RW-0001", marked, actor="test", reason="asked", now=NOW)
    assert len(published(db)) == 1


def test_a_door_that_is_open_is_not_published(db):
    publish(db)
    door = next(row.exposure_id for row in exposures(db) if row.party == ABOUT)
    set_status(db, Door(door), "mitigating", author="test", proof=Proof(note="no"), now=NOW + timedelta(seconds=1))
    assert names(db) == ["company1.example"]


def test_an_unconfirmed_incident_is_not_published(db):
    publish(db)
    with db.writing() as connection:
        connection.execute("update incidents set confirmation = 'unconfirmed'")
    assert published(db) == []


def test_a_dispute_hides_its_entry_until_it_is_rejected(db):
    publish(db)
    made = dispute(db, SAID, "named", now=NOW)
    assert names(db) == ["company1.example"]
    assert look_up(db, ABOUT, NOW).disputed
    assert not look_up(db, "company1.example", NOW).disputed
    decide_dispute(db, 1, "rejected", actor="ann", reason="It was not.", now=NOW)
    assert names(db) == ["company0.example", "company1.example"]
    assert not look_up(db, ABOUT, NOW).disputed
    assert (made.hides, disputes_of(db, ABOUT)[0].decision) == (True, "rejected")


def test_a_dispute_that_is_upheld_stays_hidden(db):
    publish(db)
    dispute(db, SAID, "named", now=NOW)
    decide_dispute(db, 1, "upheld", actor="ann", reason="So it is.", now=NOW)
    assert names(db) == ["company1.example"]
    assert waiting_disputes(db) == []


def test_a_typed_name_hides_nothing_any_more_after_a_rejection_and_a_token_does(db):
    dispute(db, SAID, "named", now=NOW)
    decide_dispute(db, 1, "rejected", actor="ann", reason="No.", now=NOW)
    assert not dispute(db, SAID, "named", now=NOW).hides
    assert dispute(db, SAID, "token", now=NOW).hides


def test_only_the_owner_of_the_domain_changes_a_status_and_the_decision_takes_it_back(db):
    before = {row.exposure_id: row.status for row in exposures(db)}
    dispute(db, SAID, "named", now=NOW)
    assert {row.exposure_id: row.status for row in exposures(db)} == before
    dispute(db, SAID, "domain", now=NOW)
    assert {row.status for row in exposures(db) if row.party == ABOUT} == {"disputed"}
    decide_dispute(db, 2, "rejected", actor="ann", reason="No.", now=NOW)
    assert {row.exposure_id: row.status for row in exposures(db)} == before


def test_strangers_cannot_bury_an_analyst(db):
    for _ in range(5):
        dispute(db, SAID, "named", now=NOW)
    with pytest.raises(ChangeRefused, match="wait already"):
        dispute(db, SAID, "named", now=NOW)
    assert dispute(db, SAID, "token", now=NOW).hides


@pytest.mark.parametrize(
    "said",
    [
        Objection("unknown.example", "Someone", "Why."),
        Objection("\x00", "Someone", "Why."),
        Objection(ABOUT, " ", "Why."),
        Objection(ABOUT, "Someone", "\n"),
    ],
)
def test_a_dispute_without_its_words_or_about_nothing_is_refused(db, said):
    with pytest.raises(ChangeRefused):
        dispute(db, said, "named", now=NOW)
    assert waiting_disputes(db) == []


def test_a_decision_needs_a_reason_and_is_made_once(db):
    dispute(db, SAID, "named", now=NOW)
    with pytest.raises(ChangeRefused, match="reason"):
        decide_dispute(db, 1, "upheld", actor="ann", reason=" ", now=NOW)
    decide_dispute(db, 1, "upheld", actor="ann", reason="Yes.", now=NOW)
    with pytest.raises(ChangeRefused, match="does not wait"):
        decide_dispute(db, 1, "rejected", actor="ann", reason="No.", now=NOW)


def test_the_log_says_who_did_it_and_from_where(db):
    with written_from("0a1b2c"):
        dispute(db, SAID, "named", now=NOW)
    decide_dispute(db, 1, "upheld", actor="ann@cert.example", reason="Yes.", now=NOW)
    lines = [(line.event.kind, line.event.actor, line.origin) for line in written_events(db, 2)]
    assert lines == [("dispute-upheld", "ann@cert.example", None), ("entry-disputed", "D-0001", "0a1b2c")]


def test_a_record_in_the_dns_opens_its_own_domain_for_a_month(db):
    keys = passing_keys()
    asked = challenge(keys, "company0.example", NOW)
    names_asked = []

    def dns(name: str) -> list[str]:
        names_asked.append(name)
        return ["v=spf1 -all", asked.record]

    assert asked.name == "_relaywatch.company0.example"
    assert asked.secret not in asked.record
    assert check_proof(db, keys, asked.domain, asked.secret, lambda _: [], NOW) == "missing"
    assert proven_domain(db, asked.secret, NOW) is None
    assert check_proof(db, keys, asked.domain, asked.secret, dns, NOW) == "proven"
    assert names_asked == [asked.name]
    assert proven_domain(db, asked.secret, NOW + timedelta(days=29)) == "company0.example"
    assert proven_domain(db, asked.secret, NOW + timedelta(days=31)) is None
    assert proven_domain(db, asked.record, NOW) is None


def test_a_challenge_ends_and_serves_one_domain_and_one_server(db):
    keys = passing_keys()
    asked = challenge(keys, "company0.example", NOW)

    def states(*, domain=asked.domain, secret=asked.secret, key=keys, now=NOW) -> str:
        return check_proof(db, key, domain, secret, lambda _: [asked.record], now)

    assert states(now=NOW + timedelta(days=8)) == "expired"
    assert states(domain="company1.example") == "expired"
    assert states(key=passing_keys()) == "expired"
    assert states(secret="") == states(secret="é-é-é") == states(secret="f-f") == "expired"


def test_a_silent_dns_proves_nothing(db):
    def silent(name: str) -> list[str]:
        raise OSError(name)

    keys = passing_keys()
    asked = challenge(keys, "company0.example", NOW)
    assert check_proof(db, keys, asked.domain, asked.secret, silent, NOW) == "unanswered"


@pytest.mark.parametrize(
    "text", ["", "example", "mail.company0.example", "192.0.2.1", "co.uk", "a b.example", "x" * 300]
)
def test_what_nobody_can_have_registered_gets_no_challenge(text):
    with pytest.raises(ChangeRefused):
        challenge(passing_keys(), text, NOW)


def test_an_owner_sees_what_is_his_up_to_amber_and_no_word_of_a_message(db):
    assert [row.incident_id for row in incidents_of_domain(db, ABOUT)] == ["RW-0001"]
    assert "prize" not in str(incidents_of_domain(db, ABOUT)).lower()
    set_marking(db, "RW-0001", "AMBER+STRICT", actor="test", reason="asked", now=NOW)
    assert incidents_of_domain(db, ABOUT) == []
    assert incidents_of_domain(db, "elsewhere.example") == []
