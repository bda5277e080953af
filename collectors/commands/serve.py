"""`relaywatch serve` and `relaywatch demo`: the dashboard on this machine, and the invented story."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from collectors.commands.console import database_option, json_option, print_json, progress, settings_for
from collectors.commands.times import Span
from data.blocks import LOOPBACK, is_loopback
from data.errors import SettingsError
from data.settings import Settings, read_settings
from data.sign_in import check_host, read_sign_in, sign_in_file


def application() -> Path:
    """Where app.py lies: beside the rooms, in a checkout as in an installed copy."""
    return Path(__file__).parents[2] / "app.py"


def server_command(
    port: int, hosts: Sequence[str], *, address: str = LOOPBACK, auth_file: Path | None = None
) -> list[str]:
    """The server with its safe settings: an installed copy has no .streamlit folder to bring them."""
    script = application()
    flags = {
        "server.address": address,
        "server.port": str(port),
        "server.headless": "true",
        "server.maxUploadSize": "25",
        "server.fileWatcherType": "none",
        "server.enableXsrfProtection": "true",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "type",
        "client.showErrorLinks": "false",
        "logger.level": "warning",
        # Rich would print each failed line of ours with its error, whose words may be a stranger's.
        "logger.enableRich": "false",
        "logger.messageFormat": "%(message)s",
        "theme.base": str(script.parent / "pages" / "theme.toml"),
    }
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        *(f"--{name}={value}" for name, value in flags.items()),
        *(f"--server.allowedHosts={host}" for host in hosts),
        *((f"--secrets.files={auth_file.absolute()}",) if auth_file else ()),
    ]


@click.command()
@database_option
@click.option("--demo", is_flag=True, help="Fill a database of its own with an invented story and show that.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--host", "address", default=LOOPBACK, show_default=True, help="The address to listen on.")
@click.option("--public", is_flag=True, help="Only the pages that are open to everybody.")
@click.option("--collect", "every", type=Span(), help="Also collect feeds, pages and mail, every 15m or the like.")
def serve(db: Path | None, demo: bool, port: int, address: str, public: bool, every: timedelta | None) -> None:
    """Start the dashboard: on this machine (127.0.0.1), without accounts and without a request to anybody else.

    With another --host it needs an identity provider (RELAYWATCH_AUTH_FILE), or it shows with --public only what is
    open to everybody.
    """
    from data.keys import open_keys
    from data.store.database import open_database

    if demo and every:
        raise click.UsageError("The demonstration is invented and asks nobody; leave out --collect or --demo.")
    settings = demonstration_settings(db) if demo else settings_for(db)
    if demo:
        fill_with_demonstration(settings, reset=False)
    settings = replace(settings, public=settings.public or public)
    check_sign_in(settings, address)
    open_database(settings.db).close()
    open_keys(settings.keys_path)
    environment = {**os.environ, "RELAYWATCH_DB": str(settings.db.absolute())}
    if settings.public:
        environment["RELAYWATCH_PUBLIC"] = "yes"
    shown = f"[{address}]" if ":" in address else address
    click.echo(f"Relaywatch shows {settings.db} at http://{shown}:{port}/ (stop with Ctrl+C).", err=True)
    if every:
        collect_beside(every, environment)
    # exec, so that signals of a supervisor reach the server itself.
    command = server_command(port, settings.hosts, address=address, auth_file=settings.auth_file)
    os.execve(sys.executable, command, environment)  # noqa: S606


def check_sign_in(settings: Settings, address: str) -> None:
    """Raises SettingsError where others could reach a server on which nobody can sign in, or wrong settings."""
    place = sign_in_file(settings.auth_file)
    found = None if settings.public or place is None else read_sign_in(place)
    if found is not None and place is not None:
        check_host(found, settings.hosts, place)
    if found is None and not settings.public and not is_loopback("127.0.0.1" if address == "localhost" else address):
        raise SettingsError(
            f"On {address} other machines reach this server, and it has no identity provider: everybody could "
            "read and change everything. Name one in RELAYWATCH_AUTH_FILE, or add --public for the public pages only."
        )


def collect_beside(every: timedelta, environment: dict[str, str]) -> None:
    """A collector beside the server: a process of its own, since reading pages would take the server's time from
    those who look at it. It ends when the server does, however that ends: it reads a pipe that only the server
    holds open."""
    ours, theirs = os.pipe()
    seconds = f"{int(every.total_seconds())}s"
    command = [sys.executable, "-m", "collectors.cli", "collect", "all", "--every", seconds, "--while-open"]
    folder = str(application().parent)
    paths = os.pathsep.join(filter(None, (folder, environment.get("PYTHONPATH"))))
    subprocess.Popen(command, stdin=ours, env={**environment, "PYTHONPATH": paths})  # noqa: S603
    os.close(ours)
    os.set_inheritable(theirs, True)


@click.command()
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
