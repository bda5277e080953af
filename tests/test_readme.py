"""The README is true: its commands exist, its samples give what stands beside them, its links lead somewhere."""

import re
import shlex
from pathlib import Path

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


def test_two_header_blocks_become_one_incident(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in ("1", "2"):
        (tmp_path / f"{number}.txt").write_text(BLOCKS[f"sample-{number}"], encoding="utf-8")
    assert CliRunner().invoke(main, ["ingest", "1.txt", "2.txt"]).exit_code == 0
    told = CliRunner().invoke(main, ["export", "incidents"]).stdout.replace("\r\n", "\n").split("\n")
    expected = BLOCKS["sample-out"].split("\n")
    columns = len(expected[0].split(","))
    assert [",".join(line.split(",")[:columns]) for line in told if line] == expected


@pytest.mark.parametrize("block", ["run", "run-uv", "own", "alerts"])
def test_every_command_of_relaywatch_in_it_exists(block):
    found = [(words, name) for words in commands(block) for name in words if name.endswith("relaywatch")]
    ours = [words[words.index(name) + 1 :] for words, name in found]
    assert ours
    for name, *arguments in ours:
        main.commands[name].make_context(name, arguments).close()


def test_the_commands_need_nothing_but_python_or_uv():
    for block, tools in {"run": {"python3"}, "tests": {"python3"}, "run-uv": {"uv"}, "tests-uv": {"uv"}}.items():
        assert {words[0] for words in commands(block) if not words[0].startswith(".venv/bin/")} == tools


def test_continuous_integration_runs_the_test_command_of_the_readme():
    assert "readme_command tests" in CI


def test_its_links_lead_to_files():
    targets = {target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target}
    assert targets
    assert [target for target in sorted(targets) if not (ROOT / target.partition("#")[0]).exists()] == []
