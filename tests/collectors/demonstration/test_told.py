import email
import email.policy
import ipaddress
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.demonstration.cast import check_cast, read_cast, stream
from collectors.demonstration.story import elapsed
from collectors.demonstration.told import demonstration_messages, demonstration_truth
from collectors.demonstration.words import choose, dress, encoded, fill, mailbox
from data.errors import CatalogueError
from data.vocabulary import ABUSE_VERDICTS

ENDS_AT = datetime(2026, 10, 15, 12, 30, tzinfo=UTC)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PLATFORM_HOSTS = (
    *("zendesk.com", "zdsys.com", "freshdesk.com", "freshemail.io", "ec2.internal", "service-now.com"),
    *("salesforce.com", "sfdc.net", "zammad.org", "bestpractical.com", "atlassian.jira", "mcsignup.com"),
    *("mandrillapp.com", "mandrill.com", "mailchimpapp.com", "rsgsv.net", "mcsv.net", "mailchimp.com"),
    *("hubspotemail.net", "hubspot.com", "amazonses.com", "github.com"),
)
ADDRESSES = [
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "127.0.0.0/8")
]


@pytest.fixture(scope="module")
def story():
    messages = demonstration_messages(ENDS_AT, scale=0.25)
    return list(zip(messages, demonstration_truth(ENDS_AT, scale=0.25), strict=True))


@pytest.fixture(scope="module")
def truth():
    return list(demonstration_truth(ENDS_AT))


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def readable(raw):
    parts = [part.get_content() for part in parsed(raw).walk() if part.get_content_type() == "text/plain"]
    return "\n".join(parts)


def test_the_same_end_gives_the_same_bytes():
    again = (list(demonstration_messages(ENDS_AT, scale=0.05)) for _ in range(2))
    assert next(again) == next(again)


def test_the_end_may_be_given_in_any_zone():
    west = ENDS_AT.astimezone(timezone(timedelta(hours=-5)))
    assert list(demonstration_messages(west, scale=0.02)) == list(demonstration_messages(ENDS_AT, scale=0.02))


def test_an_end_without_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        next(demonstration_messages(datetime(2026, 10, 15)))


def test_there_are_about_five_thousand_messages(truth):
    assert 4_700 < len(truth) < 5_300


def test_messages_come_in_order_of_hand_in_and_none_after_the_end(truth):
    times = [told.handed_in_at for told in truth]
    assert times == sorted(times) and times[-1] <= ENDS_AT
    assert all(told.sent_at <= told.handed_in_at for told in truth)


def test_truth_and_messages_go_in_step(story):
    assert all(
        (source, at) == (told.source, told.handed_in_at) and source.startswith(f"{told.submitter}/")
        for (source, _, at), told in story
    )


def test_every_message_is_well_formed(story):
    for (_, raw, _), _told in story:
        message = parsed(raw)
        assert [part.defects for part in message.walk() if part.defects] == []
        assert max(map(len, raw.splitlines())) <= 998 and raw.isascii()


def test_every_message_carries_its_way_and_its_results(story):
    for (_, raw, _), told in story:
        if told.enclosed_in is None and told.mechanism != "bounce":
            message = parsed(raw)
            assert message["Return-Path"] and message["Received"] and message["Authentication-Results"]
            assert bool(message["DKIM-Signature"]) == (told.verdict != "unrelated-abuse")


def test_the_subject_of_the_message_is_the_subject_that_is_told(story):
    for (_, raw, _), told in story:
        if told.enclosed_in is None and told.platform != "mailman" and told.mechanism != "bounce":
            subject = str(make_header(decode_header(email.message_from_bytes(raw)["Subject"])))
            assert " ".join(subject.split()).startswith(" ".join(told.subject.split()))


def test_an_enclosing_message_holds_the_whole_message(story):
    enclosed = {told.enclosed_in: parsed(raw) for (_, raw, _), told in story if told.enclosed_in}
    assert set(enclosed) >= {"feedback-report", "forward"}
    for message in enclosed.values():
        inner = [part for part in message.walk() if part.get_content_type() == "message/rfc822"]
        assert inner[0].get_content()["Message-ID"]


def test_every_host_is_invented_or_a_platform_and_every_address_is_reserved(story):
    for (_, raw, _), _told in story:
        text = re.sub("=\r?\n", "", raw.decode())
        hosts = {host.lower() for host in re.findall(r"(?:@|//|by |helo=|header\.from=)([\w-]+(?:\.[\w-]+)+)", text)}
        strange = [h for h in hosts if not h.endswith((".example", "example.com", "example.net", "example.org"))]
        assert [h for h in strange if not h.endswith(PLATFORM_HOSTS)] == []
        for found in re.findall(r"(?<![\d.-])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", text):
            assert any(ipaddress.ip_address(found) in net for net in ADDRESSES), found


def test_zendesk_mail_is_consistent_in_itself(story):
    seen = 0
    for (_, raw, _), told in story:
        if told.platform == "zendesk" and told.mechanism != "account-verification" and told.enclosed_in is None:
            message, seen = parsed(raw), seen + 1
            ticket, seconds = re.match(r"<([0-9A-Z]{11})_([0-9a-f]{8})", message["Message-ID"]).groups()
            sent = parsedate_to_datetime(message["Date"]).timestamp()
            ulid = message["X-Zendesk-Email-Id"]
            born = sum(CROCKFORD.index(letter) << 5 * place for place, letter in enumerate(reversed(ulid[:10])))
            assert int(seconds, 16) == sent and 0 <= born / 1000 - sent < 1 and len(ulid) == 26
            assert message["In-Reply-To"] == f"<{ticket}@zendesk.com>"
            assert f"+id{ticket[:6]}-{ticket[6:]}@" in message["Reply-To"]
            assert re.fullmatch("[0-9a-f]{7}", message["X-Zendesk-From-Account-Id"])
    assert seen > 300


def test_a_verification_mail_has_no_ticket(story):
    for (_, raw, _), told in story:
        if told.platform == "zendesk" and told.mechanism == "account-verification" and told.enclosed_in is None:
            message = parsed(raw)
            assert message["X-Zendesk-Priority-Mail"] == "Verification Email"
            assert message["Reply-To"] is None and message["In-Reply-To"] is None
            assert message["X-Delivery-Context"].startswith("verify-email-")


def test_the_text_of_a_mail_for_nobodys_ticket_holds_the_attackers_words(story):
    words = {
        "purchase-en": "gaming laptop",
        "takedown-de": "Amtes für Verhalten",
        "airdrop-en": "orbit-airdrop.example",
    }
    shown = [
        (told.template, words[told.template] in readable(raw))
        for (_, raw, _), told in story
        if told.template in words and told.enclosed_in is None
    ]
    assert {template for template, _ in shown} == set(words) and all(found for _, found in shown)


def test_the_first_wave_runs_over_a_dozen_organisations_on_several_platforms(truth):
    wave = [told for told in truth if told.wave == "first wave"]
    assert len({told.abused_domain for told in wave}) >= 12
    assert {told.platform for told in wave} >= {"zendesk", "freshdesk", "jira"}
    assert len({told.template for told in wave if told.verdict == "relay-spam"}) >= 6


def test_the_second_wave_is_of_accounts_and_weeks_later(truth):
    first = max(told.sent_at for told in truth if told.wave == "first wave")
    second = [told for told in truth if told.wave == "second wave"]
    assert {told.verdict for told in second} == {"verification-flood"}
    assert min(told.sent_at for told in second) - first > timedelta(days=10)


def test_a_wave_is_on_at_the_end_and_rises(truth):
    times = [told.sent_at for told in truth if told.wave == "current wave"]
    late = [at for at in times if ENDS_AT - at < timedelta(hours=24)]
    assert ENDS_AT - max(times) < timedelta(hours=1) and ENDS_AT - min(times) < timedelta(hours=48)
    assert len(late) > 2 * (len(times) - len(late))


def test_fast_vendors_fall_silent_and_one_relapses(truth):
    def last(domain):
        return max(told.sent_at for told in truth if told.abused_domain == domain and told.verdict in ABUSE_VERDICTS)

    first_day = min(told.sent_at for told in truth if told.wave == "first wave") + timedelta(days=1)
    assert last("pixelmoor.example") < first_day < ENDS_AT - timedelta(days=200) < last("granitborg.example")


def test_the_story_has_every_verdict_and_mostly_known_people(truth):
    assert {told.verdict for told in truth} == ABUSE_VERDICTS | {"ordinary", "backscatter", "unrelated-abuse"}
    assert len({told.recipient for told in truth}) > 150 and len({told.submitter for told in truth}) > 10


def test_a_repeated_message_names_the_first_and_comes_from_somebody_else(truth):
    by_source = {told.source: told for told in truth}
    repeated = [told for told in truth if told.repeats]
    assert 30 < len(repeated) < 120
    assert all(by_source[told.repeats].submitter != told.submitter for told in repeated)
    assert all(by_source[told.repeats].sent_at == told.sent_at for told in repeated)


def test_a_wave_that_names_a_stranger_is_refused():
    cast = read_cast()
    wave = replace(cast.waves[0], companies=("nobody",))
    with pytest.raises(CatalogueError, match="nobody"):
        check_cast(replace(cast, waves=(wave,)))


@given(st.floats(0, 1), st.sampled_from(["surge", "fading", "rising", "steady"]))
def test_a_wave_stays_within_its_time(share, shape):
    assert -1e-9 <= elapsed(shape, share) <= 1 + 1e-9


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_an_encoded_subject_decodes_to_itself(text):
    assert [line for line in encoded(text).split("\n") if not text.isascii() and len(line) > 76] == []
    if not text.isascii():
        assert str(make_header(decode_header(encoded(text)))) == text


@given(
    st.sampled_from(["plain", "bold", "fullwidth", "homoglyph", "upper", "spaced", "zero-width", "emoji"]), st.text()
)
def test_dress_leaves_slots_alone(decoration, text):
    assert "{victim}" in dress(f"{text} {{victim}}!", decoration, stream("test"))


def test_one_of_each_choice_is_taken_and_slots_are_filled_once():
    assert choose("[a|b] [c]", stream("test")) in {"a [c]", "b [c]"}
    assert fill("{title}", {"title": "{name}"}) == "{name}"


def test_a_display_name_is_quoted_where_it_must_be():
    assert mailbox('Milo (the "desk")', "m@desk.example") == '"Milo (the \\"desk\\")" <m@desk.example>'
    assert mailbox("", "m@desk.example") == "m@desk.example"
