from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.store.readings_json import readings_from_json, readings_to_json
from tests.data.readings import burst, reading

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
READINGS = st.builds(
    reading,
    subject=st.none() | st.text(),
    account=st.none() | st.text(),
    score=FLOATS,
    recipient=st.none() | st.just("ann@victim.example"),
    sent_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    text=st.text(),
    headers_only=st.booleans(),
    warnings=st.lists(st.text()).map(tuple),
    message_hash=st.none() | st.binary(),
)


@given(READINGS)
def test_a_reading_survives_its_wait(found):
    assert readings_from_json(readings_to_json([found])) == [found]


def test_several_readings_keep_their_order():
    found = [reading(recipient=None, sent_at=None, headers_only=True), *burst()]
    assert readings_from_json(readings_to_json(found)) == found


@pytest.mark.parametrize("text", ["{}", "[1]", "[{}]", '[{"source": 1}]', "x", "[null]"])
def test_what_is_no_reading_is_refused(text):
    with pytest.raises(ValueError):
        readings_from_json(text)
