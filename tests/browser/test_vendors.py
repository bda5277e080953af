"""Vendors in a real browser: a status that is set is a mark on the time line; the look-up; rows and CSV."""

from datetime import UTC, datetime, timedelta

import pytest

from data.store.database import open_database
from data.store.exposure_reads import exposures
from data.store.mitigations import Door, Proof, set_status
from tests.conftest import fill, serving
from tests.data.readings import burst, reading

pytestmark = [pytest.mark.browser, pytest.mark.server]

TABLES = {
    "/vendors": [
        ("save_vendors", {"Vendor": "party", "Incidents": "incidents", "Obs.": "observations"}),
        ("csv_tenants", {"Tenant": "party", "Who must act": "desk", "Obs.": "observations"}),
    ],
    "/vendors?view=platforms": [("save_platforms", {"Vendors": "parties", "Doors": "exposures", "Open": "open"})],
    "/vendors?on=zendesk": [("csv_doors", {"Door": "exposure_id", "Vendor": "party", "Obs.": "observations"})],
    "/vendors?party=tenant0.example.com": [
        ("csv_history", {"No.": "change_id", "What shows it": "proof"}),
        ("csv_incidents", {"Incident": "incident_id", "Obs.": "observations"}),
        ("csv_contacts", {"Kind": "kind", "Address": "address"}),
    ],
    "/vendors?party=tenant1.example.com": [("csv_doors", {"Door": "exposure_id", "Mechanism": "mechanism"})],
}
PAGES = [
    "/vendors",
    "/vendors?view=platforms",
    "/vendors?on=zendesk",
    "/vendors?party=tenant0.example.com",
    "/vendors?party=nobody.example",
    "/lookup",
]


@pytest.fixture(scope="module")
def vendors_db(tmp_path_factory):
    """Five vendors, one of them fixed, one with two doors, and a tenant of an attacker."""
    path = tmp_path_factory.mktemp("vendors") / "relaywatch.db"
    now = datetime.now(UTC)
    taken_over = reading("Wallet notice", domain="xq.zendesk.com", verdict="attacker-tenant", sent_at=now)
    second = reading("Choose a password", domain="tenant1.example.com", mechanism="account-verification",
                     verdict="verification-flood", sent_at=now)  # fmt: skip
    fill(path, now, [*burst(5, 3, start=now - timedelta(days=6)), taken_over, second])
    with open_database(path) as db:
        door = Door("tenant0.example.com")
        for status, days in (("confirmed", 6), ("reported", 5), ("mitigated", 4)):
            set_status(db, door, status, author="ada", proof=Proof("seen"), now=now - timedelta(days=days))
    return path


@pytest.fixture(scope="module")
def vendors_server(vendors_db):
    with serving(vendors_db, vendors_db.with_suffix(".log")) as address:
        yield address


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (800, "dark")])
def test_every_page_of_vendors_works(read, vendors_server, width, theme):
    assert read(vendors_server, width=width, theme=theme).walk(PAGES) == {}


def test_an_empty_database_says_what_to_do(read, empty_server):
    reader = read(empty_server)
    for path in ("/vendors", "/vendors?on=zendesk"):
        assert reader.walk([path]) == {}
        assert len(reader.text()) > 60


@pytest.mark.parametrize("path", TABLES)
def test_the_csv_of_a_table_is_the_table(read, vendors_server, path):
    reader = read(vendors_server)
    reader.open(path)
    for key, columns in TABLES[path]:
        assert reader.csv_differs(key, columns) == []


def test_a_status_that_is_set_is_a_mark_on_the_time_line(read, vendors_server, vendors_db):
    reader = read(vendors_server)
    reader.open("/vendors?party=tenant4.example.com")
    chart = reader.page.locator(".st-key-card_timeline .js-plotly-plot")
    chart.last.wait_for()
    assert "confirmed" not in chart.last.text_content()
    reader.page.get_by_label("What shows it, in words").fill("two mailboxes saw it")
    reader.page.get_by_label("Your name").fill("ada")
    with reader.asking():
        reader.page.get_by_role("button", name="Set", exact=True).click()
    # The chart of before stays until the next one is drawn.
    chart.filter(has_text="◉ confirmed").first.wait_for()
    assert [(row["Who"], row["What shows it"]) for row in reader.grid("history")] == [("ada", "two mailboxes saw it")]
    assert reader.faults() == []
    with open_database(vendors_db) as db:
        assert [row.status for row in exposures(db) if row.party == "tenant4.example.com"] == ["confirmed"]


def test_a_status_without_evidence_is_refused_in_words(read, vendors_server):
    reader = read(vendors_server)
    reader.open("/vendors?party=tenant2.example.com")
    reader.page.get_by_label("Your name").fill("ada")
    with reader.asking():
        reader.page.get_by_role("button", name="Set", exact=True).click()
    assert "Say what shows it: a note, a link or an observation" in reader.text()


def test_a_step_is_ticked_and_stays_ticked(read, vendors_server):
    reader = read(vendors_server)
    reader.open("/vendors?party=tenant3.example.com")
    with reader.asking():
        reader.page.get_by_text("Ask for a CAPTCHA before a ticket is made", exact=True).click()
    assert "1 of 16 steps" in reader.text()
    reader.open("/vendors?party=tenant3.example.com")
    assert "1 of 16 steps" in reader.text()


def test_a_filter_stands_in_the_address_and_a_row_opens_its_vendor(read, vendors_server):
    reader = read(vendors_server)
    reader.open("/vendors?status=mitigated")
    assert "1 vendor · 0 not mitigated" in reader.text()
    reader.click_row("vendors")
    assert reader.query() == "/vendors?status=mitigated&party=tenant0.example.com"
    assert "● mitigated" in reader.text()


def test_an_incident_leads_to_its_door(read, vendors_server):
    reader = read(vendors_server)
    reader.open("/incidents?q=tenant0")
    reader.click_row("incidents")
    assert "● mitigated" in reader.page.locator(".st-key-head").inner_text()
    with reader.asking():
        reader.page.get_by_role("link", name="Door E-0001").click()
    assert reader.query() == "/vendors?party=tenant0.example.com&exposure=E-0001"


def test_a_look_up_says_yes_or_no_and_no_more(read, vendors_server):
    reader = read(vendors_server)
    reader.open("/lookup")
    for asked, words in (("https://tenant0.example.com/help", "There are reports"), ("nobody.example", "no report")):
        reader.page.get_by_label("Your domain, or the account id of your platform").fill(asked)
        with reader.asking():
            reader.page.get_by_role("button", name="Look up", exact=True).click()
        assert words in reader.text()
        assert "mitigated" not in reader.text()
        assert "observation" not in reader.text()
    assert reader.query() == "/lookup"
