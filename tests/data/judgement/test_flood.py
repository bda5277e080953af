from datetime import timedelta

from data.judgement.flood import DENSE_MESSAGES, flood_of, most_telling
from tests.data.readings import NOON, reading

MINUTE = timedelta(minutes=1)


def several(count: int, step: timedelta = MINUTE) -> list:
    return [reading(domain=f"c{place % 3}.example", sent_at=NOON + place * step) for place in range(count)]


def test_a_flood_is_counted_by_minute_and_company():
    found = flood_of([*several(4, timedelta(seconds=20)), reading(sent_at=None, domain=None, tenant="acme")])
    assert (found.messages, found.dated, found.companies, found.busiest) == (5, 4, 4, 3)
    assert found.minutes == ((NOON, 3), (NOON + MINUTE, 1))
    assert (found.first_at, found.last_at) == (NOON, NOON + MINUTE)
    assert found.verdicts == (("relay-spam", 5),)


def test_many_within_an_hour_may_hide_something():
    assert flood_of(several(DENSE_MESSAGES)).dense
    assert not flood_of(several(DENSE_MESSAGES - 1)).dense
    assert not flood_of(several(DENSE_MESSAGES, timedelta(hours=1))).dense


def test_messages_without_a_time_are_no_flood():
    found = flood_of([reading(sent_at=None)] * 20)
    assert (found.dated, found.busiest, found.first_at, found.dense) == (0, 0, None, False)


def test_the_most_telling_message_is_the_first_of_the_most_frequent_abuse():
    mixed = [reading(verdict="ordinary"), reading(verdict="list-bomb"), *several(2)]
    assert most_telling(mixed) == 2
    assert most_telling([reading(verdict="ordinary")] * 2) == 0
