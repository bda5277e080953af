import ast
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from data.catalogue.mitigations import load_mitigations
from data.vocabulary import VerdictName
from pages.parts.words import LANGUAGES, book, say, say_list, say_number, say_reason

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
                key = "".join(part.value if isinstance(part, ast.Constant) else "*" for part in parts)
                found.add(f"{key}.*" if node.func.id == "say_number" else key)
    return found


def fits(key: str, pattern: str) -> bool:
    parts, wanted = key.split("."), pattern.split(".")
    return len(parts) == len(wanted) and all(want in ("*", part) for part, want in zip(parts, wanted, strict=True))


def test_every_word_in_the_file_is_used_and_every_word_used_is_in_the_file():
    patterns = asked() | {"language.name", "reasons.known"}
    assert {key for key in keys(book()) if not any(fits(key, pattern) for pattern in patterns)} == set()
    assert {pattern for pattern in patterns if not any(fits(key, pattern) for key in keys(book()))} == set()


def braces(text: object) -> set[str]:
    lines = text if isinstance(text, list) else [text]
    return {name for line in lines for _, name, _, _ in Formatter().parse(line) if name}


def leaf(language: str, key: str) -> object:
    found: object = book(language)
    for name in key.split("."):
        found = found[name]
    return found


def test_english_german_and_spanish_are_there():
    assert set(LANGUAGES) >= {"en", "de", "es"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_with_the_same_braces_and_as_many_lines(language):
    assert keys(book(language)) == keys(book())
    for key in keys(book()):
        ours, theirs = leaf("en", key), leaf(language, key)
        assert type(ours) is type(theirs), key
        assert braces(theirs) - {"n"} == braces(ours) - {"n"}, key
        assert not isinstance(ours, list) or len(ours) == len(theirs), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", [*get_args(VerdictName), "claim"])
def test_every_verdict_has_its_answer(verdict, language):
    answer = book(language)["verdict"][verdict]
    assert answer["edge"] == book()["verdict"][verdict]["edge"]
    assert answer["title"]
    assert answer["body"]
    assert all(1 <= len(answer[part]) <= 3 for part in ("do", "block", "tell"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shouted_at_or_blamed(language):
    text = LANGUAGES[language].read_text(encoding="utf-8").partition("\n[")[2].lower()
    blame = "! ¡ hacked guilty oops gehackt schuldig angreifer hackeado culpable atacante"
    assert not [word for word in blame.split() if word in text]


def test_numbers_are_counted_in_words():
    assert say_number("found.count", 1) == "1 mail"
    assert say_number("found.count", 1_200) == "1,200 mails"


def test_a_list_is_a_markdown_list():
    assert say_list("clicked.lines").splitlines()[0].startswith("- Typed a password")


def test_a_word_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        say("submit.nonsense")


def test_what_the_look_up_advises_is_what_the_catalogue_says():
    known = load_mitigations()
    assert book()["lookup"]["steps"] == list(known.own_form)
    assert book()["lookup"]["measures"] == [f"{measure.title}. {measure.why}" for measure in known.measures]
    for language in LANGUAGES:
        words = book(language)["lookup"]
        assert (len(words["steps"]), len(words["measures"])) == (len(known.own_form), len(known.measures))


def test_a_reason_is_translated_where_the_readers_give_it_in_these_words():
    texts = {
        node.value
        for file in (PAGES.parent / "collectors").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert set(book()["reasons"]["known"]) - texts == set()
    assert say_reason("There is nothing in it.") == "There is nothing in it."
    assert say_reason("The message is larger than 1 byte.") == "The message is larger than 1 byte."
