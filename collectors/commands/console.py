"""What every command shares: options, settings, how to refuse, print JSON and show progress."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import click

from data.model import Refusal
from data.plain import plain_line
from data.settings import Settings, read_settings

SHOWN = 20
"""Refusals that a terminal shows."""

database_option = click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The database file (default: RELAYWATCH_DB, else ./relaywatch.db).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def settings_for(db: Path | None) -> Settings:
    settings = read_settings()
    return replace(settings, db=db) if db else settings


def existing_database(db: Path | None) -> Path:
    """The database of a command that works on what is there: a mistyped name must not make a new one. Raises
    StoreError."""
    from data.store.database import require_database

    path = settings_for(db).db
    require_database(path)
    return path


def refuse(refusal: Refusal) -> None:
    click.echo(f"{plain_line(refusal.source)}: {plain_line(refusal.reason)}", err=True)


def refuse_all(refusals: Sequence[Refusal]) -> None:
    """Every refusal in a pipe, a line each; on a terminal the first SHOWN and how many more there are."""
    shown = refusals[:SHOWN] if sys.stderr.isatty() else refusals
    for refusal in shown:
        refuse(refusal)
    if len(shown) < len(refusals):
        click.echo(
            f"... and {len(refusals) - len(shown):,} more; --trace FILE or --json lists all of them.", err=True
        )


def print_json(value: object, file: IO[str] | None = None) -> None:
    # ASCII only: a subject with U+2028 or a terminal escape stays one harmless line.
    print(json.dumps(value, default=str), file=file or sys.stdout, flush=file is None)


@contextmanager
def progress(label: str, things: str = "messages") -> Iterator[Any]:
    """A counter on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        click.echo(f"\r{label} {done:,} {things}", err=True, nl=False)

    yield step
    click.echo(f"\r{label} {done:,} {things}: done", err=True)
