"""What every setting means, read out of settings.py itself, so that no page can say something else."""

import ast
import inspect
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path

from data import settings as module
from data.settings import Settings

HEAD = "| variable | default | what it says |\n|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Explained:
    """One setting: its environment variable, its name in code, its default as one would write it, and its meaning.
    The value of a `secret` one is shown to nobody."""

    variable: str
    name: str
    default: str
    meaning: str
    secret: bool


def explained_settings() -> tuple[Explained, ...]:
    """Every setting, in the order of settings.py."""
    meanings = _meanings()
    return tuple(
        Explained(
            f"RELAYWATCH_{item.name.upper()}", item.name, written(item.default), meanings[item.name], not item.repr
        )
        for item in fields(Settings)
    )


def written(value: object) -> str:
    """A value as one would write it into the environment; empty for what is not set."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def settings_table() -> str:
    """The Markdown table of the operating guide."""
    return HEAD + "".join(
        f"| `{item.variable}` | {f'`{item.default}`' if item.default else ''} | {_cell(item.meaning)} |\n"
        for item in explained_settings()
    )


def _meanings() -> dict[str, str]:
    """The text under each field. It is no attribute of anything at run time, so it is read from the source."""
    tree = ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings")
    found: dict[str, str] = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            found[field.target.id] = " ".join(str(ast.literal_eval(text.value)).split())
    return found


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
