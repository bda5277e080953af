"""The door: who is taken in, who is held, who is turned away."""

from datetime import timedelta

import pytest

from data.admission import Ledger
from data.errors import SubmissionRefused, SubmissionsClosed, TooManySubmissions
from data.keys import passing_keys
from data.model import Refusal
from data.settings import Settings
from data.store.admission import Door
from data.store.check import check
from data.store.quarantine import accept, count_held, drop, held, hold
from data.store.reads import incidents
from tests.data.readings import NOON, burst, reading, submission

KEYS = passing_keys()


def door(**settings: object) -> Door:
    return Door(Settings(**settings), KEYS, Ledger())


def test_a_closed_door_turns_strangers_away_and_lets_tokens_in(db):
    closed = door(submissions="closed")
    for visit in (closed.stranger("ann", "192.0.2.1", NOON), closed.local("ann", NOON)):
        with pytest.raises(SubmissionsClosed):
            closed.knock(visit)
    closed.knock(closed.holder(1, "CERT Example", NOON))


def test_a_moderated_door_holds_whatever_has_no_token_until_somebody_accepts(db):
    moderated = door(submissions="moderated")
    refused = Refusal("b", "no mail")
    answer = moderated.hand_in(db, moderated.stranger("ann", "192.0.2.1", NOON), [reading(), refused])
    assert (answer.held_id, answer.intake.taken, answer.intake.refused) == (1, (), (refused,))
    assert moderated.hand_in(db, moderated.holder(1, None, NOON), burst(1, 1)).intake.stored == 1
    assert [row.observations for row in incidents(db)] == [1]
    assert accept(db, 1, actor="test", now=NOON).stored == 1
    assert accept(db, 1, actor="test", now=NOON) is None
    assert (sum(row.observations for row in incidents(db)), count_held(db), check(db)) == (2, 0, [])


def test_what_is_dropped_is_gone(db):
    moderated = door(submissions="moderated")
    moderated.hand_in(db, moderated.stranger("ann", "192.0.2.1", NOON), [reading()])
    assert [item.subjects for item in held(db)] == [(reading().kept.subject,)]
    assert (drop(db, 1, actor="test", now=NOON), drop(db, 1, actor="test", now=NOON)) == (True, False)
    assert db.value("select count(*) from observations") == 0


def test_many_addresses_of_one_block_are_one_flood(db):
    narrow = door(flood_block=5)
    held_ones = [
        narrow.hand_in(db, narrow.stranger(f"visitor {n}", f"192.0.2.{n}", NOON), [item]).held_id is not None
        for n, item in enumerate(burst(4, 3))
    ]
    assert held_ones == [False] * 5 + [True] * 7
    elsewhere = narrow.stranger("other", "198.51.100.1", NOON)
    assert narrow.hand_in(db, elsewhere, [reading("Another prize for you today")]).held_id is None


def test_what_another_version_held_hides_nothing_else_and_is_refused_by_itself(db):
    numbers = [hold(db, submission("web"), [reading()], "moderated") for _ in range(2)]
    db.connection.execute('update held_submissions set readings = \'[{"shape": "other"}]\' where held_id = 1')
    assert [(item.subjects, item.why) for item in held(db)] == [
        ((), "moderated; not readable by this version of the program"),
        ((reading().kept.subject,), "moderated"),
    ]
    with pytest.raises(SubmissionRefused, match="quarantine drop 1"):
        accept(db, numbers[0], actor="ann", now=NOON)
    assert accept(db, numbers[1], actor="ann", now=NOON).stored == 1


def test_whoever_sits_at_this_machine_is_not_held_for_his_folder_of_mail(db):
    narrow = door(flood_block=5, flood_everybody=5)
    assert narrow.hand_in(db, narrow.local("session", NOON), burst(4, 3)).intake.stored == 12


def test_the_day_goes_on_after_a_restart_and_counts_what_is_held(db):
    limits = {"submitter_day": 6, "flood_block": 2}
    before = door(**limits)
    before.hand_in(db, before.stranger("ann", "192.0.2.1", NOON), burst(1, 2))
    before.hand_in(db, before.stranger("ann", "192.0.2.1", NOON), burst(2, 1, subject="Another prize is yours"))
    after = door(**limits)
    with pytest.raises(TooManySubmissions, match="from you in this day"):
        after.hand_in(db, after.stranger("ann", "192.0.2.1", NOON), burst(3, 1, subject="The third prize"))
    tomorrow = NOON + timedelta(days=1)
    after.hand_in(db, after.stranger("ann", "192.0.2.1", tomorrow), burst(3, 1, subject="The third prize"))


def test_a_full_quarantine_takes_no_more(db):
    full = door(submissions="moderated", held_limit=1)
    full.hand_in(db, full.stranger("ann", "192.0.2.1", NOON), [reading()])
    with pytest.raises(TooManySubmissions, match="wait for review"):
        full.hand_in(db, full.stranger("bob", "192.0.2.1", NOON), [reading()])
    assert count_held(db) == 1


def test_addresses_are_kept_as_keyed_hashes_only(db):
    open_door = door()
    open_door.hand_in(db, open_door.stranger("ann", "192.0.2.1", NOON), [reading()])
    row = db.rows("select channel, submitter_hash, block_hash from submissions")[0]
    assert tuple(row) == ("web", KEYS.digest("submitter", "ann"), KEYS.digest("block", "192.0.2.0/24"))
