"""`relaywatch mitigation ...` and `relaywatch lookup`: what the page of vendors does, for scripts."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from collectors.commands.console import database_option, existing_database, json_option, print_json, settings_for
from collectors.commands.times import Instant
from collectors.ingestion import operator_name
from data.mitigation import SETTABLE, STATUSES, label
from data.plain import plain_line

door_options = (
    click.option("--platform", help="Where the party has several exposures: the one on this platform."),
    click.option("--mechanism", help="The one of this mechanism, such as ticket-acknowledgement."),
)


author_option = click.option("--author", default=operator_name, show_default="your login name", help="Who says so.")


@click.group()
def mitigation() -> None:
    """Say, and list, how far the abused organisations are with closing their doors."""


@mitigation.command("set")
@click.argument("door")
@click.argument("status", type=click.Choice(SETTABLE))
@door_options[0]
@door_options[1]
@click.option("--at", type=Instant(), help="Since when it is so, in UTC (default: now).")
@click.option("--note", help="What shows it, in words.")
@click.option("--link", help="What shows it: a public page.")
@click.option("--observation", help="What shows it: an observation (O-0001).")
@author_option
@database_option
@json_option
def set_(
    door: str,
    status: str,
    platform: str | None,
    mechanism: str | None,
    at: datetime | None,
    note: str | None,
    link: str | None,
    observation: str | None,
    author: str,
    db: Path | None,
    as_json: bool,
) -> None:
    """Set the STATUS of an exposure. DOOR is its id (E-0001), or the abused domain, account or tenant."""
    from data.store.database import open_database
    from data.store.exposure_reads import exposure
    from data.store.mitigations import Door, Proof, set_status

    settings = settings_for(db)
    with open_database(existing_database(db)) as store:
        exposure_id = set_status(
            store,
            Door(door, platform, mechanism),
            next(item for item in SETTABLE if item == status),
            author=author,
            proof=Proof(note, link, observation),
            now=datetime.now(UTC),
            effective_at=at,
            silence=timedelta(days=settings.quiet_days),
        )
        row = exposure(store, exposure_id)
    if as_json:
        print_json(asdict(row) if row else None)
    elif row:
        click.echo(f"{row.exposure_id} {plain_line(row.party)}: {label(row.status)}")


@mitigation.command("list")
@click.option("--status", multiple=True, type=click.Choice(STATUSES), help="Only this status.")
@database_option
@json_option
def list_(status: tuple[str, ...], db: Path | None, as_json: bool) -> None:
    """List the exposures, those that stand open the longest first."""
    from data.store.database import open_for_reading
    from data.store.exposure_reads import stream_exposures
    from data.store.exposure_shapes import ExposureFilter

    with open_for_reading(existing_database(db)) as store:
        for row in stream_exposures(store, ExposureFilter(status=status)):
            if as_json:
                print_json(asdict(row))
            else:
                where = f"{plain_line(row.party_key)} {row.platform or '-'} {row.mechanism}"
                seen = f"{row.observations:,} observations, last {row.last_seen_at:%Y-%m-%d}"
                click.echo(f"{row.exposure_id}  {label(row.status):<14}  {where}  {seen}")


@mitigation.command("history")
@click.argument("exposure_id")
@database_option
@json_option
def history(exposure_id: str, db: Path | None, as_json: bool) -> None:
    """Print what was said of an exposure (E-0001), withdrawn words too, and when it recurred."""
    from data.store.database import open_for_reading
    from data.store.mitigation_reads import stream_changes

    with open_for_reading(existing_database(db)) as store:
        for row in stream_changes(store, exposure_id):
            if as_json:
                print_json(asdict(row))
            else:
                taken = " (withdrawn)" if row.withdrawn_at else ""
                proof = plain_line(row.note or row.link or row.observation_id or "")
                at = f"{row.effective_at:%Y-%m-%d %H:%M}"
                click.echo(
                    f"{row.change_id or '-'}  {at}  {label(row.status)}{taken}  {plain_line(row.author)}: {proof}"
                )


@mitigation.command("withdraw")
@click.argument("change", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why it was wrong.")
@author_option
@database_option
def withdraw(change: int, reason: str, author: str, db: Path | None) -> None:
    """Take a change back by its number (see history); it stays in the history."""
    from data.store.database import open_database
    from data.store.mitigations import withdraw_status

    with open_database(existing_database(db)) as store:
        exposure_id = withdraw_status(store, change, author=author, reason=reason, now=datetime.now(UTC))
    click.echo(f"Change {change} of {exposure_id} is withdrawn.")


@mitigation.command("step")
@click.argument("door")
@click.argument("step")
@door_options[0]
@door_options[1]
@click.option("--undone", is_flag=True, help="Take the tick away.")
@click.option("--note", help="What shows it.")
@author_option
@database_option
def step_(
    door: str,
    step: str,
    platform: str | None,
    mechanism: str | None,
    undone: bool,
    note: str | None,
    author: str,
    db: Path | None,
) -> None:
    """Tick a STEP of an exposure's checklist; a wrong step is answered with all of them."""
    from data.store.database import open_database
    from data.store.mitigations import Door, set_tick

    with open_database(existing_database(db)) as store:
        exposure_id = set_tick(
            store,
            Door(door, platform, mechanism),
            step,
            done=not undone,
            author=author,
            now=datetime.now(UTC),
            note=note,
        )
    click.echo(f"{exposure_id} {step}: {'open' if undone else 'done'}")


@click.command()
@click.argument("name")
@database_option
@json_option
def lookup(name: str, db: Path | None, as_json: bool) -> None:
    """Say whether reports of the last 30 days exist about a domain or account, and how to test one's own form."""
    from data.catalogue.mitigations import own_form_steps
    from data.store.database import open_for_reading
    from data.store.lookup import DAYS, look_up

    with open_for_reading(settings_for(db).db) as store:
        answer = look_up(store, name, datetime.now(UTC))
    if answer is None:
        click.echo(
            f"{plain_line(name)}: this is no domain and no account; write a name such as acme.example.", err=True
        )
        sys.exit(1)
    steps = own_form_steps()
    if as_json:
        print_json({"asked": answer.asked, "days": DAYS, "reported": answer.reported, "steps": steps})
        return
    found = "There are reports" if answer.reported else "There is no report"
    click.echo(f"{found} about {plain_line(answer.asked)} in the last {DAYS} days. Test your own form:")
    for number, step in enumerate(steps, 1):
        click.echo(f"  {number}. {step}")
