"""Features: equal for one payload however it is dressed, apart for others, and free of anything personal."""

import json
from dataclasses import asdict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.clustering.keys import key_of, take_features
from data.clustering.sender_names import sender_phrases
from data.clustering.traces import read_sketch
from data.model import Features, Mailbox, TemplatePart

ANN = Mailbox("Ann Lee", "ann.lee77@victim.example")


def features(
    subject: str | None, *, sender="Acme Support", mechanism="ticket-acknowledgement", platform="zendesk",
    domain="acme.example.com", recipients=(ANN,), text="", links=(), show=str,
) -> Features:  # fmt: skip
    return take_features(
        subject, sender, text, links, ("From", "Subject"), mechanism, platform, domain, recipients, show
    )


PLAIN = "Claim your cashback of $5,000 before 12 March 2026 at http://prize.example/x"


@pytest.mark.parametrize(
    "dressed",
    [
        "[Request received] Claim your cashback of $90 before 1 May at http://other.example/yy",
        "[Acme] Re: claim your cashback of 75 usdt before 2026-04-01 at www.third.example",
        "Ann Lee, Claim your cashback of $5,000 before 12 March 2026 at http://prize.example/x",
        "ann.lee77 claim your cashback of €1.200,00 before 03/04/26 at prize.example/x",
        "🎉 Сlаim yоur cаshback of $1 before 1 May at http://a.example 🎉",
        "𝗖𝗹𝗮𝗶𝗺 𝘆𝗼𝘂𝗿 𝗰𝗮𝘀𝗵𝗯𝗮𝗰𝗸 of $7 before 1 May at http://a.example",
        "Cl\u200baim yo\u00adur cash\u2060back of $7 before 1 May at http://a.example",
        "cl4im y0ur c@shb4ck of $7 before 1 May at http://a.example",
        "C l a i m  y o u r  c a s h b a c k  of $7 before 1 May at http://a.example",
        "[#4711] Claim your cashback, of $7 before 1 May at http://a.example!!!",
        "Case 00123456: CLAIM YOUR CASHBACK OF $7 BEFORE 1 MAY AT http://a.example",
        "[Anfrage erhalten] AW: claim your cashback of $7 before 1 May at http://a.example",
        "Автоматический ответ: claim your cashback of $7 before 1 May at http://a.example",
    ],
)
def test_one_payload_has_one_template_however_it_is_dressed(dressed):
    assert features(dressed).template_key == features(PLAIN).template_key


def test_the_payload_crosses_companies_and_platforms():
    other = features(PLAIN, sender="Bolt", platform="freshdesk", domain="bolt.example.org", mechanism="form-receipt")
    assert other.template_key == features(PLAIN).template_key


@pytest.mark.parametrize(
    "other", ["Claim your cashback tomorrow", "Your wallet will be suspended", "Reclama tu premio"]
)
def test_another_payload_has_another_template(other):
    assert features(other).template_key != features(PLAIN).template_key


def test_a_short_payload_joins_no_two_companies():
    assert features("Hello").template_key == features("[Request received] Hello!").template_key
    assert features("Hello").template_key != features("Hello", domain="bolt.example.org").template_key


def test_verification_without_payload_is_grouped_by_platform_mechanism_and_language():
    def verification(subject, **changes):
        return features(subject, mechanism="account-verification", **changes).template_key

    acme = verification("Create a password for Acme")
    assert verification("Create a password for Bolt", sender="Bolt", domain="bolt.example.org") == acme
    assert verification("Cree una contraseña para Acme") != acme
    assert verification("Create a password for Acme", platform="freshdesk") != acme
    assert features("Create a password for Acme").template_key != acme


def test_acknowledgements_without_payload_tie_no_two_companies():
    bare = "We have received your request"
    assert features(bare).template_key == features(f"Re: {bare}.").template_key
    assert features(bare).template_key != features(bare, sender="Bolt", domain="bolt.example.org").template_key


def test_a_tenant_that_speaks_of_itself_is_no_payload_and_a_borrowed_brand_is_one():
    assert features("Grazie per aver scritto ad Acme").payload_key is None
    lure = "Your Wallet Guard account is locked"
    assert features(lure, sender="Wallet Guard", domain="xqzt.example.com").payload_key


def test_an_unknown_verification_phrase_still_groups_tenants_by_their_names():
    one = features("Lag et passord hos Acme", mechanism="account-verification")
    other = features(
        "Lag et passord hos Bolt", sender="Bolt", domain="bolt.example", mechanism="account-verification"
    )
    assert (one.payload_key, one.template_key) == (None, other.template_key)


@pytest.mark.parametrize(
    "loud", ["WIN $500 NOW http://prize.example", "🎰 Jackpot for you", "a b c d e f g h i j k l"]
)
def test_a_verification_subject_with_an_attackers_words_is_a_payload(loud):
    assert features(loud, mechanism="account-verification").payload_key


def test_a_payload_in_the_recipients_name_counts_where_the_subject_is_the_tenants():
    lure = Mailbox("You won 2 BTC in bitcoins >> http://prize.example/q", "ann@victim.example")
    found = features("We have received your request", recipients=(lure,))
    assert found.payload_key == "youwon<amount>lnbltcolns"
    assert found.url_shapes == ("a5.example/a1",)


def test_parts_are_the_original_words_with_typed_slots():
    assert features("Ann Lee, ＷＩＮ $5,000 at http://x.example/1 by 12:30 #88-A").parts == (
        TemplatePart("", "recipient"),
        TemplatePart(", ＷＩＮ "),
        TemplatePart("", "amount"),
        TemplatePart(" at "),
        TemplatePart("", "url"),
        TemplatePart(" by "),
        TemplatePart("", "date"),
        TemplatePart(" "),
        TemplatePart("", "id"),
    )


def test_what_the_redactor_masks_is_a_slot():
    found = features("Dear Somebody, pay now", show=lambda text: text.replace("Somebody", "[name]"))
    assert found.parts == (TemplatePart("Dear "), TemplatePart("", "recipient"), TemplatePart(", pay now"))
    assert found.payload_key == "dear<recipient>paynow"


def test_nothing_of_the_recipient_is_in_the_features():
    found = features(
        "Re: ANN LEE (ann.lee77@victim.example) lee? ann.lee77, your order",
        sender="Ann Lee via Acme",
        text="Dear Ann Lee, ann.lee77@victim.example asked us to write to ann.lee77.",
        links=("http://x.example/ann.lee77@victim.example",),
    )
    kept = json.dumps(asdict(found)).lower()
    assert "lee" not in kept
    assert "victim" not in kept


def test_features_survive_json():
    found = asdict(features(PLAIN, text="some words of a body that are long enough", links=("http://b.example/1",)))
    assert json.loads(json.dumps(found))["words"] == list(found["words"])


def test_the_same_body_has_the_same_key_without_numbers_addresses_and_names():
    one = features(PLAIN, text="Dear Ann, your ticket 123 at http://a.example/1 is being read by us")
    other = features(PLAIN, text="dear  your ticket 98765 at http://b.example/2 is being read by us")
    assert one.body_key == other.body_key is not None
    assert one.body_sketch == other.body_sketch


def test_url_shapes_leave_out_the_sending_organisation():
    links = (
        "https://help.acme.example.com/t/1",
        "https://bit.example/a8fK2",
        "https://evil.example/x?id=1&q=2",
        "::",
        "a",
    )
    assert features(PLAIN, links=links).url_shapes == ("a3.example/m5", "a4.example/a1?id,q", "a5.example/a1")


def test_the_tenants_names_come_from_sender_and_domain():
    assert sender_phrases("Acme Support Team", "acme-shop.example.com") == (
        "acme support team", "acme shop", "acme-shop", "acme",
    )  # fmt: skip
    assert sender_phrases("WIN $5 NOW", None) == ()


def test_a_code_is_known_by_its_case_and_a_word_is_none_in_any_case():
    assert features("Notice issued - Xp4mKq7ZtBw").words == ("notlce", "lssued", "<id>")
    assert features("Notice issued - v3R1fIcAtIoN").words == features("Notice issued - verification").words


def test_a_tenant_that_only_its_domain_names_is_a_slot():
    named = [
        features(f"Choose your phrase at {name}", sender=None, mechanism="account-verification", domain=domain)
        for name, domain in (("Heron Toys", "herontoys-shop.example"), ("Otter Pets", "getotterpets.example"))
    ]
    assert named[0].template_key == named[1].template_key


def test_a_path_of_mixed_case_is_a_code():
    links = ("https://evil.example/oNpfYtkS", "https://evil.example/welcome")
    assert features("Hello", links=links).url_shapes == ("a4.example/a7", "a4.example/m8")


def test_a_transcript_holds_nobodys_words_but_names():
    found = features("Transcript of the chat session with Jake from Donations", mechanism="chat-transcript")
    assert (found.payload_key, found.words) == (None, ())


def test_slots_at_the_ends_and_repeated_slots_do_not_count():
    assert key_of("‹recipient›, you ‹number› ‹number› won ‹url›") == "you<number>won"


words = st.text(st.characters(codec=None, categories=None), max_size=300)


@given(words, words, words, words, st.booleans())
@example("‹id›‹sender›", "‹", "›", "[name]", True)
@example("\ud800\x00", "\ud800", "\udfff \x00", "\u2028", False)
def test_any_text_has_features_that_are_plain_and_repeatable(subject, sender, text, name, verification):
    def once():
        return features(
            subject,
            sender=sender,
            text=text,
            links=(text, f"http://{name}/"),
            recipients=(Mailbox(name, f"{name}@x"),),
            mechanism="account-verification" if verification else "ticket-acknowledgement",
        )

    found = once()
    assert found == once()
    assert len(found.template_key) == 32
    json.dumps(asdict(found))


@pytest.mark.parametrize(
    "unit", ["(", "<", "[", "=?", " ", "a@", "1.", "jan ", "$", "#a", "re:", "‹", "A.", "-1", "www.", "@$!a"]
)
def test_a_long_run_of_anything_is_read_at_once(unit):
    long = unit * (1_000_000 // len(unit))
    found = features(long, sender=long, text=long, links=(long,), recipients=(Mailbox(long, long),))
    assert len(read_sketch(found.body_sketch)) <= 160
