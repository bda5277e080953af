"""Groups and the ids that they keep."""

from collections import Counter

from data.clustering.assign import Member, assign, keep_ids, successors

HOUR = 3600


def member(number: int, hours: float, party: int = 1, *, trusted: bool = True) -> Member:
    return Member(number, int(hours * HOUR), party, trusted)


def test_one_party_in_one_stretch_is_one_group():
    runs = assign([member(1, 0), member(2, 1, party=2), member(3, 2)], has_payload=True)
    assert [[(group.party, len(group.members)) for group in run.groups] for run in runs] == [[(1, 2), (2, 1)]]


def test_a_quiet_party_is_not_torn_apart_by_its_own_silence():
    busy = [member(number, number, party=2) for number in range(100)]
    runs = assign([*busy, member(200, 0.1, party=1), member(201, 98.9, party=1)], has_payload=True)
    assert [[len(group.members) for group in run.groups] for run in runs] == [[100, 2]]


def test_three_parties_with_a_payload_are_a_wave_without_a_burst_and_a_shell_needs_one():
    sparse = [member(number, number * 20, party=number) for number in range(3)]
    dense = [member(number, number / 10, party=number % 3) for number in range(6)]
    assert [run.wave for run in assign(sparse, has_payload=True)] == [True]
    assert [run.wave for run in assign(sparse, has_payload=False)] == [False]
    assert [run.wave for run in assign(dense, has_payload=False)] == [True]


def test_the_few_messages_around_a_burst_are_no_wave_of_their_own():
    burst = [member(number, 50 + number / 10, party=number % 3) for number in range(9)]
    fringe = [member(20 + number, number * 10, party=number) for number in range(4)]
    runs = assign([*burst, *fringe], has_payload=True)
    assert [(run.dense, run.wave) for run in runs] == [(False, False), (True, True)]


def test_strangers_cannot_make_a_wave_the_fringe_of_a_burst():
    wave = [member(number, number * 20, party=number) for number in range(3)]
    burst = [member(10 + number, 140 + number / 10) for number in range(6)]
    strangers = [member(20 + number, 41 + number, trusted=False) for number in range(70)]
    for found in ([*wave, *burst], [*wave, *burst, *strangers]):
        assert [run.wave for run in assign(found, has_payload=True)] == [True, False]


def test_strangers_join_stretches_but_do_not_make_or_bridge_them():
    trusted = [member(1, 0), member(2, 100)]
    strangers = [member(10 + n, n, trusted=False) for n in range(101)]
    runs = assign([*trusted, *strangers], has_payload=True)
    homes = [{m.observation for group in run.groups for m in group.members} & {1, 2} for run in runs]
    assert sorted(map(sorted, homes)) == [[1], [2]]


def test_parties_that_only_strangers_saw_make_no_wave():
    found = [member(n, n / 10, party=n % 5, trusted=n % 5 == 0) for n in range(30)]
    assert [run.wave for run in assign(found, has_payload=True)] == [False]


def test_the_largest_overlap_keeps_the_id_and_the_smaller_id_wins_a_tie():
    assert keep_ids([Counter({1: 2, 2: 5}), Counter({2: 1})]) == [2, None]
    assert keep_ids([Counter({3: 2, 1: 2})]) == [1]
    assert keep_ids([Counter({1: 4}), Counter({1: 9})]) == [None, 1]
    assert keep_ids([Counter()]) == [None]


def test_an_old_id_leads_to_where_most_of_its_members_went():
    assert successors([Counter({7: 1, 8: 2}), Counter({7: 3})], [8, 9]) == {7: 9, 8: 8}
