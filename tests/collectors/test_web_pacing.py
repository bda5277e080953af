"""Turns of hosts, shared by threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from collectors.web_pacing import Turns
from data.fetching import NotFetched

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_threads_get_one_turn_after_the_other_and_hosts_do_not_wait_for_each_other():
    pauses = []
    turns = Turns(100.0, lambda: NOW, pauses.append)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(turns.wait, ["a.example"] * 5 + ["b.example"]))
    assert sorted(round(pause, -2) for pause in pauses) == [100, 200, 300, 400]


def test_a_closed_host_says_until_when():
    turns = Turns(0.0, lambda: NOW, lambda seconds: None)
    turns.close("a.example", NOW + timedelta(minutes=1))
    with pytest.raises(NotFetched, match=r"left alone until 2026-11-24 09:01:00 UTC"):
        turns.wait("a.example")
    turns.wait("b.example")


def test_closed_hosts_and_turns_of_the_past_are_forgotten():
    turns = Turns(1e-9, lambda: NOW, lambda seconds: None)
    for number in range(12_000):
        turns.wait(f"h{number}.example")
        turns.close(f"h{number}.example", NOW)
    assert len(turns._free) <= 5_002 and len(turns._closed) <= 5_002
