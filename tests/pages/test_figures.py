import pytest

from pages.parts.figures import change, count, counted, percent, public_id, seconds


def test_numbers_have_separators_and_words_their_plural():
    assert (count(1543), counted(1, "incident"), counted(2, "party", "parties")) == (
        "1,543",
        "1 incident",
        "2 parties",
    )


def test_a_change_has_its_sign_and_no_change_has_none():
    assert (change(12, 3), change(3, 12), change(3, 3)) == ("+9", "−9", None)


@pytest.mark.parametrize(
    ("delay", "told"),
    [
        (None, "–"),
        (0, "0 s"),
        (-5, "−5 s"),
        (61, "1 min 1 s"),
        (3 * 86_400 + 2, "3 d 2 s"),
        (90_061, "1 d 1 h"),
    ],
)
def test_a_delay_is_told_in_whole_units_and_keeps_its_sign(delay, told):
    assert seconds(delay) == told


def test_a_share_is_told_in_per_cent_and_never_beyond():
    assert [percent(share) for share in (-0.1, 0.0, 0.934, 1.0, 1.7)] == [0, 0, 93, 100, 100]


@pytest.mark.parametrize("text", ["RW-1](http://evil.example)", "<b>", "", "RW-", "rw-1", "RW-0001\n", "W-٣"])
def test_what_is_no_id_of_ours_never_stands_in_a_title(text):
    assert public_id(text) == "–"
