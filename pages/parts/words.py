"""The words for the person who got the mail, a file a language: pages/texts/en.toml and its translations."""

import tomllib
from functools import lru_cache
from pathlib import Path

import streamlit as st

TEXTS = Path(__file__).parents[1] / "texts"
ENGLISH = "en"
LANGUAGES = {file.stem: file for file in sorted(TEXTS.glob("*.toml"))}
LANGUAGE = "language"


@lru_cache(maxsize=len(LANGUAGES))
def book(language: str = ENGLISH) -> dict[str, object]:
    """All texts of one language, as nested dictionaries."""
    return tomllib.loads(LANGUAGES[language].read_text(encoding="utf-8"))


def choose_language(asked: str | None) -> str:
    """Take the language of a name such as "de" or "de-AT" for this session's texts, else the browser's, else
    English; returns what was taken."""
    wanted = (_known(name) for name in (asked, st.context.locale))
    st.session_state[LANGUAGE] = next((language for language in wanted if language), ENGLISH)
    return str(st.session_state[LANGUAGE])


def language_name(language: str) -> str:
    """The name of a language in itself, out of its own file."""
    return str(_find("language.name", language))


def say(key: str, **values: str | int) -> str:
    """One sentence by its dotted key ("submit.title"), `values` in its braces: numbers, ids and words of ours.

    Raises KeyError where the file has none.
    """
    text = str(_find(key))
    return text.format(**{name: _written(value) for name, value in values.items()}) if values else text


def say_number(key: str, number: int, **values: str | int) -> str:
    """The same, the key with its ending ".one" or ".many"; {n} is the number."""
    return say(f"{key}.{'one' if number == 1 else 'many'}", n=number, **values)


def say_list(key: str, *, numbered: bool = False) -> str:
    """Several lines by their dotted key, as a Markdown list."""
    found = _find(key)
    if not isinstance(found, list):
        raise KeyError(key)
    return "\n".join(f"{number}. {line}" if numbered else f"- {line}" for number, line in enumerate(found, 1))


def say_reason(sentence: str) -> str:
    """Why the readers of mail refuse something, in this session's language; as it is where nobody translated it."""
    ours, theirs = _find("reasons.known", ENGLISH), _find("reasons.known")
    if isinstance(ours, list) and isinstance(theirs, list) and sentence in ours:
        return str(theirs[ours.index(sentence)])
    return sentence


def _known(name: str | None) -> str | None:
    short = (name or "").lower().partition("-")[0]
    return short if short in LANGUAGES else None


def _written(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else value


def _find(key: str, language: str | None = None) -> object:
    found: object = book(language or str(st.session_state.get(LANGUAGE, ENGLISH)))
    for name in key.split("."):
        if not isinstance(found, dict) or name not in found:
            raise KeyError(key)
        found = found[name]
    return found
