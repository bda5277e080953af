"""Rule files through the real programs: a wave of the demonstration is caught, everybody else's tickets are not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from collectors.demonstration.told import demonstration_messages, demonstration_truth
from data.catalogue.loader import load_catalogue
from data.export.doors import Exposure, doors_of
from data.export.rules import to_rules
from tests.collectors.filter_programs import PROGRAMS

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ENOUGH = 40


@pytest.fixture(scope="module")
def story():
    """(what each message is, its bytes) of a short demonstration."""
    truth = demonstration_truth(NOW, scale=0.1)
    messages = demonstration_messages(NOW, scale=0.1)
    return [(told, raw) for told, (_, raw, _) in zip(truth, messages, strict=True) if told.enclosed_in is None]


@pytest.fixture(scope="module")
def wave(story):
    """The wave with the most companies, every combination of company and platform once."""
    companies = {}
    for told, raw in story:
        if told.wave and told.company:
            companies.setdefault(told.wave, {}).setdefault((told.company, told.platform), (told, raw))
    return max(companies.values(), key=len)


@pytest.fixture(scope="module")
def exposures(wave):
    return [
        Exposure(
            told.abused_domain or told.tenant or told.account_id, told.platform, told.mechanism, told.account_id,
            told.abused_domain, (f"RW-{number:04d}",), 12, told.sent_at, NOW,
        )
        for number, (told, _) in enumerate(wave.values(), 1)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def strangers(story, wave):
    """Mail of companies that the wave did not touch, bounces, and what people write by hand. Forged mail is left out:
    Postfix cannot see a domain and a second field at once, so it marks what claims to come from an abused domain."""
    abused = {company for company, _ in wave} | {told.abused_domain for told, _ in wave.values()}
    accounts = {told.account_id for told, _ in wave.values() if told.account_id}
    found = {}
    for told, raw in story:
        if (
            told.verdict == "unrelated-abuse"
            or told.company in abused
            or told.abused_domain in abused
            or told.account_id in accounts
        ):
            continue
        found.setdefault((told.company, told.platform, told.mechanism), (told.source, raw))
    return dict(list(found.values())[:ENOUGH])


@pytest.mark.parametrize("form", PROGRAMS)
def test_a_wave_is_caught_and_other_tenants_are_not(form, wave, exposures, strangers, tmp_path):
    rules = to_rules(form, exposures, load_catalogue(), NOW)
    ours = {told.source: raw for told, raw in wave.values()}
    assert len(ours) >= 3
    assert len(strangers) >= 5
    assert PROGRAMS[form](rules, {**ours, **strangers}, tmp_path) == set(ours)


HOSTILE = (
    "x' -Or 1 #",
    "^.*$",
    "0a1b2c3\nX: y",
    'a"; discard; #',
    "/i REJECT",
    "}",
    "\\",
    "${env}",
    "com",
    "zendesk.com",
)


@pytest.mark.parametrize("form", PROGRAMS)
def test_hostile_values_make_no_rule_and_break_no_file(form, exposures, strangers, tmp_path):
    odd = [replace(exposures[0], party=word, account_id=word, abused_domain=word) for word in HOSTILE]
    rules = to_rules(form, odd, load_catalogue(), NOW)
    assert doors_of(odd, load_catalogue()).unwritable == len(HOSTILE)
    assert PROGRAMS[form](rules, dict(list(strangers.items())[:5]), tmp_path) == set()
