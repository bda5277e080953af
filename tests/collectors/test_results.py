import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.results import arc_instance, read_received_spf, read_results


def told(value: str) -> tuple[object, ...]:
    found = read_results(value)
    return (found.author, *((item.method, item.word, item.domain) for item in found.results))


@pytest.mark.parametrize(
    ("value", "results"),
    [
        (
            "mx.example.org; dkim=pass header.i=@shop.example header.s=d1; spf=pass (mx: domain of a@b.example"
            " designates 192.0.2.1) smtp.mailfrom=a@b.example; dmarc=pass (p=REJECT) header.from=shop.example",
            (
                "mx.example.org",
                ("dkim", "pass", "shop.example"),
                ("spf", "pass", "b.example"),
                ("dmarc", "pass", "shop.example"),
            ),
        ),
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=b.example; dkim=none (message not signed)"
            " header.d=none;dmarc=bestguesspass action=none header.from=b.example;compauth=pass reason=109",
            (None, ("spf", "pass", "b.example"), ("dkim", "none", None), ("dmarc", "none", "b.example")),
        ),
        ("mx.example.org 1; spf=hardfail smtp.helo=x.example;", ("mx.example.org", ("spf", "fail", "x.example"))),
        (
            "=?utf-8?Q?mx.example.org;_dkim=3Dfail_header.d=3Da.example?=",
            ("mx.example.org", ("dkim", "fail", "a.example")),
        ),
        ("mx.example.org; arc=pass (i=1 spf=fail dkim=fail dmarc=fail)", ("mx.example.org",)),
        (
            "mx.example.org; dkim=pass (a (nested; spf=fail) comment) header.d=a.example",
            ("mx.example.org", ("dkim", "pass", "a.example")),
        ),
        (
            "mx.example.org; spf=pass smtp.mailfrom=a.example dkim=fail header.d=b.example",
            ("mx.example.org", ("spf", "pass", "a.example"), ("dkim", "fail", "b.example")),
        ),
        ("i=2; mx.example.org; spf=Neutral", ("mx.example.org", ("spf", "neutral", None))),
        (
            "mx.example.org; dkim=madeup; dmarc=pass policy.dmarc=none",
            ("mx.example.org", ("dkim", None, None), ("dmarc", "pass", None)),
        ),
        ("mx.example.org; none", ("mx.example.org",)),
        ("mx.example.org; dkim-atps=neutral; x-dkim=pass", ("mx.example.org",)),
        ("", (None,)),
    ],
)
def test_results_are_read_as_servers_write_them(value, results):
    assert told(value) == results


def test_received_spf_names_its_result_receiver_and_sender():
    found = read_received_spf(
        "Pass (mx.example.org: domain of a@b.example designates 192.0.2.1) envelope-from=a@b.example"
    )
    assert (found.author, found.results[0].word, found.results[0].domain) == ("mx.example.org", "pass", "b.example")
    found = read_received_spf("softfail client-ip=192.0.2.1; receiver=MX.example.org; helo=x")
    assert (found.author, found.results[0].word) == ("mx.example.org", "softfail")
    assert read_received_spf("whatever").results[0].word is None


def test_the_newest_arc_field_has_the_highest_instance():
    assert max(["i=2; a; spf=pass", "i=10; b", "c"], key=arc_instance).startswith("i=10")


PIECES = st.lists(
    st.sampled_from(
        ["spf=", "dkim", "=", "pass", ";", " ", "(", ")", "header.d=", "a.example", "=?utf-8?Q?", "?=", "i=1"]
    ),
    max_size=40,
)


@given(PIECES.map("".join) | st.text())
def test_any_value_is_read(value):
    for found in (read_results(value), read_received_spf(value)):
        assert all(item.method in {"spf", "dkim", "dmarc"} for item in found.results)
        assert found.author is None or found.author == found.author.lower()
