import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts.inert import GONE, LINE_LIMIT, inert, inert_block, plot_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ticket received", "Ticket received"),
        ("a\u202eexe.gpj", f"a{GONE}exe.gpj"),
        ("\u2066\u2067x", f"{GONE}x"),
        ("Zen\u200bdesk", f"Zen{GONE}desk"),
        ("pay\u200dpal", f"pay{GONE}pal"),
        ("soft\u00adhyphen", f"soft{GONE}hyphen"),
        ("\x1b[31mred", f"{GONE}[31mred"),
        ("a\u2028b\u0085c\r\nd", "a b c d"),
        ("\ud800 lone", f"{GONE} lone"),
        ("👩\u200d💻 and 👍🏽", "👩\u200d💻 and 👍🏽"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a" + "\u0301" * 50, "a" + "\u0301" * 4),
        (None, ""),
    ],
)
def test_deceptive_characters_are_taken_out_and_honest_ones_stay(text, shown):
    assert inert(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://a.evil.example/x?y=1", "see hxxps://a[.]evil[.]example/x?y=1"),
        ("HTTP://EVIL.EXAMPLE", "hxxp://EVIL[.]EXAMPLE"),
        ("ftp://f.example", "fxp://f[.]example"),
        ("www.evil.example", "www[.]evil.example"),
        ("go to bit.example/abc now", "go to bit[.]example/abc now"),
        ("and/or, 24.11/x, acme.example.com", "and/or, 24.11/x, acme.example.com"),
        ("![x](http://evil.example/p.png)", "![x](hxxp://evil[.]example/p.png)"),
    ],
)
def test_links_are_defanged_and_names_of_companies_are_not(text, shown):
    assert inert(text) == shown


def test_a_long_name_is_cut_with_an_ellipsis():
    assert inert("A" * 10_000) == "A" * (LINE_LIMIT - 1) + "…"


def test_a_block_keeps_its_lines():
    assert inert_block("one\r\ntwo\u2029three\tfour") == "one\ntwo\nthree\tfour"


def test_chart_text_carries_no_tag_that_plotly_would_draw():
    assert plot_text('<a href="http://evil.example">x</a> & <b>') == (
        '&lt;a href="hxxp://evil[.]example"&gt;x&lt;/a&gt; &amp; &lt;b&gt;'
    )


@given(st.text())
def test_whatever_comes_out_is_one_short_storable_line(text):
    shown = inert(text)
    assert len(shown) <= LINE_LIMIT
    assert not any(letter < " " or letter == "\x7f" for letter in shown)
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(st.text(alphabet="htps:/.w\u202e\u200b abc", max_size=60))
def test_no_live_link_comes_out(text):
    assert "http://" not in inert(text)
    assert "https://" not in inert(text)


@pytest.mark.parametrize("unit", ["((((", "-a", "a.", "http://", "www.", "a-", "\u0301", "\u200d", " ", "=?=?"])
def test_a_megabyte_of_rubbish_takes_no_time(unit):
    began = time.process_time()
    inert_block(unit * (1_000_000 // len(unit)))
    assert time.process_time() - began < 1
