"""The CSV of each table holds the rows and numbers that stand on the screen; its links are not defanged."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.server]

PARTY = {"Abused party": "party", "Obs.": "observations"}
TABLES = {
    "/": [
        ("csv_waves", {"Wave": "wave_id", "Obs.": "observations", "Parties": "parties"}),
        ("csv_abused", {"Abused party": "party", "Obs.": "observations"}),
        ("csv_new", {"Abused party": "party", "Obs.": "observations"}),
        ("csv_open", {"Vendor": "party"}),
        ("csv_changes", {"What": "name", "Change": "change"}),
    ],
    "/waves": [
        ("save_waves", {"Wave": "wave_id", "Obs.": "observations", "Parties": "parties", "Seen as": "title"}),
    ],
    "/waves?id=W-0001": [("csv_incidents", {"Incident": "incident_id", **PARTY})],
    "/incidents": [("save_incidents", {"Incident": "incident_id", **PARTY})],
    "/incidents?view=messages": [
        ("save_messages", {"Message": "observation_id", "Subject": "subject", "Verdict": "verdict"}),
    ],
    "/incidents?id=RW-0001": [
        ("csv_members", {"Message": "observation_id", "Subject": "subject"}),
        ("csv_bonds", {"What": "what", "Shared value": "value"}),
        ("csv_history", {"Change": "change", "Who": "actor"}),
        ("csv_hops_incident", {"From": "from_host", "By": "by"}),
    ],
    "/exports": [("csv_dictionary", {"Column": "column", "Meaning": "meaning"})],
    "/log": [("csv_log", {"Id": "subject", "Change": "change", "From": "origin"})],
}


@pytest.mark.parametrize("path", TABLES)
def test_the_csv_of_a_table_is_the_table(read, filled_server, path):
    reader = read(filled_server)
    reader.open(path)
    for key, columns in TABLES[path]:
        assert reader.csv_differs(key, columns) == []


def test_a_table_without_rows_says_so(read, filled_server):
    reader = read(filled_server)
    reader.open("/incidents?platform=jira&view=messages")
    assert "Nothing matches." in reader.text()


def test_the_csv_of_the_chart_adds_up_to_the_observations(read, filled_server):
    reader = read(filled_server)
    reader.open("/?range=14d")
    assert sum(int(row["observations"]) for row in reader.download("csv_timeline")) == 52


def test_a_table_offers_no_csv_of_its_own_which_knows_no_guard_against_formulas(read, filled_server):
    reader = read(filled_server)
    reader.open("/incidents")
    reader.page.locator(".st-key-rows_incidents [data-testid=stDataFrame]").hover()
    reader.page.get_by_label("Fullscreen").first.wait_for()
    tools = reader.page.locator('[data-testid="stElementToolbar"] button:visible')
    names = tools.evaluate_all("items => items.map(item => item.getAttribute('aria-label').split(':')[0])")
    assert "Fullscreen" in names
    assert [name for name in names if "Download" in name] == []
