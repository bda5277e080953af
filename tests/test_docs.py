"""The guides are true: links lead somewhere, commands and settings exist, tables are those of the program."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from collectors.cli import main
from data.settings import Settings
from data.settings_table import explained_settings, settings_table
from pages.parts.privacy import NOTICE
from pages.parts.words import say
from tests.programs import program

ROOT = Path(__file__).parents[1]
GUIDES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ".deploy/README.md")),
    *(path for room in ("collectors", "data", "pages") for path in sorted((ROOT / room).rglob("README.md"))),
]
TEXTS = {path: path.read_text("utf-8") for path in GUIDES}
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
SEPARATORS = {"&&", "|", ";", ">", "<", "(", ")"}
OURS = re.compile(r"RELAYWATCH_[A-Z_]+")
named = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))


def between(text: str, mark: str) -> str:
    return text.partition(f"<!-- {mark} -->\n")[2].partition(f"<!-- /{mark} -->")[0]


def anchors(text: str) -> set[str]:
    """What GitHub makes of headings."""
    found = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in found}


def commands(text: str) -> list[list[str]]:
    """What stands behind `relaywatch` in every line of shell."""
    found = []
    for line in "\n".join(BLOCK.findall(text)).replace("\\\n", " ").splitlines():
        shell = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
        shell.whitespace_split = True
        words = list(shell)
        for place, word in enumerate(words):
            if word.rpartition("/")[2] == "relaywatch" and not _is_argument(words, place):
                ends = [at for at in range(place, len(words)) if words[at] in SEPARATORS]
                found.append(words[place + 1 : min(ends, default=len(words))])
    return found


def _is_argument(words: list[str], place: int) -> bool:
    """Of useradd, and as the name of a folder or group: no command."""
    return words[0] in {"useradd", "install", "python3", "mkdir"} or words[max(0, place - 1)] in {"-g", "-u"}


def understood(arguments: list[str]) -> None:
    """Raises click's error where the program would refuse these arguments."""
    if arguments in (["--version"], []):
        return
    command: click.Command = main
    for position, name in enumerate(arguments):
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), name)
        rest = arguments[position + 1 :]
    command.make_context("relaywatch", list(rest)).close()


@named
def test_its_links_lead_to_files_and_headings(guide):
    broken = []
    for target in re.findall(r"\]\(([^)]+)\)", TEXTS[guide]):
        if "://" in target or target.startswith("mailto:"):
            continue
        place, _, anchor = target.partition("#")
        file = (guide.parent / place).resolve() if place else guide
        if not file.exists() or (anchor and anchor not in anchors(file.read_text("utf-8"))):
            broken.append(target)
    assert broken == []


@named
def test_every_command_in_it_is_one_that_the_program_understands(guide, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments in commands(TEXTS[guide]):
        understood(arguments)


def test_the_commands_are_found():
    assert commands("```sh\nsudo -u x /opt/relaywatch/bin/relaywatch check --json && relaywatch demo\n```\n") == [
        ["check", "--json"],
        ["demo"],
    ]


@named
def test_every_setting_it_names_exists(guide):
    known = {item.variable for item in explained_settings()} | {"RELAYWATCH_NAME"}
    assert {name for name in OURS.findall(TEXTS[guide]) if name not in known} == set()


def test_the_table_of_settings_is_the_programs():
    assert between(TEXTS[ROOT / ".deploy" / "README.md"], "settings") == settings_table()


def test_every_setting_of_the_mailbox_stands_in_the_guide_to_collecting():
    ours = [item.variable for item in explained_settings() if item.name.startswith("mailbox_")]
    assert [name for name in ours if f"`{name}`" not in TEXTS[ROOT / "collectors" / "README.md"]] == []


def test_postfix_understands_its_example_and_finds_the_maildir(tmp_path):
    postconf, postmap = program("postconf", "postfix"), program("postmap", "postfix")
    guide = TEXTS[ROOT / "collectors" / "README.md"]
    example = re.findall(r"^```\n(virtual_.*?)^```", guide, re.DOTALL | re.MULTILINE)[0]
    (tmp_path / "main.cf").write_text(f"compatibility_level = 3.6\n{example}", "utf-8")
    (tmp_path / "master.cf").touch()

    def told(*words: str) -> str:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()

    table = told(postconf, "-c", str(tmp_path), "-h", "virtual_mailbox_maps")
    assert told(postmap, "-c", str(tmp_path), "-q", "abuse@reports.example.org", table) == "drop/"
    assert set(example.splitlines()) <= set(told(postconf, "-c", str(tmp_path), "-n").splitlines())


def test_the_privacy_notice_is_the_one_on_the_page():
    told = between(TEXTS[ROOT / "pages" / "README.md"], "privacy")
    lines = [say(f"privacy.{name}", n=Settings().retention_days) for name in NOTICE]
    assert told == ">\n".join(f"> {line}\n" for line in lines)


def test_the_command_prints_what_is_in_force_and_names_strays():
    told = subprocess.run(
        [sys.executable, "-m", "collectors.cli", "settings"],
        env={**os.environ, "RELAYWATCH_TEXT_LIMIT": "9", "RELAYWATCH_TEXT_LIMITS": "9"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "RELAYWATCH_TEXT_LIMIT=9\n" in told.stdout
    assert told.stderr.startswith("RELAYWATCH_TEXT_LIMITS is set, but there is no such setting.")
    assert told.returncode == 1
