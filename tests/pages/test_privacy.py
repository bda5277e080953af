"""The privacy notice stands on Submit, with the days that the operator set."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "app.py"


def test_the_notice_says_how_long_details_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("RELAYWATCH_DB", str(tmp_path / "relaywatch.db"))
    monkeypatch.setenv("RELAYWATCH_RETENTION_DAYS", "90")
    page = AppTest.from_file(str(APP), default_timeout=60).run().switch_page("pages/submit.py").run()
    notice = next(item for item in page.expander if item.label == "What happens to what I hand in")
    assert any("at most 90 days" in paragraph.value for paragraph in notice.markdown)
