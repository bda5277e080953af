import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.headers import parse_message
from collectors.messages import read_messages
from data.model import ParsedMessage
from data.settings import Settings

OUTER = (
    "From: Jo Victim <jo@example.org>\nTo: desk@example.net\nSubject: Fwd: Ticket 14\n"
    "Content-Type: text/plain; charset=utf-8\n\n"
)
BODY = "We have received your request.\n"


def read(text: str, outer: str = OUTER) -> ParsedMessage:
    (item,) = read_messages((outer + text).encode(), "x", Settings())
    return parse_message(item, Settings())


GMAIL = """look

---------- Forwarded message ---------
From: Shop <help@shop.example>
Date: Sat, Mar 7, 2026 at 10:15 AM
Subject: Ticket 14
To: <jo@example.org>

"""
APPLE = """Begin forwarded message:

> From: Shop <help@shop.example>
> Subject: Ticket 14
> Date: 7 March 2026 at 10:15:00 GMT
> To: Jo Victim <jo@example.org>
>
> """
OUTLOOK = """________________________________
From: Shop <help@shop.example>
Sent: Saturday, March 7, 2026 10:15 AM
To: Jo Victim <jo@example.org>
Subject: Ticket 14

"""
OUTLOOK_CLASSIC = """-----Original Message-----
From: Shop [mailto:help@shop.example]
Sent: Saturday, March 7, 2026 10:15 AM
To: Jo Victim
Subject: Ticket 14

"""
THUNDERBIRD = """-------- Weitergeleitete Nachricht --------
Betreff: Ticket 14
Datum: Sat, 7 Mar 2026 10:15:00 +0000
Von: Shop <help@shop.example>
An: jo@example.org

"""
SPANISH = """De: Shop <help@shop.example>
Enviado: sábado, 7 de marzo de 2026 10:15
Para: Jo Victim <jo@example.org>
Asunto: Ticket 14

"""


@pytest.mark.parametrize(
    "block",
    [GMAIL, APPLE, OUTLOOK, OUTLOOK_CLASSIC, SPANISH],
    ids=["Gmail", "Apple", "Outlook", "Outlook classic", "Spanish"],
)
def test_the_lines_every_program_writes_above_a_forward_are_read(block):
    message = read(block + BODY)
    assert (message.enclosed_in, message.sender.address, message.subject) == (
        "forward",
        "help@shop.example",
        "Ticket 14",
    )
    assert message.sent_at.isoformat() == "2026-03-07T10:15:00+00:00"
    assert message.text == BODY.strip()
    assert "forwarded inline" in message.warnings[0]


def test_the_subject_may_stand_first():
    assert read(THUNDERBIRD + BODY).sender.address == "help@shop.example"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Fwd: Ticket 14", "Ticket 14"),
        ("Jo Victim <jo@example.org>\nTo: d", "Crook <crook@example.com>\nTo: d"),
        ("To: desk@example.net\n", "List-Id: <l.example.org>\n"),
        ("To: <jo@example.org>", "To: <kim@example.org>"),
        ("Date: Sat", "Dated: Sat"),
        ("look\n", "x" * 5_000 + "\n"),
    ],
    ids=["no prefix", "not received", "a list", "somebody else's mail", "no date", "a long text of one's own"],
)
def test_lines_that_may_be_a_strangers_words_make_no_forward(old, new):
    whole = (OUTER + GMAIL + BODY).replace(old, new)
    (item,) = read_messages(whole.encode(), "x", Settings())
    assert item.enclosed_in is None


LINES = st.lists(
    st.sampled_from(
        ["From: a@b", "To: jo@example.org", "Date: x", "Subject: y", "", "> ", "*Von:* c", "text", ":", "De : d"]
    ),
    max_size=25,
)


@given(LINES.map("\n".join) | st.text())
def test_any_forward_is_read(text):
    items = list(read_messages((OUTER + text).encode("utf-8", "surrogatepass"), "x", Settings()))
    assert items
