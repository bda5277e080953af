"""`relaywatch export`: tables, rules and sharing formats out of the database."""

import hashlib
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click

from collectors.commands.console import database_option, existing_database
from collectors.commands.times import Instant
from data.export.formats import FORMATS
from data.mitigation import STATUSES
from data.tlp import DEFAULT, Tlp

WITHOUT_HISTORY = {"vendors", "exposures", "mitigations", "reports", "exports"}
EVERY_FORMAT = list(dict.fromkeys(form for forms in FORMATS.values() for form in forms))


class Moment(click.ParamType[str | datetime]):
    """A UTC time, or the id of an earlier export."""

    name = "TIME|X-ID"

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | datetime:
        if isinstance(value, datetime) or value.strip().upper().startswith("X-"):
            return value  # type: ignore[no-any-return]
        try:
            at = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(
                f"{value!r} is neither a time such as 2026-11-24T08:00:00Z nor an export such as X-0003.", param, ctx
            )
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        # A whole second is meant to its end: what was stored within it had been stored.
        return at if at.microsecond else at.replace(microsecond=999_000)


def print_dictionary(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from data.export.dictionary import to_markdown
        from data.export.tables import EVERY_TABLE

        click.echo(to_markdown(EVERY_TABLE.values()), nl=False)
        ctx.exit()


@click.command()
@click.argument("what", type=click.Choice(list(FORMATS)))
@database_option
@click.option("--format", "form", type=click.Choice(EVERY_FORMAT), help="Default: the first of those below.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), default="-", help="A file, or -.")
@click.option("--since", type=Instant(), help="From this UTC time on; 7d is a week ago.")
@click.option("--until", type=Instant(), help="Before this UTC time.")
@click.option("--platform", multiple=True, help="Only this platform; may be given several times.")
@click.option("--mechanism", multiple=True, help="Only this mechanism.")
@click.option("--verdict", multiple=True, help="Only this verdict.")
@click.option("--confirmation", multiple=True, type=click.Choice(["unconfirmed", "confirmed"]))
@click.option("--wave", "wave_id", help="Only this wave; an old id works.")
@click.option("--abused-domain", help="Only this abused domain.")
@click.option(
    "--status", multiple=True, type=click.Choice(STATUSES), help="Of vendors: only exposures in this state."
)
@click.option("--text", default="", help="Only rows with these words in subject, sender name, body or party.")
@click.option("--as-of", type=Moment(), help="The state at this UTC time, or that an earlier export read.")
@click.option(
    "--tlp",
    type=click.Choice(get_args(Tlp), case_sensitive=False),
    default=DEFAULT,
    show_default=True,
    help="Nothing that is marked higher; what nobody marked is AMBER.",
)
@click.option("--score", type=click.FloatRange(0.1, 100), help="Rules: what a match adds.  [default: 4]")
@click.option("--expires-days", type=click.IntRange(1, 366), help="Rules: days they are good for.  [default: 14]")
@click.option(
    "--dictionary", is_flag=True, is_eager=True, expose_value=False, callback=print_dictionary,
    help="Print what every table and column means, and stop.",
)  # fmt: skip
def export(
    what: str,
    db: Path | None,
    form: str | None,
    output: str,
    as_of: str | datetime | None,
    tlp: Tlp,
    score: float | None,
    expires_days: int | None,
    status: tuple[str, ...],
    **filters: Any,  # noqa: ANN401
) -> None:
    """Print WHAT is known in a form for others.

    \b
    observations, incidents, waves, timeline, vendors, exposures, mitigations, reports, exports:
                  csv (RFC 4180, no formulas) or json
    briefing      html or md: one page on a wave or a period
    rules         rspamd, postfix, sieve, spamassassin or exchange: confirmed exposures only
    stix, misp    json: STIX 2.1, MISP
    atom          xml

    Every export gets an id; --as-of with that id gives the same figures again, through every merge since.
    """
    from data.export.sharing import share
    from data.store.exports import finish_export, recorded, state_of
    from data.store.shapes import IncidentFilter

    form = form or FORMATS[what][0]
    if form not in FORMATS[what]:
        raise click.UsageError(f"{what} cannot be written as {form}; choose {' or '.join(FORMATS[what])}.")
    if as_of is not None and what in WITHOUT_HISTORY:
        raise click.UsageError(f"Of {what} no history is kept; leave out --as-of.")
    path = existing_database(db)
    moment = state_of(path, as_of) if isinstance(as_of, str) else as_of
    asked = {name: value for name, value in {**filters, "status": status}.items() if value} | (
        {} if tlp == DEFAULT else {"tlp": tlp}
    )
    options = {"score": score, "expires_days": expires_days}
    with recorded(path, what, form, asked, moment) as running:
        shared = share(running.db, what, form, IncidentFilter(**filters), running.at, tlp, options, status=status)
        digest = _write(output, shared.chunks)
    if running.export_id:
        finish_export(path, running.export_id, shared.rows, digest)
    if running.warning:
        click.echo(running.warning, err=True)
    elif output != "-" or sys.stderr.isatty():
        click.echo(f"{running.export_id}: {shared.rows:,} rows, as of {running.at:%Y-%m-%dT%H:%M:%SZ}.", err=True)


def _write(output: str, chunks: Iterable[bytes]) -> str:
    """Writes everything or, to a file, nothing; returns the SHA-256 of the bytes."""
    digest = hashlib.sha256()
    # Renaming a finished draft over a device or a pipe would put a file in its place.
    whole = output != "-" and (not Path(output).exists() or Path(output).is_file())
    with click.open_file(output, "wb", atomic=whole) as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()
