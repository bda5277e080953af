"""`relaywatch export`: ids, the same figures again, formats, and what is refused."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collectors.cli import main
from data.export.formats import FORMATS
from data.store.database import open_database
from tests.data.export.shared import fill
from tests.data.readings import NOON, burst, reading, taken


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "watch.db"
    with open_database(path) as db:
        fill(db)
    return str(path)


def run(database: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["export", *arguments, "--db", database], catch_exceptions=False)


@pytest.mark.parametrize(("what", "form"), [(what, form) for what, forms in FORMATS.items() for form in forms])
def test_every_format_can_be_had(database, what, form):
    result = run(database, what, "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout


def test_an_export_to_a_file_says_its_id(database, tmp_path):
    result = run(database, "incidents", "-o", str(tmp_path / "incidents.csv"))
    assert result.stderr.startswith("X-0001: 6 rows, as of ")


@pytest.mark.parametrize("what", ["observations", "incidents", "waves", "timeline", "stix", "briefing"])
def test_the_id_gives_the_same_bytes_again(database, what):
    before = run(database, what).stdout
    with open_database(database) as db:
        taken(
            db,
            [*burst(6, 6), reading("Your ticket 4711: claim now", domain="northwind.example", sent_at=NOON, key=3)],
        )
    assert run(database, what).stdout != before
    assert run(database, what, "--as-of", "X-0001").stdout == before
    digests = [row["digest"] for row in json.loads(run(database, "exports", "--format", "json").stdout)]
    assert digests[0] == digests[2] != digests[1]


def test_a_time_gives_the_figures_of_then(database):
    time.sleep(1.1)
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    before = run(database, "incidents").stdout
    time.sleep(1.1)
    with open_database(database) as db:
        taken(db, burst(6, 6))
    columns = [line.split(",")[:12] for line in before.split("\r\n")]
    assert [
        line.split(",")[:12] for line in run(database, "incidents", "--as-of", moment).stdout.split("\r\n")
    ] == columns


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["rules", "--format", "csv"], 2, "rules cannot be written as csv"),
        (["incidents", "--as-of", "yesterday"], 2, "neither a time"),
        (["incidents", "--as-of", "X-0099"], 1, "no export X-0099"),
        (["incidents", "--as-of", "2999-01-01"], 1, "future"),
        (["rules", "--tlp", "clear"], 1, "never TLP:CLEAR"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(database, arguments, code, words):
    result = run(database, *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True)


def test_what_was_refused_leaves_no_file(database, tmp_path):
    run(database, "rules", "--tlp", "clear", "-o", str(tmp_path / "rules"))
    assert not (tmp_path / "rules").exists()


@pytest.mark.parametrize("what", ["incidents", "observations", "exposures", "reports"])
def test_a_filter_that_is_no_text_finds_nothing(database, what):
    result = run(database, what, "--platform", "\udcff", "--text", "\udcff", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_the_dictionary_needs_no_database(tmp_path):
    result = CliRunner().invoke(main, ["export", "--dictionary"])
    assert (result.exit_code, result.stdout.startswith("# Data dictionary")) == (0, True)


def test_rules_take_score_and_days(database):
    text = run(database, "rules", "--format", "spamassassin", "--score", "2.5", "--expires-days", "1").stdout
    assert "score RELAYWATCH_1 2.5" in text
