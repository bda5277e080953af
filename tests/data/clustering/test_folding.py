"""Matching keys see through disguises and stay the same for plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clustering.folding import fold, fold_with_places, squeeze


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("Аpple раypal dіsсоrd", "apple paypal discord"),
        ("Zen\u200bdesk", "zendesk"),
        ("𝗪𝗜𝗡 ＦＲＥＥ ⓒⓐⓢⓗ 🆆🅸🅽 🅦🅘🅝 🇼🇮🇳", "win free cash win win win"),
        ("Straße İstanbul café", "strasse istanbul cafe"),
        ("“now” – ‘here’", "\"now\" - 'here'"),
        ("ᴘᴀʏ ɴᴏᴡ", "pay now"),
    ],
)
def test_disguises_come_off(disguised, plain):
    assert fold(disguised) == plain


def test_letters_that_stand_for_others_are_alike_inside_words():
    assert squeeze("cl@im") == squeeze("c1aim") == squeeze("cIaim".lower())
    assert squeeze("y0u") == squeeze("you")


@given(st.text(st.characters(codec=None, categories=None)))
def test_every_folded_character_knows_where_it_came_from(text):
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert len(places) == len(folded)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_is_only_lowered(text):
    assert fold(text) == text.lower()


@given(st.text())
def test_squeezed_words_hold_letters_and_digits_only(text):
    assert squeeze(text) == "".join(
        filter(str.isalnum, text.translate(str.maketrans("i1|0345789@$!", "llloeastbgasl")))
    )
