import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from collectors.collecting import Collector, Round, collect, is_dead, rounds
from data.errors import SubmissionRefused
from data.settings import Settings
from data.store.database import open_database
from data.store.intelligence_feeds import add_feed, feeds, fetches, remove_feed
from data.store.intelligence_pages import ask_for_page
from data.store.intelligence_reads import count_reports, report, reports
from data.store.intelligence_shapes import ReportFilter
from data.store.known_feeds import add_catalogue_feeds
from tests.collectors.collecting_worker import start
from tests.data.reports import WORDS
from tests.loopback import Reply, Site, loopback

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site():
    with loopback() as opened:
        yield opened


@pytest.fixture
def settings(tmp_path, site) -> Settings:
    return Settings(
        db=tmp_path / "relaywatch.db",
        allowed_hosts=("127.0.0.1",),
        web_pace_seconds=0.001,
        web_attempts=1,
        web_backoff_seconds=0.001,
    )


def rss(*titles: str, site: Site | None = None, text: str = WORDS) -> bytes:
    home = site.address if site else "https://news.example"
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid><link>{home}/stories/{title}</link>"
        f"<pubDate>Thu, 22 Jan 2026 12:00:00 GMT</pubDate><description>{text}</description></item>"
        for title in titles
    )
    return f"<rss version='2.0'><channel><title>Example News</title>{items}</channel></rss>".encode()


def add(settings: Settings, *addresses: str) -> None:
    with open_database(settings.db) as db:
        for address in addresses:
            add_feed(db, address, now=datetime.now(UTC), added_by="test")


def collect_feeds(settings: Settings, *, later: timedelta = timedelta()) -> Round:
    """One round of the feeds that are there, at a later time; those of the catalogue are left alone."""
    done = Round()
    with open_database(settings.db) as db:
        Collector(db, settings, clock=lambda: datetime.now(UTC) + later).feeds(done)
    return done


def health(settings: Settings) -> list:
    with open_database(settings.db) as db:
        return feeds(db)


def titles(settings: Settings) -> list[str]:
    with open_database(settings.db) as db:
        return sorted(row.title for row in reports(db))


def test_a_feed_is_read_once_and_then_only_its_news(site, settings):
    def answer(headers: dict[str, str]) -> Reply:
        known = headers.get("if-none-match") == '"one"'
        return Reply(status=304) if known else Reply(rss("a", "b"), headers={"ETag": '"one"'})

    site.replies["/feed"] = answer
    add(settings, f"{site.address}/feed")
    first, second = collect_feeds(settings), collect_feeds(settings, later=timedelta(hours=2))
    assert (first.new, second.new, second.unchanged, titles(settings)) == (2, 0, 1, ["a", "b"])


def test_nothing_is_asked_for_before_it_is_due(site, settings):
    site.replies["/feed"] = Reply(rss("a"))
    add(settings, f"{site.address}/feed")
    assert (collect_feeds(settings).feeds, collect_feeds(settings).feeds, len(site.asked)) == (1, 0, 1)


def test_one_feed_that_fails_never_stops_the_others(site, settings):
    site.replies |= {
        "/broken": Reply(b"\x00\xff<<<" * 500),
        "/page": Reply(b"<html><body>No feed</body></html>"),
        "/empty": Reply(rss()),
        "/gone": Reply(status=410),
        "/good": Reply(rss("a")),
    }
    names = ("broken", "missing", "page", "empty", "gone", "good")
    add(settings, *(f"{site.address}/{name}" for name in names), "http://127.0.0.1:1/closed")
    done = collect_feeds(settings)
    states = {row.address.rpartition("/")[2]: row.state for row in health(settings)}
    assert (done.feeds, len(done.failed), titles(settings)) == (7, 5, ["a"])
    assert states == {
        "broken": "failing", "missing": "failing", "page": "failing", "empty": "empty", "gone": "gone",
        "good": "ok", "closed": "failing",
    }  # fmt: skip
    assert all(row.failure for row in health(settings) if row.state in ("failing", "gone"))


def test_a_304_to_a_feed_that_failed_leaves_it_failing(site, settings):
    site.replies["/feed"] = Reply(b"<html>", headers={"ETag": '"broken"'})
    add(settings, f"{site.address}/feed")
    collect_feeds(settings)
    site.replies["/feed"] = Reply(status=304)
    collect_feeds(settings, later=timedelta(days=2))
    assert [name for name in site.asked[1][1] if name.startswith("if-")] == []
    assert health(settings)[0].state == "failing"


def test_a_server_that_wants_to_be_left_alone_is(site, settings):
    site.replies["/feed"] = Reply(status=429, headers={"Retry-After": "7200"})
    add(settings, f"{site.address}/feed")
    collect_feeds(settings)
    row = health(settings)[0]
    assert row.due_at - row.attempted_at >= timedelta(seconds=7199)
    with open_database(settings.db) as db:
        assert [item.status for item in fetches(db, row.feed_id)] == [429]


def test_an_edited_entry_is_counted_as_edited(site, settings):
    site.replies["/feed"] = Reply(rss("a"))
    add(settings, f"{site.address}/feed")
    collect_feeds(settings)
    site.replies["/feed"] = Reply(rss("a", text="Correction. " + WORDS))
    done = collect_feeds(settings, later=timedelta(hours=2))
    assert (done.new, done.edited) == (0, 1)


def test_the_page_behind_an_entry_is_read_when_the_site_allows_it(site, settings):
    page = f"<html><title>Whole story</title><article><p>{WORDS}</p></article></html>".encode()
    site.replies |= {
        "/feed": Reply(rss("a", "b", site=site)),
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /stories/b\n"),
        "/stories/a": Reply(page, headers={"Content-Type": "text/html"}),
        "/stories/b": Reply(page, headers={"Content-Type": "text/html"}),
    }
    add(settings, f"{site.address}/feed")
    collect_feeds(settings)
    done = collect(settings, ["reports"])
    assert (done.pages, len(done.failed), titles(settings)) == (2, 1, ["Whole story", "b"])
    assert "/stories/b" not in [path for path, _ in site.asked]


def test_a_page_that_is_no_page_says_what_to_do(site, settings):
    site.replies["/a.pdf"] = Reply(b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
    with open_database(settings.db) as db:
        ask_for_page(db, f"{site.address}/a.pdf", now=datetime.now(UTC), added_by="ann")
    collect(settings, ["reports"])
    with open_database(settings.db) as db:
        assert "paste it" in report(db, "R-0001").page_failure


def test_a_private_address_is_not_asked(site, settings, tmp_path):
    closed = Settings(db=settings.db, web_attempts=1)
    add(closed, f"{site.address}/feed")
    assert (len(collect_feeds(closed).failed), site.asked) == (1, [])


def test_one_feed_by_its_address_is_asked_whether_it_is_due_or_not(site, settings):
    site.replies["/feed"] = Reply(rss("a"))
    for _ in range(2):
        collect(settings, ["feeds"], feed=f"{site.address}/feed")
    assert (len(site.asked), len(health(settings))) == (2, 1)


def test_a_file_is_read_as_the_feed_it_holds(settings, tmp_path):
    file = tmp_path / "saved.xml"
    file.write_bytes(rss("a", "b"))
    counts = [collect(settings, ["feeds"], feed=str(file)).new for _ in range(2)]
    assert (counts, health(settings)[0].address, health(settings)[0].due_at) == ([2, 0], file.as_uri(), None)


def test_a_file_that_is_no_feed_is_refused(settings, tmp_path):
    file = tmp_path / "page.html"
    file.write_bytes(b"<html><body>No feed</body></html>")
    with pytest.raises(SubmissionRefused, match="not a feed"):
        collect(settings, ["feeds"], feed=str(file))


def test_feeds_of_the_catalogue_are_added_once_and_stay_removed(settings):
    with open_database(settings.db) as db:
        added = add_catalogue_feeds(db, datetime.now(UTC))
        assert added == len(feeds(db)) >= 15
        assert {row.state for row in feeds(db)} == {"never fetched"}
        remove_feed(db, feeds(db)[0].feed_id, actor="ann", now=datetime.now(UTC))
        assert (add_catalogue_feeds(db, datetime.now(UTC)), len(feeds(db))) == (0, added - 1)


def test_two_collectors_at_once_share_the_work_and_double_nothing(site, settings):
    paths = [f"/feed{number}" for number in range(12)]
    site.replies |= {path: Reply(rss(*(f"{path[1:]}-{item}" for item in range(3)))) for path in paths}
    add(settings, *(site.address + path for path in paths))
    processes = [start(settings) for _ in range(2)]
    for process in processes:
        process.join(timeout=120)
    assert [process.exitcode for process in processes] == [0, 0]
    asked = [path for path, _ in site.asked if path.startswith("/feed")]
    assert (sorted(asked), len(titles(settings))) == (sorted(paths), 36)


def test_a_collector_that_is_killed_at_any_moment_neither_loses_nor_doubles_an_entry(site, settings):
    feeds_, entries = 4, 25
    for number in range(feeds_):
        site.replies[f"/feed{number}"] = Reply(rss(*(f"{number}-{item}" for item in range(entries))))
    add(settings, *(f"{site.address}/feed{number}" for number in range(feeds_)))
    for number in range(12):
        process = start(settings)
        wait_for_requests(site, process, number // 2)
        time.sleep(0.02 * (number % 4))
        process.kill()
        process.join()
    last = start(settings)
    last.join(timeout=120)
    assert last.exitcode == 0
    assert sorted(titles(settings)) == sorted(f"{n}-{item}" for n in range(feeds_) for item in range(entries))
    assert {row.state for row in health(settings)} == {"ok"}
    with open_database(settings.db) as db:
        assert count_reports(db, ReportFilter(text="victims")) == feeds_ * entries


def wait_for_requests(site: Site, process: BaseProcess, count: int) -> None:
    """Until a site was asked so often in all, or the collector has ended."""
    deadline = time.monotonic() + 60
    while len(site.asked) <= count and process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.005)


def test_the_dead_are_known_by_their_number_and_machine():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = platform.node()
    assert is_dead(f"{host}:{ended.pid}:x")
    assert not is_dead(f"{host}:{os.getppid()}:x")
    assert not is_dead(f"other.example:{ended.pid}:x")
    assert not is_dead("nonsense")


def test_rounds_go_on_until_they_are_stopped():
    answers = iter([False, False, True])
    assert len(list(rounds(timedelta(seconds=60), lambda _: next(answers)))) == 3


def test_the_command_prints_what_it_did(site, settings, tmp_path, capfd):
    file = tmp_path / "saved.xml"
    file.write_bytes(rss("a"))
    command = ["collect", "feeds", "--feed", str(file), "--json", "--db", str(settings.db)]
    ran = subprocess.run(
        [sys.executable, "-m", "collectors.cli", *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    printed = json.loads(ran.stdout)
    assert (printed["new"], printed["feeds"], printed["failed"]) == (1, 1, [])


def test_a_collector_beside_a_server_ends_with_it(settings):
    with open_database(settings.db) as db:
        add_catalogue_feeds(db, datetime.now(UTC))
        for row in feeds(db):
            remove_feed(db, row.feed_id, actor="test", now=datetime.now(UTC))
    command = [sys.executable, "-m", "collectors.cli", "collect", "all", "--every", "1h", "--while-open"]
    process = subprocess.Popen([*command, "--db", str(settings.db)], cwd=ROOT, stdin=subprocess.PIPE)
    process.stdin.close()
    assert process.wait(timeout=60) == 0
