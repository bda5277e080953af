"""`relaywatch collect`: feeds and pages out of the world into the database, once or again and again."""

import re
import sys
import threading
from datetime import timedelta
from pathlib import Path

import click

from collectors.commands.console import database_option, json_option, print_json, progress, refuse, settings_for

WHAT = {"feeds": ("feeds",), "reports": ("reports",), "all": ("feeds", "reports")}
_SPAN = re.compile(r"([0-9]{1,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(days=7)


class Span(click.ParamType[timedelta]):
    """A stretch of time such as 15m."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        match = _SPAN.fullmatch(str(value).strip().lower())
        found = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
        if not SHORTEST <= found <= LONGEST:
            said = f"{value!r} is no stretch of time from 30 seconds to 7 days; write one such as 15m or 2h."
            self.fail(said, param, ctx)
        return found


@click.command()
@click.argument("what", type=click.Choice(list(WHAT)))
@database_option
@json_option
@click.option("--every", type=Span(), help="Again after each such stretch of time (15m, 2h), until stopped.")
@click.option("--feed", metavar="URL|FILE", help="Only this feed, due or not; a file is read as the feed it holds.")
@click.option(
    "--while-open", is_flag=True, hidden=True, help="Stop when standard input ends: who started us is gone."
)
def collect(
    what: str, db: Path | None, as_json: bool, every: timedelta | None, feed: str | None, while_open: bool
) -> None:
    """Ask for the feeds and pages that are due, keep what is new, and propose links to incidents and waves."""
    from collectors.collecting import collect as collect_once
    from collectors.collecting import rounds

    settings, failed = settings_for(db), False
    stop = _stop_with_standard_input() if while_open else threading.Event()
    turns = rounds(every, stop.wait) if every else iter([None])
    for _ in turns:
        with progress("Collecting", "feeds and pages") as step:
            done = collect_once(settings, WHAT[what], feed=feed, interval=every, step=step)
        for item in done.failed:
            refuse(item)
        if as_json:
            print_json(done.as_json())
        elif not while_open:
            click.echo(done.sentence())
        failed = bool(done.failed)
    sys.exit(failed)


def _stop_with_standard_input() -> threading.Event:
    """Set when the other end of standard input is closed, which the death of its holder does too."""
    stop = threading.Event()

    def watch() -> None:
        while sys.stdin.buffer.read(4_096):
            pass
        stop.set()

    threading.Thread(target=watch, daemon=True).start()
    return stop
