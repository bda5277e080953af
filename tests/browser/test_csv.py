"""The CSV of each table holds the rows and numbers that stand on the screen; its links are not defanged."""

import pytest

from pages.parts.inert import inert

pytestmark = [pytest.mark.browser, pytest.mark.server]

TABLES = [
    ("/", "waves", {"Wave": "wave_id", "Obs.": "observations", "Parties": "parties"}),
    ("/", "new", {"Party": "party", "Obs.": "observations"}),
    ("/", "open", {"Vendor": "party"}),
    ("/", "changes", {"Id": "subject", "Change": "change"}),
    ("/waves", "waves", {"Wave": "wave_id", "Obs.": "observations", "Parties": "parties", "Seen as": "title"}),
    ("/waves?id=W-0001", "incidents", {"Incident": "incident_id", "Abused party": "party", "Obs.": "observations"}),
    ("/incidents", "incidents", {"Incident": "incident_id", "Abused party": "party", "Obs.": "observations"}),
    ("/incidents?platform=jira&view=messages", "messages", {}),
    (
        "/incidents?view=messages",
        "messages",
        {"Message": "observation_id", "Subject": "subject", "Verdict": "verdict"},
    ),
    ("/incidents?id=RW-0001", "members", {"Message": "observation_id", "Subject": "subject"}),
    ("/incidents?id=RW-0001", "bonds", {"What": "what", "Shared value": "value"}),
    ("/incidents?id=RW-0001", "history", {"Change": "change", "Who": "actor"}),
]


SAVED = {"/waves", "/incidents", "/incidents?view=messages"}
"""Pages whose table has its CSV button at the head."""


@pytest.mark.parametrize(("path", "name", "columns"), TABLES)
def test_the_csv_of_a_table_is_the_table(read, filled_server, path, name, columns):
    reader = read(filled_server)
    reader.open(path)
    if not columns:
        assert "Nothing matches." in reader.text()
        return
    shown, written = reader.grid(name), reader.download(f"{'save' if path in SAVED else 'csv'}_{name}")
    assert len(written) == reader.row_count(name)
    for row, line in zip(shown, written, strict=False):
        assert {head: row[head] for head in columns} == {head: inert(line[field]) for head, field in columns.items()}


def test_the_csv_of_the_chart_adds_up_to_the_observations(read, filled_server):
    reader = read(filled_server)
    reader.open("/")
    assert sum(int(row["observations"]) for row in reader.download("csv_timeline")) == 52
