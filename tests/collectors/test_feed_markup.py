from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.feed_balance import balance, is_excessive
from collectors.feed_markup import declared_encoding, is_well_formed, repair

FEED = '<?xml version="1.0" encoding="koi8-r"?>\n<rss><channel><title>t</title><item>a</item></channel></rss>'


def test_the_declared_encoding_is_found():
    assert declared_encoding(FEED.encode()) == "koi8-r" and declared_encoding(b"<rss/>") is None


def test_a_sound_feed_keeps_its_markup():
    found = repair(FEED, 10)
    assert found.text == FEED.partition("\n")[2] and found.sound and found.warnings == ()


def test_what_stands_before_the_feed_is_left_out():
    found = repair("<br />\nWarning: something failed\n" + FEED, 10)
    assert found.text.startswith("<rss>")


def test_entities_of_html_become_letters_and_unknown_ones_words():
    found = repair("<rss><channel><title>a&nbsp;b &lol; &amp; c&#0;&#x41; d & e</title></channel></rss>", 10)
    assert "a&#160;b &amp;lol; &amp; c\ufffd&#x41; d &amp; e" in found.text


def test_references_inside_cdata_are_left_alone():
    found = repair("<rss><channel><link><![CDATA[https://example.org/?a=1&b=2]]></link></channel></rss>", 10)
    assert "?a=1&b=2]]>" in found.text


def test_half_an_entry_at_the_end_is_cut():
    found = repair("<rss><channel><item><title>a</title></item><item><title>b", 10)
    assert found.text == "<rss><channel><item><title>a</title></item></channel></rss>"
    assert found.warnings == ("It ends in the middle of an entry; the whole entries before it were read.",)


def test_a_page_is_no_feed():
    assert repair("<!doctype html><html><body><channel>x</channel></body></html>", 10) is None


def test_more_entries_than_allowed_are_cut_with_a_warning():
    found = repair("<rss><channel>" + "<item/>" * 5 + "</channel></rss>", 2)
    assert found.text == "<rss><channel><item/><item/></channel></rss>"
    assert found.warnings == ("It has more than 2 entries; the first 2 were read.",)


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><item><title>a</b></title></channel></rss>",
        "<rss><a b=c d='<' e></rss>",
        "<rss><item><item></rss>",
        "<rss>]]></rss><rss/>",
        '<rss><x:y z:a="1" a="1" a="2"/><![CDATA[ <!-- <?',
        "<RSS></rss>",
    ],
)
def test_broken_markup_is_made_well_formed(text):
    assert is_well_formed(balance(text))


def test_an_entry_inside_an_entry_ends_it():
    assert balance("<feed><entry><entry></feed>").endswith("<entry></entry><entry></entry></feed>")


def test_depth_attributes_and_prefixes_can_be_too_many():
    assert is_excessive("<a>" * 300)
    assert is_excessive("<a " + 'b="1" ' * 100 + ">")
    assert is_excessive('<a xmlns:b="c"/>' * 200)
    assert not is_excessive("<a><b/></a>" * 1_000)


@given(st.text(alphabet="<>/abcitem&;\"'= ![]-?:", max_size=200))
def test_any_markup_is_balanced(text):
    sound = balance("<rss>" + text.replace("&", "&amp;"))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.Parse(sound.encode(), True)
