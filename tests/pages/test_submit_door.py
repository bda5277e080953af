"""The Submit page asks at the same door as the API."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.store.database import open_database
from data.store.quarantine import count_held
from data.store.reads import incidents
from tests.collectors.api_server import acknowledgement

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Pastes a message and keeps it, with a setting or none; gives the page and the database."""

    def kept(**settings: str):
        monkeypatch.setenv("RELAYWATCH_DB", str(tmp_path / "relaywatch.db"))
        for name, value in settings.items():
            monkeypatch.setenv(f"RELAYWATCH_{name.upper()}", value)
        app = AppTest.from_file(str(APP), default_timeout=60).run().switch_page("pages/submit.py").run()
        app.text_area(key="paste").set_value(acknowledgement(1).decode())
        app.button[0].click().run()
        app.button(key="keep").click().run()
        assert not app.exception
        return app, tmp_path / "relaywatch.db"

    return kept


def figures(path: Path) -> tuple[int, int]:
    with open_database(path) as db:
        return len(incidents(db)), count_held(db)


def test_an_open_door_takes_it(keep):
    app, path = keep()
    assert figures(path) == (1, 0)
    assert any("O-0001" in item.value for item in app.markdown)


def test_a_moderated_one_holds_it_and_says_so(keep):
    app, path = keep(submissions="moderated")
    assert figures(path) == (0, 1)
    assert any("waits for a look" in item.value for item in app.markdown)


def test_a_closed_one_says_so(keep):
    app, path = keep(submissions="closed")
    assert figures(path) == (0, 0)
    assert any("Submissions are closed" in item.value for item in app.text)
