"""Analysts overrule the machine, and whatever they take back leaves no trace."""

import shutil
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import DecisionRefused
from data.store.check import check
from data.store.database import open_database
from data.store.decisions import Decision, decide, preview, undo
from data.store.reads import events, incident, incidents, members, wave, waves
from data.store.rebuild import rebuild
from tests.data.readings import NOON, burst, reading, taken

HOUR = timedelta(hours=1)
LATER = NOON + timedelta(days=40)
OTHER = "Claim the inheritance of a late prince at http://throne.example/k7 before it is gone"
BY = {"actor": "ann", "reason": "because", "now": LATER}


def story(db):
    """Two waves of two payloads at the same companies, a quiet incident, a flood, ordinary mail."""
    floods = [
        reading("Activate your account", mechanism="account-verification", verdict="verification-flood",
                domain=f"flood{n % 3}.example.com", recipient=f"f{n}@victim.example", key=n,
                sent_at=NOON + n * HOUR / 30)
        for n in range(6)
    ]  # fmt: skip
    quiet = [reading("A wholly different payload, quite alone", domain="quiet.example.org", sent_at=NOON)]
    plain = [reading("Lunch?", verdict="ordinary", score=0, key=n) for n in range(2)]
    second = [
        reading(OTHER, domain=f"shop{n % 3}.example.net", recipient=f"s{n}@victim.example",
                sent_at=NOON + n * HOUR / 9, text=f"Dear customer, ticket {n} was opened on our page.")
        for n in range(9)
    ]  # fmt: skip
    taken(db, burst(3, 2) + second + floods + quiet + plain)


MADE = (
    "select observation_id, template_id, alias_id, party_id, incident_id, standing, verdict, mechanism, company"
    " from observations order by 1",
    "select * from incidents order by 1",
    "select * from waves order by 1",
    "select * from parties order by 1",
    "select * from party_aliases order by 1",
    "select * from templates where observations > 0 order by 1",
    "select * from exposures order by 1",
    "select * from unsettled",
    "select * from overruled",
    "select * from homes",
)


def made(db):
    """Everything that the machine made."""
    return [[tuple(row) for row in db.rows(query)] for query in MADE]


def ids(db):
    return [row.incident_id for row in sorted(incidents(db), key=lambda row: row.incident_id)]


def messages(db, incident_id):
    return tuple(row.observation_id for row in members(db, incident_id))


@pytest.fixture
def told(db):
    story(db)
    return db


def test_a_merge_joins_templates_and_parties_and_the_old_id_leads_on(told):
    before = made(told)
    one, other = incident(told, "RW-0001"), incident(told, "RW-0005")
    assert (one.template_id, one.party) != (other.template_id, other.party)
    effect = decide(told, Decision("merge", ("RW-0001",), into="RW-0005"), **BY)
    joined = incident(told, "RW-0001")
    assert (joined.incident_id, joined.observations) == ("RW-0005", one.observations + other.observations)
    assert "2 messages of RW-0001 move to RW-0005." in effect.sentences
    assert check(told) == []
    assert rebuild(told, LATER).changes == 0
    undo(told, 1, **BY)
    assert made(told) == before
    assert check(told) == []


def test_a_merge_holds_when_a_domain_of_it_turns_out_to_be_shared_by_several_accounts(db):
    def mail(domain, account, to):
        return reading(
            domain=domain, platform="jira", account=account, recipient=f"{to}@victim.example", key=(account, to)
        )

    taken(db, [mail("shared.example.com", f"site{n}", f"one{n}") for n in range(4)])
    taken(db, [mail("shop.example.net", "shop", f"shop{n}") for n in range(3)])
    decide(db, Decision("merge", ("RW-0002",), into="RW-0001"), **BY)
    taken(db, [mail("shared.example.com", f"site{n}", f"two{n}") for n in range(4)])
    assert len({row[0] for row in db.rows("select party_id from observations")}) > 1
    assert check(db) == []
    assert rebuild(db, LATER).changes == 0
    assert incident(db, "RW-0002").incident_id == "RW-0001"
    assert "shop.example.net" in {found.abused_domain for found in members(db, "RW-0001")}


def test_incidents_far_apart_in_time_are_one_when_somebody_says_so(db):
    taken(db, [reading(key=1, sent_at=NOON), reading(key=2, sent_at=NOON + 200 * HOUR)])
    decide(db, Decision("merge", ("RW-0002",), into="RW-0001"), **BY)
    assert [(row.incident_id, row.observations) for row in incidents(db)] == [("RW-0001", 2)]
    taken(db, [reading(key=3, sent_at=NOON + 201 * HOUR)])
    assert [(row.incident_id, row.observations) for row in incidents(db)] == [("RW-0001", 3)]
    assert check(db) == []
    undo(db, 1, **BY)
    assert {row.incident_id: row.observations for row in incidents(db)} == {"RW-0001": 1, "RW-0002": 2}


def test_messages_split_off_are_an_incident_of_their_own_that_knows_where_it_came_from(told):
    before = made(told)
    chosen = messages(told, "RW-0007")[:2]
    effect = decide(told, Decision("split", chosen), **BY)
    new = effect.moved[0].after
    assert effect.sentences[0] == f"2 messages of RW-0007 become an incident of their own, {new}."
    assert incident(told, new).template_id != incident(told, "RW-0007").template_id
    assert ("incident-split", "RW-0007", "ann", "because") in [
        (event.kind, event.detail.get("from"), event.actor, event.reason) for event in events(told, new)
    ]
    assert rebuild(told, LATER).changes == 0
    undo(told, 1, **BY)
    assert made(told) == before
    assert incident(told, new).incident_id == "RW-0007"


def test_a_moved_message_stands_in_the_other_incident_whatever_its_time_and_party(told):
    before = made(told)
    lone = messages(told, "RW-0010")[0]
    decide(told, Decision("move", (lone,), into="RW-0001"), **BY)
    assert lone in messages(told, "RW-0001")
    assert check(told) == []
    undo(told, 1, **BY)
    assert made(told) == before


def test_what_is_ignored_leaves_counts_and_waves_and_so_does_what_comes_after(told):
    before = made(told)
    template = incident(told, "RW-0005").template_id
    decide(told, Decision("ignore", (template,)), **BY)
    assert "W-0002" not in {row.wave_id for row in waves(told)}
    undo(told, 1, **BY)
    assert made(told) == before
    decide(told, Decision("ignore", (template,)), **BY)
    late = reading(OTHER, domain="shop7.example.net", sent_at=NOON + HOUR)
    taken(told, [late])
    assert "shop7.example.net" not in {row.party for row in incidents(told)}
    assert rebuild(told, LATER).changes == 0
    undo(told, 2, **BY)
    assert wave(told, "W-0002").parties == 4
    assert check(told) == []


def test_a_label_holds_until_it_is_undone(told):
    before = made(told)
    decide(told, Decision("relabel", ("RW-0001",), verdict="list-bomb", mechanism="form-receipt"), **BY)
    row = incident(told, "RW-0001")
    assert (row.verdict, row.mechanism) == ("list-bomb", "form-receipt")
    assert rebuild(told, LATER).changes == 0
    assert incident(told, "RW-0001").verdict == "list-bomb"
    undo(told, 1, **BY)
    assert made(told) == before


def test_an_incident_called_ordinary_stays_in_sight(told):
    decide(told, Decision("relabel", ("RW-0001",), verdict="ordinary"), **BY)
    assert incident(told, "RW-0001").verdict == "ordinary"


def test_a_message_that_somebody_calls_abuse_opens_an_incident(told):
    (lunch,) = [row[0] for row in told.rows("select observation_id from observations where standing = 0 limit 1")]
    effect = decide(told, Decision("relabel", (f"O-{lunch:04d}",), verdict="relay-spam"), **BY)
    assert effect.moved[0].is_new
    assert check(told) == []


def test_an_analyst_confirms_and_takes_it_back(told):
    before = made(told)
    decide(told, Decision("confirm", ("RW-0001",)), **BY)
    assert incident(told, "RW-0001").confirmation == "confirmed"
    assert rebuild(told, LATER).changes == 0
    with pytest.raises(DecisionRefused, match="was confirmed by ann on 2026-03-01 already"):
        decide(told, Decision("confirm", ("RW-0001",)), **BY)
    with pytest.raises(DecisionRefused, match="undo that before you ignore it"):
        decide(told, Decision("ignore", ("RW-0001",)), **BY)
    undo(told, 1, **BY)
    assert made(told) == before


def test_a_preview_says_what_would_happen_and_changes_nothing(told):
    everything = [told.rows("select * from events"), made(told)]
    effect = preview(told, Decision("merge", ("RW-0001", "RW-0002"), into="RW-0003"), now=LATER)
    assert "2 messages of RW-0001 move to RW-0003." in effect.sentences
    assert [told.rows("select * from events"), made(told)] == everything


def test_contradictions_are_refused_with_the_way_out(told):
    chosen = messages(told, "RW-0007")[:1]
    new = decide(told, Decision("split", chosen), **BY).moved[0].after
    refused = {
        Decision("merge", (new,), into="RW-0007"): r"were split by ann on 2026-03-01; .* \(relaywatch undo 1\)",
        Decision("move", chosen, into="RW-0001"): "split off already by ann",
        Decision("merge", ("RW-0001",), into="RW-0001"): "are one incident already",
        Decision("merge", ("RW-9999",), into="RW-0001"): "There is no incident RW-9999",
        Decision("split", messages(told, "RW-0001")): "These are all messages of RW-0001",
        Decision("split", ("O-0001", "O-0002")): "stand in 2 incidents",
        Decision("split", ("O-9999",)): "There is no message O-9999",
        Decision("relabel", ("RW-0001",)): "Nothing to change",
        Decision("relabel", ("RW-0001",), verdict="relay-spam"): "is called relay-spam already",
        Decision("split", ()): "Nothing was named",
    }
    before = made(told)
    for decision, sentence in refused.items():
        with pytest.raises(DecisionRefused, match=sentence):
            decide(told, decision, **BY)
    assert made(told) == before


def test_a_decision_is_not_undone_while_a_later_one_rests_on_it(told):
    new = decide(told, Decision("split", messages(told, "RW-0007")[:1]), **BY).moved[0].after
    decide(told, Decision("merge", (new,), into="RW-0001"), **BY)
    with pytest.raises(DecisionRefused, match="a later merge by ann on 2026-03-01 rests on what it moved"):
        undo(told, 1, **BY)
    undo(told, 2, **BY)
    undo(told, 1, **BY)
    with pytest.raises(DecisionRefused, match="Decision 1 is undone already"):
        undo(told, 1, **BY)


def test_several_at_once_are_all_or_nothing(told):
    before = made(told)
    with pytest.raises(DecisionRefused):
        decide(told, Decision("merge", ("RW-0001", "RW-9999"), into="RW-0003"), **BY)
    assert made(told) == before
    effect = decide(told, Decision("merge", ("RW-0001", "RW-0002"), into="RW-0003"), **BY)
    assert len(effect.numbers) == 2


KINDS = ("merge", "split", "move", "relabel", "ignore", "ignore-template", "confirm", "undo")
steps = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 50), st.integers(0, 50)), max_size=6)


def act(db, kind, first, second, active):
    """One decision or undo, whatever the numbers happen to name."""
    if kind == "undo" and active:
        number = active[first % len(active)]
        undo(db, number, **BY)
        active.remove(number)
    known = ids(db)
    if kind == "undo" or not known:
        return
    one, other = known[first % len(known)], known[second % len(known)]
    chosen = messages(db, one)[: 1 + second % 3]
    decision = {
        "merge": Decision("merge", (one,), into=other),
        "split": Decision("split", chosen),
        "move": Decision("move", chosen, into=other),
        "relabel": Decision(
            "relabel", chosen if second % 2 else (one,), verdict=("list-bomb", "ordinary")[first % 2]
        ),
        "ignore": Decision("ignore", (one,)),
        "ignore-template": Decision("ignore", (incident(db, one).template_id,)),
        "confirm": Decision("confirm", (one,)),
    }[kind]
    active.extend(decide(db, decision, **BY).numbers)


@pytest.fixture(scope="module")
def story_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("story") / "story.db"
    with open_database(path) as db:
        story(db)
        db.connection.execute("pragma wal_checkpoint(truncate)")
    return path


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_whatever_is_decided_holds_and_whatever_is_undone_is_as_before(tmp_path_factory, story_file, steps):
    path = tmp_path_factory.mktemp("decisions") / "copy.db"
    shutil.copy(story_file, path)
    with open_database(path) as db:
        before = made(db)
        active = []
        for kind, first, second in steps:
            try:
                act(db, kind, first, second, active)
            except DecisionRefused:
                continue
            assert check(db) == []
        assert rebuild(db, LATER).changes == 0
        for number in reversed(active):
            undo(db, number, **BY)
        assert made(db) == before
        assert check(db) == []
