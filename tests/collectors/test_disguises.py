"""Addresses are found in plain sight and in disguise, in linear time."""

import base64
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.disguises import ALPHABETS, address_spans, decode, outline, outline_spans, readings, steps


def addresses(text: str) -> list[str]:
    return [text[start:end] for start, end in address_spans(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to Maria.Lopez+x@mail.example.org.", ["Maria.Lopez+x@mail.example.org"]),
        ("<a@b.example>,(c@d.example)", ["a@b.example", "c@d.example"]),
        ('"maria lopez"@example.org', ['"maria lopez"@example.org']),
        ("josé@bücher.example", ["josé@bücher.example"]),
        ("邮箱maria@example.org", ["maria@example.org"]),
        ("maria＠example.org", ["maria＠example.org"]),
        ("maria@[192.0.2.1]", ["maria@[192.0.2.1]"]),
        ("one@two@example.org", ["one@two@example.org"]),
        ("p@ssword, 5 @ noon, image001.png@01D9ABCD.1234", []),
    ],
)
def test_addresses_stand_out(text, found):
    assert addresses(text) == found


@pytest.mark.parametrize(
    "coded",
    [
        "maria%40example.org",
        "maria%2540example.org",
        "maria=40example.org",
        "maria\\u0040example.org",
        "maria&#64;example.org",
        "maria-40example.org",
        "bWFyaWFAZXhhbXBsZS5vcmc",
        "u001.bWFyaWFAZXhhbXBsZS5vcmc=",
        "x" + "bWFyaWFAZXhhbXBsZS5vcmc",
        base64.b64encode(json.dumps({"r": "maria@example.org", "n": 7}).encode()).decode(),
        base64.b64encode(base64.b64encode(b"maria@example.org")).decode(),
        "6d61726961406578616d706c652e6f7267",
        "0" + "6d61726961406578616d706c652e6f7267",
        base64.b64encode("maria@example.org".encode("utf-16-le")).decode(),
    ],
)
def test_encodings_are_undone(coded):
    assert any("maria@example.org" in reading for reading in readings(coded))


def test_a_plain_word_decodes_to_nothing():
    assert decode("verification") is decode("Zendesk") is decode("Hello,") is None


def test_an_outline_sees_through_separators_and_accents():
    assert outline("María.Lopez=Example.ORG") == "marialopezexampleorg"
    assert outline_spans("to m-a-r-i-a @ x.example, ok", ["mariaxexample"]) == [(3, 24)]


def test_a_shift_leaves_the_steps_as_they_are():
    by_ten = str.maketrans(ALPHABETS[0], ALPHABETS[0][10:] + ALPHABETS[0][:10])
    assert steps("maria77.example".translate(by_ten))[0] == steps("maria77.example")[0]
    assert steps("znevn.rknzcyr")[1] == steps("maria.example")[1]


@given(st.text(max_size=300))
def test_any_text_has_spans_within_it(text):
    spans = list(address_spans(text))
    assert all(
        0 <= start < end <= len(text) and "@" in text[start:end].translate({0xFF20: "@", 0xFE6B: "@"})
        for start, end in spans
    )
    assert spans == sorted(spans)


@given(st.text(max_size=200))
def test_any_text_is_read_at_most_sixty_ways(text):
    assert 1 <= len(list(readings(text))) <= 60


@given(st.binary(min_size=6, max_size=60))
def test_base64_of_an_address_is_found_wherever_it_starts(noise):
    coded = base64.urlsafe_b64encode(noise + b"<maria.lopez@example.org>").decode().rstrip("=")
    assert any("maria.lopez@example.org" in reading for reading in readings(coded))


def test_a_host_without_a_dot_counts_where_it_is_asked_for():
    text = "Hello maria@mailhost, see @news and a@b"
    assert [text[start:end] for start, end in address_spans(text, undotted=True)] == ["maria@mailhost"]
    assert list(address_spans(text)) == []


@given(st.text(st.characters(codec="ascii"), max_size=40))
def test_steps_are_the_differences_of_places_in_the_alphabets(text):
    for alphabet, letters, found in zip(ALPHABETS, (text, text.lower()), steps(text), strict=True):
        places = [alphabet.index(letter) for letter in letters if letter in alphabet]
        assert list(found) == [(after - before) % len(alphabet) for before, after in pairwise(places)]
