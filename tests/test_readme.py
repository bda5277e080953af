"""The README is true: its commands exist, its samples give what stands beside them, its links lead somewhere."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from collectors.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- ([\w-]+) -->\n```\w*\n(.*?)\n```", README, flags=re.DOTALL))


def commands(block: str) -> list[list[str]]:
    lines = BLOCKS[block].split("\n")
    return [shlex.split(part, comments=True) for line in lines for part in line.split("&&") if part.strip()]


def arguments_of(block: str) -> list[list[str]]:
    found = [(words, name) for words in commands(block) for name in words if name.endswith("relaywatch")]
    return [words[words.index(name) + 1 :] for words, name in found]


def test_two_header_blocks_become_one_incident(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in ("1", "2"):
        (tmp_path / f"{number}.txt").write_text(BLOCKS[f"sample-{number}"], encoding="utf-8")
    assert CliRunner().invoke(main, ["ingest", "1.txt", "2.txt"]).exit_code == 0
    told = CliRunner().invoke(main, ["export", "incidents"]).stdout.replace("\r\n", "\n").split("\n")
    expected = BLOCKS["sample-out"].split("\n")
    columns = len(expected[0].split(","))
    assert [",".join(line.split(",")[:columns]) for line in told if line] == expected


@pytest.mark.parametrize("block", ["run", "run-uv"])
def test_every_command_of_relaywatch_in_it_exists(block):
    ours = arguments_of(block)
    assert ours
    for name, *arguments in ours:
        main.get_command(click.Context(main), name).make_context(name, arguments).close()


def test_every_command_for_your_own_mail_does_what_stands_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELAYWATCH_DB", str(tmp_path / "relaywatch.db"))
    for name, number in (("suspicious.eml", 1), ("abuse.mbox", 2)):
        (tmp_path / name).write_text(BLOCKS[f"sample-{number}"], encoding="utf-8")
    done = []
    for arguments in arguments_of("own") + arguments_of("out"):
        if arguments[0] in {"serve", "collect"}:
            main.get_command(click.Context(main), arguments[0]).make_context(arguments[0], arguments[1:]).close()
            continue
        arguments = [re.sub(r"^~/mail|^/var/backups", str(tmp_path), word) for word in arguments]
        done.append(CliRunner().invoke(main, arguments))
        assert done[-1].exit_code == 0, (arguments, done[-1].output)
    written = {path.name for path in tmp_path.iterdir() if path.stat().st_size}
    assert {"incidents.csv", "briefing.md", "relaywatch.conf", "relaywatch.db.keys"} <= written
    assert list(tmp_path.glob("relaywatch-*Z.db"))
    assert "northwind.example" in done[0].stdout + done[-2].stdout


def test_the_commands_need_nothing_but_python_or_uv():
    for block, tools in {"run": {"python3"}, "tests": {"python3"}, "run-uv": {"uv"}, "tests-uv": {"uv"}}.items():
        assert {words[0] for words in commands(block) if not words[0].startswith(".venv/bin/")} == tools


def test_continuous_integration_runs_the_test_command_of_the_readme():
    assert "readme_command tests" in CI
