"""Every catalogue entry against its invented sample; what must not be taken for a platform."""

import json
from pathlib import Path

import pytest

from data.catalogue.loader import load_catalogue
from tests.collectors.judged import judged, written

SAMPLES = Path(__file__).parents[1] / "samples" / "platforms"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.eml"))


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.eml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_what_its_expectation_says(name):
    found = judged(sample(name))
    expected = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    told = {key: getattr(found.identity, key) for key in expected if key != "verdict"}
    assert told | {"verdict": found.verdict.verdict} == expected


def test_every_enabled_entry_has_a_sample():
    assert {entry.id for entry in load_catalogue().entries.values() if entry.enabled} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_platform_rests_on_two_places_and_one_that_not_everybody_can_type(name):
    found = judged(sample(name)).identity
    assert found.platform is None or len({line.partition(": ")[0] for line in found.platform_evidence}) >= 2


def test_a_message_id_domain_alone_names_nobody():
    forged = written("From: a@example.com", "Message-ID: <x_696f4a2e24ad8_3e_sprut@zendesk.com>", "Subject: hi")
    assert judged(forged).identity.platform is None


def test_message_id_and_from_of_a_platform_are_typed_by_anybody():
    forged = written(
        "From: help@lamps.zendesk.com",
        "Message-ID: <K7MWW2GY9JD_696f4a2e24ad8_3e468c53699e_sprut@zendesk.com>",
        "In-Reply-To: <K7MWW2GY9JD@zendesk.com>",
    )
    assert judged(forged).identity.platform is None


def test_copied_fields_of_a_platform_are_told_as_such():
    forged = written("From: a@example.com", "X-SFMC-Stack: 11", "Message-ID: <a.b@abc.xt.local>", "Subject: hi")
    found = judged(forged).identity
    assert found.platform is None
    assert found.warnings == ("Fields of Salesforce Marketing Cloud are there, but it did not send this.",)


def test_a_platform_seen_through_google_groups_keeps_its_sender():
    through = written(
        "Return-Path: <lamps+bncBD@googlegroups.com>",
        "DKIM-Signature: v=1; a=rsa-sha256; d=googlegroups.com; s=20230601; h=from:subject; b=x",
        "From: 'Example Lamps' via lamps <lamps@googlegroups.com>",
        "X-Original-Sender: care@example.com",
        "X-Original-Authentication-Results: mx.google.com; dkim=pass header.i=@zendesk.com header.s=zendesk1;",
        "Message-ID: <K7MWW2GY9JD_696f4a2e24ad8_3e468c53699e_sprut@zendesk.com>",
        "X-Mailer: Zendesk Mailer",
        "X-Zendesk-From-Account-Id: 0a1b2c3",
        "List-Post: <mailto:lamps@googlegroups.com>",
    )
    found = judged(through).identity
    assert (found.platform, found.account_id, found.abused_domain) == ("zendesk", "0a1b2c3", "example.com")


def test_the_first_envelope_is_read_from_the_hop_before_a_list():
    through = (
        sample("freshdesk")
        .replace("Return-Path: <bounces+", "X-Was: <bounces+")
        .replace(
            "by mx.example.net (Postfix)",
            "by lists.example.org (envelope-from\n\t<bounces+us.1.1099511.42-a=example.net@emailus.freshdesk.com>)",
        )
    )
    assert judged(through).identity.account_id == "1099511"


def test_an_account_that_the_signature_does_not_cover_is_unsigned():
    assert judged(sample("zendesk")).identity.account_signed is False


def test_an_account_in_the_signature_itself_is_signed():
    assert judged(sample("hubspot")).identity.account_signed is True


def test_evidence_names_fields_and_domains_and_no_address():
    for name in NAMES:
        found = judged(sample(name))
        told = (*found.identity.platform_evidence, *(reason.evidence for reason in found.verdict.reasons))
        assert not [line for line in told if "robin" in line.lower()]
