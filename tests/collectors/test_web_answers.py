"""Header fields of strangers: when to come again, what it is, what can be sent back."""

from datetime import UTC, datetime, timedelta

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.web_answers import media_type, plain_body, retry_time, validator
from collectors.web_exchange import Answer
from data.fetching import NotFetched

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = 3600


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("90", 90),
        ("0", 0),
        ("86400", HOUR),
        ("9" * 5000, HOUR),
        ("Tue, 24 Nov 2026 09:30:00 GMT", 1800),
        ("Tuesday, 24-Nov-26 09:30:00 GMT", 1800),
        ("Tue Nov 24 09:30:00 2026", 1800),
        ("Tue, 24 Nov 2026 10:30:00 +0100", 1800),
        ("Tue, 24 Nov 2020 09:30:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", HOUR),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_and_capped(header, seconds):
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert retry_time(header, NOW, HOUR) == expected


@given(
    st.one_of(
        st.text(max_size=80), st.from_regex(r"\w{3}, \d\d? \w{3} \d{1,5} \d\d:\d\d:\d\d [+-]?\w{1,5}", fullmatch=True)
    )
)
def test_any_retry_after_is_a_time_within_the_cap_or_nothing(header):
    found = retry_time(header, NOW, HOUR)
    assert found is None or NOW <= found <= NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("text/html; charset=ISO-8859-1", ("text/html", "iso-8859-1")),
        ('application/xml;q=1; Charset="utf-8"', ("application/xml", "utf-8")),
        ("text/html, text/html", ("text/html", None)),
        ("html", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_media_type_is_read_or_left(header, found):
    assert media_type(header) == found


@given(st.text(max_size=600))
def test_any_content_type_is_read_or_left(header):
    for found in media_type(header):
        assert found is None or (found.isascii() and found.isprintable() and found == found.lower())


@given(st.text(max_size=600) | st.text(st.characters(max_codepoint=255), max_size=20))
def test_a_validator_has_nothing_in_it_that_ends_a_line(value):
    found = validator(value)
    assert found is None or found == value.strip()
    h11.Request(method="GET", target="/", headers=[("Host", "a"), ("If-None-Match", (found or "").encode("latin-1"))])


@given(
    st.binary(max_size=400), st.sampled_from(["gzip", "deflate", "gzip, deflate", "identity", "x", ""]), st.booleans()
)
def test_any_packed_body_is_unpacked_under_the_cap_or_fails(body, coding, cut):
    try:
        found = plain_body(Answer(200, {"content-encoding": coding}, body, 0), "a.example", 200, cut=cut)
    except NotFetched as failure:
        assert failure.outcome == "failed"
    else:
        assert len(found) <= 200
