"""Zendesk's own clocks: what somebody who edits a header forgets to change with the rest."""

from pathlib import Path

from tests.collectors.judged import judged

RAW = (Path(__file__).parents[1] / "samples/platforms/zendesk.eml").read_text(encoding="utf-8")


def test_a_genuine_message_keeps_all_three():
    assert judged(RAW).identity.consistency == (
        ("Message-ID time equals Date", True),
        ("Email-Id time equals Date", True),
        ("Message-ID names the ticket of In-Reply-To", True),
    )


def test_a_changed_date_breaks_both_clocks():
    found = judged(RAW.replace("Date: Tue, 20 Jan", "Date: Wed, 21 Jan")).identity
    assert dict(found.consistency) == {
        "Message-ID time equals Date": False,
        "Email-Id time equals Date": False,
        "Message-ID names the ticket of In-Reply-To": True,
    }
    assert found.warnings[0].startswith("Zendesk: Message-ID time equals Date does not hold")


def test_another_ticket_in_reply_to_is_seen():
    found = judged(RAW.replace("In-Reply-To: <K7MWW2GY9JD@", "In-Reply-To: <ZZZWW2GY9JD@"))
    assert dict(found.identity.consistency)["Message-ID names the ticket of In-Reply-To"] is False


def test_broken_checks_halve_the_confidence():
    edited = judged(RAW.replace("Date: Tue, 20 Jan", "Date: Wed, 21 Jan")).verdict
    assert edited.confidence < judged(RAW).verdict.confidence / 1.9


def test_without_a_date_nothing_is_checked_against_it():
    found = judged(RAW.replace("Date: Tue, 20 Jan 2026 09:15:42 +0000\n", "")).identity
    assert [name for name, _ in found.consistency] == ["Message-ID names the ticket of In-Reply-To"]
