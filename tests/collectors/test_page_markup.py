import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.page_markup import read_markup
from data.errors import SubmissionRefused


def test_scripts_are_left_out_and_linked_data_is_kept():
    markup = read_markup(b"<html><script>x</script><script type='application/ld+json'>{}</script><p>a</p></html>")
    assert markup.scripts == ("{}",) and markup.tree.get_text() == "a"


def test_text_without_markup_is_plain():
    assert read_markup(b"just words, 3 < 4").plain == "just words, 3 < 4"


def test_the_charset_of_a_meta_tag_counts():
    blob = '<html><meta charset="windows-1251"><p>привет</p></html>'.encode("cp1251")
    assert read_markup(blob).tree.p.get_text() == "привет"


def test_the_charset_that_the_transport_said_counts_first():
    blob = '<html><meta charset="windows-1252"><p>привет</p></html>'.encode("cp1251")
    assert read_markup(blob, "windows-1251").tree.p.get_text() == "привет"


def test_unclosed_paragraphs_and_items_lie_side_by_side():
    tree = read_markup(b"<html><ul><li>a<li>b</ul><p>c<p>d</html>").tree
    assert [len(tree.find_all(name)) for name in ("li", "p")] == [2, 2]
    assert [tag.get_text() for tag in tree.find_all("p")] == ["c", "d"]


def test_a_bracket_inside_an_attribute_is_no_tag():
    tree = read_markup(b"<html><p title='a > b'>c</p></html>").tree
    assert tree.p["title"] == "a > b" and tree.p.get_text() == "c"


def test_a_page_that_is_too_large_is_refused():
    with pytest.raises(SubmissionRefused, match="larger than 10,000,000"):
        read_markup(b"<html>" + b" " * 10_000_000)


HOSTILE = {
    "depth": b"<div>" * 1_900_000,
    "open tags": b"<a " * 300_000,
    "quotes": b'<a "' * 200_000,
    "brackets": b"<" * 1_000_000,
    "comments": b"<!--" * 200_000,
    "scripts": b"<script>" * 200_000,
    "drawings": b"<svg>" * 200_000,
    "flat": b"<div>x</div>" * 100_000,
    "paragraphs": b"<p>x" * 100_000,
    "attributes": b"<a " + b"b=c " * 200_000 + b">",
    "references": b"&" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_fast(name):
    started = time.process_time()
    read_markup(b"<html>" + HOSTILE[name])
    assert time.process_time() - started < 5


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_text(blob):
    read_markup(blob)
    read_markup(b"<html><body>" + blob)
