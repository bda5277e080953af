"""`relaywatch quarantine ...`: submissions of strangers that wait for somebody to look."""

from datetime import UTC, datetime
from pathlib import Path

import click

from collectors.commands.console import database_option, existing_database, json_option, print_json
from collectors.ingestion import operator_name
from collectors.inspection import stamp
from data.errors import RelaywatchError
from data.plain import plain_line


@click.group()
def quarantine() -> None:
    """Review submissions that were held: floods, or all anonymous ones with RELAYWATCH_SUBMISSIONS=moderated."""


@quarantine.command("list")
@database_option
@json_option
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
def list_held(db: Path | None, as_json: bool, limit: int) -> None:
    """Show what waits, the oldest first. The subjects are redacted, and written by strangers."""
    from data.store.database import open_for_reading
    from data.store.quarantine import count_held, held

    with open_for_reading(existing_database(db)) as store:
        found, total = held(store, limit=limit), count_held(store)
    for item in found:
        if as_json:
            print_json(
                {
                    "number": item.held_id,
                    "received_at": stamp(item.received_at),
                    "why": item.why,
                    "messages": item.messages,
                    "same_block": item.same_block,
                    "subjects": list(item.subjects),
                }
            )
        else:
            click.echo(
                f"{item.held_id}: {item.received_at:%Y-%m-%d %H:%MZ} · {item.messages} messages · {item.why} · "
                f"{item.same_block} held of this block · {plain_line(' | '.join(item.subjects), 200)}"
            )
    if not as_json:
        click.echo(f"{total:,} submissions wait, {len(found):,} are shown.", err=True)


@quarantine.command("accept")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(1))
@database_option
def accept(numbers: tuple[int, ...], db: Path | None) -> None:
    """Take held submissions in, as if they had never been held."""
    from data.store.database import open_database
    from data.store.quarantine import accept as accept_held

    with open_database(existing_database(db)) as store:
        for number in numbers:
            intake = accept_held(store, number, actor=operator_name(), now=datetime.now(UTC))
            if intake is None:
                raise _unknown(number)
            click.echo(f"{number}: {intake.stored} stored, {intake.duplicates} known already.")


@quarantine.command("drop")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(1))
@database_option
def drop(numbers: tuple[int, ...], db: Path | None) -> None:
    """Forget held submissions."""
    from data.store.database import open_database
    from data.store.quarantine import drop as drop_held

    with open_database(existing_database(db)) as store:
        for number in numbers:
            if not drop_held(store, number, actor=operator_name(), now=datetime.now(UTC)):
                raise _unknown(number)
            click.echo(f"{number}: dropped.")


def _unknown(number: int) -> RelaywatchError:
    return RelaywatchError(f"No submission {number} is held; see: relaywatch quarantine list")
