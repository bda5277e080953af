import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.links import safe_url


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTPS://Example.ORG:443/a", "https://example.org/a"),
        ("https://example.org/a\n", "https://example.org/a"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://bank@example.net/", "https://example.net/"),
        ("http://192.0.2.7:8080/x", "http://192.0.2.7:8080/x"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("/relative", None),
        ("http://", None),
        ("http://a:b:c/", None),
        ("", None),
    ],
)
def test_only_web_addresses_are_safe(address, wanted):
    assert safe_url(address) == wanted


def test_a_relative_address_is_made_absolute():
    assert safe_url("../b", "https://example.org/x/y/a") == "https://example.org/x/b"
    assert safe_url("//example.net/b", "https://example.org/") == "https://example.net/b"


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_text_is_safe_or_none(address, base):
    found = safe_url(address, base)
    assert found is None or (found.startswith(("http://", "https://")) and found.isascii())
