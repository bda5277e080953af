import gzip
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.advisories import parse_feed
from data.errors import SubmissionRefused
from data.intelligence.model import FeedEntry

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>Example Alerts</title><link href="https://example.org/"/>
  <entry>
    <id>tag:example.org,2026:1</id><title type="html">Help desks &amp;amp; &lt;b&gt;relays&lt;/b&gt;</title>
    <link href="/alerts/1"/><published>2026-01-20T10:00:00Z</published><updated>2026-01-21T10:00:00Z</updated>
    <summary>Short.</summary><content type="html">&lt;p&gt;Long text.&lt;/p&gt;</content>
  </entry>
</feed>"""


def rss(items, head=""):
    about = "<title>Alerts</title><link>https://example.org/</link>"
    return f"<rss version='2.0'><channel>{about}{head}{items}</channel></rss>"


def entries(text, **options):
    return parse_feed(text.encode(), "sample", **options).entries


def test_an_atom_feed_is_read_whole():
    feed = parse_feed(ATOM.encode(), "alerts.atom")
    assert (feed.kind, feed.title, feed.url, feed.language) == (
        "atom",
        "Example Alerts",
        "https://example.org/",
        "en",
    )
    assert feed.entries == (
        FeedEntry(
            id="tag:example.org,2026:1",
            title="Help desks & relays",
            url="https://example.org/alerts/1",
            published_at=datetime(2026, 1, 20, 10, tzinfo=UTC),
            updated_at=datetime(2026, 1, 21, 10, tzinfo=UTC),
            summary="Short.",
            text="Long text.",
        ),
    )
    assert feed.warnings == ()


def test_an_entry_without_id_date_and_link_survives():
    (entry,) = entries(rss("<item><title>Only a title</title></item>"))
    assert (entry.title, entry.url, entry.published_at) == ("Only a title", None, None)
    assert entry.id.startswith("words:")


def test_the_made_id_is_the_same_at_the_next_fetch():
    item = "<item><title>Only a title</title></item>"
    assert entries(rss(item))[0].id == entries(rss("<item><title>Newer</title></item>" + item))[1].id


def test_entries_that_share_an_id_are_told_apart():
    items = "".join(
        f"<item><guid>same</guid><title>{n}</title><link>https://example.org/{n}</link></item>" for n in "ab"
    )
    feed = parse_feed(rss(items).encode(), "sample")
    assert len({entry.id for entry in feed.entries}) == 2
    assert feed.warnings == ("Different entries share one id; each was told apart by its address or words (1).",)


def test_an_entry_that_is_repeated_keeps_its_id():
    item = "<item><guid>same</guid><title>a</title></item>"
    assert [entry.id for entry in entries(rss(item * 2))] == ["same", "same"]


def test_an_unsafe_link_is_dropped_with_a_warning():
    feed = parse_feed(rss("<item><guid>x</guid><link>javascript:alert(1)</link></item>").encode(), "sample")
    assert feed.entries[0].url is None
    assert feed.warnings == ("Links that are no web addresses were dropped (1).",)


def test_relative_links_are_resolved_by_where_the_feed_came_from():
    text = "<rss><channel><item><link>/a</link></item></channel></rss>"
    assert entries(text, base_url="https://example.net/feed.xml")[0].url == "https://example.net/a"


def test_a_date_that_feedparser_would_misread_is_read_rightly():
    (entry,) = entries(rss("<item><pubDate>Jul 23, 2025 00:00:00-0500</pubDate></item>"))
    assert entry.published_at == datetime(2025, 7, 23, 5, tzinfo=UTC)


def test_a_date_that_cannot_be_read_is_named():
    feed = parse_feed(rss("<item><pubDate>next week</pubDate></item>").encode(), "sample")
    assert feed.entries[0].published_at is None
    assert feed.warnings == ("Dates that cannot be read surely were left out (1).",)


def test_scripts_in_titles_are_gone():
    (entry,) = entries(rss("<item><title>&lt;script&gt;alert(1)&lt;/script&gt;Notice</title></item>"))
    assert entry.title == "Notice"


def test_an_rdf_feed_is_read():
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://example.org/"><title>Old</title></channel>'
        '<item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link></item></rdf:RDF>'
    )
    feed = parse_feed(text.encode(), "old.rdf")
    assert (feed.kind, feed.entries[0].url) == ("rdf", "https://example.org/1")


def test_a_json_feed_is_read():
    text = '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "content_html": "<p>a</p>"}]}'
    feed = parse_feed(text.encode(), "feed.json")
    assert (feed.kind, feed.entries[0].text) == ("json", "a")


def test_a_gzipped_feed_in_another_encoding_is_read():
    text = '<?xml version="1.0" encoding="Shift_JIS"?>' + rss("<item><title>迷惑メール</title></item>")
    assert parse_feed(gzip.compress(text.encode("cp932")), "x").entries[0].title == "迷惑メール"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "It is empty"),
        ("<html><body>404</body></html>", "It is a web page"),
        ('{"error": 1}', "It is JSON, but no feed"),
        ("<Error><Code>AccessDenied</Code></Error>", "It is neither RSS nor Atom"),
    ],
)
def test_what_is_no_feed_says_why(text, says):
    feed = parse_feed(text.encode(), "x")
    assert feed.kind is None and feed.warnings[0].startswith(says)


def test_a_valid_feed_without_entries_is_no_error():
    feed = parse_feed(rss("").encode(), "x")
    assert (feed.kind, feed.entries, feed.warnings) == ("rss", (), ())


def test_an_entity_bomb_stays_small():
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
    text = f"<!DOCTYPE rss [{''.join(lines)}]>" + rss("<item><title>&a9;</title></item>")
    assert entries(text)[0].title == "&a9;"


@pytest.mark.parametrize("stray", ["<image><width><b/></width></image>", "<media:player url='x'>y</media:player>"])
def test_elements_that_feedparser_stumbles_over_cost_no_entry(stray):
    head = "<x xmlns:media='http://search.yahoo.com/mrss/'>" + stray + "</x>"
    assert [entry.id for entry in entries(rss("<item><guid>1</guid></item>", head))] == ["1"]


def test_a_feed_that_is_too_large_is_refused():
    with pytest.raises(SubmissionRefused, match="larger than 10,000,000"):
        parse_feed(b"<rss>" + b" " * 10_000_000, "x")


HOSTILE = {
    "items": "<item>" * 200_000,
    "brackets": "<" * 400_000,
    "ampersands": "&" * 400_000,
    "open tags": "<a " * 150_000,
    "comments": "<!--" * 100_000,
    "sections": "<![CDATA[" * 50_000,
    "depth": "<item>" + "<div>" * 100_000,
    "attributes": "<item " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>",
    "prefixes": "<item>" + "".join(f'<p{n}:a xmlns:p{n}="u{n}"/>' for n in range(5_000)) + "</item>",
    "title": "<item><title>" + "a" * 1_000_000 + "</title></item>",
    "nul": "<item><title>a\0b</title></item>" * 1_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_feeds_end_fast(name):
    started = time.process_time()
    parse_feed(rss(HOSTILE[name]).encode(), name)
    parse_feed(("<rss><channel>" + HOSTILE[name]).encode(), name)
    assert time.process_time() - started < 5


@given(st.binary(max_size=300))
def test_any_bytes_are_read(blob):
    parse_feed(blob, "x")
    parse_feed(b"<rss><channel><item>" + blob, "x")


@given(st.text(alphabet="<>/&;item'\"=! a[]CDAT-", max_size=150))
def test_any_markup_in_an_entry_is_read(text):
    assert (
        parse_feed(rss(f"<item><title>{text}</title></item><item><guid>z</guid></item>").encode(), "x").kind == "rss"
    )
