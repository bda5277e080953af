"""`relaywatch backup` and `relaywatch restore`: a copy while everything runs, and the way back."""

from pathlib import Path

import click

from collectors.commands.console import database_option, json_option, print_json, settings_for
from data.plain import counted


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@database_option
@json_option
@click.option("--keep", type=click.IntRange(1, 10_000), help="Into a folder: keep only so many backups there.")
def backup(target: Path, db: Path | None, as_json: bool, keep: int | None) -> None:
    """Copy the database to a file, or under the name of its time into a folder, while others use it.

    The keys of the keyed hashes are not in it: keep a copy of the .keys file somewhere else. With both, known people
    are counted on; with the backup alone they are counted anew, and nobody can be recognised in it.
    """
    from data.store.backup import back_up

    settings = settings_for(db)
    done = back_up(settings.db, target, keep=keep)
    if as_json:
        print_json(
            {
                "path": str(done.path),
                "bytes": done.size,
                "observations": done.observations,
                "removed": [str(path) for path in done.removed],
            }
        )
    else:
        older = f" {len(done.removed):,} older ones removed." if done.removed else ""
        click.echo(
            f"{done.path}: {counted(done.observations, 'observation')}, {done.size:,} bytes, verified.{older} "
            f"The keys are not in it; keep {settings.keys_path} apart."
        )


@click.command()
@click.argument("copy", metavar="BACKUP", type=click.Path(dir_okay=False, path_type=Path))
@database_option
@click.option("--replace", is_flag=True, help="Set a database that stands there aside.")
def restore(copy: Path, db: Path | None, replace: bool) -> None:
    """Put a backup in place. Stop the server and the collectors first."""
    from data.store.backup import restore as restore_store

    done = restore_store(copy, settings_for(db).db, replace=replace)
    click.echo(f"{done.path}: {counted(done.observations, 'observation')} restored. Run: relaywatch check")
