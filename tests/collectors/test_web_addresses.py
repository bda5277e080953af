"""Which URLs and which addresses may be asked."""

import socket
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.web_addresses import checked_addresses, is_public, read_redirect, read_target
from data.fetching import NotFetched

LOCAL = """
0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 127.0.0.1 127.1.2.3 169.254.169.254 172.16.0.1 192.0.0.1 192.0.2.1 192.88.99.1
192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1
2001:db8::1 2002:7f00:1::1 3fff::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 localhost 1
"""


@pytest.mark.parametrize("address", LOCAL.split())
def test_an_address_that_is_not_of_a_public_host_is_told(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::200e"])
def test_public_addresses_are_told(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_private_address_is_public_in_any_spelling(ip):
    inside = [
        ip_network(net) for net in ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "224.0.0.0/3")
    ]
    if any(ip in network for network in inside):
        assert not is_public(str(ip))
    assert not is_public(f"::ffff:{ip}") and not is_public(f"64:ff9b::{ip}") and not is_public(f"::{ip}")


@given(st.ip_addresses(v=6))
def test_public_addresses_of_version_6_are_global_unicast(ip):
    assert not is_public(str(ip)) or (ip in ip_network("2000::/3") and ip_address(str(ip)).is_global)


def test_a_url_is_taken_apart():
    target = read_target(" HTTPS://Bücher.Example:443/a b/ü?q=[1] 2&x=%20#part ")
    assert (target.host, target.port, target.path) == ("xn--bcher-kva.example", 443, "/a%20b/%C3%BC?q=[1]%202&x=%20")
    assert target.url == "https://xn--bcher-kva.example/a%20b/%C3%BC?q=[1]%202&x=%20"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.org/", "Only http and https"),
        ("//example.org/", "Only http and https"),
        ("javascript:alert(1)", "Only http and https"),
        ("http://user@example.org/", "user name"),
        ("http://example.org\\@127.0.0.1/", "user name"),
        ("http://example.org:8080/", "Port 8080"),
        ("http://example.org:0/", "Port 0"),
        ("http://example.org:99999/", "cannot be read"),
        ("http://exa\tmple.org/", "control characters"),
        ("http://example.org/\r\nX: y", "control characters"),
        ("http:///path", "no host"),
        ("http://a..example/", "no host"),
        ("http://-/", "no host"),
        ("http://" + "a" * 64 + ".example/", "no host"),
        ("http://exa mple/", "no host"),
        ("http://%31.example/", "no host"),
        ("http://[::1", "cannot be read"),
        ("http://[fe80::1%25eth0]:80/", "neither a name nor an address"),
        ("http://\u2024.example/", "no name"),
        ("http://example.org/" + "a" * 4000, "4,000 characters"),
    ],
)
def test_a_url_that_is_not_asked_is_refused_with_its_reason(url, said):
    with pytest.raises(NotFetched, match=said) as refusal:
        read_target(url)
    assert refusal.value.outcome == "refused"


def test_a_host_that_the_operator_allows_may_have_any_port():
    allowed = ("inside.example", "outside.example:8080", "[::1]")
    assert read_target("http://inside.example:8443/", allowed).allowed
    assert read_target("http://outside.example:8080/", allowed).allowed
    assert not read_target("http://outside.example/", allowed).allowed
    assert read_target("http://[0:0::1]:99/", allowed).url == "http://[::1]:99/"


def addresses(host: str, *found: str, allowed: tuple[str, ...] = ()) -> tuple[str, ...]:
    return checked_addresses(read_target(f"http://{host}/", allowed), lambda name, port: found)


def test_only_public_addresses_of_a_name_are_used_and_three_of_them():
    public = ("1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4")
    assert addresses("a.example", "10.0.0.1", "::1", *public) == public[:3]


def test_odd_spellings_of_loopback_are_resolved_and_refused():
    for host in ("localhost", "127.1", "2130706433", "0x7f.1", "017700000001"):
        with pytest.raises(NotFetched) as refusal:
            checked_addresses(read_target(f"http://{host}/"), lambda name, port: [socket.gethostbyname(name)])
        assert refusal.value.outcome == "refused"


def test_an_allowed_host_may_be_anywhere():
    assert addresses("a.example", "10.0.0.1", allowed=("a.example",)) == ("10.0.0.1",)


def test_a_relative_redirect_stays_on_the_host():
    assert read_redirect(read_target("http://a.example/b/c?d"), "e f", ()).url == "http://a.example/b/e%20f"


pieces = st.sampled_from(
    ["http", "https", ":", "//", "/", "@", "[", "]", "::1", "127.0.0.1", "%00", "\\", "#", "?", ".."]
)


@given(st.one_of(st.text(max_size=80), st.lists(st.one_of(pieces, st.text(max_size=5)), max_size=12).map("".join)))
def test_any_text_is_a_target_or_refused(text):
    base = read_target("http://a.example/")
    for read in (
        lambda: read_target("http://" + text),
        lambda: read_target(text),
        lambda: read_redirect(base, text, ()),
    ):
        try:
            target = read()
        except NotFetched:
            continue
        assert read_target(target.url) == target
        assert target.port in (80, 443) and target.url.isascii() and " " not in target.url
