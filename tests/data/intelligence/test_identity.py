from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intelligence.identity import url_key, words_key
from data.intelligence.schedule import next_due

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.news.example/a/", "http://news.example/a?utm_source=rss#top", True),
        ("https://news.example/a?id=1&b=2", "https://news.example/a?b=2&id=1", True),
        ("https://news.example/a?id=1", "https://news.example/a?id=2", False),
        ("https://news.example/a", "https://other.example/a", False),
    ],
)
def test_addresses_are_compared_without_what_varies_between_links(one, other, same):
    assert (url_key(one) == url_key(other)) is same


@pytest.mark.parametrize(
    "url", [None, "", "https://news.example/", "https://news.example", "http://[x", "http://a:b/c"]
)
def test_what_tells_no_text_apart_has_no_key(url):
    assert url_key(url) is None


@given(st.text())
def test_no_address_breaks_it(url):
    assert url_key(url) == url_key(url)
    assert words_key(url) == words_key(f" {url} ")


def test_a_feed_that_fails_is_asked_less_and_less_often_up_to_a_day():
    hour = timedelta(hours=1)
    waits = [next_due(NOW, hour, failures, None, 0) - NOW for failures in (0, 1, 3, 50)]
    assert waits == [hour, 2 * hour, 8 * hour, 24 * hour]


def test_a_server_is_not_asked_before_it_allows_it():
    assert next_due(NOW, timedelta(hours=1), 0, timedelta(hours=5), 0) == NOW + timedelta(hours=5)
