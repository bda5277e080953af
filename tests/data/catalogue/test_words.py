"""Phrases are found by whole words, in any case, behind bold and invisible letters."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalogue.words import Lexicon, Words, speak

LEXICON = Lexicon(
    [
        Words("a", "a", 1.0, ("free coins", "крипто*", "当選"), re.compile(r"\$[A-Z]{3,}")),
        Words("b", "b", 1.0, ("coins",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("FREE  coins!", {"a": 1, "b": 1}),
        ("freecoins", {}),
        ("free, coins", {"a": 1, "b": 1}),
        ("coinsfree", {}),
        ("ｆｒｅｅ 𝐜𝐨𝐢𝐧𝐬", {"a": 1, "b": 1}),
        ("fr\u200bee co\u00adins", {"a": 1, "b": 1}),
        ("криптовалюта", {"a": 1}),
        ("ご当選です", {"a": 1}),
        ("take $LAMPS", {"a": 1}),
        ("", {}),
    ],
)
def test_what_is_found(text, counts):
    assert LEXICON.counts(speak(text)) == counts


@given(st.text(max_size=200))
def test_any_text_can_be_looked_up(text):
    assert set(LEXICON.counts(speak(text))) <= {"a", "b"}
