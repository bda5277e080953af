"""Month names of many languages, from months.toml."""

import tomllib
from functools import lru_cache
from pathlib import Path

from data.errors import CatalogueError

_FILE = Path(__file__).with_name("months.toml")


@lru_cache(maxsize=1)
def month_names(file: Path = _FILE) -> dict[str, int]:
    """Every known name, in lower case without a dot, and its month.

    Raises CatalogueError for a name of two months.
    """
    found: dict[str, int] = {}
    for number, names in tomllib.loads(file.read_text(encoding="utf-8"))["months"].items():
        for name in names:
            if found.setdefault(name, int(number)) != int(number):
                raise CatalogueError(f"{file.name}: {name!r} stands for two months; leave it out of one.")
    return found


def month_number(word: str) -> int | None:
    """1 to 12 for a month name in any case, with or without a dot ("Sept.", "января"), else None."""
    return month_names().get(word.strip(".").casefold())
