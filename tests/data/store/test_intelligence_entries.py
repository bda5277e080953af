from datetime import timedelta

import pytest

from data.store.database import open_database
from data.store.intelligence_feeds import feeds
from data.store.intelligence_reads import count_reports, report, reports
from data.store.intelligence_shapes import ReportFilter
from data.store.intelligence_triage import set_triage
from tests.data.reports import NOON, entry, feed, take


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "relaywatch.db") as opened:
        yield opened


def titles(db) -> list[str]:
    return sorted(row.title for row in reports(db))


def test_the_same_feed_again_brings_nothing(db):
    given = feed(entry(1), entry(2))
    assert (take(db, given).new, take(db, given).new, take(db, given).edited) == (2, 0, 0)
    assert count_reports(db) == 2


def test_an_edited_entry_is_an_update_with_its_history(db):
    take(db, feed(entry(1)))
    saved = take(db, feed(entry(1, title="Corrected title")), at=NOON + timedelta(hours=1))
    found = report(db, "R-0001")
    assert (saved.new, saved.edited, titles(db)) == (0, 1, ["Corrected title"])
    assert [version.title for version in found.versions] == ["Support desks abused again, part 1"]


def test_an_entry_that_was_only_touched_is_not_edited(db):
    take(db, feed(entry(1)))
    assert take(db, feed(entry(1, updated_at=NOON + timedelta(hours=3)))).edited == 0


def test_an_entry_whose_id_changed_is_known_by_its_address(db):
    take(db, feed(entry(1), entry(2)))
    saved = take(db, feed(entry(1, id_="https://news.example/?p=1"), entry(2)))
    assert (saved.new, count_reports(db)) == (0, 2)
    assert take(db, feed(entry(1, id_="https://news.example/?p=1"), entry(2))).edited == 0


def test_entries_that_share_an_address_stay_apart(db):
    shared = "https://status.example/incidents/list"
    first, second = entry(1, url=shared), entry(2, url=shared)
    assert take(db, feed(first, second)).new == 2
    assert take(db, feed(entry(3, url=shared, published_at=NOON + timedelta(days=1)))).new == 1


def test_an_edited_entry_without_id_and_address_is_known_by_its_title(db):
    take(db, feed(entry(1, id_="words:aaaa", url=None, title="A flood of tickets")))
    saved = take(db, feed(entry(1, id_="words:bbbb", url=None, title="A flood of tickets", text="Other words.")))
    assert (saved.new, saved.edited, count_reports(db)) == (0, 1, 1)


def test_two_feeds_that_carry_one_text_are_one_report(db):
    take(db, feed(entry(1)))
    other = take(
        db,
        feed(entry(1, id_="x", url="http://www.news.example/stories/1/?utm_source=rss")),
        address="https://b.example/f",
    )
    assert (other.new, count_reports(db)) == (0, 1)
    assert count_reports(db, ReportFilter(feed=("F-0002",))) == 1


def test_the_page_behind_an_entry_that_matters_is_asked_for(db):
    take(db, feed(entry(1), entry(2, text="A recipe for bread with raisins.", title="Raisin bread")))
    assert db.rows("select report_id from reports where page_due_at is not null")[0][0] == 1


def test_what_is_not_about_relay_abuse_is_kept_short(db):
    take(db, feed(entry(1, title="Bread", text="Knead the dough well. " * 900)))
    assert len(report(db, "R-0001").text) == 2_000


def test_the_oldest_that_nobody_decided_on_are_forgotten(db):
    take(db, feed(*(entry(number) for number in range(1, 5))))
    set_triage(db, "R-0001", "relevant", actor="analyst", now=NOON)
    take(db, feed(entry(5), entry(6)), at=NOON + timedelta(days=1), limit=1)
    kept = [row.report_id for row in reports(db)]
    assert sorted(kept) == ["R-0001", "R-0004", "R-0005", "R-0006"]
    assert take(db, feed(entry(5), entry(6))).new == 0


def test_versions_are_bounded_and_the_first_stays(db):
    for number in range(30):
        take(db, feed(entry(1, title=f"Title {number}")))
    versions = report(db, "R-0001").versions
    assert (len(versions), versions[-1].title, versions[0].title) == (20, "Title 0", "Title 28")


def test_what_a_database_cannot_hold_is_replaced(db):
    take(db, feed(entry(1, id_="a\x00b", title="Nul \x00 and \ud800", text="\x00" + "words " * 5)))
    assert take(db, feed(entry(1, id_="a\x00b", title="Nul \x00 and \ud800", text="\x00" + "words " * 5))).edited == 0
    assert "\x00" not in report(db, "R-0001").text


def test_figures_of_a_feed_count_what_it_brought(db):
    take(db, feed(entry(1), entry(2, text="Bread and raisins.", title="Bread")))
    row = feeds(db)[0]
    assert (row.state, row.entries, row.reports, row.relevant, row.title) == ("ok", 2, 2, 1, "Example News")
