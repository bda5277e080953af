"""Stretches of time: a burst is a burst, a trickle bridges nothing, order and ties do not matter."""

from hypothesis import given
from hypothesis import strategies as st

from data.clustering.stretches import PAUSE, SPARSE_GAP, Stretch, cut_stretches

HOUR = 3600
times = st.lists(st.integers(0, 60 * 24 * HOUR), max_size=80).map(sorted)


def test_five_within_six_hours_are_a_burst_and_four_are_not():
    assert cut_stretches([0, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR]) == [Stretch(0, 5, dense=True)]
    assert cut_stretches([0, HOUR, 2 * HOUR, 3 * HOUR]) == [Stretch(0, 4, dense=False)]


def test_one_observation_is_enough():
    assert cut_stretches([7]) == [Stretch(0, 1, dense=False)]
    assert cut_stretches([]) == []


def test_two_bursts_twelve_hours_apart_stay_apart_in_a_trickle():
    burst = [minute * 60 for minute in range(0, 60, 10)]
    trickle = [3 * HOUR * n for n in range(3, 8)]
    found = cut_stretches(sorted(burst + trickle + [24 * HOUR + t for t in burst]))
    assert [stretch.dense for stretch in found].count(True) == 2


def test_a_single_one_joins_a_burst_within_six_hours():
    burst = [minute * 60 for minute in range(0, 60, 10)]
    assert len(cut_stretches([*burst, burst[-1] + 6 * HOUR])) == 1
    assert len(cut_stretches([*burst, burst[-1] + 6 * HOUR + 1])) == 2


def test_sparse_observations_part_after_seventy_two_hours():
    assert len(cut_stretches([0, SPARSE_GAP])) == 1
    assert len(cut_stretches([0, SPARSE_GAP + 1])) == 2


def test_a_single_one_between_two_bursts_goes_to_the_nearer():
    first, second = [0] * 5, [16 * HOUR] * 5
    assert cut_stretches([*first, 11 * HOUR, *second]) == [Stretch(0, 5, dense=True), Stretch(5, 11, dense=True)]
    assert cut_stretches([*first, 5 * HOUR, *second]) == [Stretch(0, 6, dense=True), Stretch(6, 11, dense=True)]


def test_a_night_is_a_pause_of_a_burst_and_a_day_its_end():
    first, second = [0] * 5, [PAUSE] * 5
    assert cut_stretches([*first, *second]) == [Stretch(0, 10, dense=True)]
    assert len(cut_stretches([*first, *(at + 1 for at in second)])) == 2


@given(times)
def test_stretches_hold_every_observation_once_in_order(at):
    found = cut_stretches(at)
    assert [index for stretch in found for index in range(stretch.start, stretch.end)] == list(range(len(at)))


@given(times)
def test_equal_times_are_never_parted(at):
    assert all(at[stretch.start - 1] != at[stretch.start] for stretch in cut_stretches(at) if stretch.start)


@given(times)
def test_the_reversed_time_line_is_cut_at_the_same_silences(at):
    turned = [60 * 24 * HOUR - time for time in reversed(at)]
    dense = {(at[s.start], at[s.end - 1]) for s in cut_stretches(at) if s.dense and s.end - s.start > 12}
    again = {
        (60 * 24 * HOUR - turned[s.end - 1], 60 * 24 * HOUR - turned[s.start])
        for s in cut_stretches(turned) if s.dense and s.end - s.start > 12
    }  # fmt: skip
    assert len(dense) == len(again)


@given(times)
def test_no_stretch_holds_a_longer_silence_than_its_kind_allows(at):
    for stretch in cut_stretches(at):
        gaps = [at[i + 1] - at[i] for i in range(stretch.start, stretch.end - 1)]
        assert max(gaps, default=0) <= (PAUSE if stretch.dense else SPARSE_GAP)
