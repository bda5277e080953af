"""Analysts decide in the browser, and undo leads back to the same view."""

from datetime import UTC, datetime, timedelta

import pytest

from data.store.database import open_database
from data.store.decisions import Decision, decide
from tests.conftest import fill
from tests.data.readings import burst

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("deciding") / "relaywatch.db"
    now = datetime.now(UTC)
    fill(path, now, burst(12, 3, start=now - timedelta(hours=3)))
    return path


@pytest.fixture(scope="module")
def address(database):
    from tests.conftest import serving

    with serving(database, database.with_suffix(".log")) as found:
        yield found


def press(reader, name):
    reader.page.get_by_role("button", name=name, exact=True).first.click()
    reader.settle()


def pick(reader, menu, item):
    reader.page.get_by_role("button", name=menu).first.click()
    reader.page.get_by_text(item, exact=True).first.click()
    reader.settle()


def decide_now(reader):
    """The button of the question, until the answer is there."""
    reader.page.locator(".st-key-decide_now button").click()
    reader.page.wait_for_selector(".st-key-card_question", state="detached")
    reader.settle()


def fill_in(reader, label, text):
    field = reader.page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    reader.settle()


def tick(reader, name, *ids):
    """The boxes of some rows, by their ids."""
    for wanted in ids:
        place = next(place for place, row in enumerate(reader.grid(name), 1) if wanted in row.values())
        reader.click_row(name, place, at=16)


def say_why(reader):
    fill_in(reader, "Why", "seen by three of us")
    decide_now(reader)


def undo_it(reader):
    reader.page.locator("[class*=st-key-undo_] button").first.click()
    reader.settle()
    say_why(reader)


def shown(reader):
    return {row["Incident"]: row for row in reader.grid("incidents")}


def test_a_merge_says_what_moves_and_undo_leads_back_to_the_same_view(read, address):
    reader = read(address)
    reader.open("/incidents")
    before = reader.grid("incidents")
    reader.open("/incidents?id=RW-0001")
    pick(reader, "Decide", "Merge into another")
    fill_in(reader, "Into", "RW-0002")
    assert "3 messages of RW-0001 move to RW-0002." in reader.text()
    fill_in(reader, "Why", "one and the same")
    decide_now(reader)
    assert "RW-0002" in reader.query()
    assert "1 · merge RW-0001, RW-0002" in reader.text()
    reader.open("/incidents?id=RW-0001")
    assert reader.query() == "/incidents?id=RW-0002"
    reader.page.locator("[class*=st-key-undo_] button").first.click()
    reader.settle()
    fill_in(reader, "Why", "they are two")
    decide_now(reader)
    reader.open("/incidents")
    assert reader.grid("incidents") == before
    assert reader.faults() == []


def test_a_label_shows_in_the_history_and_contradictions_are_said(read, address):
    reader = read(address, width=800, theme="dark")
    reader.open("/incidents?id=RW-0003")
    pick(reader, "Decide", "Merge into another")
    fill_in(reader, "Into", "RW-3")
    assert "are one incident already" in reader.text()
    press(reader, "Cancel")
    press(reader, "Confirm")
    fill_in(reader, "Why", "seen it <b>myself</b>")
    decide_now(reader)
    assert "◉ confirmed" in reader.text()
    assert "confirm RW-0003" in reader.text()
    assert "seen it <b>myself</b>" in str(reader.grid("history"))
    assert reader.illegible() == []
    assert reader.faults() == []


def test_an_ignored_incident_still_tells_the_way_back(read, address, database):
    with open_database(database) as db:
        decide(db, Decision("ignore", ("RW-0004",)), actor="ann", reason="no abuse", now=datetime.now(UTC))
    reader = read(address)
    reader.open("/incidents?id=RW-0004")
    assert "Somebody decided that this is no abuse" in reader.text()
    assert reader.page.get_by_role("button", name="Undo").count() == 1
    assert reader.faults() == []


def test_rows_are_ticked_for_many_at_once_and_a_filter_keeps_its_view_in_the_address(read, address):
    reader = read(address)
    reader.open("/incidents")
    for row in (1, 2):
        reader.click_row("incidents", row, at=16)
    pick(reader, "With 2 ticked", "Assign")
    reader.page.get_by_role("radio", name="working").click()
    reader.page.get_by_label("A person or a team").fill("Blue")
    decide_now(reader)
    assert "2 incidents set." in reader.text()
    reader.open("/incidents?triage=working&assignee=Blue&sure_from=50")
    assert [(row["Work"], row["Assignee"]) for row in reader.grid("incidents")] == [("◑ working", "Blue")] * 2
    assert [(row["triage"], row["assignee"]) for row in reader.download("save_incidents")] == [
        ("working", "Blue")
    ] * 2
    reader.open(reader.query())
    assert reader.row_count("incidents") == 2
    assert reader.query() == "/incidents?triage=working&assignee=Blue&sure_from=50"
    assert reader.faults() == []


def test_messages_are_split_off_in_bulk_and_undo_brings_them_back(read, address):
    reader = read(address)
    reader.open("/incidents?id=RW-0005")
    first, second, _ = (row["Message"] for row in reader.grid("members"))
    tick(reader, "members", first, second)
    pick(reader, "With the ticked", "Split off")
    say_why(reader)
    assert reader.row_count("members") == 1
    undo_it(reader)
    assert reader.row_count("members") == 3
    assert reader.faults() == []


def test_messages_are_moved_in_bulk_to_another_incident(read, address):
    reader = read(address)
    reader.open("/incidents?id=RW-0006")
    first, second, _ = (row["Message"] for row in reader.grid("members"))
    tick(reader, "members", first, second)
    pick(reader, "With the ticked", "Move to another incident")
    fill_in(reader, "Into", "RW-0005")
    say_why(reader)
    assert reader.row_count("members") == 1
    reader.open("/incidents?id=RW-0005")
    assert {first, second} < {row["Message"] for row in reader.grid("members")}
    assert reader.faults() == []


def test_incidents_are_confirmed_relabelled_merged_and_ignored_in_bulk(read, address):
    reader = read(address)
    reader.open("/incidents")
    tick(reader, "incidents", "RW-0007", "RW-0008")
    pick(reader, "With 2 ticked", "Confirm")
    say_why(reader)
    assert {shown(reader)[name]["State"] for name in ("RW-0007", "RW-0008")} == {"◉ confirmed"}

    tick(reader, "incidents", "RW-0007", "RW-0008")
    pick(reader, "With 2 ticked", "Call it something else")
    reader.page.locator(".st-key-card_question").get_by_label("Verdict").click()
    with reader.asking():
        reader.page.get_by_role("option", name="list-bomb").click()
    say_why(reader)
    assert {shown(reader)[name]["Verdict"] for name in ("RW-0007", "RW-0008")} == {"list-bomb"}

    tick(reader, "incidents", "RW-0009", "RW-0010")
    pick(reader, "With 2 ticked", "Merge into another")
    fill_in(reader, "Into", "RW-0009")
    say_why(reader)
    assert (shown(reader)["RW-0009"]["Obs."], "RW-0010" in shown(reader)) == ("6", False)

    tick(reader, "incidents", "RW-0011", "RW-0012")
    pick(reader, "With 2 ticked", "Ignore: no abuse")
    say_why(reader)
    assert not {"RW-0011", "RW-0012"} & set(shown(reader))
    reader.open("/incidents?id=RW-0011")
    undo_it(reader)
    reader.open("/incidents")
    assert {"RW-0011", "RW-0012"} & set(shown(reader)) == {"RW-0011"}
    assert reader.faults() == []
