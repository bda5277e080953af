"""Intelligence in a real browser: reports in triage, their links, feeds and their health, what strangers write."""

from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from collectors.collecting import take_feed_file
from collectors.reports import read_report
from data.store.database import open_database
from data.store.intelligence_feeds import add_feed
from data.store.intelligence_links import link_reports
from data.store.intelligence_pages import save_page
from tests.browser.test_hostile import EVIL, alive
from tests.conftest import fill, serving
from tests.data.readings import burst
from tests.data.reports import WORDS

pytestmark = [pytest.mark.browser, pytest.mark.server]


def saved_feed(*entries: tuple[str, str], title: str = "Example News") -> bytes:
    items = "".join(
        f"<item><title>{escape(name)}</title><guid>{place}</guid><link>https://news.example/{place}</link>"
        f"<description>{escape(text)}</description></item>"
        for place, (name, text) in enumerate(entries)
    )
    return f"<rss version='2.0'><channel><title>{escape(title)}</title>{items}</channel></rss>".encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The wave that an article quotes, the article, something else, a feed that fails and one never asked for."""
    path = tmp_path_factory.mktemp("intelligence") / "relaywatch.db"
    now = datetime.now(UTC)
    fill(path, now, burst(5, 8, start=now - timedelta(hours=3)))
    entries = [("Support desks abused again", WORDS), ("Raisin bread", "A recipe for bread with raisins.")]
    with open_database(path) as db:
        take_feed_file(db, saved_feed(*entries), "https://news.example/feed", now=now, added_by="test")
        add_feed(db, "https://status.example/feed", now=now, added_by="test", title="Status")
    with serving(path, path.with_suffix(".log")) as address:
        yield address


@pytest.fixture(scope="module")
def blank_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blank")
    with serving(folder / "relaywatch.db", folder / "server.log") as address:
        yield address


@pytest.fixture(scope="module")
def strange_server(tmp_path_factory):
    path = tmp_path_factory.mktemp("strange") / "relaywatch.db"
    now = datetime.now(UTC)
    words = [text.encode("utf-8", "replace").decode() for text in EVIL]
    with open_database(path) as db:
        feed = saved_feed(*((text, f"{WORDS} {text}") for text in words), title=words[0])
        take_feed_file(db, feed, "https://news.example/feed", now=now, added_by=words[1])
        page = f"<title>{escape(words[3])}</title><meta name=author content='{escape(words[2])}'><p>{WORDS}</p>"
        saved = save_page(db, read_report(page.encode(), words[4]), now=now, added_by=words[5])
        link_reports(db, saved.touched)
    with serving(path, path.with_suffix(".log")) as address:
        yield address


def press(reader, name: str) -> None:
    reader.page.get_by_role("button", name=name, exact=True).first.click()
    # Out of the way: a table under the pointer lays its tools over what stands above it.
    reader.page.mouse.move(0, 0)
    reader.settle()


def wait_for(reader, text: str) -> None:
    """Until the page says it: a click may take a busy machine longer than a page takes to stand still."""
    reader.page.locator('[data-testid="stMain"]').get_by_text(text).first.wait_for()


def test_an_empty_list_says_what_to_do_next(read, empty_server):
    reader = read(empty_server)
    reader.open("/intelligence")
    assert "No reports yet." in reader.text()
    with reader.asking():
        reader.page.get_by_role("link", name="Feeds").click()
    assert "No feeds yet" in reader.text()
    assert "relaywatch serve --collect 15m" in reader.text()
    assert reader.faults() == []


def test_the_well_known_feeds_are_added_and_were_never_fetched(read, blank_server):
    reader = read(blank_server)
    reader.open("/intelligence?view=feeds")
    press(reader, "Add the well-known feeds")
    assert "15 feeds · 0 failing · 15 never fetched" in reader.text()
    assert {row["State"] for row in reader.grid("feeds")} == {"○ never fetched"}
    assert len(reader.download("csv_feeds")) == 15
    assert reader.faults() == []


def test_the_list_shows_what_is_about_relay_abuse_and_the_csv_is_the_list(read, server):
    reader = read(server)
    reader.open("/intelligence")
    assert [row["Title"] for row in reader.grid("reports")] == ["Support desks abused again"]
    assert [row["title"] for row in reader.download("save_reports")] == ["Support desks abused again"]
    with reader.asking():
        reader.page.get_by_text("Everything").click()
    assert reader.query() == "/intelligence?relevant=all"
    assert reader.row_count("reports") == 2
    assert reader.faults() == []


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=inboxes+northwind&vendor=Northwind+Outdoor&platform=zendesk&feed=F-0001&language=en", True),
        ("state=dismissed", False),
    ],
)
def test_the_address_says_what_is_shown(read, server, query, shown):
    reader = read(server)
    reader.open(f"/intelligence?{query}")
    assert ("Nothing matches." not in reader.text()) is shown
    if shown:
        assert reader.row_count("reports") == 1
    assert reader.faults() == []


def test_a_report_is_linked_and_its_link_confirmed(read, server):
    reader = read(server)
    reader.open("/intelligence?id=R-0001")
    text = reader.text()
    assert "⟦platform: Zendesk⟧" in text
    assert "quotes its subject: “You have won 5,000 USDT" in text
    press(reader, "Confirm")
    wait_for(reader, "● confirmed")
    assert "● linked" in reader.text()
    press(reader, "Reject")
    wait_for(reader, "– rejected")
    reader.page.get_by_label("Link with").fill("company.example")
    press(reader, "Link")
    wait_for(reader, "company.example")
    reader.page.get_by_label("Link with").fill("W-9999")
    press(reader, "Link")
    wait_for(reader, "There is no wave of that id.")
    assert reader.faults() == []


def test_a_pasted_page_is_read_kept_and_shown(read, blank_server):
    reader = read(blank_server)
    reader.open("/intelligence")
    press(reader, "Add")
    reader.page.get_by_label("Or paste a page or post").fill(WORDS)
    press(reader, "Read it")
    assert reader.query().startswith("/intelligence?id=R-")
    assert "about relay abuse" in reader.text()
    press(reader, "Dismiss")
    assert "– dismissed" in reader.text()
    assert reader.faults() == []


def test_a_page_by_address_waits_for_a_collector(read, blank_server):
    reader = read(blank_server)
    reader.open("/intelligence")
    press(reader, "Add")
    reader.page.get_by_label("Address of a page").fill("news.example/story")
    press(reader, "Add page")
    assert "This page has not been read yet" in reader.text()
    assert "hxxps://news[.]example/story" in reader.text()


def test_a_feed_is_paused_and_removed(read, server):
    reader = read(server)
    reader.open("/intelligence?view=feeds")
    reader.click_row("feeds")
    press(reader, "Pause")
    assert "– paused" in {row["State"] for row in reader.grid("feeds")}
    assert reader.faults() == []


@pytest.mark.parametrize(
    ("width", "theme", "paths"),
    [
        (800, "dark", ["/intelligence?relevant=all", "/intelligence?view=feeds"]),
        (800, "light", ["/intelligence?id=R-0001"]),
        (1280, "dark", ["/intelligence?id=R-0001"]),
    ],
)
def test_everything_is_legible(read, server, width, theme, paths):
    assert read(server, width=width, theme=theme).walk(paths) == {}


def test_nothing_that_strangers_wrote_comes_alive(read, strange_server):
    paths = [
        "/intelligence?relevant=all",
        "/intelligence?view=feeds",
        "/intelligence?id=R-0004",
        f"/intelligence?id=R-00{len(EVIL) + 1}",
        "/intelligence?vendor=<b>x</b>&feed=![x](http://evil.example/p.png)&q=<script>window.pwned=1</script>",
    ]
    assert alive(read(strange_server), paths) == {}
