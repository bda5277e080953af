"""`relaywatch settings`: what is in force, what each setting means, and variables that no setting answers to."""

import os
import sys

import click

from collectors.commands.console import json_option, print_json
from data.settings import read_settings
from data.settings_table import explained_settings, settings_table, written

NO_SETTINGS = {"RELAYWATCH_REQUIRE_BROWSER", "RELAYWATCH_REQUIRE_FILTERS", "RELAYWATCH_CHROMIUM"}
"""Variables of the tests."""


@click.command()
@json_option
@click.option("--markdown", is_flag=True, help="Print the table of all settings and their defaults instead.")
def settings(as_json: bool, markdown: bool) -> None:
    """Show every setting that is in force, and what it means. Secrets are not shown."""
    if markdown:
        click.echo(settings_table(), nl=False)
        return
    in_force, known = read_settings(), explained_settings()
    for item in known:
        value = written(getattr(in_force, item.name))
        changed = value != item.default
        shown = "(set)" if item.secret and value else value
        if as_json:
            print_json({"variable": item.variable, "value": shown, "default": item.default, "meaning": item.meaning})
        else:
            click.echo(f"{item.variable}={shown}{'' if changed else '   (default)'}\n    {item.meaning}")
    strays = {name for name in os.environ if name.startswith("RELAYWATCH_")}
    strays -= NO_SETTINGS | {item.variable for item in known}
    for name in sorted(strays):
        click.echo(f"{name} is set, but there is no such setting. Correct the name or remove it.", err=True)
    sys.exit(bool(strays))
