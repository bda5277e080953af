from datetime import UTC, datetime, timedelta

from collectors.advisories import parse_feed
from collectors.demonstration.reporting import saved_feeds, saved_pages, tell_reports
from collectors.reports import read_report
from data.store.database import open_database
from data.store.intake import take_in
from data.store.intelligence_feeds import feeds
from data.store.intelligence_reads import report, reports
from tests.data.readings import reading, submission

ENDS_AT = datetime(2026, 10, 15, 12, 30, tzinfo=UTC)


def test_the_same_end_gives_the_same_bytes():
    assert list(saved_feeds(ENDS_AT)) == list(saved_feeds(ENDS_AT))
    assert list(saved_pages(ENDS_AT)) == list(saved_pages(ENDS_AT))


def test_everything_stands_under_invented_hosts_and_before_the_end():
    entries = [entry for feed in saved_feeds(ENDS_AT) for entry in parse_feed(feed.blob, feed.address).entries]
    addresses = [entry.url for entry in entries] + [page.address for page in saved_pages(ENDS_AT) if page.address]
    assert all(address.split("/")[2].endswith(".example") for address in addresses)
    assert all(entry.published_at < ENDS_AT for entry in entries)
    assert all(page.published_at < ENDS_AT for page in saved_pages(ENDS_AT))


def test_most_of_it_is_recognised_as_being_about_relay_abuse():
    pages = [read_report(page.blob, "page", page.address) for page in saved_pages(ENDS_AT)]
    assert [page.insight.relevance.relevant for page in pages].count(False) == 1
    assert all(page.page.title and page.page.published_at for page in pages if page.page.url)


def test_the_press_of_the_story_is_linked_to_its_waves_without_any_network(tmp_path):
    subject = "Order 48213 confirmed: 1,299 USD will be charged to you today"
    companies = ["aguaclara", "hotels-tavernier", "kupferkanne", "polderfiets"]
    with open_database(tmp_path / "relaywatch.db") as db:
        mails = [
            reading(f"[Request received] {subject}", domain=f"{company}.example", recipient=f"p{place}@v.example",
                    sent_at=ENDS_AT - timedelta(days=1, hours=place))
            for place, company in enumerate(companies * 3)
        ]  # fmt: skip
        take_in(db, submission(at=ENDS_AT), mails)
        assert tell_reports(db, ENDS_AT) >= 10
        best = {row.title: report(db, row.report_id).links for row in reports(db)}
        linked = [
            link.kind for title, links in best.items() for link in links[:1] if "Relay spam is back" in (title or "")
        ]
        assert linked == ["wave"]
        assert {(row.paused, row.due_at) for row in feeds(db)} == {(True, None)}
        assert db.value("select count(*) from reports where page_due_at is not null") == 0
