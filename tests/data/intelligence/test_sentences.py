import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intelligence.sentences import quoted, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Seit dem 18. Januar kommen Mails. Viele.", ["Seit dem 18. Januar kommen Mails.", "Viele."]),
        ("Brands, e.g. Acme Inc. and others. End.", ["Brands, e.g. Acme Inc. and others.", "End."]),
        ("一つ目。二つ目！", ["一つ目。", "二つ目！"]),
        ("He wrote “Stop. Now.” and left.", ["He wrote “Stop. Now.” and left."]),
        ("a line\nanother line", ["a line", "another line"]),
    ],
)
def test_a_text_is_cut_where_sentences_end(text, sentences):
    assert [sentence.text for sentence in split_sentences(text)] == sentences


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ('a "b c" d', ["b c"]),
        ("a “b” and „c“ and «d»", ["b", "c", "d"]),
        ("«A» hasta «B»", ["A", "B"]),
        ("sagt »so« und »auch so«", ["so", "auch so"]),
        ("件名は「無料」", ["無料"]),
        ("it's the users' mail", []),
        ("titled 'Free stuff', he said", ["Free stuff"]),
    ],
)
def test_what_is_quoted_is_found_in_any_marks(text, quotes):
    assert [quote.text for quote in quoted(text)] == quotes


@given(st.text(alphabet="ab .!?\n\"«»“”「」'„3", max_size=200))
def test_sentences_and_quotes_stand_where_they_say(text):
    for item in (*split_sentences(text), *quoted(text)):
        assert text[item.start : item.start + len(item.text)] == item.text
