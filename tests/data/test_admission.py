"""The ledger: what is used up in a minute and a day, in bounded space."""

from datetime import UTC, datetime, timedelta

import pytest

from data.admission import Allowance, Counter, Ledger
from data.errors import TooManySubmissions

NOON = datetime(2026, 1, 20, 12, 0, 15, tzinfo=UTC)
ANN = Allowance(Counter("submitter", b"ann"), minute=2, day=10)
BLOCK = Allowance(Counter("block", b"net"), minute=3, day=15)


def nothing(counter, since):
    return 0


def test_a_minute_is_used_up_and_the_next_one_is_new():
    ledger = Ledger()
    for _ in range(2):
        ledger.knock([ANN], NOON)
    with pytest.raises(TooManySubmissions, match="in this minute") as refusal:
        ledger.knock([ANN], NOON)
    assert refusal.value.retry_after == 45
    ledger.knock([ANN], NOON + timedelta(seconds=45))


def test_whoever_is_turned_away_uses_up_nothing_of_the_others():
    ledger = Ledger()
    for _ in range(2):
        ledger.knock([ANN, BLOCK], NOON)
    for _ in range(5):
        with pytest.raises(TooManySubmissions):
            ledger.knock([ANN, BLOCK], NOON)
    ledger.knock([BLOCK], NOON)


def test_a_day_counts_messages_and_goes_on_after_a_restart():
    ledger = Ledger()
    with pytest.raises(TooManySubmissions, match="in this day") as refusal:
        ledger.spend([ANN], 3, NOON, lambda counter, since: 8)
    assert refusal.value.retry_after == 12 * 3600 - 15
    ledger.spend([ANN], 2, NOON, nothing)
    ledger.spend([ANN], 10, NOON + timedelta(days=1), nothing)


def test_the_hour_that_runs_is_known():
    ledger = Ledger()
    ledger.spend([BLOCK], 4, NOON, nothing)
    assert ledger.last_hour(BLOCK.counter, NOON) == 4
    assert ledger.last_hour(BLOCK.counter, NOON + timedelta(hours=1)) == 0


def test_a_flood_of_submitters_takes_no_more_than_its_space():
    ledger = Ledger(limit=100)
    for number in range(10_000):
        ledger.knock([Allowance(Counter("submitter", str(number).encode()), 1, 1)], NOON)
    assert len(ledger._used) == 100
