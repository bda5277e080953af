import ast
from pathlib import Path
from typing import get_args

import pytest

from data.model import VerdictName
from pages.parts.words import book, say, say_list

PAGES = Path(__file__).parents[2] / "pages"


ASKING = {"say", "say_list", "say_number"}


def keys(branch: object, path: tuple[str, ...] = ()) -> set[str]:
    if isinstance(branch, dict):
        return set().union(*(keys(value, (*path, name)) for name, value in branch.items()))
    return {".".join(path)}


def asked() -> set[str]:
    """The keys that the pages ask for; a key with a name inside is asked for with every name that fits."""
    found = set()
    for file in PAGES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKING:
                parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else [node.args[0]]
                found.add("".join(part.value if isinstance(part, ast.Constant) else "*" for part in parts))
    return found


def fits(key: str, pattern: str) -> bool:
    parts, wanted = key.split("."), pattern.split(".")
    return len(parts) == len(wanted) and all(want in ("*", part) for part, want in zip(parts, wanted, strict=True))


def test_every_word_in_the_file_is_used_and_every_word_used_is_in_the_file():
    patterns = asked()
    assert {key for key in keys(book()) if not any(fits(key, pattern) for pattern in patterns)} == set()
    assert {pattern for pattern in patterns if not any(fits(key, pattern) for key in keys(book()))} == set()


@pytest.mark.parametrize("verdict", get_args(VerdictName))
def test_every_verdict_has_its_answer(verdict):
    assert say(f"verdict.{verdict}.edge") in {"ok", "now", "mute"}
    for part in ("title", "body"):
        assert say(f"verdict.{verdict}.{part}")
    for part in ("do", "block", "tell"):
        assert 1 <= len(say_list(f"verdict.{verdict}.{part}").splitlines()) <= 3


def test_nobody_is_shouted_at_or_blamed():
    text = (PAGES / "words.toml").read_text(encoding="utf-8").partition("\n[")[2].lower()
    assert not [word for word in ("!", "hacked", "guilty", "oops", "attack detected") if word in text]


def test_a_word_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        say("submit.nonsense")
