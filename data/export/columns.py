"""What a column and a table of an export are."""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["id", "text", "number", "time", "flag"]
"""id: a public id. text: words, guarded against spreadsheets. number: never guarded. time: ISO 8601 in UTC, whole
seconds. flag: true or false."""


BY_STRANGERS = "written by a stranger."


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what kind of value it holds, what that means, a value of it, what its numbers count.
    Empty where not known."""

    name: str
    type: ColumnType
    meaning: str
    example: str = ""
    unit: str = ""

    @property
    def foreign(self) -> bool:
        """Whether strangers wrote what stands here; it is left out of what everybody may read."""
        return self.meaning.endswith(BY_STRANGERS)


@dataclass(frozen=True, slots=True)
class Table:
    """One exported table: its name on the command line, what a row is, its columns in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


Value = str | int | float | bool | None
"""What a cell holds before it is written."""
