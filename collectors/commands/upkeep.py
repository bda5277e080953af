"""`relaywatch rebuild` and `relaywatch check`: the database itself."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from collectors.commands.console import database_option, json_option, print_json, settings_for
from data.keys import open_keys


@click.command()
@database_option
@json_option
def rebuild(db: Path | None, as_json: bool) -> None:
    """Compute templates, incidents and waves again from what is kept; after an ingest this changes nothing."""
    from data.store.database import open_database, require_database
    from data.store.rebuild import rebuild as rebuild_store

    settings = settings_for(db)
    require_database(settings.db)
    with open_database(settings.db) as store:
        rebuilt = rebuild_store(store)
    if as_json:
        print_json(asdict(rebuilt))
    elif rebuilt.changes:
        click.echo(f"{rebuilt.observations:,} observations gone over; {rebuilt.changes:,} rows changed.")
    else:
        click.echo(f"{rebuilt.observations:,} observations gone over; nothing changed.")


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
