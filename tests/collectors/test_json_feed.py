import json
import time

from hypothesis import given
from hypothesis import strategies as st

from collectors.json_feed import read_json_feed

FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Example Alerts",
    "home_page_url": "https://example.org/",
    "items": [{"id": 7, "url": "https://example.org/7", "title": "Seven", "date_published": "2026-01-20T10:00:00Z"}],
}


def test_a_json_feed_is_read():
    found = read_json_feed(json.dumps(FEED), 10)
    assert (found.title, found.entries[0].id, found.entries[0].title) == ("Example Alerts", "7", "Seven")


def test_a_list_of_articles_of_another_program_is_read():
    found = read_json_feed(json.dumps({"articles": [{"title": "a", "link": "https://example.org/a"}]}), 10)
    assert found.entries[0].url == "https://example.org/a"


def test_an_error_message_is_no_feed():
    assert read_json_feed('{"error": "not found", "items": [1, 2]}', 10) is None


def test_whole_entries_of_a_cut_feed_are_kept():
    found = read_json_feed(json.dumps(FEED)[:-2] + ', {"id": "8", "ti', 10)
    assert found.truncated and [entry.id for entry in found.entries] == ["7"]


def test_wrong_types_are_nothing():
    document = {**FEED, "title": ["x"], "items": [None, 3, {"id": {}, "title": 5, "url": True, "summary": "s"}]}
    entry = read_json_feed(json.dumps(document), 10).entries[0]
    assert (entry.id, entry.title, entry.url, entry.summary) == ("", "5", "", "s")


def test_deep_nesting_ends_fast():
    started = time.process_time()
    assert read_json_feed("[" * 1_000_000, 10) is None and read_json_feed('{"a":' * 200_000, 10) is None
    assert time.process_time() - started < 2


@given(st.text(max_size=200))
def test_any_text_is_a_feed_or_none(text):
    read_json_feed('{"version": "https://jsonfeed.org/version/1", "items": [' + text, 10)
    read_json_feed(text, 10)
