"""`relaywatch mitigation` and `relaywatch lookup`, through the real command line."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from collectors.cli import main
from data.store.database import open_database
from tests.data.readings import reading, taken


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "relaywatch.db"
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with open_database(path) as db:
        taken(db, [reading(sent_at=yesterday)], at=yesterday)

    def command(*arguments: str):
        return CliRunner().invoke(main, [*arguments, "--db", str(path)])

    return command


def test_a_status_is_set_listed_and_withdrawn(run):
    done = run(
        "mitigation", "set", "acme.example.com", "confirmed", "--note", "seen in our mailbox", "--author", "ada"
    )
    assert (done.exit_code, done.stdout) == (0, "E-0001 acme.example.com: confirmed\n")
    (row,) = map(json.loads, run("mitigation", "list", "--json").stdout.splitlines())
    assert (row["exposure_id"], row["status"], row["platform"]) == ("E-0001", "confirmed", "zendesk")
    assert "ada: seen in our mailbox" in run("mitigation", "history", "E-0001").stdout
    assert run("mitigation", "withdraw", "1", "--reason", "another company").exit_code == 0
    assert "unreviewed" in run("mitigation", "list").stdout


def test_what_may_not_follow_is_refused_in_one_line(run):
    refused = run("mitigation", "set", "E-0001", "mitigated", "--note", "they say so")
    assert refused.exit_code == 1
    assert "Nobody has confirmed yet that it is abused" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_machine_word_is_no_choice(run):
    assert run("mitigation", "set", "E-0001", "recurred", "--note", "x").exit_code == 2


def test_a_step_is_ticked(run):
    assert run("mitigation", "step", "E-0001", "captcha", "--author", "ada").stdout == "E-0001 captcha: done\n"


def test_a_look_up_answers_yes_or_no_with_the_steps(run):
    found = json.loads(run("lookup", "https://acme.example.com/help", "--json").stdout)
    assert (found["asked"], found["reported"], found["days"]) == ("acme.example.com", True, 30)
    assert len(found["steps"]) == 6
    assert run("lookup", "nobody.example").stdout.startswith("There is no report about nobody.example")
    assert run("lookup", "?").exit_code == 1
