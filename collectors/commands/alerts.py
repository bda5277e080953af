"""`relaywatch alerts ...`: tell people about waves, recurrences and feeds that fail."""

import sys
import threading
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from collectors.alerting import Alerting, Outcome
from collectors.collecting import rounds
from collectors.commands.console import database_option, json_option, print_json, refuse, settings_for
from collectors.commands.times import Span
from collectors.logs import log_failures
from data.errors import StoreError
from data.model import Refusal
from data.store.alert_deliveries import retry_failed
from data.store.alerts import AlertRow
from data.store.alerts import alerts as alert_rows
from data.store.database import open_database, open_for_reading


@click.group()
def alerts() -> None:
    """Alert people by webhook or mail: ids, counts and our own words only."""


@alerts.command("send")
@database_option
@json_option
@click.option("--every", type=Span(), help="Again after each such stretch of time (1m, 15m), until stopped.")
@click.option("--failed", is_flag=True, help="Try those once more that were given up.")
def send(db: Path | None, as_json: bool, every: timedelta | None, failed: bool) -> None:
    """Send what deserves an alert and was not sent yet: one alert a wave, each under a key of its own."""
    if every:
        log_failures()
    settings = settings_for(db)
    alerting = Alerting(settings)
    if failed:
        with open_database(settings.db) as store:
            retry_failed(store, datetime.now(UTC))
    failures = False
    for _ in rounds(every, threading.Event().wait) if every else [None]:
        try:
            with open_database(settings.db) as store:
                failures = _report(alerting.send_all(store), as_json)
        except StoreError as error:
            # A database that is busy for once must not end the watch.
            if every is None:
                raise
            click.echo(str(error), err=True)
    sys.exit(failures)


@alerts.command("test")
@database_option
@json_option
def try_out(db: Path | None, as_json: bool) -> None:
    """Send a test alert on every configured channel, once."""
    settings = settings_for(db)
    alerting = Alerting(settings)
    with open_database(settings.db) as store:
        sys.exit(_report(alerting.send_test(store), as_json))


@alerts.command("list")
@database_option
@json_option
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many, newest first."
)
def show(db: Path | None, as_json: bool, limit: int) -> None:
    """List alerts: what was sent, waits, failed and why, or is held for the summary of its day."""
    with open_for_reading(settings_for(db).db) as store:
        rows = alert_rows(store, limit=limit)
    for row in rows:
        if as_json:
            print_json(asdict(row))
        else:
            click.echo(_line(row))
    if not rows and not as_json:
        click.echo("No alert yet.")


def _report(outcomes: list[Outcome], as_json: bool) -> bool:
    """Prints what became of each delivery; returns whether one failed."""
    for item in outcomes:
        if as_json:
            print_json(asdict(item))
        elif item.sent:
            click.echo(f"Alert {item.alert_id} sent by {item.channel}: {item.text}")
        if not item.sent:
            then = f"Due again at {item.again_at:%Y-%m-%d %H:%M:%S} UTC." if item.again_at else "Given up."
            refuse(Refusal(f"Alert {item.alert_id} by {item.channel}", f"{item.reason} {then}"))
    return any(not item.sent for item in outcomes)


def _line(row: AlertRow) -> str:
    by = f" by {row.channel}" if row.channel else ""
    why = f" ({row.reason})" if row.reason else ""
    return f"{row.alert_id}  {row.created_at:%Y-%m-%d %H:%M} UTC  {row.state}{by}{why}  {row.kind}: {row.text}"
