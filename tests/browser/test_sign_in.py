"""Signing in by a real provider in a real browser: st.login, discovery, PKCE, signed ID token, roles, signing out."""

from datetime import UTC, datetime, timedelta

import pytest

from data.store.database import open_for_reading
from tests.browser.reader import Reader
from tests.conftest import fill, free_port
from tests.data.readings import burst
from tests.identity_provider import Provider, providing
from tests.signed_in import PEOPLE, serving_accounts

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("sign_in") / "relaywatch.db"
    now = datetime.now(UTC)
    fill(path, now, burst(2, 3, start=now - timedelta(hours=3)))
    return path


@pytest.fixture(scope="module")
def provider():
    port = free_port()
    with providing(PEOPLE, f"http://127.0.0.1:{port}/oauth2callback") as found:
        yield found


@pytest.fixture(scope="module")
def server(database, provider):
    port = int(provider.redirect_uri.partition("127.0.0.1:")[2].partition("/")[0])
    with serving_accounts(database, port, provider.issuer) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser):
    opened = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def reader(context, server):
    """Somebody whom the server does not know yet."""
    context.clear_cookies()
    page = context.new_page()
    yield Reader(page, server)
    page.close()


def sign_in(reader: Reader, who: str, path: str = "/") -> None:
    reader.open(path)
    reader.page.get_by_role("button", name="Sign in").click()
    reader.page.get_by_role("link", name=who, exact=True).click()
    reader.page.wait_for_url(f"{reader.address}/**")
    reader.settle()


def test_an_analyst_signs_in_changes_something_and_signs_out(reader: Reader, provider: Provider, database):
    sign_in(reader, "analyst")
    assert "Observations over time" in reader.text()
    asked = provider.asked[-1]
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert provider.refused == []
    reader.open("/intelligence?view=feeds")
    reader.page.get_by_role("button", name="Add the well-known feeds").first.click()
    reader.page.get_by_text("well-known feeds added").wait_for()
    reader.open("/account")
    assert "ann@cert.example" in reader.text()
    reader.page.get_by_role("button", name="Sign out").click()
    reader.page.wait_for_url(f"{reader.address}/")
    reader.settle()
    assert "Not open to you" in reader.text()
    assert provider.signed_out == 1
    assert [cookie["name"] for cookie in reader.page.context.cookies() if "user" in cookie["name"]] == []


def test_a_viewer_reads_and_exports_and_finds_no_button_that_changes_anything(reader: Reader, database):
    sign_in(reader, "viewer")
    reader.open("/exports?table=incidents")
    rows = reader.download("save_incidents_csv")
    assert len(rows) == 2
    with open_for_reading(database) as db:
        made = db.one("select actor, origin from events where kind = 'export-made' order by seq desc limit 1")
    assert made["actor"] == "vic@reader.example"
    reader.open("/intelligence?view=feeds")
    assert reader.page.locator(".st-key-add, .st-key-first_feeds").count() == 0
    reader.open("/log")
    assert "Not open to you" in reader.text()


def test_somebody_without_a_role_signs_in_and_sees_no_more_than_before(reader: Reader):
    sign_in(reader, "nobody", "/incidents")
    reader.open("/incidents")
    assert "nobody gave you a role here" in reader.text()
    assert reader.page.get_by_role("button", name="Sign out").count() == 1


def test_an_admin_by_a_claim_reads_the_log(reader: Reader):
    sign_in(reader, "admin")
    reader.open("/log")
    assert reader.row_count("log") > 0


def test_an_answer_with_another_state_signs_nobody_in(reader: Reader, server):
    reader.page.goto(f"{server}/oauth2callback?code=stolen&state=of-somebody-else")
    reader.settle()
    assert "Not open to you" in reader.text()
