"""Roles out of claims: who gets which, and who gets none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.judgement.access import signed_in
from data.settings import Settings

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
LISTS = Settings(
    viewers=("@reader.example", "eve@cert.example"),
    analysts=("ann@cert.example",),
    admins=("root@cert.example",),
    roles_claim="realm.roles",
)
FRESH = {"iat": NOW.timestamp() - 60, "email_verified": True, "sub": "1"}


def role(**claims: object) -> str:
    return signed_in({**FRESH, **claims}, LISTS, NOW).role


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"email": "ann@cert.example"}, "analyst"),
        ({"email": "Ann@CERT.example"}, "analyst"),
        ({"email": "root@cert.example"}, "admin"),
        ({"email": "anybody@reader.example"}, "viewer"),
        ({"email": "anybody@sub.reader.example"}, "stranger"),
        ({"email": "anybody@notreader.example"}, "stranger"),
        ({"email": "a@b@reader.example"}, "stranger"),
        ({"email": "@reader.example"}, "stranger"),
        ({"email": ["ann@cert.example"]}, "stranger"),
        ({}, "stranger"),
        ({"email": "ann@cert.example", "email_verified": False}, "stranger"),
        ({"email": "ann@cert.example", "email_verified": "true"}, "analyst"),
        ({"email": "ann@cert.example", "email_verified": 1}, "analyst"),
        ({"realm": {"roles": ["analyst", "other"]}}, "analyst"),
        ({"realm": {"roles": "relaywatch-admin"}}, "admin"),
        ({"realm.roles": ["viewer"]}, "viewer"),
        ({"realm": {"roles": ["local", "stranger"]}}, "stranger"),
        ({"realm": {"roles": {"admin": True}}}, "stranger"),
        ({"realm": "admin"}, "stranger"),
        ({"realm": {"roles": ["viewer"]}, "email": "ann@cert.example"}, "viewer"),
    ],
)
def test_a_role_is_named_by_a_claim_or_by_a_verified_address(claims, expected):
    assert role(**claims) == expected


@pytest.mark.parametrize("issued", [None, True, "now", -1, float("nan"), float("inf"), NOW.timestamp() + 3_600])
def test_a_token_without_a_sensible_time_gives_nothing(issued):
    assert role(email="ann@cert.example", iat=issued) == "stranger"


def test_a_session_ends_when_the_settings_say():
    claims = {**FRESH, "email": "ann@cert.example"}
    end = datetime.fromtimestamp(FRESH["iat"], UTC) + timedelta(hours=12)
    assert signed_in(claims, LISTS, end - timedelta(seconds=1)).role == "analyst"
    over = signed_in(claims, LISTS, end)
    assert (over.role, over.why) == ("stranger", "Your session is over. Sign in again.")


def test_addresses_that_the_provider_never_calls_verified_count_only_where_the_operator_says_so():
    claims = {"iat": NOW.timestamp(), "email": "ann@cert.example"}
    assert signed_in(claims, Settings(analysts=("ann@cert.example",)), NOW).role == "stranger"
    assert signed_in(claims, Settings(analysts=("ann@cert.example",), trust_addresses=True), NOW).role == "analyst"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["iat", "email", "email_verified", "realm", "realm.roles", "sub"]), JSON))
def test_no_claims_whatever_raise_or_make_somebody_local(claims):
    assert signed_in(claims, LISTS, NOW).role != "local"
