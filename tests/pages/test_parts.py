from datetime import UTC, datetime

import pytest

from data.keys import passing_keys
from data.model import Event, TemplatePart
from data.settings import Settings
from pages.parts import wiring
from pages.parts.changes import change_words
from pages.parts.templates import template_text

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "detail", "told"),
    [
        ("incident-opened", {}, "⊕ opened"),
        ("incident-merged", {"into": "RW-0001"}, "→ merged into RW-0001"),
        ("incident-confirmed", {}, "◉ confirmed"),
        ("wave-dissolved", {}, "– dissolved"),
        ("wave-split", {"parts": ["W-1", "W-2"]}, "· split parts W-1, W-2"),
    ],
)
def test_a_change_is_told_in_a_few_words(kind, detail, told):
    assert change_words(Event(1, NOW, "machine", kind, "RW-0002", detail)) == told


def test_a_template_on_one_line_shows_slots_in_brackets_and_no_live_link():
    parts = (TemplatePart("Ticket"), TemplatePart("", "number"), TemplatePart("at http://a.example\u202e"))
    assert template_text(parts) == "Ticket ⟦number⟧ at hxxp://a[.]example\ufffd"


def test_a_page_without_app_py_shows_nothing(monkeypatch):
    monkeypatch.setattr(wiring, "_connected", [])
    with pytest.raises(RuntimeError, match=r"start app\.py"):
        wiring.wiring()


def test_a_connected_page_finds_the_database(tmp_path, monkeypatch):
    monkeypatch.setattr(wiring, "_connected", [])
    settings = Settings(db=tmp_path / "new.db")
    wiring.connect(wiring.Wiring(lambda blob, source: iter(()), passing_keys(), settings, None, lambda name: []))
    with wiring.reading() as db:
        assert db.value("select count(*) from observations") == 0
