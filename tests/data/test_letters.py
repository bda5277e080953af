"""Characters beyond ASCII: found and respelled the same whether they are few or many."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from data.letters import FEW, LONGEST_REMEMBERED, Remembered, Spelling, foreign_letters, remembering


def bare(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter)[0]


@given(st.text())
def test_the_foreign_letters_of_a_text_are_those_that_are_not_ascii(text):
    assert foreign_letters(text) == {letter for letter in text if not letter.isascii()}


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_text_is_respelled_as_its_letters_are_one_by_one(text):
    assert Spelling(bare).respell(text) == "".join(map(bare, text))


def test_many_different_letters_are_respelled_as_few_are():
    text = "".join(map(chr, range(0xC0, 0xC0 + 2 * FEW)))
    assert Spelling(bare).respell(text) == "".join(map(bare, text))


def test_letters_that_are_spelled_as_one_another_change_places():
    swapped = Spelling({"ж": "ш", "ш": "ж"}.get)
    assert swapped.respell("жш") == "шж"


def test_no_more_words_are_remembered_than_the_limit():
    words = Remembered(2)
    for word in ("one", "two", "three"):
        words.remember(word)
    assert words == {"three"}


def test_a_long_word_is_not_remembered():
    words = Remembered(2)
    words.remember("x" * LONGEST_REMEMBERED)
    assert words == set()


def test_long_texts_are_worked_out_and_never_remembered():
    asked: list[str] = []
    upper = remembering(2, longest=3)(lambda text: asked.append(text) or text.upper())
    assert [upper(text) for text in ("ab", "ab", "long", "long")] == ["AB", "AB", "LONG", "LONG"]
    assert asked == ["ab", "long", "long"]


def test_a_full_table_of_answers_is_emptied():
    asked: list[str] = []
    upper = remembering(2, longest=3)(lambda text: asked.append(text) or text.upper())
    assert [upper(text) for text in ("a", "b", "c", "b")] == ["A", "B", "C", "B"]
    assert asked == ["a", "b", "c", "b"]
