"""Verdicts on invented signals: who owns the tenant, who typed the text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.judgement.signals import Lure, Signals
from data.judgement.verdict import judge
from data.vocabulary import ABUSE_VERDICTS

CRYPTO = Lure("crypto", "crypto currency or wallet", 2.0, ("Subject",))
PRIZE = Lure("prize", "prize, bonus or gift", 2.0, ("Subject", "From"))
TICKET = Signals(
    mechanism="ticket-acknowledgement",
    automatic=True,
    conversation="own",
    platform="zendesk",
    label="Zendesk",
    platform_lines=("X-Mailer: Zendesk Mailer", "Received: zdsys.com"),
    help_desk=True,
    writer="visitor",
    sender_domain="example.com",
    own_domain=True,
    authenticated=True,
)
SUBDOMAIN = replace(TICKET, own_domain=False, sender_domain="pqxjd.zendesk.com", random_tenant=True)
MAILING = replace(
    TICKET,
    mechanism="newsletter",
    platform="sfmc",
    label="SFMC",
    help_desk=False,
    writer="tenant",
    conversation="none",
)
STRANGER = Signals(mechanism="other", automatic=False, conversation="none", sender_domain="example.org")


@pytest.mark.parametrize(
    ("signals", "verdict"),
    [
        (TICKET, "ordinary"),
        (replace(TICKET, lures=(CRYPTO,)), "relay-spam"),
        (replace(TICKET, payload=("Subject",)), "relay-spam"),
        (replace(TICKET, lures=(CRYPTO,), borrowed_brand="metamask"), "compromised-tenant"),
        (replace(TICKET, lures=(PRIZE,)), "compromised-tenant"),
        (replace(TICKET, lures=(CRYPTO,), mechanism="agent-message"), "compromised-tenant"),
        (replace(TICKET, lures=(CRYPTO,), conversation="foreign"), "backscatter"),
        (replace(TICKET, conversation="foreign"), "backscatter"),
        (replace(TICKET, conversation="foreign", mechanism="agent-message"), "ordinary"),
        (replace(TICKET, mechanism="account-verification"), "verification-flood"),
        (SUBDOMAIN, "ordinary"),
        (replace(SUBDOMAIN, lures=(CRYPTO,)), "attacker-tenant"),
        (replace(SUBDOMAIN, lures=(CRYPTO,), other_tenant=True), "compromised-tenant"),
        (MAILING, "ordinary"),
        (replace(MAILING, lures=(CRYPTO,), renamed=True), "compromised-tenant"),
        (replace(MAILING, lures=(PRIZE,), own_domain=False, shared_sender=True), "attacker-tenant"),
        (replace(MAILING, payload=("the recipient's name in To",)), "relay-spam"),
        (replace(MAILING, mechanism="list-confirmation"), "list-bomb"),
        (STRANGER, "ordinary"),
        (replace(STRANGER, lures=(CRYPTO,), authenticated=False, spoofed=True), "unrelated-abuse"),
        (replace(STRANGER, filtered="certain"), "unrelated-abuse"),
        (replace(STRANGER, spoofed=True), "unrecognised"),
        (replace(STRANGER, mechanism="bounce", lures=(CRYPTO,)), "ordinary"),
        (replace(TICKET, lures=(CRYPTO, PRIZE), warning_words=True), "ordinary"),
    ],
)
def test_who_was_abused(signals, verdict):
    assert judge(signals).verdict == verdict


def test_the_score_is_the_sum_of_the_reasons():
    verdict = judge(replace(TICKET, lures=(CRYPTO,)))
    assert verdict.score == 8.0 == sum(reason.weight for reason in verdict.reasons)
    assert [reason.signal for reason in verdict.reasons][:2] == [
        "sent by Zendesk",
        "answers no message of the recipient",
    ]


def test_every_reason_has_the_line_behind_it():
    assert all(reason.evidence for reason in judge(replace(TICKET, lures=(CRYPTO,), payload=("Subject",))).reasons)


def test_spam_without_a_platform_is_never_called_relay_spam():
    everything = replace(
        STRANGER,
        lures=(CRYPTO, PRIZE),
        borrowed_brand="paypal",
        spoofed=True,
        filtered="certain",
        payload=("the body",),
    )
    assert judge(everything).verdict == "unrelated-abuse"


SIGNALS = st.builds(Signals)


@given(SIGNALS)
def test_any_signals_are_judged_on_the_scale(signals):
    verdict = judge(signals)
    assert verdict.score >= (4.0 if verdict.verdict in ABUSE_VERDICTS else 0.0)
    assert 0 < verdict.confidence < 1
