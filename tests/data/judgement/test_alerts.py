"""What deserves an alert, and what an alert may say."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data.errors import SettingsError
from data.judgement.alerts import (
    ExposureStanding,
    FeedStanding,
    News,
    WaveStanding,
    exposure_news,
    feed_news,
    listed,
    policy_of,
    share_out,
    summary,
    wave_news,
)
from data.settings import Settings

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
POLICY = policy_of(Settings())
WAVE = WaveStanding(
    wave_id="W-0003",
    template_id="T-0005",
    first_seen_at=NOW - timedelta(hours=3),
    last_seen_at=NOW - timedelta(minutes=5),
    observations=1000,
    parties=3,
    platforms=1,
    incidents=3,
    confirmed=0,
    vouched={1: ("RW-0001",), 2: ("RW-0002",), 3: ("RW-0003",)},
)
TOLD = replace(WAVE, told=frozenset({1, 2, 3}), told_at=NOW - timedelta(hours=2))


def test_a_new_wave_is_told_in_ids_counts_and_times():
    news = wave_news(WAVE, POLICY, NOW)
    assert (news.kind, news.subject) == ("new-wave", "W-0003")
    assert news.text == (
        "New wave W-0003 of template T-0005: 1,000 messages out of the systems of 3 organisations on 1 platform, "
        "2026-11-24 09:00 UTC to 2026-11-24 11:55 UTC; 0 of 3 incidents confirmed."
    )
    assert news.figures["observations"] == 1000


def test_a_wave_that_was_told_and_only_has_more_messages_is_no_news():
    assert wave_news(replace(TOLD, observations=50_000), POLICY, NOW) is None


def test_a_wave_that_ended_long_ago_is_no_news():
    assert wave_news(replace(WAVE, last_seen_at=NOW - timedelta(days=31)), POLICY, NOW) is None


def test_the_next_wave_of_a_template_is_a_recurrence():
    news = wave_news(
        replace(WAVE, earlier=2, earlier_id="W-0001", earlier_ended_at=NOW - timedelta(days=9)), POLICY, NOW
    )
    assert (news.kind, news.figures["earlier_waves"]) == ("recurrence", 2)
    assert "after 2 waves before (the last: W-0001, which ended 2026-11-15 12:00 UTC)" in news.text


def test_organisations_that_a_wave_reached_later_are_named_by_their_incidents():
    grown = replace(TOLD, parties=5, vouched={**WAVE.vouched, 8: ("RW-0008", "RW-0009"), 9: ("RW-0010",)})
    news = wave_news(grown, POLICY, NOW)
    assert (news.kind, news.figures["new_organisations"]) == ("new-vendor", 2)
    assert news.text.startswith("Wave W-0003 reached 2 more organisations (RW-0008, RW-0009, RW-0010). Now: 1,000")


def test_a_growing_wave_is_told_once_an_hour():
    grown = replace(TOLD, vouched={**WAVE.vouched, 8: ("RW-0008",)})
    assert wave_news(replace(grown, told_at=NOW - timedelta(minutes=59)), POLICY, NOW) is None
    assert wave_news(replace(grown, told_at=NOW - timedelta(minutes=60)), POLICY, NOW)


def test_an_exposure_that_recurred_lately_is_news():
    news = exposure_news(ExposureStanding("E-0004", 2, NOW - timedelta(hours=1)), POLICY, NOW)
    assert (news.kind, news.subject, news.figures) == ("exposure-recurred", "E-0004", {"recurrences": 2})
    assert exposure_news(ExposureStanding("E-0004", 2, NOW - timedelta(days=40)), POLICY, NOW) is None


def test_a_feed_is_down_after_three_failures_or_when_it_is_gone():
    feed = FeedStanding("F-0002", NOW, 2, gone=False)
    assert feed_news(feed) is None
    assert feed_news(replace(feed, failures=3)).text == (
        "Feed F-0002 is down since 2026-11-24 12:00 UTC: 3 attempts failed in a row."
    )
    assert "gone for good" in feed_news(replace(feed, failures=1, gone=True)).text


def test_beyond_the_limit_new_waves_come_before_growing_ones_and_the_last_says_so():
    many = [
        News("new-vendor", "W-0001", "Grown."),
        News("new-wave", "W-0002", "New."),
        News("feed-down", "F-0001", "x"),
    ]
    told, held = share_out(many, told_today=3, limit=5)
    assert [item.kind for item in told] == ["new-wave", "feed-down"]
    assert "last alert of today (limit 5)" in told[1].text and "last" not in told[0].text
    assert [item.kind for item in held] == ["new-vendor"]
    assert share_out(many, told_today=9, limit=5) == ([], [many[1], many[2], many[0]])


def test_a_summary_counts_what_was_held_and_names_ten():
    held = [("new-wave", f"W-{number:04d}") for number in range(12)] + [("feed-down", "F-0001")]
    news = summary(date(2026, 11, 24), held)
    assert (news.kind, news.subject, news.figures) == ("summary", "2026-11-24", {"new-wave": 12, "feed-down": 1})
    assert "12 new-wave, 1 feed-down" in news.text and "W-0009 and 3 more" in news.text


def test_ids_in_a_sentence_end_after_ten():
    assert listed(["A", "B"]) == "A, B"
    assert listed([str(number) for number in range(11)]).endswith("9 and 1 more")


def test_texts_hold_no_letters_but_ours():
    ours = re.compile(r"[A-Za-z0-9 ,.:;()-]+")
    grown = replace(TOLD, vouched={**WAVE.vouched, 8: ("RW-0008",)})
    assert all(ours.fullmatch(wave_news(wave, POLICY, NOW).text) for wave in (WAVE, grown, replace(WAVE, earlier=1)))


def test_an_unknown_kind_is_refused_with_those_that_exist():
    with pytest.raises(SettingsError, match="names 'waves'; write some of new-wave, recurrence, new-vendor"):
        policy_of(Settings(alert_kinds=("new-wave", "waves")))
