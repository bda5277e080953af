import base64
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.authentication import (
    SIGNATURES_CHECKED,
    SignatureCheck,
    read_authentication,
    verify_dkim,
    with_checks,
)
from collectors.headers import parse_message
from collectors.received import read_hops
from data.model import Authentication, ParsedMessage, RawMessage
from data.settings import Settings

INSIDE = (
    "Received: from out.shop.example ([192.0.2.9]) by mx.example.org with ESMTP id 1; 2 Mar 2026 10:00:01 +0000\n"
)
BELOW = "Received: from pc ([192.0.2.8]) by out.shop.example with ESMTP id 0; 2 Mar 2026 10:00:00 +0000\n"
PASS = (
    "dkim=pass header.d=shop.example; spf=pass smtp.mailfrom=bounce.shop.example; dmarc=pass header.from=shop.example"
)
FAIL = "dkim=fail header.d=shop.example; spf=fail smtp.mailfrom=shop.example; dmarc=fail header.from=shop.example"


def parsed(header: str, body: str = "x") -> ParsedMessage:
    raw = f"{header}From: help@shop.example\nSubject: s\n\n{body}".encode()
    return parse_message(RawMessage("test", raw, headers_only=not body), Settings())


def told(header: str, trusted: tuple[str, ...] = (), hosts: tuple[str, ...] = ()) -> Authentication:
    message = parsed(header)
    return read_authentication(message, read_hops(message, hosts), trusted)


def words(found: Authentication) -> tuple[object, ...]:
    return (found.spf, found.dkim, found.dmarc, found.aligned, found.evidence, found.written_by)


def test_the_topmost_results_count_and_are_claimed():
    header = f"Authentication-Results: mx.example.org; {PASS}\nAuthentication-Results: other.example; {FAIL}\n"
    assert words(told(header)) == ("pass", "pass", "pass", True, "claimed", "mx.example.org")


def test_results_of_a_trusted_server_count_before_others_and_are_attested():
    foreign = f"Authentication-Results: other.example; {FAIL}\n"
    header = f"{foreign}{INSIDE}Authentication-Results: mx.example.org; {PASS}\n{BELOW}"
    found = told(header, trusted=("mx.example.org",), hosts=("example.org",))
    assert words(found) == ("pass", "pass", "pass", True, "attested", "mx.example.org")


def test_a_trusted_name_below_the_border_is_an_invention():
    header = f"{INSIDE}{BELOW}Authentication-Results: mx.example.org; {PASS}\n"
    assert told(header, trusted=("mx.example.org",), hosts=("example.org",)).evidence == "claimed"


def test_fields_of_one_server_side_by_side_are_read_together():
    header = (
        "Authentication-Results: mx.example.org; dmarc=pass header.from=shop.example\n"
        "Authentication-Results: mx.example.org; dkim=pass header.d=shop.example\n"
        "Received-SPF: pass (mx.example.org: domain of a@shop.example designates 192.0.2.9)\n"
        f"{INSIDE}Authentication-Results: mx.example.org; spf=fail\n"
    )
    assert words(told(header))[:3] == ("pass", "pass", "pass")


def test_a_field_that_says_nothing_of_them_does_not_count():
    header = f"Authentication-Results: relay.example; arc=none\nAuthentication-Results: mx.example.org; {PASS}\n"
    assert told(header).written_by == "mx.example.org"


def test_microsofts_nameless_results_are_signed_by_the_received_spf_beside_them():
    header = (
        "Authentication-Results: spf=pass smtp.mailfrom=shop.example; dkim=none header.d=none;"
        "dmarc=bestguesspass action=none header.from=shop.example;compauth=pass reason=109\n"
        "Received-SPF: Pass (protection.outlook.com: domain of shop.example designates 192.0.2.9) pr=C\n"
    )
    found = told(header)
    assert words(found) == ("pass", "none", "none", True, "claimed", "protection.outlook.com")
    assert found.warnings == ("dmarc=bestguesspass is no result of RFC 8601; read as none.",)


def test_without_results_received_spf_then_arc_is_read():
    assert words(told("Received-SPF: softfail (mx.example.org: x) client-ip=192.0.2.9\n"))[0] == "softfail"
    header = (
        "ARC-Authentication-Results: i=1; a.example; spf=fail\nARC-Authentication-Results: i=2; b.example; spf=pass\n"
    )
    assert words(told(header)) == ("pass", None, None, None, "claimed", "b.example")


def test_nothing_said_is_nothing_known():
    assert words(told("")) == (None, None, None, None, "claimed", None)


@pytest.mark.parametrize(
    ("results", "aligned"),
    [
        ("dkim=pass header.d=mail.shop.example", True),
        ("dkim=pass header.i=@desk.example", False),
        ("dkim=pass header.d=desk.example; dkim=pass header.d=shop.example", True),
        ("spf=pass smtp.mailfrom=bounce@desk.example", False),
        ("spf=pass smtp.mailfrom=bounce@x.shop.example", True),
        ("spf=fail smtp.mailfrom=shop.example", False),
        ("dkim=pass", None),
        ("dmarc=pass", True),
    ],
)
def test_alignment_is_a_pass_of_the_organisation_in_from(results, aligned):
    assert told(f"Authentication-Results: mx.example.org; {results}\n").aligned is aligned


def test_one_passing_signature_is_a_pass():
    assert (
        told(
            "Authentication-Results: mx.example.org; dkim=fail header.d=a.example; dkim=pass header.d=b.example\n"
        ).dkim
        == "pass"
    )


def test_signatures_name_their_domains_and_fields():
    found = told(
        "DKIM-Signature: v=1; d=Shop.example; h=From : To:\n subject; b=x\n"
        "DKIM-Signature: d=desk.example; h=from:date\n"
    )
    assert found.signing_domains == ("shop.example", "desk.example")
    assert found.signed_fields == ("from", "to", "subject", "date")


KEY = (Path(__file__).parents[1] / "samples" / "dkim_test_key.pem").read_bytes()
RECORD = (Path(__file__).parents[1] / "samples" / "dkim_test_key.txt").read_text("ascii").strip()
UNSIGNED = (
    b"From: help@shop.example\r\nTo: jo@example.org\r\nSubject: Ticket\r\nX-Account: 4711\r\n\r\n"
    b"Your  request \r\nwas received.\r\n\r\n"
)
dkim_installed = pytest.mark.skipif(importlib.util.find_spec("dkim") is None, reason="dkimpy is not installed")


def signed(message: bytes = UNSIGNED, domain: bytes = b"shop.example", **more: object) -> bytes:
    import dkim

    names = [b"from", b"to", b"subject"]
    return (
        dkim.sign(message, b"d1", domain, KEY, include_headers=names, canonicalize=(b"relaxed", b"relaxed"), **more)
        + message
    )


def checked(
    raw: bytes, record: str | None = RECORD, *, headers_only: bool = False, **more: object
) -> list[SignatureCheck]:
    message = parse_message(RawMessage("test", raw, headers_only=headers_only), Settings())
    return list(verify_dkim(message, lambda name: record, ("shop.example",), **more))


@dkim_installed
def test_a_genuine_signature_is_verified():
    (check,) = checked(signed())
    assert check == SignatureCheck("shop.example", "d1", "pass", ("from", "to", "subject"))


@dkim_installed
def test_a_verified_signature_raises_the_evidence_and_names_what_it_covers():
    message = parse_message(RawMessage("test", signed()), Settings())
    found = with_checks(message, Authentication(signed_fields=("x-account",)), checked(signed()))
    assert (found.evidence, found.dkim, found.aligned) == ("verified", "pass", True)
    assert found.signed_fields == ("from", "to", "subject")


@dkim_installed
def test_a_changed_header_fails_and_a_changed_body_leaves_the_header_verified():
    raw = signed()
    assert checked(raw.replace(b"Subject: Ticket", b"Subject: Prize"))[0].result == "fail"
    assert checked(raw.replace(b"4711", b"4712"))[0].result == "pass"
    changed = checked(raw.replace(b"received", b"refused"))[0]
    assert (changed.result, "The body differs" in changed.reason) == ("header-only", True)


@dkim_installed
def test_a_header_alone_is_verified_as_far_as_it_goes():
    header = signed().partition(b"\r\n\r\n")[0] + b"\r\n"
    assert checked(header, headers_only=True)[0].result == "header-only"
    assert checked(header.replace(b"jo@", b"kim@"), headers_only=True)[0].result == "fail"


@dkim_installed
def test_a_second_from_on_top_breaks_a_signature():
    assert checked(b"From: crook@example.net\r\n" + signed())[0].result == "fail"


@dkim_installed
@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "There is no key at d1._domainkey.shop.example"),
        ("v=DKIM1; p=", "There is no key"),
        ("v=DKIM1; p=" + "A" * 4_000, "longer than 4,096 bits"),
        ("v=DKIM1; p=" + base64.b64encode(b"no key").decode(), "differ from what was signed"),
    ],
)
def test_a_missing_or_unfit_key_verifies_nothing(record, reason):
    assert reason in checked(signed(), record)[0].reason


@dkim_installed
def test_only_known_domains_are_looked_up():
    asked: list[str] = []
    message = parse_message(RawMessage("test", signed(domain=b"mail.shop.example")), Settings())
    assert verify_dkim(message, lambda name: asked.append(name), ("other.example",))[0].result == "skipped"
    assert asked == []
    verify_dkim(message, lambda name: asked.append(name), ("shop.example",))
    assert asked == ["d1._domainkey.mail.shop.example"]


@dkim_installed
def test_look_ups_are_limited_in_number_and_time():
    raw = signed().partition(b"\r\nFrom:")[0] + b"\r\n"
    assert len(checked(raw * 9 + UNSIGNED)) == SIGNATURES_CHECKED
    ticks = iter((0.0, 0.0, 6.0))
    first, second = checked(raw * 2 + UNSIGNED, clock=lambda: next(ticks))
    assert (first.result, second.reason) == ("pass", "The time for checking signatures was used up.")


@dkim_installed
def test_a_resolver_that_fails_is_no_verdict():
    def resolver(name: str) -> str:
        raise TimeoutError

    message = parse_message(RawMessage("test", signed()), Settings())
    assert "could not be looked up" in verify_dkim(message, resolver, ("shop.example",))[0].reason


@dkim_installed
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"a=rsa-sha256", b"a=rsa-sha1", "algorithm"),
        (b"d=shop.example", b"d=..", "names no host"),
        (b"h=from", b"h=date", "does not cover From"),
        (b"bh=", b"z=" + b"y" * 6_000 + b"; bh=", "too long"),
    ],
)
def test_signatures_that_prove_nothing_are_not_checked(old, new, reason):
    (check,) = checked(signed().replace(old, new, 1))
    assert check.result == "skipped"
    assert reason in check.reason


@dkim_installed
def test_a_body_of_spaces_is_checked_in_linear_time():
    assert checked(signed(UNSIGNED + b" " * 100 + b"\r\n"))[0].result == "pass"
    assert checked(signed() + b" " * 2_000_000 + b"x")[0].result == "header-only"


PIECES = st.lists(
    st.sampled_from(
        [
            "Authentication-Results: ",
            "mx; ",
            "spf=pass ",
            "DKIM-Signature: ",
            "d=",
            "h=from;",
            "a.example",
            "\n",
            "Received: by x\n",
            "Received-SPF: ",
            "ARC-Authentication-Results: i=1; ",
        ]
    ),
    max_size=30,
)


@given(PIECES.map("".join))
def test_any_header_is_read_and_checked(header):
    message = parsed(f"X: y\n{header.rstrip()}\n")
    read_authentication(message, read_hops(message), ("mx",))
    verify_dkim(message, lambda name: RECORD, ("a.example",))
