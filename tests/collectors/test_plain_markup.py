import time

from hypothesis import given
from hypothesis import strategies as st

from collectors.plain_markup import one_line, strip_markup, tidy


def test_tags_become_lines_and_entities_letters():
    assert strip_markup("<p>One &amp; two</p><p>three<br>four</p>", 100) == "One & two\nthree\nfour"


def test_scripts_styles_and_comments_are_not_read():
    assert strip_markup("a<script>alert(1)</script><!-- x --><style>p{}</style>b", 100) == "ab"


def test_a_lone_bracket_is_text():
    assert strip_markup("3 < 4 and 5 > 2", 100) == "3 < 4 and 5 > 2"


def test_an_unclosed_script_hides_the_rest():
    assert strip_markup("a<script>b", 100) == "a"


def test_control_characters_and_soft_hyphens_are_gone():
    assert tidy("bell\x07 sy\u00adllable\x00\r\n\r\nnext") == "bell syllable\nnext"


def test_a_title_of_a_megabyte_is_cut():
    assert len(one_line("x " * 500_000, 500)) <= 500


def test_hostile_markup_takes_linear_time():
    started = time.process_time()
    for bad in ("<" * 300_000, "<a " * 100_000, "<!--" * 80_000, "<script>" * 40_000, "&" * 300_000):
        strip_markup(bad, 16_000)
    assert time.process_time() - started < 5


@given(st.text(max_size=300), st.integers(1, 50))
def test_any_text_is_stripped_to_its_limit(text, limit):
    assert len(strip_markup(text, limit)) <= limit
