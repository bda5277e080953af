"""Feeds and pages on the command line: read, described, nothing stored."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from collectors.cli import main
from collectors.inspect_intelligence import inspect_feed, inspect_report
from tests.collectors.scripted_site import answer, scripted_site

SAMPLES = Path(__file__).parents[1] / "samples" / "intelligence"
FEED = "<rss><channel><title>Alerts</title><item><title>a\u2028b</title><guid>1</guid></item></channel></rss>"
RELATIVE_FEED = b"<rss><channel><title>A</title><item><link>/news/1</link></item></channel></rss>"
PAGE = """<html lang="en"><head><title>Outlet</title>
<meta property="og:title" content="Support forms abused to mail strangers">
<meta property="article:published_time" content="2026-11-20T08:00:00Z"></head>
<body><nav>Home</nav><article><p>Attackers typed strangers' addresses into open Zendesk support forms, and the help
desks mailed thousands of ticket confirmations to people who never asked. Companies such as Quillmark and Orbitale
were affected.</p></article></body>"""


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_feed_is_a_line_of_the_contract(tmp_path):
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    result = CliRunner().invoke(inspect_feed, [str(tmp_path), "--json"])
    (line,) = lines(result)
    assert result.exit_code == 0 and line["source"] == str(tmp_path / "feed.xml")
    assert line["entries"] == [{"id": "1", "title": "a b", "url": None, "published_at": None, "summary": None}]


def test_a_missing_file_is_refused_and_the_others_are_read(tmp_path):
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    result = CliRunner().invoke(inspect_feed, [str(tmp_path / "none.xml"), str(tmp_path / "feed.xml"), "--json"])
    assert result.exit_code == 1 and "It cannot be opened" in result.stderr
    assert [min(line) for line in lines(result)] == ["error", "entries"]


def test_a_feed_is_read_from_standard_input():
    result = CliRunner().invoke(inspect_feed, ["-"], input=FEED)
    assert result.output == "-: Alerts, rss, 1 entries.\n"


def test_a_report_names_platforms_and_vendors():
    result = CliRunner().invoke(inspect_report, [str(SAMPLES / "article.html"), "--json"])
    (line,) = lines(result)
    assert line["relevant"] and line["platforms"] == ["Zendesk"] and "Quillmark" in line["vendors"]
    assert line["reasons"][0].keys() == {"signal", "weight", "evidence"}


def test_an_address_belongs_to_one_page():
    result = CliRunner().invoke(inspect_report, ["a", "b", "--url", "https://example.org/"])
    assert result.exit_code == 2 and "--url belongs to one page" in result.stderr


def told(kind: str, path: str) -> dict:
    result = CliRunner().invoke(main, ["inspect", kind, path, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_page_says_what_it_reports(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    found = told("report", str(path))
    assert (found["title"], found["published_at"][:10], found["relevant"], found["platforms"], found["vendors"]) == (
        "Support forms abused to mail strangers", "2026-11-20", True, ["Zendesk"], ["Quillmark", "Orbitale"]
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["feed", "report"])
def test_an_empty_file_does_not_end_in_a_traceback(tmp_path, kind):
    path = tmp_path / "empty"
    path.touch()
    result = CliRunner().invoke(main, ["inspect", kind, str(path), "--json"], catch_exceptions=False)
    assert result.exit_code in (0, 1)


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("RELAYWATCH_ALLOWED_HOSTS", "127.0.0.1")
    monkeypatch.setenv("RELAYWATCH_WEB_PACE_SECONDS", "0.001")
    with scripted_site() as found:
        yield found


def test_a_feed_is_fetched_by_its_address(site):
    site.answers = {"/": answer(302, location="/feed"), "/feed": answer(200, RELATIVE_FEED)}
    line = told("feed", site.url())
    assert line["source"] == site.url() and line["entries"][0]["url"] == site.url("/news/1")


def test_a_page_is_fetched_by_its_address_and_read_by_its_charset(site):
    title = "\u0412\u043e\u043b\u043d\u0430"
    page = f"<html><head><title>{title}</title></head><body><p>x</p></body>".encode("koi8-r")
    site.answers["/page"] = answer(200, page, content_type="text/html; charset=koi8-r")
    line = told("report", site.url("/page"))
    assert (line["title"], line["url"]) == (title, site.url("/page"))


@pytest.mark.parametrize("kind", ["feed", "report"])
def test_an_address_that_brings_nothing_is_said_in_a_sentence(site, kind, tmp_path):
    result = CliRunner().invoke(main, ["inspect", kind, site.url("/none"), "http://10.0.0.1/", "--json"])
    said = [line["error"] for line in lines(result)]
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 2
    assert said[0] == "127.0.0.1 does not know this address (404); look whether it has moved."
    assert said[1].startswith("10.0.0.1 is not on a public address")


def test_a_page_that_robots_forbid_is_not_read(site):
    site.answers["/robots.txt"] = answer(200, b"User-agent: *\nDisallow: /")
    result = CliRunner().invoke(main, ["inspect", "report", site.url("/page")])
    assert result.stderr == f"{site.url('/page')}: robots.txt of 127.0.0.1 asks not to fetch this page.\n"
