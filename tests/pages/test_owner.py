"""The Look-up page opens a domain to whoever put the record into its DNS, and to nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

import collectors.key_records
from tests.conftest import fill
from tests.data.readings import reading
from tests.pages.test_app import APP, told

ABOUT = "company0.example"


@pytest.fixture
def app(tmp_path, monkeypatch) -> AppTest:
    path = tmp_path / "relaywatch.db"
    monkeypatch.setenv("RELAYWATCH_DB", str(path))
    now = datetime.now(UTC)
    fill(path, now, [reading("You have won a prize", domain=ABOUT, sent_at=now - timedelta(hours=1))])
    found = AppTest.from_file(str(APP), default_timeout=60).run()
    found = found.switch_page("pages/lookup.py").run()
    found.text_input(key="lookup_name").set_value(ABOUT)
    next(button for button in found.button if button.label == "Look up").click().run()
    return found.button(key="proof_start").click().run()


def test_the_right_record_opens_the_details(app, monkeypatch):
    record = app.code[0].value.split('"')[1]
    monkeypatch.setattr(
        collectors.key_records, "fetch_texts", lambda name: [record] if name == f"_relaywatch.{ABOUT}" else []
    )
    app.button(key="proof_check").click().run()
    assert not app.exception
    assert app.dataframe[0].value["Incident"].tolist() == ["RW-0001"]


def test_another_record_opens_nothing(app, monkeypatch):
    monkeypatch.setattr(collectors.key_records, "fetch_texts", lambda name: ["relaywatch=00"])
    app.button(key="proof_check").click().run()
    assert "The record is not there yet." in told(app)
    assert len(app.dataframe) == 0
