"""What opens an incident, what confirms it, and when a wave rises."""

import pytest

from data.clustering.standing import Witness, confirmation, standing
from data.clustering.waves import wave_state

HOUR = 3600


@pytest.mark.parametrize(
    ("verdict", "score", "expected"),
    [("relay-spam", 3, 2), ("verification-flood", 9, 2), ("unrecognised", 4, 1), ("unrecognised", 3.9, 0),
     ("ordinary", 6, 0), ("backscatter", 9, 0), ("unrelated-abuse", 9, 0)],
)  # fmt: skip
def test_abuse_and_candidates_open_incidents(verdict, score, expected):
    assert standing(verdict, score) == expected


def witness(channel, organisation=None, recipient=None, *, abuse=True):
    return Witness(channel, organisation, recipient, abuse)


@pytest.mark.parametrize(
    ("witnesses", "expected"),
    [
        ([], "unconfirmed"),
        ([witness("token", "a.example"), witness("token", "b.example")], "confirmed"),
        ([witness("token", "a.example"), witness("token", "A.example")], "unconfirmed"),
        ([witness("web", "a.example"), witness("web", "b.example")], "unconfirmed"),
        ([witness("cli", None, b"1"), witness("cli", None, b"2"), witness("cli", None, b"3")], "unconfirmed"),
        (
            [witness("mailbox", None, b"1"), witness("mailbox", None, b"2"), witness("mailbox", None, b"3")],
            "confirmed",
        ),
        ([witness("mailbox", None, b"1")] * 9, "unconfirmed"),
        ([witness("token", "a.example", abuse=False), witness("token", "b.example", abuse=False)], "unconfirmed"),
    ],
)
def test_only_independent_trusted_witnesses_confirm(witnesses, expected):
    assert confirmation(witnesses) == expected


@pytest.mark.parametrize(
    ("silent", "dense", "recent", "before", "expected"),
    [(0, True, 9, 3, "rising"), (HOUR, True, 2, 8, "fading"), (5 * HOUR, True, 0, 8, "fading"),
     (16 * HOUR, True, 0, 0, "over"), (7 * HOUR, False, 0, 0, "fading"), (73 * HOUR, False, 0, 0, "over")],
)  # fmt: skip
def test_a_wave_rises_fades_and_is_over(silent, dense, recent, before, expected):
    assert wave_state(100 * HOUR, 100 * HOUR - silent, dense=dense, recent=recent, before=before) == expected


def test_a_report_from_a_known_organisation_names_no_recipients_of_ours():
    reports = [witness("mailbox", "cert.example", b"ann"), witness("mailbox", "cert.example", b"bob")]
    assert confirmation([*reports, witness("mailbox", "cert.example", b"eve")]) == "unconfirmed"
