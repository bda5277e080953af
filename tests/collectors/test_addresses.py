import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.addresses import MAILBOXES_LIMIT, bare_addresses, read_mailboxes
from data.model import Mailbox


@pytest.mark.parametrize(
    ("value", "boxes"),
    [
        ("Jo <Jo@Example.ORG>", [("Jo", "jo@example.org")]),
        ("jo@example.org", [("", "jo@example.org")]),
        ('"V, Jo" <jo@example.org>, kim@example.com', [("V, Jo", "jo@example.org"), ("", "kim@example.com")]),
        ("=?utf-8?Q?Victim, Jo?= <jo@example.org>", [("Victim, Jo", "jo@example.org")]),
        ("jo@example.org (Jo (the victim))", [("Jo (the victim)", "jo@example.org")]),
        ("Friends: jo@example.org;, kim@example.com", [("", "jo@example.org"), ("", "kim@example.com")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example,@hop.example:jo@example.org>", [("", "jo@example.org")]),
        ("jo @ example.org", [("", "jo@example.org")]),
        ("Jo Victim jo@example.org", [("Jo Victim", "jo@example.org")]),
        ('"jo@example.org" <crook@example.net>', [("jo@example.org", "crook@example.net")]),
        ("'jo@example.org'", [("", "jo@example.org")]),
        ("phishing@pot@example.org", [("", "phishing@pot@example.org")]),
        ('"john doe"@example.org', [("", '"john doe"@example.org')]),
        ("jo@[IPv6:2001:db8::1]", [("", "jo@[ipv6:2001:db8::1]")]),
        ("Jo <jo@bücher.example>", [("Jo", "jo@bücher.example")]),
        ("mailto:jo@example.org", [("", "jo@example.org")]),
        ("Shop: Help <help@shop.example>", [("Shop: Help", "help@shop.example")]),
        ("Jo <jo@example.org", [("Jo", "jo@example.org")]),
        ("Jo (unclosed <jo@example.org>", [("Jo (unclosed", "jo@example.org")]),
        ('"Jo \\"V\\"" <jo@example.org>', [('Jo "V"', "jo@example.org")]),
        ("=?utf-8?B?Sm8gPGpvQGV4YW1wbGUub3JnPg==?=", [("Jo", "jo@example.org")]),
        ("<>", []),
        ("@", []),
        ("", []),
    ],
)  # fmt: skip
def test_mailboxes_are_read_as_people_and_machines_write_them(value, boxes):
    assert read_mailboxes(value) == tuple(Mailbox(name, address) for name, address in boxes)


def test_an_endless_field_yields_so_many_mailboxes():
    assert len(read_mailboxes("a@b.example, " * 5_000)) == MAILBOXES_LIMIT


def test_fields_without_a_grammar_yield_every_word_with_an_at():
    assert bare_addresses("old@example.org NEW@example.org, <rfc822;last@example.org>") == (
        "old@example.org",
        "new@example.org",
        "last@example.org",
    )


TOKENS = st.lists(st.sampled_from([*'<>()[]"\\,;:@ .', "a", "é", "=?utf-8?Q?x?=", "=?"]), max_size=60)


@given(st.text() | TOKENS.map("".join))
def test_any_field_is_read(value):
    for box in read_mailboxes(value):
        assert "@" in box.address
        assert box.address == box.address.lower()
        assert "\n" not in box.name
    assert all("@" in address for address in bare_addresses(value))


@given(st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1, max_size=20))
def test_a_quoted_name_comes_back(name):
    assert read_mailboxes(f'"{name}" <jo@example.org>') == (Mailbox(name, "jo@example.org"),)
