"""`relaywatch inspect ...`: what would be recognised; nothing is stored."""

import sys

import click

from collectors.commands.console import json_option, print_json, refuse
from collectors.inspect_intelligence import inspect_feed, inspect_report
from collectors.inspection import describe, describe_shortly
from collectors.memory import collect_rarely
from collectors.messages import read_paths
from collectors.reading import Reader
from collectors.verification import verifier_for
from data.catalogue.loader import load_catalogue
from data.keys import passing_keys
from data.model import Refusal
from data.settings import read_settings


@click.group()
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
    settings = read_settings()
    catalogue = load_catalogue()
    reader = Reader(settings, passing_keys(), catalogue, verify=verifier_for(settings, catalogue))
    collect_rarely()
    refused = False
    for item in reader.glances(read_paths(paths, settings, sys.stdin.buffer), hide=not raw):
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
