"""Decisions over groups: pure, in the order in which they were made."""

from hypothesis import given
from hypothesis import strategies as st

from data.clustering.assign import Member, assign
from data.clustering.overrides import Bonds, Pin, Place, bind, pinned, roots, set_aside

DAY = 86_400


def member(number, day, party=1):
    return Member(number, day * DAY, party, trusted=True, template=1)


def groups(members, bonds):
    rest, aside = set_aside(members, bonds)
    runs = bind(assign(rest, has_payload=True), bonds, aside)
    return [sorted(item.observation for item in group.members) for run in runs for group in run.groups]


def test_links_lead_on_and_one_that_closes_a_circle_changes_nothing():
    assert roots([(1, 2), (2, 3)]) == {1: 3, 2: 3}
    assert roots([(1, 2), (1, 3)]) == {1: 3, 2: 3}
    assert roots([(1, 2), (2, 1)]) == {1: 2}


def test_a_message_follows_its_anchor_wherever_that_was_put():
    made = {number: Place(number, number) for number in (1, 2, 3)}
    split, move = Pin((2,), template=9, anchor=None), Pin((3,), template=None, anchor=2)
    assert pinned([split, move], made) == {2: Place(9, 2), 3: Place(9, 2)}
    assert pinned([move], made) == {3: Place(2, 2)}
    assert pinned([Pin((3,), template=None, anchor=7)], made) == {}


def test_incidents_far_apart_are_joined_and_a_moved_message_stands_with_its_anchor():
    members = [member(1, 0), member(2, 20), member(3, 40), member(4, 20, party=2)]
    assert groups(members, Bonds()) == [[1], [2], [4], [3]]
    assert groups(members, Bonds(merges=((1, 3),))) == [[2], [4], [1, 3]]
    assert groups(members, Bonds(moves={2: 3})) == [[1], [4], [2, 3]]
    assert groups(members, Bonds(merges=((1, 4),))) == [[1], [2], [4], [3]]


numbers = st.integers(0, 7)


@given(st.lists(st.tuples(numbers, numbers), max_size=6), st.dictionaries(numbers, numbers, max_size=4))
def test_no_message_is_lost_or_doubled_whatever_is_decided(merges, moves):
    members = [member(number, number * 10) for number in range(8)]
    found = groups(members, Bonds(tuple(merges), moves))
    assert sorted(number for group in found for number in group) == list(range(8))


@given(st.lists(st.tuples(numbers, numbers), max_size=10))
def test_every_link_ends_at_something_that_stays_itself(links):
    found = roots(links)
    assert not set(found.values()) & found.keys()
