"""`relaywatch rebuild` and `relaywatch check`: the database itself."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collectors.commands.console import database_option, json_option, print_json, settings_for
from data.keys import open_keys

if TYPE_CHECKING:
    from data.store.preview import Preview

NAMED = 10
"""Ids shown of one kind of change."""


@click.command()
@database_option
@json_option
@click.option("--preview", "only_preview", is_flag=True, help="Show what would change, and change nothing.")
def rebuild(db: Path | None, as_json: bool, only_preview: bool) -> None:
    """Compute templates, incidents and waves again from what is kept; after an ingest this changes nothing.

    After an update of the program, --preview shows what its rules would change before they are applied.
    """
    from data.store.database import open_database, require_database
    from data.store.preview import preview
    from data.store.rebuild import rebuild as rebuild_store

    settings = settings_for(db)
    require_database(settings.db)
    if only_preview:
        _show(preview(settings.db), as_json=as_json)
        return
    with open_database(settings.db) as store:
        rebuilt = rebuild_store(store)
    if as_json:
        print_json(asdict(rebuilt))
    elif rebuilt.changes:
        click.echo(f"{rebuilt.observations:,} observations gone over; {rebuilt.changes:,} rows changed.")
    else:
        click.echo(f"{rebuilt.observations:,} observations gone over; nothing changed.")


def _show(found: "Preview", *, as_json: bool) -> None:
    """Counts and ids, one line a kind of change."""
    if as_json:
        print_json(asdict(found))
        return
    if not found.rows:
        click.echo(f"{found.observations:,} observations gone over; a rebuild would change nothing.")
        return
    click.echo(f"A rebuild would change {found.rows:,} rows; {found.moved:,} observations would move.")
    for name, change in (("incidents", found.incidents), ("waves", found.waves)):
        merged = [f"{old} into {new}" for old, new in change.merged.items()]
        for word, ids in (("opened", change.opened), ("merged", merged), ("dissolved", change.dissolved)):
            _list(f"{name} {word}", ids)
    _list("verdicts changed", [f"{name} {old} to {new}" for name, (old, new) in found.verdicts.items()])
    click.echo("Nothing was changed. To apply it, run: relaywatch rebuild")


def _list(what: str, found: Sequence[str]) -> None:
    if found:
        more = f" and {len(found) - NAMED:,} more (all of them: --json)" if len(found) > NAMED else ""
        click.echo(f"  {len(found):>5,} {what}: {', '.join(found[:NAMED])}{more}")


@click.command()
@database_option
@json_option
def check(db: Path | None, as_json: bool) -> None:
    """Check the database: whole, consistent, and equal to what a rebuild would give."""
    from data.store.check import check as check_store
    from data.store.check import provisional
    from data.store.database import open_database, require_database

    settings = settings_for(db)
    require_database(settings.db)
    open_keys(settings.keys_path)
    with open_database(settings.db) as store:
        findings = check_store(store)
        waiting = provisional(store)
    if as_json:
        print_json({"ok": not findings, "findings": findings, "provisional": waiting})
    elif not findings and waiting:
        click.echo(
            f"The database is whole. {waiting:,} templates await settling: an ingest is running, or was stopped "
            "before its end. Run: relaywatch rebuild"
        )
    elif not findings:
        click.echo("The database is whole, and a rebuild would change nothing.")
    for finding in findings:
        click.echo(finding, err=True)
    sys.exit(bool(findings))
