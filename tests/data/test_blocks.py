import pytest

from data.blocks import block_text, is_at_this_machine, is_loopback

LOCALHOST = {"host": "localhost:8501"}


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        (None, None),
        ("nonsense", None),
    ],
)
def test_a_visitor_is_known_by_block_only(address, block):
    assert block_text(address) == block


def test_loopback_is_known_in_each_spelling():
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")))
    assert not any(map(is_loopback, ("192.0.2.1", "localhost", "", None)))


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.1", LOCALHOST),
        ("127.0.0.1", {"host": "relaywatch.example"}),
        ("127.0.0.1", {}),
        ("127.0.0.1", LOCALHOST | {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", LOCALHOST | {"via": "1.1 proxy"}),
    ],
)
def test_whoever_may_come_through_a_proxy_is_not_at_this_machine(address, headers):
    assert is_at_this_machine("127.0.0.1", LOCALHOST)
    assert not is_at_this_machine(address, headers)
