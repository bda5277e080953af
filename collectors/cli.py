"""`relaywatch ...`: thin commands over the rest.

Exit codes: 0 all done, 1 something was refused (said on stderr, one line each: what, where, why), 2 usage.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC
from pathlib import Path
from typing import IO, Any

import click

from collectors.inspect_intelligence import inspect_feed, inspect_report
from collectors.inspection import describe, describe_shortly
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.errors import RelaywatchError
from data.keys import open_keys, passing_keys
from data.model import Refusal
from data.plain import plain_line
from data.settings import Settings, read_settings

DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")


class Commands(click.Group):
    """Our own errors leave as one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except RelaywatchError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="relaywatch")
def main() -> None:
    """Track relay spam: help-desk mail that attackers made genuine systems send."""


database_option = click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The database file (default: RELAYWATCH_DB, else ./relaywatch.db).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def settings_for(db: Path | None) -> Settings:
    settings = read_settings()
    return replace(settings, db=db) if db else settings


def refuse(refusal: Refusal) -> None:
    click.echo(f"{plain_line(refusal.source)}: {plain_line(refusal.reason)}", err=True)


def print_json(value: object, file: IO[str] | None = None) -> None:
    # ASCII only: a subject with U+2028 or a terminal escape stays one harmless line.
    print(json.dumps(value, default=str), file=file or sys.stdout, flush=file is None)


@main.group()
def inspect() -> None:
    """Show what would be recognised; nothing is stored."""


inspect.add_command(inspect_feed)
inspect.add_command(inspect_report)


@inspect.command("mail")
@click.argument("paths", nargs=-1, required=True)
@json_option
@click.option("--raw", is_flag=True, help="Show subjects as they are, not redacted.")
def inspect_mail(paths: tuple[str, ...], as_json: bool, raw: bool) -> None:
    """Read messages (.eml, mbox, folders, pasted headers, - for standard input) and say what they are."""
    reader = Reader(read_settings(), passing_keys(), load_catalogue(), hide=not raw)
    refused = False
    for item in reader.paths(paths, sys.stdin.buffer):
        if isinstance(item, Refusal):
            refused = True
            refuse(item)
            if as_json:
                print_json({"source": item.source, "error": item.reason})
        elif as_json:
            print_json(describe(item))
        else:
            click.echo(describe_shortly(item))
    sys.exit(refused)


@main.command()
@click.argument("paths", nargs=-1, required=True)
@database_option
@json_option
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that read.")
@click.option("--trace", type=click.File("w", encoding="utf-8"), help="Write one JSON line a message here.")
def ingest(paths: tuple[str, ...], db: Path | None, as_json: bool, workers: int, trace: IO[str] | None) -> None:
    """Store messages: .eml, mbox, folders of them, pasted headers, - for standard input. Twice is once."""
    from collectors.ingestion import ingest_paths

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
    for item in summary.rejected:
        refuse(item)
    if as_json:
        print_json(summary.as_json())
    else:
        click.echo(summary.sentence())
    sys.exit(bool(summary.rejected))


@contextmanager
def progress(label: str) -> Iterator[Any]:
    """A counter on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        click.echo(f"\r{label} {done:,} messages", err=True, nl=False)

    yield step
    click.echo(f"\r{label} {done:,} messages: done", err=True)


@main.command()
@database_option
@json_option
def rebuild(db: Path | None, as_json: bool) -> None:
    """Compute templates, incidents and waves again from what is kept; after an ingest this changes nothing."""
    from data.store.database import open_database
    from data.store.rebuild import rebuild as rebuild_store

    with open_database(settings_for(db).db) as store:
        rebuilt = rebuild_store(store)
    if as_json:
        print_json(asdict(rebuilt))
    elif rebuilt.changes:
        click.echo(f"{rebuilt.observations:,} observations gone over; {rebuilt.changes:,} rows changed.")
    else:
        click.echo(f"{rebuilt.observations:,} observations gone over; nothing changed.")


@main.command()
@database_option
@json_option
def check(db: Path | None, as_json: bool) -> None:
    """Check the database: whole, consistent, and equal to what a rebuild would give."""
    from data.store.check import check as check_store
    from data.store.database import open_database

    settings = settings_for(db)
    open_keys(settings.keys_path)
    with open_database(settings.db) as store:
        findings = check_store(store)
    if as_json:
        print_json({"ok": not findings, "findings": findings})
    elif not findings:
        click.echo("The database is whole, and a rebuild would change nothing.")
    for finding in findings:
        click.echo(finding, err=True)
    sys.exit(bool(findings))


def application() -> Path:
    """Where app.py lies: beside the rooms, in a checkout as in an installed copy."""
    return Path(__file__).parents[1] / "app.py"


def server_command(port: int) -> list[str]:
    """The server with its safe settings: an installed copy has no .streamlit folder to bring them."""
    script = application()
    flags = {
        "server.address": "127.0.0.1",
        "server.port": str(port),
        "server.headless": "true",
        "server.maxUploadSize": "25",
        "server.fileWatcherType": "none",
        "server.enableXsrfProtection": "true",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "type",
        "client.showErrorLinks": "false",
        "theme.base": str(script.parent / "pages" / "theme.toml"),
    }
    hosts = [f"--server.allowedHosts={host}" for host in ("localhost", "127.0.0.1", "[::1]")]
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        *(f"--{name}={value}" for name, value in flags.items()),
        *hosts,
    ]


@main.command()
@database_option
@click.option("--demo", is_flag=True, help="Fill a database of its own with an invented story and show that.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
def serve(db: Path | None, demo: bool, port: int) -> None:
    """Start the dashboard on this machine (127.0.0.1), without accounts and without a request to anybody else."""
    settings = settings_for(db)
    if demo:
        settings = demonstration_settings(db)
        fill_with_demonstration(settings, reset=False)
    environment = {**os.environ, "RELAYWATCH_DB": str(settings.db.absolute())}
    click.echo(f"Relaywatch shows {settings.db} at http://127.0.0.1:{port}/ (stop with Ctrl+C).", err=True)
    # exec, so that signals of a supervisor reach the server itself.
    os.execve(sys.executable, server_command(port), environment)  # noqa: S606


@main.command()
@database_option
@click.option("--reset", is_flag=True, help="Remove the demonstration and tell it anew, ending now.")
@json_option
def demo(db: Path | None, reset: bool, as_json: bool) -> None:
    """Fill a database of its own (./relaywatch-demo.db) with an invented story of several waves."""
    summary = fill_with_demonstration(demonstration_settings(db), reset=reset)
    if as_json:
        print_json(summary)
    else:
        click.echo(summary["sentence"])


def demonstration_settings(db: Path | None) -> Settings:
    return replace(read_settings(), db=db or Path("relaywatch-demo.db"), keys=None)


def fill_with_demonstration(settings: Settings, *, reset: bool) -> dict[str, Any]:
    from collectors.demonstration.telling import tell_demonstration

    with progress("Telling the demonstration:") as step:
        return tell_demonstration(settings, reset=reset, step=step)


@main.command()
@click.argument("table", type=click.Choice(["observations", "incidents", "waves", "timeline"]))
@database_option
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), default="-", help="A file, or -.")
@click.option("--since", type=click.DateTime(DATES), help="From this UTC time on.")
@click.option("--until", type=click.DateTime(DATES), help="Before this UTC time.")
@click.option("--platform", multiple=True, help="Only this platform; may be given several times.")
@click.option("--mechanism", multiple=True, help="Only this mechanism.")
@click.option("--verdict", multiple=True, help="Only this verdict.")
@click.option("--confirmation", multiple=True, type=click.Choice(["unconfirmed", "confirmed"]))
@click.option("--wave", "wave_id", help="Only this wave; an old id works.")
@click.option("--abused-domain", help="Only this abused domain.")
@click.option("--text", default="", help="Only rows with these words in subject, sender name, body or party.")
def export(table: str, db: Path | None, form: str, output: str, **filters: Any) -> None:  # noqa: ANN401
    """Print a table as CSV (RFC 4180, UTF-8, cells cannot become formulas) or JSON, rows as on the screen."""
    from data.export.csv_format import to_csv
    from data.export.json_format import to_json
    from data.export.tables import TABLES, export_rows
    from data.store.database import open_for_reading
    from data.store.shapes import IncidentFilter

    for bound in ("since", "until"):
        filters[bound] = filters[bound] and filters[bound].replace(tzinfo=UTC)
    declared = TABLES[table]
    with open_for_reading(settings_for(db).db) as store, click.open_file(output, "wb", atomic=output != "-") as file:
        rows = export_rows(store, declared, IncidentFilter(**filters))
        for chunk in to_csv(rows, declared.columns) if form == "csv" else to_json(rows):
            file.write(chunk)


if __name__ == "__main__":
    main()
