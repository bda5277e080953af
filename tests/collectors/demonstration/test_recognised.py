"""The demonstration goes in by the front door: the readers must find in it what the story put there."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from collectors.authentication import read_authentication
from collectors.demonstration.told import Told, demonstration_messages, demonstration_truth
from collectors.headers import parse_message
from collectors.identity import identify
from collectors.messages import read_messages
from collectors.received import read_hops
from collectors.signals import read_signals
from data.catalogue.loader import load_catalogue
from data.judgement.verdict import judge
from data.model import Identity, ParsedMessage, RawMessage, Verdict
from data.settings import Settings
from data.vocabulary import ABUSE_VERDICTS

ENDS_AT = datetime(2026, 10, 15, 12, 30, tzinfo=UTC)
SETTINGS = Settings()
JUDGED_ALONE = ("attacker-tenant", "compromised-tenant", "list-bomb")


@dataclass(frozen=True)
class Found:
    told: Told
    items: list
    message: ParsedMessage
    identity: Identity
    verdict: Verdict


def found(source, raw, told):
    items = list(read_messages(raw, source, SETTINGS))
    message = parse_message(items[0], SETTINGS)
    hops = read_hops(message)
    authentication = read_authentication(message, hops, ())
    identity = identify(message, hops, authentication, load_catalogue())
    verdict = judge(read_signals(message, identity, authentication, hops, load_catalogue()))
    return Found(told, items, message, identity, verdict)


@pytest.fixture(scope="module")
def read():
    truth = demonstration_truth(ENDS_AT, scale=0.2)
    messages = demonstration_messages(ENDS_AT, scale=0.2)
    return [found(source, raw, told) for (source, raw, _), told in zip(messages, truth, strict=True)]


def share(hits):
    hits = list(hits)
    assert len(hits) > 10
    return sum(hits) / len(hits)


def test_every_blob_is_one_message_unwrapped_from_what_encloses_it(read):
    assert all(len(item.items) == 1 and isinstance(item.items[0], RawMessage) for item in read)
    assert all(item.items[0].enclosed_in == item.told.enclosed_in for item in read)


def test_time_subject_and_recipient_are_read(read):
    assert all(item.message.sent_at == item.told.sent_at for item in read)
    assert all(item.told.recipient in {box.address for box in item.message.recipients} for item in read)
    assert all(item.message.warnings == () for item in read)


def test_platform_account_tenant_and_abused_domain_are_recognised(read):
    assert share(item.identity.platform == item.told.platform for item in read) > 0.98
    for name in ("account_id", "tenant", "abused_domain"):
        told = [item for item in read if getattr(item.told, name) is not None]
        assert share(getattr(item.identity, name) == getattr(item.told, name) for item in told) > 0.98, name


def test_zendesk_mail_passes_its_inner_checks(read):
    checks = [holds for item in read if item.told.platform == "zendesk" for _, holds in item.identity.consistency]
    assert share(checks) == 1


def test_what_one_message_shows_is_judged_as_the_story_means_it(read):
    for verdict in JUDGED_ALONE:
        assert share(item.verdict.verdict == verdict for item in read if item.told.verdict == verdict) > 0.9, verdict


def test_nothing_ordinary_is_called_abuse(read):
    ordinary = [item for item in read if item.told.verdict in {"ordinary", "backscatter"}]
    assert share(item.verdict.verdict in ABUSE_VERDICTS for item in ordinary) < 0.02
