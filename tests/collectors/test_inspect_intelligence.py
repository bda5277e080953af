"""Feeds and pages on the command line: read, described, nothing stored."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from collectors.advisories import parse_feed
from collectors.cli import main
from collectors.reports import read_report

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Desk news</title>
<item><guid>n1</guid><title>Forms &lt;b&gt;closed&lt;/b&gt;</title><link>https://news.example/1</link>
<pubDate>Mon, 23 Nov 2026 14:00:00 +0100</pubDate></item>
<item><guid>n2</guid><title>No date</title><link>javascript:alert(1)</link></item></channel></rss>"""
PAGE = """<html lang="en"><head><title>Outlet</title>
<meta property="og:title" content="Support forms abused to mail strangers">
<meta property="article:published_time" content="2026-11-20T08:00:00Z"></head>
<body><nav>Home</nav><article><p>Attackers typed strangers' addresses into open Zendesk support forms, and the help
desks mailed thousands of ticket confirmations to people who never asked. Companies such as Quillmark and Orbitale
were affected.</p></article></body>"""


def told(kind: str, path: str) -> dict:
    result = CliRunner().invoke(main, ["inspect", kind, path, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_feed_is_read_entry_by_entry(tmp_path):
    path = tmp_path / "news.xml"
    path.write_text(FEED, encoding="utf-8")
    found = told("feed", str(path))
    assert [(entry["title"], entry["url"], entry["published_at"]) for entry in found["entries"]] == [
        ("Forms closed", "https://news.example/1", "2026-11-23T13:00:00Z"),
        ("No date", None, None),
    ]


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


@given(st.binary(max_size=3_000))
def test_any_bytes_are_a_feed_with_warnings_or_none(blob):
    assert isinstance(parse_feed(blob, "-").warnings, tuple)


@given(st.binary(max_size=3_000))
def test_any_bytes_can_be_looked_at_as_a_page(blob):
    read_report(blob, "-")


@given(st.lists(st.sampled_from(["<div>", "<article>", "</p>", "<p", "&#x0;", "<!--", "]]>", "Zendesk ", "\x00"])))
def test_any_markup_can_be_looked_at_as_a_page(pieces):
    read_report("".join(pieces).encode(), "-")
