import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.headers import parse_message
from collectors.received import border, read_hops, received_time
from data.model import Hop, ParsedMessage, RawMessage
from data.settings import Settings

CHAINS = tomllib.loads((Path(__file__).parents[1] / "samples" / "received_chains.toml").read_text("utf-8"))["chain"]


def message_with(*received: str) -> ParsedMessage:
    header = "".join(f"Received: {line}\n" for line in received) + "From: a@example.com\n\nx"
    return parse_message(RawMessage("test", header.encode()), Settings())


def expected_hop(row: str) -> Hop:
    sender, address, by, at, delay = (None if cell.strip() == "-" else cell.strip() for cell in row.split("|"))
    return Hop(
        from_host=sender,
        from_address=address,
        by=by,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None,
        delay_seconds=int(delay.removesuffix("!")) if delay else None,
        evidence="claimed",
        skewed=bool(delay) and delay.endswith("!"),
    )


@pytest.mark.parametrize("chain", CHAINS, ids=[chain["name"] for chain in CHAINS])
def test_a_chain_reads_as_worked_out_by_hand(chain):
    assert list(read_hops(message_with(*chain["received"]))) == [expected_hop(row) for row in chain["hops"]]


@pytest.mark.parametrize("chain", CHAINS, ids=[chain["name"] for chain in CHAINS])
def test_the_border_is_where_the_message_came_in(chain):
    assert border(read_hops(message_with(*chain["received"]))) == chain["border"]


def test_there_are_thirty_chains_and_more():
    assert len({chain["name"] for chain in CHAINS}) >= 30


def test_a_negative_delay_is_named_clock_skew():
    hops = [hop for chain in CHAINS for hop in read_hops(message_with(*chain["received"]))]
    assert {hop.skewed for hop in hops if hop.delay_seconds is not None and hop.delay_seconds < 0} == {True}
    assert not any(hop.skewed for hop in hops if hop.delay_seconds is None or hop.delay_seconds >= 0)


INSIDE = (
    "from mx.example.org (mx.example.org [10.0.0.2]) by store.example.org with LMTP id 2; 2 Mar 26 10:00:02 +0000",
    "from out.shop.example (out.shop.example [192.0.2.9]) by mx.example.org with ESMTP id 1; 2 Mar 26 10:00:01 +0000",
    "from mx.example.org (mx.example.org [10.0.0.2]) by mx.example.org with ESMTP id 0; 2 Mar 26 10:00:00 +0000",
)


def test_hops_are_attested_down_to_the_one_that_came_from_outside():
    hops = read_hops(message_with(*INSIDE), trusted=("example.org",))
    assert [hop.evidence for hop in hops] == ["claimed", "attested", "attested"]


def test_without_a_mailbox_of_ours_every_hop_is_claimed():
    assert {hop.evidence for hop in read_hops(message_with(*INSIDE))} == {"claimed"}


def test_hops_of_strangers_are_never_attested():
    assert {hop.evidence for hop in read_hops(message_with(*INSIDE), trusted=("example.com",))} == {"claimed"}


def test_no_received_line_makes_no_hop_and_no_border():
    assert read_hops(message_with()) == ()
    assert border(()) is None


def test_a_time_is_found_where_no_semicolon_stands():
    line = "by filter-1 with SMTP id f-1 2026-03-20 13:30:14.644090596 +0000 UTC m=+77.3"
    assert received_time(line) == datetime(2026, 3, 20, 13, 30, 14, tzinfo=UTC)


@given(st.ip_addresses(v=6))
def test_an_address_of_ipv6_is_written_in_one_way(address):
    (hop,) = read_hops(
        message_with(f"from mail.example.org ([IPv6:{address.exploded}]) by mx.example.net with ESMTP")
    )
    assert hop.from_address == str(address.ipv4_mapped or address)
