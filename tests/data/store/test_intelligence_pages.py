from datetime import timedelta

import pytest

from data.store.database import open_database
from data.store.intelligence_pages import ask_for_page, claim_page, save_fetched_page, save_page
from data.store.intelligence_reads import count_reports, report, reports
from data.store.intelligence_shapes import Answer, ReportFilter
from tests.data.reports import NOON, WORDS, entry, feed, page, take


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "relaywatch.db") as opened:
        yield opened


def save(db, given, at=NOON):
    return save_page(db, given, now=at, added_by="analyst")


def test_the_same_page_again_is_an_update(db):
    assert save(db, page()).new == 1
    assert (save(db, page()).edited, save(db, page(title="Corrected")).edited) == (0, 1)
    assert [version.title for version in report(db, "R-0001").versions] == ["Support desks abused"]


def test_a_pasted_post_is_known_by_its_words(db):
    save(db, page(url=None, title=None))
    save(db, page("  " + WORDS.replace(" ", "  "), url=None, title=None))
    assert count_reports(db) == 1


def test_a_page_by_address_waits_until_it_is_fetched(db):
    assert ask_for_page(db, "https://news.example/a", now=NOON, added_by="ann") == ("R-0001", True)
    assert ask_for_page(db, "https://news.example/a#part", now=NOON, added_by="ann") == ("R-0001", False)
    assert report(db, "R-0001").row.waiting
    claim = claim_page(db, "me", NOON)
    save_fetched_page(db, claim, Answer(NOON, "read", None, 200), page())
    found = report(db, "R-0001")
    assert (found.row.waiting, found.row.title, found.versions) == (False, "Support desks abused", ())
    assert claim_page(db, "me", NOON + timedelta(days=1)) is None


def test_a_page_that_is_another_known_report_is_that_report(db):
    save(db, page(url="https://news.example/a"))
    ask_for_page(db, "https://short.example/x", now=NOON, added_by="ann")
    saved = save_fetched_page(db, claim_page(db, "me", NOON), Answer(NOON, "read", None, 200), page())
    assert (saved.touched, count_reports(db)) == ((1,), 1)


def test_the_page_behind_an_entry_replaces_its_text_and_keeps_its_feed(db):
    take(db, feed(entry(1)))
    claim = claim_page(db, "me", NOON)
    save_fetched_page(db, claim, Answer(NOON, "read", None, 200), page(WORDS * 2, url=claim.address))
    found = report(db, "R-0001")
    assert (found.row.kind, found.row.feed_id, found.text) == ("advisory", "F-0001", WORDS * 2)
    take(db, feed(entry(1, title="Edited later")), at=NOON + timedelta(days=1))
    assert (report(db, "R-0001").text, claim_page(db, "me", NOON + timedelta(days=2)).number) == (WORDS * 2, 1)


def test_a_failure_of_a_page_is_told(db):
    ask_for_page(db, "https://news.example/a", now=NOON, added_by="ann")
    failed = Answer(NOON, "failed", None, 404, reason="Not found (404).")
    save_fetched_page(db, claim_page(db, "me", NOON), failed, None)
    assert report(db, "R-0001").page_failure == "Not found (404)."


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (ReportFilter(text="northwind inboxes"), True),
        (ReportFilter(text="news.example"), True),
        (ReportFilter(text="raisins"), False),
        (ReportFilter(text='" OR 1=1 --'), False),
        (ReportFilter(platform=("zendesk",)), True),
        (ReportFilter(vendor=("Northwind Outdoor",)), True),
        (ReportFilter(language=("en",), relevant=True, state=("new",)), True),
        (ReportFilter(relevant=False), False),
        (ReportFilter(since=NOON, until=NOON + timedelta(days=1)), True),
        (ReportFilter(until=NOON), False),
        (ReportFilter(feed=("F-0001",)), False),
    ],
)
def test_reports_are_found_by_what_they_say(db, where, found):
    save(db, page())
    assert bool(reports(db, where)) is found
    assert bool(count_reports(db, where)) is found
