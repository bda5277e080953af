"""Hashes of letters in a row: in order, each once, and the same for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clustering.traces import GRAM, gram_hashes


@given(st.text())
def test_the_hashes_of_a_text_are_in_order_and_each_stands_once(letters):
    found = gram_hashes(letters).tolist()
    assert found == sorted(
        {value for start in range(len(letters)) for value in gram_hashes(letters[start:][:GRAM]).tolist()}
    )


@pytest.mark.parametrize(
    ("letters", "hashes"), [("", []), ("sevenof", []), ("tentonne", [2502768540]), ("aaaaaaaaaaaa", [1619584298])]
)
def test_a_text_has_the_hashes_it_always_had(letters, hashes):
    assert gram_hashes(letters).tolist() == hashes
