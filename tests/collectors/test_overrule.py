"""Analysts' decisions on the command line: what is printed, how it ends."""

import json

import pytest
from click.testing import CliRunner

from collectors.cli import main
from data.store.database import open_database
from tests.data.readings import burst, taken


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "a.db"
    with open_database(path) as db:
        taken(db, burst(4, 3))

    def run(*words):
        return CliRunner().invoke(main, [*words, "--db", str(path)])

    return run


def test_a_merge_says_what_moved_and_how_to_undo_it(run):
    result = run("merge", "RW-0001", "--into", "RW-0002", "--reason", "one company")
    assert result.output.splitlines() == [
        "3 messages of RW-0001 move to RW-0002.",
        "To undo: relaywatch undo 1 --reason ...",
    ]
    assert run("decisions").output.startswith("1: merge RW-0001 RW-0002 · ")
    assert run("undo", "1", "--reason", "no").output.splitlines() == [
        "Decision 1 is undone.",
        "3 messages of RW-0002 move to RW-0001.",
    ]
    assert run("decisions").output == ""


def test_a_preview_changes_nothing(run):
    result = run("ignore", "RW-0001", "RW-0002", "--preview", "--json", "--reason", "?")
    assert json.loads(result.output)["changes"] == [
        "3 messages of RW-0001 leave all counts.",
        "3 messages of RW-0002 leave all counts.",
        "W-0001 is no wave of its own any more.",
    ]
    assert run("decisions").output == ""


def test_a_contradiction_is_one_line_and_exit_code_1(run):
    assert run("confirm", "RW-0001", "--reason", "seen").exit_code == 0
    result = run("ignore", "RW-0001", "--reason", "not")
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
    assert "was confirmed by" in result.output
    assert run("merge", "RW-0001", "--reason", "no target").exit_code == 2


def test_split_move_and_relabel_messages(run):
    assert "become an incident of their own, RW-0005." in run("split", "O-0001", "O-0005", "--reason", "x").output
    assert "1 message of RW-0001 moves to RW-0003." in run("move", "O-0009", "--into", "RW-3", "--reason", "x").output
    assert (
        "RW-0002 is called backscatter."
        in run("relabel", "RW-0002", "--verdict", "backscatter", "--reason", "x").output
    )
    assert run("check").exit_code == 0


def test_notes_and_assignment(run):
    assert run("note", "RW-0001", "Called them.").output == "RW-0001 has the note.\n"
    assert run("assign", "RW-0001", "--to", "Blue", "--state", "working").output == "RW-0001 is working, Blue's.\n"
    assert run("assign", "RW-0009").exit_code == 1


def test_a_name_among_incidents_is_told_where_it_belongs(run):
    result = run("assign", "RW-0001", "ada")
    assert result.exit_code == 2
    assert "ada is no incident; a person is named by --to." in result.output


def test_what_a_rebuild_would_change_is_told_by_kind_before_it_is_changed(run, tmp_path):
    with open_database(tmp_path / "a.db") as db:
        db.connection.execute("update observations set verdict = 'ordinary', score = 0 where incident_id = 2")
    told = run("rebuild", "--preview").output
    assert told.startswith("A rebuild would change ")
    assert "1 incidents dissolved: RW-0002" in told
    assert "Nothing was changed. To apply it, run: relaywatch rebuild" in told
    assert "rows changed" in run("rebuild").output
    assert "a rebuild would change nothing" in run("rebuild", "--preview").output


def test_every_command_is_listed_with_its_whole_first_sentence():
    listed = CliRunner().invoke(main, ["--help"]).output.partition("Commands:")[2]
    assert "..." not in listed.replace("-0001 ...", "")
