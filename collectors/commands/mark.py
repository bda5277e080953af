"""`relaywatch mark`: how far an incident may travel."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from collectors.commands.console import database_option, existing_database
from collectors.ingestion import operator_name
from data.errors import RelaywatchError
from data.plain import plain_line
from data.tlp import LEVELS


@click.command()
@click.argument("incident_id")
@click.argument("tlp", type=click.Choice(LEVELS, case_sensitive=False))
@database_option
@click.option("--reason", required=True, help="Why; it stands in the event log.")
def mark(incident_id: str, tlp: Any, db: Path | None, reason: str) -> None:  # noqa: ANN401 (one of LEVELS)
    """Give an incident its TLP marking; without one it is AMBER. Tokens read up to their clearance."""
    from data.store.database import open_database
    from data.store.markings import set_marking

    with open_database(existing_database(db)) as store:
        now = datetime.now(UTC)
        if not set_marking(store, incident_id, tlp, actor=operator_name(), reason=reason, now=now):
            raise RelaywatchError(f"There is no incident {plain_line(incident_id, 40)}.")
    click.echo(f"{plain_line(incident_id, 40)} is TLP:{tlp}.")
