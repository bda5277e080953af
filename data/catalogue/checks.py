"""Reads catalogue files and the fields of entries, each checked; errors name file, entry, field and what to write."""

import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

from data.errors import CatalogueError
from data.vocabulary import Mechanism

_MISSING = object()


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a catalogue file. Raises CatalogueError."""
    try:
        return parse_toml(path.name, path.read_bytes())
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error.strerror}. Install Relaywatch again.") from error


def parse_toml(name: str, blob: bytes) -> dict[str, Any]:
    """The tables of a catalogue file's bytes. Raises CatalogueError."""
    try:
        return tomllib.loads(blob.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{name} is not TOML in UTF-8: {error}. Correct that line.") from error


class Entry:
    """One table of a catalogue file and which of its fields have been read."""

    def __init__(self, file: str, kind: str, raw: object) -> None:
        self._file, self._kind = file, kind
        self._raw: dict[str, Any] = raw if isinstance(raw, dict) else {}
        self._read: set[str] = set()
        if not isinstance(raw, dict):
            raise CatalogueError(f"{file}: {kind} is {raw!r}; write it as a table: [[{kind}]].")

    def error(self, field: str, wanted: str) -> CatalogueError:
        given = f"is {self._raw[field]!r}" if field in self._raw else "is missing"
        name = self._raw.get("id", "")
        return CatalogueError(f"{self._file}: {self._kind} {name!r}: {field} {given}; write {wanted}.")

    def has(self, field: str) -> bool:
        return field in self._raw

    def holds(self, field: str) -> bool:
        """Whether a field that must be there holds anything; an empty text is a way to say that there is nothing."""
        return self._value(field, None) != ""

    def text(self, field: str, default: str | None = None) -> str:
        value = self._value(field, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(field, "a text in quotes")
        return value

    def texts(self, field: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self._value(field, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
            raise self.error(field, 'a list of texts, such as ["one", "two"]')
        return tuple(value)

    def choice(self, field: str, choices: Collection[str], default: str) -> str:
        value = self._value(field, default)
        if value not in choices:
            raise self.error(field, f"one of {', '.join(choices)}")
        return cast("str", value)

    def mechanism(self, field: str, choices: Collection[str]) -> Mechanism:
        return cast("Mechanism", self.choice(field, choices, default=""))

    def flag(self, field: str, default: bool | None = None) -> bool:
        value = self._value(field, default)
        if not isinstance(value, bool):
            raise self.error(field, "true or false")
        return value

    def number(self, field: str, default: int) -> int:
        value = self._value(field, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 9:
            raise self.error(field, "a number from 1 to 9")
        return value

    def weight(self, field: str) -> float:
        value = self._value(field, None)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 9:
            raise self.error(field, "a weight above 0 and not above 9")
        return float(value)

    def day(self, field: str) -> date:
        value = self._value(field, None)
        if type(value) is not date:
            raise self.error(field, "the day it was last checked, such as 2026-11-24 without quotes")
        return value

    def pattern(self, field: str) -> re.Pattern[str]:
        try:
            return re.compile(self.text(field))
        except re.error as error:
            raise self.error(field, f"a regular expression that compiles ({error})") from error

    def table(self, field: str) -> "Entry":
        return Entry(self._file, f"{self._kind} {self._raw.get('id', '')!r}: {field}", self._value(field, None))

    def tables(self, field: str) -> Iterator["Entry"]:
        value = self._value(field, [])
        if not isinstance(value, list):
            raise self.error(field, "a list of tables")
        for raw in value:
            yield Entry(self._file, f"{self._kind} {self._raw.get('id', '')!r}: {field}", raw)

    def languages(self) -> Iterator[tuple[str, ...]]:
        """Each field is a language and a list of its phrases."""
        for field in self._raw:
            yield self.texts(field)

    def finish(self) -> None:
        """Raises CatalogueError for a field that nothing read: most often a slip of the pen."""
        strays = sorted(set(self._raw) - self._read)
        if strays:
            known = ", ".join(sorted(self._read))
            name = self._raw.get("id", "")
            raise CatalogueError(
                f"{self._file}: {self._kind} {name!r}: {strays[0]} is no field; write one of {known}."
            )

    def _value(self, field: str, default: object) -> object:
        self._read.add(field)
        value = self._raw.get(field, _MISSING)
        if value is _MISSING:
            if default is None:
                raise self.error(field, "it; every entry has one")
            return default
        return value
