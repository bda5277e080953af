"""`relaywatch export`: tables and sharing formats out of the database."""

from datetime import UTC
from pathlib import Path
from typing import Any

import click

from collectors.commands.console import DATES, database_option, settings_for


@click.command()
@click.argument("table", type=click.Choice(["observations", "incidents", "waves", "timeline", "reports"]))
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
    from data.store.database import open_for_reading, require_database
    from data.store.shapes import IncidentFilter

    for bound in ("since", "until"):
        filters[bound] = filters[bound] and filters[bound].replace(tzinfo=UTC)
    declared = TABLES[table]
    path = settings_for(db).db
    require_database(path)
    with open_for_reading(path) as store, click.open_file(output, "wb", atomic=output != "-") as file:
        rows = export_rows(store, declared, IncidentFilter(**filters))
        for chunk in to_csv(rows, declared.columns) if form == "csv" else to_json(rows):
            file.write(chunk)
