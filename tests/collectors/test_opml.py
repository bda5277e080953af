from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.opml import OPML_LIMIT, read_opml, write_opml
from data.errors import SubmissionRefused
from data.intelligence.feed_list import ListedFeed

OURS = [ListedFeed("https://news.example/feed?a=1&b=2", 'News "and" <more>'), ListedFeed("https://b.example/f", None)]


def test_what_we_write_can_be_read():
    found = read_opml(write_opml(OURS))
    assert [(feed.address, feed.title) for feed in found.feeds] == [
        ("https://news.example/feed?a=1&b=2", 'News "and" <more>'),
        ("https://b.example/f", "https://b.example/f"),
    ]


def test_feeds_are_found_in_folders_each_once_and_bad_addresses_left_out():
    opml = b"""<opml version="1.0"><body><outline text="Security">
      <outline text="News" xmlurl="https://news.example/feed"/><outline title="Again" xmlUrl="https://news.example/feed"/>
      <outline title="Script" xmlUrl="javascript:alert(1)"/><outline title="File" xmlUrl="file:///etc/passwd"/>
    </outline></body></opml>"""
    found = read_opml(opml)
    assert (found.feeds, found.left_out) == ((ListedFeed("https://news.example/feed", "News"),), 2)


BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><opml><body><outline text='&b;' xmlUrl='https://a.example/f'/></body></opml>"
OUTSIDE = b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><opml><body>&e;</body></opml>"


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"no xml",
        b"<opml>",
        b"<rss version='2.0'/>",
        BOMB,
        OUTSIDE,
        b"<opml/>" + b" " * OPML_LIMIT,
        b"<" * 100_000,
    ],
)
def test_what_is_no_list_of_feeds_is_refused_in_a_sentence(blob):
    with pytest.raises(SubmissionRefused, match=r"\.$|split it"):
        read_opml(blob)


def test_a_list_without_end_is_cut():
    many = b"".join(b"<outline xmlUrl='https://f.example/%d'/>" % number for number in range(2_000))
    found = read_opml(b"<opml><body>" + many + b"</body></opml>")
    assert (len(found.feeds), found.left_out) == (500, 1_500)


def test_a_list_as_deep_as_a_well_is_read_or_refused():
    deep = b"<opml><body>" + b"<outline>" * 50_000 + b"</outline>" * 50_000 + b"</body></opml>"
    with suppress(SubmissionRefused):
        assert read_opml(deep).feeds == ()


@given(st.binary(max_size=300))
def test_no_bytes_break_it(blob):
    for given_ in (blob, b"<opml><body><outline xmlUrl='" + blob + b"'/></body></opml>"):
        with suppress(SubmissionRefused):
            read_opml(given_)


@given(st.text(max_size=50))
def test_any_title_can_be_written(title):
    assert len(read_opml(write_opml([ListedFeed("https://a.example/f", title)])).feeds) == 1
