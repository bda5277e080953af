"""Every export, by name and format: each obeys the ceiling, and hostile cells come back as they were."""

import io
import json

import pandas as pd
import pytest

from data.errors import RelaywatchError
from data.export.csv_format import unguarded
from data.export.formats import FORMATS, RULE_FORMATS, TABLE_FORMATS
from data.export.rules import WRITERS
from data.export.sharing import share
from data.export.tables import EVERY_TABLE, export_rows
from data.store.shapes import EVERYTHING
from tests.data.export.shared import ACCOUNT, NOW, fill, mark

EVERY = [(what, form) for what, forms in FORMATS.items() for form in forms]
SHARED = [(what, form) for what, form in EVERY if what not in {"exports", "rules"}]


def written(db, what, form, ceiling="AMBER") -> bytes:
    return b"".join(share(db, what, form, EVERYTHING, NOW, ceiling).chunks)


def test_every_table_and_rule_format_has_a_name():
    assert [name for name in FORMATS if FORMATS[name] == TABLE_FORMATS] == list(EVERY_TABLE)
    assert list(WRITERS) == list(RULE_FORMATS)


@pytest.mark.parametrize(("what", "form"), EVERY)
def test_everything_can_be_written_from_hostile_cells(db, what, form):
    fill(db)
    written(db, what, form).decode("utf-8")


@pytest.mark.parametrize(("what", "form"), SHARED)
@pytest.mark.parametrize("ceiling", ["CLEAR", "GREEN"])
def test_nothing_unmarked_leaves_below_amber(db, what, form, ceiling):
    fill(db)
    text = written(db, what, form, ceiling).decode()
    assert not [
        word for word in ("northwind.example", "tenant1", ACCOUNT, "claim now", "USDT", "RW-0") if word in text
    ]


@pytest.mark.parametrize("form", FORMATS["rules"])
def test_rules_are_never_for_everybody(db, form):
    fill(db)
    with pytest.raises(RelaywatchError, match="never TLP:CLEAR"):
        written(db, "rules", form, "CLEAR")
    assert ACCOUNT in written(db, "rules", form).decode()
    assert ACCOUNT not in written(db, "rules", form, "GREEN").decode()


def test_a_red_incident_takes_its_wave_out_of_an_amber_export(db):
    fill(db)
    mark(db, "RED", "RW-0001")
    text = written(db, "stix", "json").decode()
    assert "W-0001" not in text
    assert "incident RW-0001" not in text
    assert "incident RW-0002" in text


@pytest.mark.parametrize("name", ["observations", "incidents", "waves", "timeline"])
def test_a_csv_of_hostile_cells_gives_the_database_back(db, name):
    fill(db)
    table = EVERY_TABLE[name]
    blob = written(db, name, "csv")
    frame = pd.read_csv(io.BytesIO(blob), dtype=str, keep_default_na=False)
    texts = [column.name for column in table.columns if column.type == "text"]
    for column in texts:
        frame[column] = frame[column].map(unguarded)
    rows = list(export_rows(db, table, now=NOW))
    assert list(frame.columns) == [column.name for column in table.columns]
    assert frame[texts].values.tolist() == [[row[column] or "" for column in texts] for row in rows]
    assert frame.drop(columns=texts).values.tolist() == [
        [
            "" if row[c.name] is None else json.dumps(row[c.name]).strip('"')
            for c in table.columns
            if c.name not in texts
        ]
        for row in rows
    ]
