"""token, quarantine, mark, forget on the command line."""

import json

import pytest
from click.testing import CliRunner, Result

from collectors.cli import main
from data.store.database import open_database
from data.store.intake import take_in
from data.store.markings import marking
from data.store.quarantine import hold
from tests.data.readings import reading, submission


@pytest.fixture
def database(tmp_path) -> str:
    path = tmp_path / "watch.db"
    with open_database(path) as db:
        take_in(db, submission(), [reading()])
        hold(db, submission("web"), [reading("Another prize\x1b[2J awaits you today")], "moderated")
        hold(db, submission("web"), [reading("A third one for you, friend of mine")], "moderated")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_a_token_is_printed_once_and_never_listed(database):
    secret = run("token", "create", "import", "--scope", "submit", "--days", "9", "--db", database).stdout.strip()
    assert secret.startswith("rw_")
    listed = json.loads(run("token", "list", "--json", "--db", database).stdout)
    assert (listed["name"], listed["scopes"], listed["last_used_on"]) == ("import", ["submit"], None)
    assert secret not in run("token", "list", "--db", database).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("mark", "RW-0001", "RED", "--reason", "asked"),
        ("merge", "RW-0001", "--into", "RW-0002", "--reason", "one text"),
        ("quarantine", "accept", "1"),
        ("mitigation", "set", "E-0001", "confirmed", "--note", "seen"),
        ("forget", "ann@victim.example"),
    ],
)
def test_a_mistyped_database_is_said_and_not_made(tmp_path, arguments):
    result = run(*arguments, "--db", str(tmp_path / "mistyped.db"))
    assert (result.exit_code, "is no database" in result.stderr, list(tmp_path.iterdir())) == (1, True, [])


def test_a_token_is_revoked_once(database):
    run("token", "create", "import", "--scope", "read", "--db", database)
    assert run("token", "revoke", "1", "--db", database).exit_code == 0
    again = run("token", "revoke", "1", "--db", database)
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)
    assert "revoked" in run("token", "list", "--db", database).stdout


@pytest.mark.parametrize("arguments", [("x",), ("x", "--scope", "rule"), ("x", "--scope", "read", "--days", "0")])
def test_a_token_needs_a_scope(database, arguments):
    assert run("token", "create", *arguments, "--db", database).exit_code == 2


def test_what_is_held_is_listed_without_its_tricks_and_accepted_or_dropped(database):
    listed = run("quarantine", "list", "--db", database)
    assert "Another prize\ufffd[2J awaits you today" in listed.stdout
    assert run("quarantine", "accept", "1", "--db", database).stdout == "1: 1 stored, 0 known already.\n"
    assert run("quarantine", "drop", "2", "--db", database).stdout == "2: dropped.\n"
    assert run("quarantine", "drop", "2", "--db", database).exit_code == 1
    assert run("check", "--db", database).exit_code == 0


def test_an_incident_is_marked_with_a_reason(database):
    assert run("mark", "rw-1", "green", "--reason", "shared", "--db", database).exit_code == 0
    with open_database(database) as db:
        assert marking(db, "RW-0001") == "GREEN"
    assert run("mark", "RW-0099", "green", "--reason", "shared", "--db", database).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code"), [((), 2), (("nobody",), 1), (("x@y.example",), 0), (("--expired",), 0)]
)
def test_forget_asks_for_somebody(database, arguments, code):
    assert run("forget", *arguments, "--db", database).exit_code == code


def test_forget_makes_no_new_database(tmp_path):
    assert run("forget", "ann@x.example", "--db", str(tmp_path / "other.db")).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_forget_finds_whom_the_program_took_in_by_any_spelling_of_the_address(tmp_path):
    mail, path = tmp_path / "one.eml", tmp_path / "watch.db"
    mail.write_text(
        "From: Support <support@northwind.example>\nTo: Ann Archer <ann.archer+shop@victim.example>\n"
        "Date: Tue, 20 Jan 2026 12:00:00 +0000\nMessage-ID: <1@northwind.example>\nSubject: Request received\n\n"
        "Hello, we have received your request zanzibar7731.\n"
    )
    run("ingest", str(mail), "--db", str(path))
    assert b"zanzibar7731" in path.read_bytes()
    done = CliRunner().invoke(main, ["forget", "-", "--db", str(path)], input="Ann.Archer@victim.example\n")
    assert done.stdout.startswith("1 messages keep no trace of the recipient")
    assert "Backups and copies" in done.stderr
    assert b"zanzibar7731" not in path.read_bytes()


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.10", "::", "relaywatch.example.org"])
def test_serve_refuses_an_address_that_others_reach_without_an_identity_provider(tmp_path, monkeypatch, address):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    refused = CliRunner().invoke(main, ["serve", "--host", address])
    assert refused.exit_code == 1
    assert "it has no identity provider" in refused.stderr
    assert "RELAYWATCH_AUTH_FILE" in refused.stderr
    assert list(tmp_path.iterdir()) == []
