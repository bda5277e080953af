"""The commands as scripts call them: what they print, where, and how they exit."""

import csv
import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collectors.cli import main
from collectors.commands.serve import application, server_command
from collectors.ingestion import operator
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.keys import open_keys
from data.settings import Settings
from data.store.database import open_database
from data.store.demonstration import TELLER
from data.store.intake import take_in
from tests.data.readings import reading, taken

ACKNOWLEDGEMENT = Path(__file__).parents[1] / "samples" / "acknowledgement.eml"


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "watch.db")


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False)


def test_inspect_prints_the_object_of_the_contract():
    result = run("inspect", "mail", str(ACKNOWLEDGEMENT), "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {
        name: told[name] for name in ("platform", "account_id", "abused_domain", "mechanism", "automatic", "verdict")
    } == {
        "platform": "zendesk",
        "account_id": "0a1b2c3",
        "abused_domain": "northwind.example",
        "mechanism": "ticket-acknowledgement",
        "automatic": True,
        "verdict": "relay-spam",
    }
    assert list(told)[:18] == [
        "source", "sent_at", "subject", "platform", "platform_evidence", "transport", "account_id", "tenant",
        "abused_domain", "mechanism", "automatic", "verdict", "score", "reasons", "authentication", "hops",
        "template", "warnings",
    ]  # fmt: skip


def test_inspect_stores_nothing_and_hides_the_victim(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("inspect", "mail", str(ACKNOWLEDGEMENT), "--json")
    assert "maria.lopez" not in result.stdout.lower()
    assert list(tmp_path.iterdir()) == []


def test_inspect_raw_shows_the_subject_as_it_is():
    told = json.loads(run("inspect", "mail", str(ACKNOWLEDGEMENT), "--json", "--raw").stdout)
    assert "maria.lopez" in told["subject"]


def test_a_refused_file_is_a_line_on_both_channels_and_exit_code_1(tmp_path):
    empty = tmp_path / "empty.eml"
    empty.touch()
    result = run("inspect", "mail", str(empty), str(ACKNOWLEDGEMENT), "--json")
    refused, told = (json.loads(line) for line in result.stdout.split("\n") if line)
    assert result.exit_code == 1
    assert refused == {"source": str(empty), "error": refused["error"]}
    assert result.stderr == f"{empty}: {refused['error']}\n"
    assert told["source"] == str(ACKNOWLEDGEMENT)


def test_a_missing_argument_is_a_usage_error():
    assert run("inspect", "mail").exit_code == 2


def test_a_message_from_a_pipe_is_stored_once(database):
    message = ACKNOWLEDGEMENT.read_bytes()
    first, again = (
        json.loads(run("ingest", "-", "--db", database, "--json", stdin=message).stdout) for _ in range(2)
    )
    assert (first["messages"], first["stored"], first["duplicates"], first["incidents_opened"]) == (1, 1, 0, 1)
    assert (again["messages"], again["stored"], again["duplicates"], again["incidents_opened"]) == (1, 0, 1, 0)


def test_the_trace_names_what_a_duplicate_repeats(database, tmp_path):
    traces = []
    for number in range(2):
        trace = tmp_path / f"trace-{number}"
        run("ingest", str(ACKNOWLEDGEMENT), "--db", database, "--trace", str(trace))
        traces.append(json.loads(trace.read_text(encoding="utf-8")))
    assert traces[0]["duplicate"] is False
    assert traces[1] == traces[0] | {"duplicate": True}


def test_workers_read_what_one_process_reads(tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in range(7):
        message = ACKNOWLEDGEMENT.read_bytes().replace(b"maria.lopez@", b"maria.lopez%d@" % number)
        (folder / f"{number}.eml").write_bytes(message)
    (folder / "8.eml").write_bytes(b"\x00\x01\x02")
    summaries = []
    for workers in ("1", "2"):
        told = run(
            "ingest", str(folder), "--db", str(tmp_path / f"w{workers}.db"), "--json", "--workers", workers
        ).stdout
        summaries.append(json.loads(told) | {"seconds": 0})
    assert summaries[0] == summaries[1]
    assert (summaries[0]["stored"], len(summaries[0]["rejected"])) == (7, 1)


def test_the_exported_row_is_the_ingested_message(database):
    run("ingest", str(ACKNOWLEDGEMENT), "--db", database)
    table = run("export", "observations", "--db", database)
    rows = list(csv.DictReader(io.StringIO(table.stdout, newline="")))
    assert [(row["abused_domain"], row["account_id"], row["incident_id"]) for row in rows] == [
        ("northwind.example", "0a1b2c3", "RW-0001")
    ]


def test_export_to_a_file_and_as_json(database, tmp_path):
    run("ingest", str(ACKNOWLEDGEMENT), "--db", database)
    target = tmp_path / "incidents.json"
    run("export", "incidents", "--db", database, "--format", "json", "-o", str(target))
    assert [row["incident_id"] for row in json.loads(target.read_text(encoding="utf-8"))] == ["RW-0001"]


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (("--platform", "zendesk"), 1),
        (("--since", "2100-01-01"), 0),
        (("--since", "99999d"), 1),
        (("--since", "1m"), 0),
        (("--until", "2000-01-01T00:00:00+02:00"), 0),
    ],
)
def test_export_filters(database, filters, rows):
    run("ingest", str(ACKNOWLEDGEMENT), "--db", database)
    told = run("export", "incidents", "--db", database, "--format", "json", *filters).stdout
    assert len(json.loads(told)) == rows


@pytest.mark.parametrize("typed", ["yesterday", "7x", "w", "2026-13-01", "-1d", ""])
def test_a_time_that_nobody_can_read_is_told_with_what_to_write(database, typed):
    result = CliRunner().invoke(main, ["export", "incidents", "--db", database, f"--since={typed}"])
    assert (result.exit_code, "2026-11-24T08:00:00Z, or 7d" in result.stderr) == (2, True)


def test_check_and_rebuild_find_nothing_to_do_after_an_ingest(database):
    run("ingest", str(ACKNOWLEDGEMENT), "--db", database)
    assert json.loads(run("check", "--db", database, "--json").stdout) == {
        "ok": True,
        "findings": [],
        "provisional": 0,
    }
    assert "a rebuild would change nothing" in run("rebuild", "--preview", "--db", database).stdout
    assert json.loads(run("rebuild", "--db", database, "--json").stdout)["changes"] == 0


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    other = tmp_path / "letter.db"
    other.write_text("Dear Sir or Madam, " * 100)
    result = run("check", "--db", str(other))
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert str(other) in result.stderr


def test_the_server_starts_with_safe_settings():
    command = server_command(8777, Settings().hosts)
    assert {
        "--server.address=127.0.0.1",
        "--server.port=8777",
        "--server.maxUploadSize=25",
        "--browser.gatherUsageStats=false",
        "--server.allowedHosts=127.0.0.1",
    } <= set(command)
    assert application().name == "app.py"


def test_a_demonstration_does_not_replace_real_mail(database):
    run("ingest", str(ACKNOWLEDGEMENT), "--db", database)
    for arguments in (["demo"], ["demo", "--reset"], ["serve", "--demo"]):
        result = run(*arguments, "--db", database)
        assert (result.exit_code, "not a demonstration" in result.stderr) == (1, True)
    assert json.loads(run("check", "--db", database, "--json").stdout)["ok"]


def test_a_demonstration_that_would_collect_is_refused_before_anything_is_written(tmp_path):
    result = run("serve", "--demo", "--collect", "15m", "--db", str(tmp_path / "new.db"))
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])


def test_a_demonstration_to_which_somebody_handed_mail_is_not_told_anew(database):
    with open_database(database) as db:
        taken(db, [reading()], channel=TELLER)
    run("ingest", str(ACKNOWLEDGEMENT), "--db", database)
    assert run("demo", "--db", database).exit_code == 0
    assert "not a demonstration" in run("demo", "--reset", "--db", database).stderr


def test_a_pipe_in_a_folder_is_refused_and_not_waited_for(database, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    os.mkfifo(folder / "pipe.eml")
    (folder / "mail.eml").write_bytes(ACKNOWLEDGEMENT.read_bytes())
    summary = json.loads(run("ingest", str(folder), "--db", database, "--json").stdout)
    assert (summary["stored"], [item["source"] for item in summary["rejected"]]) == (1, [str(folder / "pipe.eml")])


def test_check_does_not_praise_what_was_stored_and_not_settled(database):
    keys = open_keys(Path(database + ".keys"))
    readings = Reader(Settings(), keys, load_catalogue())(ACKNOWLEDGEMENT.read_bytes(), "-")
    with open_database(database) as db:
        take_in(db, operator(keys), readings, settled=False)
    said = run("check", "--db", database).stdout
    assert "1 templates await settling" in said
    assert "change nothing" not in said
    run("rebuild", "--db", database)
    assert "a rebuild would change nothing" in run("check", "--db", database).stdout


def test_backup_and_restore_say_what_they_did(database, tmp_path):
    run("ingest", str(ACKNOWLEDGEMENT), "--db", database)
    copy = str(tmp_path / "copy.db")
    done = run("backup", copy, "--db", database, "--json")
    assert json.loads(done.stdout)["observations"] == 1
    refused = run("restore", copy, "--db", database)
    assert refused.exit_code == 1
    assert "--replace" in refused.stderr
    assert "1 observation restored" in run("restore", copy, "--db", database, "--replace").stdout


@pytest.mark.parametrize("command", [("check",), ("rebuild",), ("export", "incidents")])
def test_a_mistyped_name_makes_no_database(command, tmp_path):
    result = run(*command, "--db", str(tmp_path / "typo.db"))
    assert (result.exit_code, "is no database" in result.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_serve_refuses_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Maria, this is no database at all.")
    result = run("serve", "--db", str(path))
    assert (result.exit_code, "not a database" in result.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == [path]


def test_a_terminal_is_spared_thousands_of_refusals(database, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.eml").touch()
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "collectors.cli", "ingest", str(folder), "--db", database]
    subprocess.run(command, stderr=theirs, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2], check=False)
    os.close(theirs)
    told = b""
    with suppress(OSError):  # the end of a terminal that nobody writes to any more
        while piece := os.read(ours, 10_000):
            told += piece
    os.close(ours)
    assert (told.count(b"There is nothing in it."), b"and 10 more" in told) == (20, True)
