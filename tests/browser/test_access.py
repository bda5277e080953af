"""Who may see and do what: every page and download, for every role. Fresh servers: test_fresh_server.py."""

import http.client
from datetime import UTC, datetime, timedelta

import pytest

from data.judgement.access import PAGES, ROLES, has_right
from tests.conftest import fill, free_port
from tests.data.readings import burst
from tests.signed_in import cookie_of, listed, run_page, serving_accounts, texts

pytestmark = pytest.mark.server

CLOSED = "## Not open to you"
ACCOUNTS = {role: role if role in ("viewer", "analyst", "admin") else None for role in ROLES if role != "local"}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory):
    """A server with accounts over a wave."""
    db = tmp_path_factory.mktemp("accounts") / "relaywatch.db"
    now = datetime.now(UTC)
    fill(db, now, burst(2, 3, start=now - timedelta(hours=3)))
    with serving_accounts(db, free_port()) as address:
        yield address


@pytest.mark.parametrize("role", ACCOUNTS)
def test_every_page_opens_to_the_roles_that_the_table_names(accounts, role):
    who = ACCOUNTS[role]
    cookie = cookie_of(accounts, who) if who else None
    closed = {name for name in PAGES if CLOSED in texts(run_page(accounts, name, cookie))}
    assert closed == {name for name, right in PAGES.items() if not has_right(role, right)}


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("nobody", "nobody gave you a role here"),
        ("unverified", "does not say that it verified your address"),
        ("late", "Your session is over."),
    ],
)
def test_an_account_without_a_role_is_told_why_nothing_opens(accounts, who, sentence):
    told = texts(run_page(accounts, "incidents", cookie_of(accounts, who)))
    assert CLOSED in told
    assert sentence in told


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "another secret of thirty-two letters"},
        {"iat": None},
        {"iat": 32_503_680_000},
        {"email": "ann@cert.example@reader.example"},
        {"email_verified": False},
    ],
)
def test_a_cookie_that_was_not_made_for_this_opens_nothing(accounts, forged):
    assert CLOSED in texts(run_page(accounts, "overview", cookie_of(accounts, "viewer", **forged)))


def test_what_may_not_be_seen_stands_in_no_menu(accounts):
    shown = {path for path, visible in listed(run_page(accounts, "overview")).items() if visible}
    assert shown == {"submit", "lookup", "published", "account"}


def sent_to(address: str, path: str) -> tuple[int, str | None]:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.getheader("Location")


def test_the_first_page_opens_under_its_own_name_too(accounts):
    assert sent_to(accounts, "/overview") == (307, "/")


def fetched(address: str, path: str, cookie: str | None = None) -> int:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    return connection.getresponse().status


def test_the_file_of_a_download_is_for_those_who_may_export(accounts):
    path = "/media/0123456789abcdef.csv"
    assert fetched(accounts, path) == 403
    assert fetched(accounts, path, cookie_of(accounts, "nobody")) == 403
    assert fetched(accounts, path, cookie_of(accounts, "late")) == 403
    assert fetched(accounts, path, cookie_of(accounts, "viewer", secret="x" * 32)) == 403
    assert fetched(accounts, path, cookie_of(accounts, "viewer")) == 404


def test_accounts_end_the_local_mode_of_the_api_too(accounts):
    assert fetched(accounts, "/api/incidents") == 401
    assert fetched(accounts, "/api/incidents", cookie_of(accounts, "admin")) == 401


def test_a_public_server_shows_nothing_else_whoever_asks(tmp_path):
    db = tmp_path / "relaywatch.db"
    now = datetime.now(UTC)
    fill(db, now, burst(2, 3, start=now - timedelta(hours=3)))
    with serving_accounts(db, free_port(), RELAYWATCH_PUBLIC="yes") as address:
        cookie = cookie_of(address, "admin")
        assert CLOSED in texts(run_page(address, "overview", cookie))
        assert CLOSED in texts(run_page(address, "exports", cookie))
        assert CLOSED not in texts(run_page(address, "", cookie))
        assert fetched(address, "/api/incidents") == 404
        assert fetched(address, "/media/x.csv", cookie) == 403
        assert sent_to(address, "/submit?lang=de") == (307, "/?lang=de")
