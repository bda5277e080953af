"""`relaywatch collect`: feeds and pages out of the world into the database, once or again and again."""

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collectors.commands.console import database_option, json_option, print_json, progress, refuse, settings_for
from collectors.commands.times import Span
from data.errors import RelaywatchError
from data.settings import Settings

if TYPE_CHECKING:
    from collectors.collecting import Round
    from collectors.reporting import Collected

WHAT = {"feeds": ("feeds",), "reports": ("reports",), "mailbox": (), "all": ("feeds", "reports")}
MAIL = {"mailbox", "all"}


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
    """Ask for the feeds and pages that are due, empty the abuse mailbox and the drop folder, and keep what is new."""
    from collectors.collecting import rounds
    from collectors.logs import log_failures

    if every:
        log_failures()
    settings, failed = settings_for(db), False
    stop = _stop_with_standard_input() if while_open else threading.Event()
    turns = rounds(every, stop.wait) if every else iter([None])
    for _ in turns:
        failed = False
        for source in _sources(what, settings, feed, every):
            try:
                done = source()
            except RelaywatchError as error:
                failed = True
                click.echo(str(error), err=True)
                continue
            failed |= bool(done.failed)
            for item in done.failed:
                refuse(item)
            if as_json:
                print_json(done.as_json())
            elif not while_open:
                click.echo(done.sentence())
    sys.exit(failed)


def _sources(
    what: str, settings: Settings, feed: str | None, every: timedelta | None
) -> Iterator[Callable[[], "Round | Collected"]]:
    """What is to be asked, one after the other; the failure of one is not that of the next."""
    from collectors.collecting import collect as collect_once
    from collectors.reporting import collect_drop_folder, collect_mailbox

    if WHAT[what]:

        def ask() -> "Round":
            with progress("Collecting", "feeds and pages") as step:
                return collect_once(settings, WHAT[what], feed=feed, interval=every, step=step)

        yield ask
    if what in MAIL and feed is None:
        if settings.mailbox_host or (what == "mailbox" and not settings.drop_folder):
            yield partial(collect_mailbox, settings)
        if settings.drop_folder:
            yield partial(collect_drop_folder, settings)


def _stop_with_standard_input() -> threading.Event:
    """Set when the other end of standard input is closed, which the death of its holder does too."""
    stop = threading.Event()

    def watch() -> None:
        while sys.stdin.buffer.read(4_096):
            pass
        stop.set()

    threading.Thread(target=watch, daemon=True).start()
    return stop
