"""Nothing that is kept shows the person written to: not in any field, not in any encoding."""

import base64
import codecs
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.headers import parse_message
from collectors.redaction import (
    clean_authentication,
    clean_hops,
    clean_identity,
    clean_verdict,
    leaks,
    masker,
    redact,
)
from data.catalogue.redaction import redaction_rules
from data.model import Authentication, Hop, Identity, Kept, ParsedMessage, RawMessage, Reason, Verdict
from data.settings import Settings

SAMPLES = Path(__file__).parents[1] / "samples" / "redaction"
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VICTIMS = {
    "maria.lopez@example.org": "María López",
    "jmueller77@example.net": "Jürgen Müller",
    "o.kowalczyk+desk@mail.example.com": "Olga Kowalczyk",
    "anna-sofia_berg@xn--bcher-kva.example": "Berg, Anna-Sofia",
    "josé.núñez@correo.example": "José Núñez",
}
HEAD = "From: Acme Support <support@acme.example>\nDate: Mon, 5 Jan 2026 10:00:41 +0000\nSubject: Your request\n"


def parsed(text: str) -> ParsedMessage:
    return parse_message(RawMessage("test", text.encode("utf-8", "surrogateescape")), Settings())


def kept(text: str, identity: Identity | None = None) -> Kept:
    return redact(parsed(text), identity or Identity())


def values(text: str) -> dict[str, str | None]:
    return {field.name: field.value for field in kept(text).headers}


def shifted(text: str, by: int) -> str:
    return text.translate(str.maketrans(ALPHABET, ALPHABET[by:] + ALPHABET[:by]))


def written(address: str) -> list[str]:
    """An address in every encoding that mailers were seen to use, and a few more."""
    local, _, domain = address.partition("@")
    raw = address.encode()
    plain = base64.b64encode(raw).decode()
    escaped = "".join(chr(byte) if 32 < byte < 127 and byte not in b"=@" else f"={byte:02X}" for byte in raw)
    forms = [
        address,
        address.upper(),
        f"<{address}>",
        f"{local}={domain}",
        f"bounces+4711-ab-{local}={domain}@acme.example",
        f"{local}-at-{domain}",
        f"{local}+{domain}",
        f"{local} (at) {domain}",
        quote(address, safe=""),
        quote(quote(address, safe=""), safe=""),
        escaped,
        plain,
        plain.rstrip("="),
        base64.urlsafe_b64encode(b"?" + raw).decode(),
        base64.b64encode(json.dumps(["7", address, "x"]).encode()).decode(),
        base64.b64encode(f"m1|outbound|77|{address}".encode()).decode(),
        base64.b64encode(plain.encode()).decode(),
        raw.hex(),
        codecs.encode(address, "rot13"),
        *(hashlib.new(name, raw).hexdigest() for name in ("md5", "sha1", "sha256")),
    ]
    return forms + (
        [shifted(local.partition("+")[0] + domain, by) for by in (10, 20, 48)] if address.isascii() else []
    )


def shows(text: str, address: str) -> list[str]:
    """Which encodings of an address a text shows."""
    return [form for form in written(address) if form.lower() in text.lower()]


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.eml")), ids=lambda path: path.stem)
def test_a_sample_is_kept_as_its_expectation_says(sample):
    found = kept(sample.read_text("utf-8"))
    lines = [f"{field.name}: {field.value}" if field.value is not None else field.name for field in found.headers]
    sender = f"{found.sender_name} <{found.sender_address}> {found.reply_to_domain} {found.envelope_domain}"
    shown = "\n".join(
        [found.subject or "", sender, *lines, "", found.text, "", *found.links, f"{found.masked} masked"]
    )
    assert shown + "\n" == sample.with_suffix(".kept").read_text("utf-8")


@pytest.mark.parametrize("address", VICTIMS)
@pytest.mark.parametrize("name", [*sorted(redaction_rules().ways), "x-unknown", "to", "x-msfbl"])
def test_no_field_shows_the_recipient_in_any_encoding(name, address):
    lines = "".join(f"{name}: {form}\n{name}: id=8812;{form}; by host\n" for form in written(address))
    message = parsed(f"Delivered-To: {address}\n{lines}{HEAD}\nHello\n")
    found = redact(message, Identity())
    assert shows(repr(found), address) == []
    assert leaks(found, message) == ()


@pytest.mark.parametrize("address", VICTIMS)
def test_no_text_or_link_shows_the_recipient_in_any_encoding(address):
    forms = [form for form in written(address) if " " not in form]
    lines = [f"see {form} or https://t.acme.example/{form}/x?u={form}&v=1#{form}, {form}." for form in forms]
    lines += [f"https://{form}.acme.example/" for form in forms if form.isalnum() and len(form) < 64]
    message = parsed(f"To: {VICTIMS[address]} <{address}>\n{HEAD}\n" + "\n".join(lines))
    found = redact(message, Identity())
    assert shows(repr(found), address) == []
    assert leaks(found, message) == ()
    assert found.text.count("acme.example") >= len(forms)


@pytest.mark.parametrize("address", VICTIMS)
def test_no_name_of_the_recipient_stays(address):
    name = VICTIMS[address]
    words = [word for word in name.replace(",", "").replace("-", " ").split() if len(word) > 2]
    text = (
        f"Hi {name},\n{words[0].upper()}! {words[-1]}s order, dear {words[0]} {words[-1]}; user {words[-1].lower()}1."
    )
    text = f"From: {name} via Acme <support@acme.example>\nTo: {name} <{address}>\nSubject: {name}, hello\n\n{text}"
    found = repr(kept(text)).casefold()
    assert [word for word in words if word.casefold() in found] == []


def test_a_name_without_accents_is_the_same_name():
    assert kept(f"To: José Núñez <j@example.org>\n{HEAD}\nNUNEZ, Jose?").text == "[name]?"


def test_what_the_sending_organisation_calls_itself_stays():
    found = kept(
        "From: Acme Support <support@acme.example>\nTo: acme@example.org\n\nAcme: write to help@acme.example"
    )
    assert (found.sender_name, found.sender_address) == ("Acme Support", "support@acme.example")
    assert found.text == "Acme: write to help@acme.example"


def test_a_role_address_that_is_the_recipient_is_masked():
    found = kept("From: info@acme.example\nTo: info@acme.example\n\nWrite to info@acme.example")
    assert (found.sender_address, found.text) == ("[name]@acme.example", "Write to [address]")


def test_a_reply_token_is_masked_and_the_role_stays():
    assert values("Reply-To: support+id9F-2@acme.example\n" + HEAD)["Reply-To"] == "support+[token]@acme.example"


def test_the_display_name_of_a_person_is_masked_and_a_payload_stays():
    assert kept("From: Jonas Berg <jonas@acme.example>\n\nx").sender_name == "[name]"
    assert kept('From: "Anna Smith (Acme Desk)" <support@acme.example>\n\nx').sender_name == "[name] (Acme Desk)"
    assert kept("From: Claim 500$ now <jonas@acme.example>\n\nx").sender_name == "Claim 500$ now"
    assert kept("From: Wallet Rewards <x7@acme.example>\n\nx").sender_name == "Wallet Rewards"
    assert kept("From: write to jo@example.com 24/7 <x7@acme.example>\n\nx").sender_name == "write to [address] 24/7"


@pytest.mark.parametrize("local", ["info", "news", "me", "sales", "first", "mark", "support"])
def test_a_word_in_the_local_part_does_not_blank_the_text(local):
    text = "The first news: mark your sales info, support me."
    assert kept(f"To: {local}@example.org\n{HEAD}\n{text}").text == text


def test_a_name_that_is_a_word_is_masked_where_it_is_addressed():
    text = f"To: Mark Summer <ms@example.org>\n{HEAD}\nHi Mark,\nMark Summer, mark the summer."
    assert kept(text).text == "Hi [name],\n[name], mark the summer."


def test_a_salutation_hides_a_name_that_no_field_gives():
    text = "To: x1@example.org\n" + HEAD + "\n{}, thank you. The rest stays."
    for words in (
        "Dear Ms Lopez",
        "Hola María",
        "Sehr geehrter Herr Berg",
        "Bonjour Élodie",
        "Kære Søren",
        "Olá João",
    ):
        assert kept(text.format(words)).text.partition(",")[0].endswith("[name]")
    for words in (
        "Dear customer",
        "Hi there",
        "Hello Acme team",
        "Liebe Kundin",
        "Hello everyone",
        "Dear Sir or Madam",
    ):
        assert kept(text.format(words)).text.startswith(words)


def test_a_payload_behind_a_salutation_stays():
    text = f"To: x1@example.org\n{HEAD}\nHi Claim 500 USDT at https://win.example/usdt,\nwe received your request."
    assert kept(text).text.startswith("Hi Claim 500 USDT at https://win.example/usdt,")


def test_a_link_keeps_host_and_words_and_loses_tokens():
    links = (
        "https://acme.example/verification/email/Zx8KqP2mN4vB7tR1yW5cD9fG3hJ6kL0s",
        "https://t.acme.example/CL0/https:%2F%2Fwin.example%2Fclaim-now/1/010001945af3",
        "https://acme.example/go?url=https%3A%2F%2Fwin.example%2Fx%3Fk%3D1&user=7",
        "mailto:leave+88fa@acme.example?subject=leave",
        "https://bank.example@win.example/login#maria",
    )
    assert kept(HEAD + "\n" + "\n".join(links)).text.split("\n") == [
        "https://acme.example/verification/email/[link token]",
        "https://t.acme.example/CL0/https://win.example/claim-now/1/[link token]",
        "https://acme.example/go?url=https://win.example/x?k=[link token]&user=[link token]",
        "mailto:[address]?[link token]",
        "https://[link token]@win.example/login#[link token]",
    ]


def test_a_name_in_the_path_of_a_link_is_masked_and_the_host_stays():
    text = f"To: María López <x1@example.org>\n{HEAD}\nhttps://lopez.example/~lopez/my-lopez-page?lopez=1"
    assert kept(text).text == "https://lopez.example/[link token]/[link token]?[link token]"


def test_an_address_cut_off_at_the_end_of_the_text_is_masked():
    assert kept(f"{HEAD}\nwrite to jonas.berg@exam").text == "write to [address]"
    assert kept(f"{HEAD}\nsee you @ noon @").text == "see you @ noon @"


def test_a_wallet_in_the_text_stays():
    wallet = "0x52908400098527886E0F7030069857D2E4169EE7"
    assert wallet in kept(f"{HEAD}\nSend 2 ETH to {wallet} today.").text


def test_fields_outside_the_allow_list_keep_name_and_place_only():
    found = kept("X-One: 1\n" + HEAD + "To: a@example.org\n\nx").headers
    assert [(field.name, field.value) for field in found if field.value is None] == [("X-One", None), ("To", None)]


def test_a_field_name_is_cut_and_cleaned():
    names = [
        field.name
        for field in kept(f"X-{'ab-' * 36}: 1\nX-maria=example.org: 1\nTo: maria@example.org\n{HEAD}\n").headers
    ]
    assert len(names[0]) == 80
    assert names[1] == "[address]"


def test_times_are_kept_to_the_minute():
    assert values(HEAD + "\n")["Date"] == "2026-01-05 10:00 +0000"


def test_a_received_line_keeps_from_by_with_and_time():
    line = (
        "Received: from helo.example (rdns.example [192.0.2.1])\n (envelope-from <jo@example.com>) by mx.example.org"
        " (Postfix) with ESMTPS id 4Xy for <maria@example.org>; Mon, 5 Jan 2026 11:00:41 +0100\n"
    )
    assert values(line + HEAD)["Received"] == (
        "from helo.example (rdns.example [192.0.2.1]) by mx.example.org with ESMTPS; 2026-01-05 11:00 +0100"
    )


def test_evidence_of_identity_verdict_and_hops_is_cleaned():
    mask = masker(parsed("To: Maria <maria.lopez@example.org>\n" + HEAD), Identity())
    line = "Return-Path: b+maria.lopez=example.org@acme.example"
    identity = clean_identity(Identity(platform_evidence=(line,), tenant="acme"), mask)
    assert identity == Identity(platform_evidence=("Return-Path: <[token]@acme.example>",), tenant="acme")
    verdict = Verdict("ordinary", 0, (Reason("names the victim", 1, "Subject: hi Maria"),))
    assert clean_verdict(verdict, mask).reasons[0].evidence == "Subject: hi [name]"
    hop = Hop("maria-lopez-example-org.acme.example", None, "mx.example.org", None, None, "claimed")
    assert clean_hops((hop,), mask)[0].from_host == "[token].acme.example"


def test_a_word_that_stayed_in_one_message_is_masked_in_the_next():
    letter = "To: {}@example.org\n\nTicket of Wren-Halloway77 was opened."
    assert kept(HEAD + letter.format("somebody")).text == "Ticket of Wren-Halloway77 was opened."
    assert kept(HEAD + letter.format("wren.halloway77")).text == "Ticket of [name] was opened."


@pytest.mark.parametrize("sign", ["=", "#", "%3D", "-at-", "_at_", " at ", " AT ", " (at) ", "[AT]"])
def test_an_address_with_its_at_sign_spelled_out_is_masked(sign):
    assert kept(f"{HEAD}To: x@example.org\n\nWrite to wren{sign}gmail.com soon").text == "Write to [address] soon"


def test_cleaning_twice_changes_nothing():
    message = parsed((SAMPLES / "acknowledgement.eml").read_text("utf-8"))
    mask = masker(message, Identity())
    for text in (message.text, *message.links, *(field.value for field in message.fields)):
        assert mask.clean(mask.clean(text)) == mask.clean(text)


def test_the_count_is_that_of_the_placeholders():
    found = kept("To: maria@example.org\nSubject: hi\n\nmaria@example.org and jo@example.com")
    assert (found.text, found.masked) == ("[address] and [address]", 2)


@pytest.mark.parametrize(
    "noise", ["<", "(", "@", "=?", "a@", "a.", "%40", " ", "=\n", "aB3", "Hi ", "http://", "[", "x at "]
)
def test_hostile_repetition_is_cleaned_in_linear_time(noise):
    text = noise * (16_000 // len(noise))
    message = parsed(f"To: maria.lopez@example.org\nSubject: {text}\nX-Mailer: {text}\n{HEAD}\n{text}")
    assert redact(message, Identity()).subject is not None


def test_two_thousand_fields_and_recipients_are_cleaned():
    lines = "".join(f"X-F{number}: a\nTo: Person Number <p{number}@example.org>\n" for number in range(1_000))
    assert len(kept(lines + HEAD + "\nhi").headers) == 2_003


ATOMS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=3, max_size=9)
ADDRESSES = st.builds("{}.{}@{}.example".format, ATOMS, ATOMS, ATOMS)


@settings(max_examples=150, deadline=None)
@given(ADDRESSES, st.lists(st.integers(0, 40), min_size=1, max_size=6), st.text(max_size=30))
def test_a_planted_recipient_is_never_shown(address, choices, noise):
    forms = written(address)
    chosen = [forms[choice % len(forms)] for choice in choices]
    head = "".join(f"X-F{index}: {form}\nX-Mailer: {form}\nList-Id: {form}\n" for index, form in enumerate(chosen))
    body = "\n".join(f"{noise} {form} https://t.example.com/{form}" for form in chosen)
    message = parsed(f"To: {address}\nSubject: {chosen[0]}\n{head}{HEAD}\n{body}")
    found = redact(message, Identity())
    assert leaks(found, message) == ()
    assert shows(repr(found), address) == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_redacted_without_a_leak(noise):
    message = parse_message(RawMessage("test", b"To: maria@example.org\nSubject: " + noise), Settings())
    assert leaks(redact(message, Identity()), message) == ()


def test_a_signer_hides_no_recipient_in_the_names_it_signs():
    message = parsed("To: maria.lopez@example.org\n" + HEAD)
    said = Authentication(
        signing_domains=("maria-lopez-example-org.click.example.com", "acme.example"),
        signed_fields=("from", "x-maria.lopez=example.org"),
        written_by="mx.example.net",
        warnings=("There is no key at maria.lopez@example.org",),
    )
    assert clean_authentication(said, masker(message, Identity())) == Authentication(
        signing_domains=("[token].click.example.com", "acme.example"),
        signed_fields=("from", "[token]"),
        written_by="mx.example.net",
        warnings=("There is no key at [address]",),
    )


WRITTEN_TO = masker(parsed(HEAD + "To: María López <maria.lopez77@example.org>\n\n"), Identity())
LINK_PIECES = (
    "https://acme.example/", "//", "www.shop.example/a/", "mailto:", "tel:", "maria", "lopez", "maria.lopez77",
    "@", "%40", "example.org", "support@acme.example", '"', "?to=", "&", "#", ".com",
    "bWFyaWEubG9wZXo3N0BleGFtcGxlLm9yZw", shifted("maria.lopez77@example.org", 7), "&#10;", " ", "x" * 90,
)  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(LINK_PIECES), max_size=5).map("".join), max_size=4))
def test_links_cleaned_in_one_go_are_cleaned_as_each_by_itself(links):
    alone = [replace(WRITTEN_TO, done={}).clean_link(link) for link in links]
    assert list(replace(WRITTEN_TO, done={}).clean_links(links)) == alone
