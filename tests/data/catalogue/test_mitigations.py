"""The catalogue of measures: six for everybody first, each with its source, the unverified ones marked."""

import pytest

from data.catalogue.mitigations import FILE, load_mitigations
from data.errors import CatalogueError


def test_the_six_measures_come_first_in_their_order():
    assert [step.id for step in load_mitigations().checklist("zendesk")][:6] == [
        "verified-users",
        "rate-limits",
        "captcha",
        "no-echo",
        "alerts",
        "supplier",
    ]
    assert len(load_mitigations().checklist("unknown")) == 6


def test_a_verified_step_names_the_document_that_says_so():
    found = load_mitigations()
    steps = [step for steps in found.steps.values() for step in steps]
    assert all(step.origin.url for step in steps if step.origin.verified)
    assert {step.id for step in steps if not step.origin.verified} >= {"freshdesk-logged-in", "salesforce-no-echo"}


def test_phases_of_a_platform_are_whole_days():
    (measure,) = load_mitigations().platform_measures["zendesk"]
    assert [phase.title for phase in measure.phases] == ["announced", "phase 1", "phase 2"]
    assert {f"{phase.begins_at:%X} {phase.ends_at:%X} {phase.ends_at:%Z}" for phase in measure.phases} == {
        "00:00:00 23:59:59 UTC"
    }
    assert all(phase.begins_at < phase.ends_at for phase in measure.phases)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "rate-limits"', 'id = "captcha"', "share one id"),
        ('platform = "freshdesk"', 'platform = "freshdisk"', "one of"),
        ('url = "https://support.zendesk.com/hc/en-us/articles/9835766481178"', 'url = ""', "the address of the"),
        ("begins = 2026-03-10, ends = 2026-03-31", "begins = 2026-03-31, ends = 2026-03-10", "not before begins"),
        ('[[measure]]\nid = "supplier"', '[[step]]\nplatform = "rt"\nid = "supplier"', "there are 6"),
    ],
)
def test_a_slip_is_named_with_its_entry(tmp_path, old, new, words):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mitigations.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=words):
        load_mitigations(tmp_path / "mitigations.toml")
