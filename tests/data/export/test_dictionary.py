"""The data dictionary is the declaration, on paper too."""

from pathlib import Path

from data.export.dictionary import dictionary_rows, to_markdown
from data.export.tables import EVERY_TABLE

PAGE = Path(__file__).parents[3] / "data" / "export" / "README.md"


def test_the_page_is_what_the_command_prints():
    assert PAGE.read_text(encoding="utf-8") == to_markdown(EVERY_TABLE.values())


def test_every_column_has_a_row():
    rows = list(dictionary_rows(EVERY_TABLE.values()))
    assert len(rows) == sum(len(table.columns) for table in EVERY_TABLE.values())
    assert all(row["meaning"] and row["example"] for row in rows)
