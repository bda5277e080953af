"""The states of an exposure: what may follow what, when it recurred, how long a fix took."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.mitigation import SETTABLE, STATUSES, Change, may_be_called_quiet, tell
from data.mitigation_steps import ALLOWED, refusal, refusal_to_withdraw

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = START + timedelta(days=100)


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def said(*steps) -> list[Change]:
    return [Change(status, at(days), number) for number, (status, days) in enumerate(steps, 1)]


FIXED = said(("confirmed", 0), ("reported", 1), ("acknowledged", 2), ("mitigated", 5))


def statuses(state):
    return [mark.status for mark in state.marks]


def test_without_a_word_it_is_unreviewed_and_open_since_it_was_first_seen():
    state = tell(())
    assert (state.status, state.since, state.open_since(START)) == ("unreviewed", None, START)


def test_a_fix_closes_the_door_and_its_time_counts_from_the_report():
    state = tell(FIXED)
    assert (state.status, state.fixed_at, state.open_since(START)) == ("mitigated", at(5), None)
    assert (state.to_acknowledge, state.to_mitigate) == (timedelta(days=1), timedelta(days=4))


def test_what_was_sent_after_the_fix_makes_it_recur():
    state = tell(FIXED, [at(7)])
    assert (state.status, state.since, state.recurrences) == ("recurred", at(7), 1)
    assert state.open_since(START) == at(7)
    assert state.marks[-1].machine


def test_what_was_sent_before_the_fix_changes_nothing_however_late_it_arrives():
    assert tell(FIXED, [at(4.9), at(5)]) == tell(FIXED)


def test_a_second_fix_is_a_second_cycle_from_the_recurrence():
    state = tell([*FIXED, Change("mitigated", at(10), 9)], [at(8)])
    assert statuses(state)[-3:] == ["mitigated", "recurred", "mitigated"]
    assert [cycle.to_mitigate for cycle in state.cycles] == [timedelta(days=4), timedelta(days=2)]
    assert state.to_mitigate == timedelta(days=3)


def test_verified_quiet_is_void_where_evidence_from_before_it_contradicts():
    quiet = [*FIXED, Change("verified-quiet", at(30), 9)]
    assert tell(quiet).status == "verified-quiet"
    assert tell(quiet, [at(20)]).status == "recurred"
    assert tell(quiet, [at(40)]).since == at(40)


def test_changes_of_one_moment_follow_in_the_order_of_recording():
    assert tell(said(("confirmed", 0), ("reported", 0))).status == "reported"


@pytest.mark.parametrize(
    ("changes", "wanted", "words"),
    [
        ((), Change("recurred", at(1)), "Relaywatch sets recurred itself"),
        ((), Change("mitigated", at(1)), "Nobody has confirmed yet that it is abused"),
        ((), Change("confirmed", at(101)), "has not come yet"),
        (FIXED, Change("mitigated", at(6)), "It is mitigated already, since 2026-03-06 12:00 UTC."),
        (FIXED[:2], Change("verified-quiet", at(6)), "Only what was mitigated can be verified quiet. It is reported"),
        (FIXED, Change("not-affected", at(1.5)), "it was set to acknowledged, which cannot follow not affected"),
    ],
)
def test_a_refusal_says_why_and_what_would_do(changes, wanted, words):
    assert words in refusal(changes, wanted, now=NOW)


def test_quiet_takes_the_silence_that_is_set():
    wanted = Change("verified-quiet", NOW)
    two_weeks = timedelta(days=14)
    early = refusal(FIXED, wanted, now=NOW, quiet_since=NOW - timedelta(days=3), silence=two_weeks)
    assert early.startswith("It has been quiet for 3 days only")
    assert refusal(FIXED, wanted, now=NOW, quiet_since=at(5), silence=two_weeks) is None
    assert may_be_called_quiet(tell(FIXED).status, at(5), NOW, two_weeks)
    assert not may_be_called_quiet(tell(FIXED, [at(9)]).status, at(9), NOW, two_weeks)


def test_a_word_from_before_may_be_recorded_later_where_it_fits():
    assert refusal([FIXED[0], FIXED[3]], Change("reported", at(1), 9), now=NOW) is None


def test_a_change_is_withdrawn_only_where_what_follows_still_makes_sense():
    changes = [*FIXED, Change("verified-quiet", at(30), 5)]
    assert refusal_to_withdraw(changes, 3) is None
    assert "cannot follow acknowledged" in refusal_to_withdraw(changes, 4)
    assert refusal_to_withdraw(changes, 5) is None
    assert refusal_to_withdraw(changes, 7) == "There is no change 7 of this exposure that stands."


def test_every_status_has_a_way_out_and_none_leads_by_hand_to_recurred():
    assert set(ALLOWED) == set(STATUSES)
    assert all(ways and "recurred" not in ways for ways in ALLOWED.values())


CHANGES = st.builds(Change, st.sampled_from(SETTABLE), st.integers(0, 50).map(at), st.integers(1, 10_000))


@given(
    st.lists(CHANGES, max_size=8, unique_by=lambda change: change.number),
    st.lists(st.integers(0, 60).map(at), max_size=6),
    st.randoms(),
)
def test_any_order_of_arrival_ends_in_the_same_state(changes, sent, order):
    mixed = changes[:]
    order.shuffle(mixed)
    state = tell(changes, sorted(sent))
    assert tell(mixed, sorted(sent)) == state
    assert [mark.at for mark in state.marks] == sorted(mark.at for mark in state.marks)
