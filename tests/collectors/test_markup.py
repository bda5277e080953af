import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.markup import link_targets, plain_text, strip_markup


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ("Zen<b>desk</b> <i>x</i>", "Zendesk x"),
        ("<td>a</td><td>b</td>", "a  b"),
        ("a\nb\r\nc", "a b  c"),
        ("a &amp; b &lt;c&gt; &#233; &eacute;&nbsp;&#x20ac;", "a & b <c> é é €"),
        ("a<!-- hidden <p> -->b<!-- open", "ab"),
        ("<title>t</title><style>p{}</style>a<script>if (a<b) {}</script>b", "ab"),
        ('a<div style="x:y; DISPLAY : none">b<div>c</div>d</div>e', "a\ne".replace("\n", "")),
        ('a<span style="visibility:hidden">b</span>c', "ac"),
        ("a<div style=display:none>never closed", "a"),
        ('<img alt="a > b" src=x>c', "c"),
        ("<!DOCTYPE html><?xml?>a", "a"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("İ<style>x</style>a", "İa"),
        ("<styled>a</styled>b<objective>c", "abc"),
        ("&#99999999999999;" + "&#" + "9" * 3_900 + ";x", ";;x"),
    ],
)
def test_markup_reads_as_a_reader_sees_it(markup, text):
    assert plain_text(markup, 1_000) == text


def test_text_is_cut_at_its_limit():
    assert plain_text("<p>" + "x" * 500, 100) == "x" * 100


def test_link_targets_are_read_in_every_kind_of_quotes():
    markup = """<a href="https://a.example/?x=1&amp;y=2">a</a> <A class=x HREF='https://b.example/'>b</A>
    <area href=https://c.example/ > <a href="https://a.example/?x=1&amp;y=2">again</a> <a name=x>no</a> <a href="
    https://d.exa
    mple/">d</a>"""
    assert link_targets(markup, 10) == [
        "https://a.example/?x=1&y=2",
        "https://b.example/",
        "https://c.example/",
        "https://d.example/",
    ]
    assert len(link_targets("".join(f"<a href=http://{n}.example>" for n in range(50)), 10)) == 10


@pytest.mark.parametrize(
    "unit",
    ["<", "<a ", "<div>", '<div style="display:none">', "<!--", "<style", '="', "&#9", '<a href="', "a", " ", "a="],
)
def test_a_megabyte_of_broken_markup_is_read(unit):
    """In a part of a second each; a reader that is not linear takes hours."""
    for markup in (unit * (1_000_000 // len(unit)), "<" + unit * (1_000_000 // len(unit)) + "<"):
        assert len(plain_text(markup, 32_000)) <= 32_000
        assert len(link_targets(markup, 300)) <= 300


TAGS = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div style='display:none'>",
            "</div>",
            "<!--",
            "-->",
            "<style>",
            "</style>",
            "<",
            ">",
            '"',
            "a",
            " ",
            "&lt;",
            "İ",
            "<br",
            "\n",
        ]
    ),
    max_size=50,
)


@given(TAGS.map("".join) | st.text())
def test_any_markup_becomes_text_within_the_limit(markup):
    assert len(plain_text(markup, 50)) <= 50
    assert len(link_targets(markup, 3)) <= 3


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ("<p>One &amp; two</p><p>three<br>four</p>", "One & two\nthree\nfour"),
        (
            "a<script>alert(1)</script><!-- x --><style>p{}</style><noscript>n</noscript><svg><text>s</text></svg>b",
            "ab",
        ),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("plain words\nin two lines &amp; more", "plain words\nin two lines & more"),
        ("<b>folded\nby the publisher</b>", "folded by the publisher"),
        ("a<script>b", "a"),
        ("&#" + "9" * 5_000 + ";x", ";x"),
    ],
)
def test_a_fragment_becomes_tidy_lines(fragment, words):
    assert strip_markup(fragment, 1_000) == words


@given(TAGS.map("".join) | st.text(max_size=300), st.integers(1, 50))
def test_any_fragment_is_stripped_to_its_limit(fragment, limit):
    assert len(strip_markup(fragment, limit)) <= limit
