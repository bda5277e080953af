"""The app without a browser: every page on an empty and a filled database, and what it says when it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import fill
from tests.data.readings import NOON, burst, reading

APP = Path(__file__).parents[2] / "app.py"
PAGES = [
    "pages/overview.py",
    "pages/incidents.py",
    "pages/intelligence.py",
    "pages/submit.py",
    "pages/vendors.py",
    "pages/lookup.py",
]


@pytest.fixture
def database(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "relaywatch.db"
    monkeypatch.setenv("RELAYWATCH_DB", str(path))
    return path


def opened(page: str = PAGES[0], **query: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(page).run() if page != PAGES[0] or query else app


def told(app: AppTest) -> str:
    return "\n".join(str(item.value) for item in [*app.title, *app.markdown, *app.caption, *app.text])


def test_the_server_stands_before_anything_that_reads_mail_is_imported():
    code = "import sys, app; print([name for name in sys.modules if name.startswith('collectors.re')])"
    started = subprocess.run([sys.executable, "-c", code], cwd=APP.parent, capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "[]"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_on_an_empty_database(database, page):
    assert not opened(page).exception


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_on_a_filled_database(database, page):
    fill(database, NOON, burst())
    assert not opened(page).exception


def test_old_data_is_shown_though_it_is_old(database):
    fill(database, NOON, burst())
    app = opened()
    assert "**No wave is on.**" in told(app)
    assert "nothing since 20 Jan" in told(app)


def test_a_range_without_data_says_where_the_data_is(database):
    fill(database, NOON, burst())
    assert "Nothing in this range. The newest is of 20 Jan" in told(opened(range="24h"))


def test_an_id_in_small_letters_leads_to_the_incident_in_the_address(database):
    fill(database, NOON, burst())
    app = opened("pages/incidents.py", id="rw-1")
    assert app.title[0].value == "RW-0001"
    assert app.query_params["id"] == "RW-0001"


@pytest.mark.parametrize("wanted", ["RW-9999", "x", "RW-1' or 1=1 --", "\x00", "RW-" + "9" * 150])
def test_an_unknown_id_is_told_in_a_sentence(database, wanted):
    assert "There is no incident of that id." in told(opened("pages/incidents.py", id=wanted))


def test_a_message_outside_incidents_has_a_page_too(database):
    fill(database, NOON, [reading("Lunch on Friday?", verdict="ordinary", score=-2.0)])
    app = opened("pages/incidents.py", observation="O-0001")
    assert app.title[0].value == "O-0001"
    assert not app.exception


def test_a_folder_that_is_missing_is_told_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("RELAYWATCH_DB", str(tmp_path / "nowhere" / "relaywatch.db"))
    app = opened()
    assert not app.exception
    assert "nowhere" in told(app)


def test_keys_that_others_can_read_are_told_with_what_to_do(database):
    opened()
    keys = database.with_name(database.name + ".keys")
    keys.chmod(0o644)
    app = opened()
    assert not app.exception
    assert f"chmod 600 {keys}" in told(app)


def test_a_wrong_setting_is_told_with_its_name(database, monkeypatch):
    monkeypatch.setenv("RELAYWATCH_TEXT_LIMIT", "lots")
    app = opened()
    assert not app.exception
    assert "RELAYWATCH_TEXT_LIMIT is 'lots'" in told(app)
