"""Confidence grows with the score of abuse and falls with that of ordinary mail."""

from dataclasses import replace

from data.judgement.confidence import confidence
from data.judgement.signals import Signals

SIGNALS = Signals(mechanism="other", automatic=False, conversation="none", authenticated=True)


def test_more_reasons_make_surer_of_abuse():
    assert confidence("relay-spam", 4.0, SIGNALS) < confidence("relay-spam", 9.0, SIGNALS)


def test_more_reasons_make_less_sure_of_ordinary_mail():
    assert confidence("ordinary", 1.0, SIGNALS) > confidence("ordinary", 6.0, SIGNALS)


def test_it_stays_within_its_bounds():
    assert confidence("relay-spam", 99.0, SIGNALS) == 0.95
    assert confidence("ordinary", 99.0, SIGNALS) == 0.05


def test_broken_checks_and_missing_results_lower_it():
    sure = confidence("relay-spam", 9.0, SIGNALS)
    assert confidence("relay-spam", 9.0, replace(SIGNALS, broken_checks=("x",))) < sure
    assert confidence("relay-spam", 9.0, replace(SIGNALS, authenticated=None)) < sure
