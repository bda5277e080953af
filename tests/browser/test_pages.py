import re
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest

from data.store.database import open_database
from pages.parts.live import EVERY_SECONDS
from tests.conftest import fill, serving
from tests.data.readings import burst

pytestmark = [pytest.mark.browser, pytest.mark.server]

PATHS = [
    "/",
    "/exports",
    "/?range=all",
    "/waves",
    "/incidents",
    "/incidents?view=messages",
    "/incidents?view=claims",
    "/submit",
]
DETAILS = [
    "/waves?id=W-0001",
    "/waves?id=W-0001&with=W-0002",
    "/incidents?id=RW-0001",
    "/incidents?observation=O-0001",
    "/incidents?id=RW-9999",
    "/incidents?id=%3Cb%3E",
]


@pytest.fixture(scope="module")
def changing(tmp_path_factory):
    """A database that tests may write into, and its server."""
    path = tmp_path_factory.mktemp("changing") / "relaywatch.db"
    now = datetime.now(UTC)
    fill(path, now, burst(3, 2, start=now - timedelta(hours=3)))
    with serving(path, path.with_suffix(".log")) as address:
        yield path, address


LOOKS = [(1280, "light"), (800, "dark")]


def test_every_page_works_on_an_empty_database(read, empty_server):
    reader = read(empty_server, width=800, theme="dark")
    assert reader.walk([path for path in PATHS if "?" not in path] + DETAILS[2:]) == {}


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_works_on_a_filled_database(read, filled_server, width, theme):
    assert read(filled_server, width=width, theme=theme).walk(PATHS + DETAILS) == {}


@pytest.mark.parametrize("path", ["/waves?id=W-0001&with=W-0002", "/incidents?observation=O-0001", "/submit"])
def test_an_address_that_was_sent_opens_its_page(read, filled_server, path):
    reader = read(filled_server, fresh=True)
    reader.load(path)
    assert reader.query() == path
    assert reader.faults() == []


def test_an_empty_overview_says_what_to_do(read, empty_server):
    reader = read(empty_server)
    reader.open("/")
    assert "No observations yet" in reader.text()
    assert "relaywatch serve --demo" in reader.text()


def test_the_overview_answers_above_the_fold(read, filled_server):
    reader = read(filled_server)
    reader.open("/")
    assert re.search(
        r"W-000\d is (rising|fading)\. 40 observations in 24 h, 5 abused parties, \d+ not mitigated\.", reader.text()
    )
    box = reader.page.locator(".st-key-card_chart").bounding_box()
    assert box["y"] + box["height"] <= 800
    reader.page.get_by_label(re.compile("Observations over time, per hour")).wait_for()


def test_times_are_the_readers_with_utc_beside_them(read, filled_server):
    reader = read(filled_server, zone="Asia/Kolkata")
    reader.open("/incidents?id=RW-0001")
    assert re.search(r"\d\d:\d\d \((\d+ \w+ )?\d\d:\d\d UTC\)", reader.text())


def test_a_filter_stands_in_the_address_and_the_address_is_the_filter(read, filled_server):
    reader = read(filled_server)
    reader.open("/incidents")
    reader.page.get_by_role("textbox", name="Search").fill("tenant1")
    with reader.asking():
        reader.page.keyboard.press("Enter")
    assert reader.query() == "/incidents?q=tenant1"
    assert "2 incidents · 12 observations" in reader.text()
    other = read(filled_server, fresh=True)
    other.load(reader.query())
    assert "2 incidents · 12 observations" in other.text()
    with other.asking():
        other.page.get_by_role("button", name="Reset", exact=True).click()
    assert other.query() == "/incidents"


def test_a_platform_is_named_by_its_id_in_the_address(read, filled_server):
    reader = read(filled_server)
    reader.open("/incidents?platform=zendesk&verdict=relay-spam")
    assert "8 incidents" in reader.text()
    reader.open("/incidents?platform=jira")
    assert "0 incidents" in reader.text()


def test_a_click_on_a_row_opens_the_incident_and_back_keeps_the_filter(read, filled_server):
    reader = read(filled_server)
    reader.open("/incidents?q=tenant1")
    reader.click_row("incidents")
    assert re.fullmatch(r"/incidents\?q=tenant1&id=RW-\d{4}", reader.query())
    with reader.asking():
        reader.page.locator(".st-key-head").get_by_role("link").first.click()
    assert reader.query() == "/incidents?q=tenant1"
    assert "2 incidents" in reader.text()


def test_a_tile_leads_to_the_rows_behind_its_number(read, filled_server):
    reader = read(filled_server)
    reader.open("/")
    with reader.asking():
        reader.page.get_by_role("link", name=re.compile("^Abused parties, 24 h: 5")).click()
    assert reader.query().startswith("/incidents?since=")
    assert "5 incidents · 40 observations" in reader.text()


def test_a_wave_shows_its_spread_its_flow_and_leads_to_its_incidents(read, filled_server):
    reader = read(filled_server)
    reader.open("/waves")
    reader.click_row("waves")
    wave = reader.query().partition("id=")[2]
    assert re.fullmatch(r"W-\d{4}", wave)
    reader.page.get_by_label("How the wave spread over").wait_for()
    reader.page.get_by_label("Observations from platform over abused party").wait_for()
    assert len(reader.download("csv_spread")) == len(reader.download("csv_incidents")) >= 3


def test_two_waves_are_compared_by_address(read, filled_server):
    reader = read(filled_server)
    reader.open("/waves?id=W-0001&with=W-0002")
    assert "W-0001 and W-0002" in reader.text()
    reader.page.get_by_label("Pace of W-0001 and W-0002").wait_for()


def test_the_number_of_observations_leads_to_as_many_messages(read, filled_server):
    reader = read(filled_server)
    reader.open("/")
    with reader.asking():
        reader.page.get_by_role("link", name=re.compile("^Observations, 24 h: 40")).click()
    assert "in=incident" in reader.query()
    assert "40 messages" in reader.text()


def test_what_is_stored_meanwhile_appears_without_a_reload(read, changing):
    path, address = changing
    reader = read(address, fresh=True)
    reader.page.clock.install()
    reader.load("/incidents")
    assert "3 incidents · 6 observations" in reader.text()
    now = datetime.now(UTC)
    fill(path, now, burst(4, 2, start=now - timedelta(hours=2)))
    reader.page.clock.fast_forward(EVERY_SECONDS * 1_000)
    reader.page.get_by_text("4 incidents").wait_for()
    assert reader.faults() == []


def test_a_range_stands_in_the_address(read, filled_server):
    reader = read(filled_server)
    reader.open("/")
    with reader.asking():
        reader.page.get_by_role("radio", name="7 d").click()
    assert reader.query() == "/?range=7d"
    assert "per hour, by platform" in reader.text()


def test_the_font_comes_from_the_server_itself(read, filled_server):
    reader = read(filled_server)
    reader.open("/")
    loaded = "[...document.fonts].filter(face => face.family === 'Inter').map(face => face.status)"
    assert reader.page.evaluate(loaded) == ["loaded"]
    with urlopen(f"{filled_server}/api/font/inter.woff2") as answer:
        assert answer.headers["Content-Type"] == "font/woff2"


def test_an_error_of_ours_is_told_in_a_sentence_without_a_way_out_of_the_house(read, changing):
    path, address = changing
    with open_database(path) as db, db.writing() as connection:
        connection.execute("update observation_details set features = '[]'")
    reader = read(address)
    reader.open("/incidents?observation=O-0001")
    assert "This page failed (" in reader.text()
    links = reader.page.locator("a[href]").evaluate_all("items => items.map(item => item.href)")
    assert [link for link in links if not link.startswith(reader.address)] == []
