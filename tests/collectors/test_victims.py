"""Whom a message was written to, as mailers encode it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from collectors.victims import bounced

PLAINLY = re.compile(r"([^\s<>=+,;:@\"]{1,64})=((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?![\w.])", re.IGNORECASE)


def test_a_bounce_address_names_its_recipient():
    assert list(bounced("<b+maria=example.org@x.example>, jo.k=mail.example")) == [
        ("maria", "example.org"),
        ("jo.k", "mail.example"),
    ]


@given(st.text(alphabet="ab.=-@ +9_é", max_size=80))
def test_it_finds_what_the_slow_expression_finds(value):
    assert list(bounced(value)) == PLAINLY.findall(value)
