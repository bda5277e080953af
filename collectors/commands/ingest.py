"""`relaywatch ingest`: messages into the database."""

import sys
from pathlib import Path
from typing import IO

import click

from collectors.commands.console import database_option, json_option, print_json, progress, refuse_all, settings_for


@click.command()
@click.argument("paths", nargs=-1, required=True)
@database_option
@json_option
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that read.")
@click.option("--trace", type=click.File("w", encoding="utf-8"), help="Write one JSON line a message here.")
def ingest(paths: tuple[str, ...], db: Path | None, as_json: bool, workers: int, trace: IO[str] | None) -> None:
    """Store messages: .eml, mbox, folders of them, pasted headers, - for standard input. Twice is once."""
    from collectors.ingestion import ingest_paths
    from collectors.memory import collect_rarely

    collect_rarely()
    settings = settings_for(db)
    with progress("Reading") as step:
        summary = ingest_paths(
            paths,
            settings,
            stdin=sys.stdin.buffer,
            workers=workers,
            trace=(lambda line: print_json(line, trace)) if trace else None,
            step=step,
        )
    refuse_all(summary.rejected)
    if as_json:
        print_json(summary.as_json())
    else:
        click.echo(summary.sentence())
    sys.exit(bool(summary.rejected))
