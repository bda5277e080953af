"""The words for the person who got the mail, out of one file that a translator can copy: pages/words.toml."""

import tomllib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def book() -> dict[str, object]:
    return tomllib.loads((Path(__file__).parents[1] / "words.toml").read_text(encoding="utf-8"))


def say(key: str) -> str:
    """One sentence by its dotted key ("submit.title"). Raises KeyError where the file has none."""
    return str(_find(key))


def say_list(key: str) -> str:
    """Several lines by their dotted key, as a Markdown list."""
    found = _find(key)
    if not isinstance(found, list):
        raise KeyError(key)
    return "\n".join(f"- {line}" for line in found)


def _find(key: str) -> object:
    found: object = book()
    for name in key.split("."):
        if not isinstance(found, dict) or name not in found:
            raise KeyError(key)
        found = found[name]
    return found
