"""A stranger's sentence with a link in places that a form fills."""

import pytest

from tests.collectors.judged import judged, written

TO = "To: Robin <robin@example.net>"


def payload(*lines: str, body: str = "Hello.\n") -> tuple[str, ...]:
    return judged(written("From: Lamps <hi@example.com>", *lines, body=body)).signals.payload


def test_a_sentence_in_the_recipients_name():
    name = '"You have a transfer No 21337712216 -> claim.example/abc" <robin@example.net>'
    assert payload(f"To: {name}") == ("the recipient's name in To",)


def test_a_sentence_in_the_subject():
    assert payload(TO, "Subject: Robin, take $4,811 -> https://claim.example/x") == ("Subject",)


@pytest.mark.parametrize("greeting", ["Hello", "Hi", "Hola", "Hallo", "Olá", "Bonjour", "Ciao"])
def test_a_link_in_the_greeting(greeting):
    body = f"{greeting} ✅ +$1,989 ➡️ https://claim.example/x, thanks for applying.\n"
    assert payload(TO, body=body) == ("the greeting",)


def test_an_arrow_at_a_link_after_a_long_number_in_the_body():
    body = "Your message:\n\nIncoming transfer 29043904165, order it –> https://claim.example/x\n"
    assert payload(TO, body=body) == ("the body",)


@pytest.mark.parametrize(
    "body",
    [
        "Hello Robin,\n\nsee https://shop.example.org/lamps for $1,989 lamps.\n",
        "Hello ➡️ https://www.example.com/spring, our own page.\n",
        "Read on at https://example.org/a and https://example.org/b\n",
        "and/or either/or\n",
    ],
)
def test_ordinary_links_are_no_payload(body):
    assert payload(TO, "Subject: Spring lamps and/or candles", body=body) == ()


def test_the_same_letters_from_two_alphabets_are_bait():
    body = "Hi Gооd аfterпоon. Yоu hаvе а transfer — > https://claim.example/x\n".replace("— >", "—>")
    assert payload(TO, body=body) == ("the greeting",)
