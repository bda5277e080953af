"""Exports: the contract's columns, current ids, rows and numbers as on the screen."""

import csv
import io
import json
from datetime import timedelta

import pytest

from data.export.csv_format import to_csv
from data.export.json_format import to_json
from data.export.tables import EVERY_TABLE, INCIDENTS, OBSERVATIONS, TIMELINE, WAVES, export_rows
from data.store.exports import recorded
from data.store.intelligence_pages import save_page
from data.store.mitigations import Door, Proof, set_status
from data.store.reads import incidents, search_observations, waves
from data.store.shapes import EVERYTHING, IncidentFilter
from tests.data.readings import NOON, burst, reading, taken
from tests.data.reports import page

HOUR = timedelta(hours=1)
CONTRACT = (
    "observation_id, observed_at, abused_domain, platform, account_id, tenant, mechanism, verdict, template_id,"
    " incident_id, wave_id, subject, confidence"
)


@pytest.fixture
def filled(db):
    save_page(db, page(), now=NOON, added_by="ann")
    taken(db, [*burst(4, 3), reading("=cmd|' /C calc'!A0", verdict="ordinary", score=0, domain=None, platform=None)])
    set_status(db, Door("E-0001"), "confirmed", author="ada", proof=Proof("seen"), now=NOON + HOUR)
    return db


def rows(db, table, where=EVERYTHING):
    return list(export_rows(db, table, where, now=NOON + HOUR))


def test_observations_begin_with_the_columns_of_the_contract():
    names = [column.name for column in OBSERVATIONS.columns]
    assert names[:13] == CONTRACT.split(", ")


@pytest.mark.parametrize("table", EVERY_TABLE.values(), ids=EVERY_TABLE)
def test_every_column_says_what_it_means_and_has_a_value(filled, table):
    assert all(column.meaning.endswith(".") for column in table.columns)
    with recorded(filled.path, "incidents", "csv", {}):
        pass
    assert all(column.example for column in table.columns)
    assert all(column.unit for column in table.columns if column.type in {"number", "time"})
    found = rows(filled, table)
    assert found or table.name == "reports"
    assert all(list(row) == [column.name for column in table.columns] for row in found)


def test_every_message_has_a_template_in_an_incident_or_not(filled):
    found = rows(filled, OBSERVATIONS)
    assert len(found) == 13
    assert {row["template_id"] for row in found} == {"T-0001", "T-0002"}
    assert [row["incident_id"] for row in found if row["verdict"] == "ordinary"] == [None]


@pytest.mark.parametrize(
    "where",
    [EVERYTHING, IncidentFilter(platform=("zendesk",)), IncidentFilter(text="tenant1"),
     IncidentFilter(wave_id="W-0001"), IncidentFilter(since=NOON + HOUR / 4),
     IncidentFilter(verdict=("ordinary",)), IncidentFilter(text="claim")],
)  # fmt: skip
def test_rows_and_numbers_are_those_of_the_screen(filled, where):
    shown = incidents(filled, where, now=NOON + HOUR)
    written = rows(filled, INCIDENTS, where)
    assert [(row["incident_id"], row["observations"], row["last_24h"]) for row in written] == [
        (row.incident_id, row.observations, row.last_24h) for row in shown
    ]
    messages = [row.observation_id for row in search_observations(filled, where=where)]
    assert [row["observation_id"] for row in rows(filled, OBSERVATIONS, where)] == messages


def test_the_timeline_adds_up_to_the_incidents(filled):
    taken(filled, [reading(key="later", sent_at=NOON + 5 * HOUR)])
    found = rows(filled, TIMELINE)
    assert sum(row["observations"] for row in found) == sum(row.observations for row in incidents(filled))
    assert [row["at"] for row in found] == sorted(row["at"] for row in found)
    assert {row["at"] for row in found} == {"2026-01-20T12:00:00Z", "2026-01-20T17:00:00Z"}


def test_waves_are_those_of_the_pages(filled):
    assert [row["wave_id"] for row in rows(filled, WAVES)] == [row.wave_id for row in waves(filled)]
    assert rows(filled, WAVES, IncidentFilter(platform=("freshdesk",))) == []


def test_ids_are_the_current_ones_after_merges(db):
    taken(db, [reading(key=1, sent_at=NOON), reading(key=2, sent_at=NOON + 100 * HOUR)])
    taken(db, [reading(key=3, sent_at=NOON + 50 * HOUR)])
    assert {row["incident_id"] for row in rows(db, OBSERVATIONS)} == {"RW-0001"}


def test_no_cell_of_the_csv_is_a_formula(filled):
    text = b"".join(to_csv(rows(filled, OBSERVATIONS), OBSERVATIONS.columns)).decode()
    subjects = [row["subject"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert "'=cmd|' /C calc'!A0" in subjects
    assert not any(subject.startswith("=") for subject in subjects)


def test_json_is_one_array_of_plain_values(filled):
    found = json.loads(b"".join(to_json(rows(filled, OBSERVATIONS))))
    assert found == rows(filled, OBSERVATIONS)
    assert json.loads(b"".join(to_json([]))) == []


def test_a_large_export_streams(filled):
    stream = export_rows(filled, OBSERVATIONS)
    assert next(stream)["observation_id"]
    stream.close()


def test_vendors_and_exposures_are_those_of_the_page_in_the_states_that_are_asked_for(filled):
    assert rows(filled, EVERY_TABLE["exposures"])[0]["party"] == "tenant0.example.com"
    assert len(rows(filled, EVERY_TABLE["vendors"])) == 4
    confirmed = list(export_rows(filled, EVERY_TABLE["vendors"], status=("confirmed",)))
    assert [(row["party"], row["status"], row["exposures"]) for row in confirmed] == [
        ("tenant0.example.com", "confirmed", 1)
    ]
    assert len(list(export_rows(filled, EVERY_TABLE["mitigations"], status=("mitigated",)))) == 0
    (change,) = rows(filled, EVERY_TABLE["mitigations"], IncidentFilter(platform=("zendesk",)))
    assert (change["status"], change["author"], change["note"]) == ("confirmed", "ada", "seen")
