"""People are told from roles, organisations and bait."""

import pytest

from collectors.personal import is_person, names_of, role_of, shown_name
from data.catalogue.redaction import redaction_rules
from data.model import Mailbox

RULES = redaction_rules()
NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("local", "role"),
    [
        ("support", "support"),
        ("no-reply", "no-reply"),
        ("noreply.de", "noreply.de"),
        ("acme-support2", "acme-support2"),
        ("support+id7.ab", "support+[token]"),
        ("ayuda", "ayuda"),
        ("kundenservice", "kundenservice"),
        ("maria", None),
        ("maria.support", None),
        ("support-4711889", None),
        ("bounces-maria=example.org", None),
        ("acme", None),
        ("", None),
    ],
)
def test_a_role_is_told_from_a_person(local, role):
    assert role_of(local, "acme.example", RULES) == role


@pytest.mark.parametrize(
    "name",
    ["Maria López", "López, Maria", "Maria", "maria lopez", "Anne-Marie de la Cruz", "李小龙", "Ольга Шевченко"],
)
def test_names_are_persons(name):
    assert is_person(name, NOBODY, RULES)


@pytest.mark.parametrize(
    "name",
    [
        "", "Acme Support", "Wallet Rewards", "Claim 500", "see win.example", "Free € now", "Maria → here",
        "Maria 🎁", "one two three four five", "Account Verification", "Kundenservice", "Maria!",
    ],
)  # fmt: skip
def test_payload_and_organisations_are_not(name):
    assert not is_person(name, NOBODY, RULES)


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("Maria López", "maria@example.org", "[name]"),
        ("Zyxwv Qponm", "zq@example.org", "[name]"),
        ("Zyxwv", "x91@example.org", "Zyxwv"),
        ("Zyxwv", "zyxwv@example.org", "[name]"),
        ("Zyxwv Qponm", "support@example.org", "Zyxwv Qponm"),
        ("Anna Zyxwv (Acme)", "support@acme.example", "[name] (Acme)"),
        ("Anna Zyxwv via Acme", "x@lists.example", "[name] via Acme"),
        ("Acme", "acme@acme.example", "Acme"),
        ("Anna 🎁 500$", "gift@acme.example", "Anna 🎁 500$"),
        ("peter zyxwv77", "zyxwv77.peter@example.org", "[name]"),
    ],
)
def test_of_a_sender_only_the_person_is_masked(name, address, shown):
    assert shown_name(Mailbox(name, address), frozenset({"acme"}), RULES) == shown


def test_names_come_of_display_names_and_local_parts():
    names = names_of([Mailbox("López, María", "mlopez77@lopez-family.example")], NOBODY, RULES)
    assert {"maria", "lopez", "marialopez", "mlopez77"} <= names.strong
    assert {"m", "l"} <= names.weak


def test_roles_and_bait_name_nobody():
    boxes = [Mailbox("Free Nitro", "info@example.org"), Mailbox("Acme Support", "acme@example.org")]
    assert names_of(boxes, frozenset({"acme"}), RULES).strong == frozenset()


def test_beside_a_role_only_known_names_are_names():
    names = names_of([Mailbox("", "maria-zyxwv-news@example.org")], NOBODY, RULES)
    assert "maria" in names.strong
    assert "zyxwv" not in names.strong
