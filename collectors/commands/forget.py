"""`relaywatch forget`: a person's traces, and evidence past its time."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from collectors.addresses import bare_addresses
from collectors.commands.console import database_option, json_option, print_json, settings_for
from collectors.fingerprint import untagged
from data.errors import RelaywatchError
from data.keys import open_keys

BACKUPS = (
    "Backups and copies made before keep what they held: restore none without running this again, and delete them "
    "when their time is over."
)


@click.command()
@click.argument("addresses", nargs=-1, metavar="ADDRESS...")
@database_option
@click.option("--expired", is_flag=True, help="Let evidence older than RELAYWATCH_RETENTION_DAYS go.")
@json_option
def forget(addresses: tuple[str, ...], db: Path | None, expired: bool, as_json: bool) -> None:
    """Remove every trace of recipients by their addresses, or old evidence, down to the bytes of the file.

    "-" reads one address a line from standard input, so that it stands in no shell history.
    """
    from data.store.database import open_database, require_database
    from data.store.erasure import expire_evidence
    from data.store.erasure import forget as forget_recipients

    if not addresses and not expired:
        raise click.UsageError("Name an address, - for standard input, or --expired.")
    wanted = _read(addresses)
    settings = settings_for(db)
    require_database(settings.db)
    answer: dict[str, object] = {}
    with open_database(settings.db) as store:
        now = datetime.now(UTC)
        if wanted:
            answer |= asdict(forget_recipients(store, wanted, open_keys(settings.keys_path), now))
        if expired:
            answer["expired"] = expire_evidence(store, settings.retention_days, now)
    if as_json:
        print_json(answer)
        return
    if wanted:
        click.echo(
            f"{answer['emptied']} messages keep no trace of the recipient, {answer['removed']} were removed whole, "
            f"{answer['dropped']} held submissions were dropped, {answer['blotted']} other rows named the address."
        )
        click.echo("Reports and feeds that others published stay as they were published.", err=True)
    if expired:
        click.echo(f"{answer['expired']} messages older than {settings.retention_days} days keep no evidence.")
    if answer.get("copies"):
        click.echo(
            f"Copies from before updates still hold everything; delete them: {', '.join(answer['copies'])}",  # type: ignore[arg-type]
            err=True,
        )
    click.echo(BACKUPS, err=True)


def _read(given: tuple[str, ...]) -> set[str]:
    lines = [line for item in given for line in (sys.stdin.readlines() if item == "-" else [item])]
    found: set[str] = set()
    for line in lines:
        addresses = bare_addresses(line)
        if line.strip() and not addresses:
            # Not echoed: what was typed may be somebody's name.
            raise RelaywatchError("One of these is no e-mail address. Nothing was changed; write name@domain.")
        for address in addresses:
            found |= {address, untagged(address)}
    return found
