"""The simulated waves are the same for one seed, know their own truth, and are mail that anybody can parse."""

import mailbox
import re
import sys
from collections import defaultdict
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

from simulated_mail import as_message, write_mbox
from simulated_mutations import OPERATORS, Hand, mutate
from simulated_slots import RESERVED, phrases
from simulated_tenants import make_tenants
from simulated_waves import simulate

MACHINERY = {"message-id", "x-mailer", "x-powered-by"}
TWO_WEEKS = timedelta(days=14)
ITEMS = list(simulate(7, 700, 5))


def test_one_seed_gives_the_same_messages_and_bytes():
    again = list(simulate(7, 700, 5))
    assert again == ITEMS
    assert list(map(as_message, again[:50])) == list(map(as_message, ITEMS[:50]))


def test_another_seed_gives_others():
    assert {item.text for item in simulate(8, 200, 5)}.isdisjoint(item.text for item in ITEMS if item.is_attack)


def test_as_many_as_asked_for_in_the_order_of_time():
    assert len(ITEMS) == 700
    assert all(one.sent_at <= other.sent_at for one, other in pairwise(ITEMS))


def test_the_share_of_attacks_is_the_one_asked_for():
    assert sum(item.is_attack for item in ITEMS) == 420
    assert not any(item.is_attack for item in simulate(7, 50, 0, attacks=0))


def test_only_attacks_have_incidents_and_only_they_have_waves():
    assert all((item.incident is not None) == item.is_attack for item in ITEMS)
    assert all(item.is_attack for item in ITEMS if item.wave)


def test_an_incident_lies_in_one_tenant_one_template_and_one_wave():
    for incident in grouped(lambda item: item.incident).values():
        assert len({(item.tenant, item.template, item.wave) for item in incident}) == 1


def test_a_wave_reaches_three_companies_or_more():
    assert all(len({item.tenant for item in items}) >= 3 for items in grouped(lambda item: item.wave).values())


def test_a_wave_of_a_payload_has_one_template_and_one_mode():
    waves = grouped(lambda item: item.wave)
    assert all(len({i.template for i in items}) == 1 for wave, items in waves.items() if wave.startswith("wave-"))
    assert all(len({i.mode for i in items if i.mode != "none"}) <= 1 for items in waves.values())


def test_waves_of_one_payload_lie_weeks_apart():
    spans = defaultdict(list)
    for wave, items in grouped(lambda item: item.wave).items():
        if wave.startswith("wave-"):
            spans[items[0].template].append((items[0].sent_at, items[-1].sent_at))
    assert all(
        later[0] - former[1] >= TWO_WEEKS for line in spans.values() for former, later in pairwise(sorted(line))
    )


def test_a_payload_is_visible_where_the_truth_says_so():
    plain = [item for item in simulate(3, 800, 0) if item.template == "payload:wallet-verify"]
    for item in plain:
        shown = f"{item.subject} {item.recipient_name}"
        assert ("Verify your wallet before" in shown) == item.in_header
        assert "Verify your wallet before" in f"{shown} {item.text}"


def test_every_message_parses_and_says_what_was_meant():
    for item in ITEMS:
        message = message_from_bytes(as_message(item), policy=policy.default)
        assert not message.defects
        assert message["Subject"] == item.subject
        assert message["From"].addresses[0].addr_spec == item.sender_address
        # CPython 3.11 puts a space between the encoded words of a display name.
        assert unspaced(message["To"].addresses[0].display_name) == unspaced(item.recipient_name)
        assert message["Date"].datetime == item.sent_at
        assert message.get_body(("plain",)).get_content().rstrip("\n").splitlines() == item.text.splitlines()


def test_no_domain_is_real():
    for item in ITEMS[::3]:
        message = message_from_bytes(as_message(item), policy=policy.default)
        lines = [str(value) for name, value in message.items() if name.lower() not in MACHINERY]
        texts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        for host in re.findall(r"(?:@|https?://|d=|from=)((?:[\w-]+\.)+[a-z]+)", "\n".join(lines + texts)):
            assert host.endswith(RESERVED), host


def test_every_address_number_is_set_aside_for_examples():
    for item in ITEMS[:100]:
        found = re.findall(rb"\[?(\d+\.\d+\.\d+)\.\d+[\])]", as_message(item))
        assert found and set(found) <= {b"203.0.113", b"198.51.100"}


def test_a_mailbox_file_holds_every_message(tmp_path):
    with (tmp_path / "waves.mbox").open("wb") as file:
        assert list(write_mbox(ITEMS[:80], file)) == ITEMS[:80]
    assert len(mailbox.mbox(tmp_path / "waves.mbox")) == 80


def test_companies_differ_in_name_and_domain():
    companies = make_tenants(2000, Random("many"))
    assert len({tenant.company for tenant in companies}) == len({tenant.domain for tenant in companies}) == 2000


def test_there_is_enough_to_choose_from():
    assert len(phrases("phrases")["payloads"]) >= 40
    assert len({tenant.language for tenant in make_tenants(240, Random("few"))}) >= 8


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_leaves_links_whole(name):
    text = "Claim 500 USD before it closes at https://swift12.example/a today"
    changed = [mutate(text, (name,), Hand(Random(str(seed)), "en", 50)) for seed in range(40)]
    assert any(line != text for line in changed) or name == "truncation"
    assert all("https://swift12.example/a" in line for line in changed)


def test_too_few_tenants_are_refused():
    with pytest.raises(ValueError, match="write 30 or more"):
        simulate(1, 10, 0, tenants=3)


def unspaced(text):
    return "".join(text.split())


def grouped(key):
    groups = defaultdict(list)
    for item in ITEMS:
        if key(item):
            groups[key(item)].append(item)
    return groups
