"""`relaywatch merge|split|move|relabel|ignore|confirm|undo|decisions|note|assign`: an analyst overrules the machine.

Each prints what changed, or with --preview what would, a sentence a line.
"""

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click

from collectors.commands.console import database_option, existing_database, json_option, print_json
from collectors.ingestion import operator_name
from collectors.inspection import stamp
from data.plain import plain_line
from data.store.triage import STATES
from data.vocabulary import Mechanism, VerdictName

reason_option = click.option("--reason", required=True, help="Why; it stands in the event log.")
preview_option = click.option(
    "--preview", "only_preview", is_flag=True, help="Say what would change; change nothing."
)


def deciding(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every decision takes."""
    for option in (database_option, json_option, preview_option, reason_option):
        command = option(command)
    return command


@click.command()
@click.argument("incidents", nargs=-1, required=True)
@click.option("--into", required=True, help="The incident that they belong to; its id stays.")
@deciding
def merge(incidents: tuple[str, ...], into: str, **options: Any) -> None:  # noqa: ANN401
    """Say that incidents are one, and so are their templates and abused parties."""
    _decide({"kind": "merge", "ids": incidents, "into": into}, **options)


@click.command()
@click.argument("messages", nargs=-1, required=True)
@deciding
def split(messages: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Say that messages (O-0001 ...) of one incident are another thing."""
    _decide({"kind": "split", "ids": messages}, **options)


@click.command()
@click.argument("messages", nargs=-1, required=True)
@click.option("--into", required=True, help="The incident that they belong to.")
@deciding
def move(messages: tuple[str, ...], into: str, **options: Any) -> None:  # noqa: ANN401
    """Move messages (O-0001 ...) to another incident."""
    _decide({"kind": "move", "ids": messages, "into": into}, **options)


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--verdict", type=click.Choice(get_args(VerdictName)), help="What it is.")
@click.option("--mechanism", type=click.Choice(get_args(Mechanism)), help="What made the system write.")
@deciding
def relabel(ids: tuple[str, ...], verdict: str | None, mechanism: str | None, **options: Any) -> None:  # noqa: ANN401
    """Give incidents (RW-0001 ...) or messages (O-0001 ...) another verdict or mechanism."""
    _decide({"kind": "relabel", "ids": ids, "verdict": verdict, "mechanism": mechanism}, **options)


@click.command()
@click.argument("ids", nargs=-1, required=True)
@deciding
def ignore(ids: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Say that incidents (RW-0001 ...) or templates (T-0001 ...) are no abuse: they leave counts and waves."""
    _decide({"kind": "ignore", "ids": ids}, **options)


@click.command()
@click.argument("incidents", nargs=-1, required=True)
@deciding
def confirm(incidents: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Confirm incidents as an analyst."""
    _decide({"kind": "confirm", "ids": incidents}, **options)


@click.command()
@click.argument("number", type=click.IntRange(1))
@database_option
@json_option
@reason_option
def undo(number: int, db: Path | None, as_json: bool, reason: str) -> None:
    """Take a decision back, by its number; see: relaywatch decisions"""
    from data.store.database import open_database
    from data.store.decisions import undo as undo_decision

    with open_database(existing_database(db)) as store:
        effect = undo_decision(store, number, actor=operator_name(), reason=reason, now=datetime.now(UTC))
    _say((f"Decision {number} is undone.", *effect.sentences), (number,), as_json=as_json)


@click.command()
@click.argument("incident", required=False)
@database_option
@json_option
def decisions(incident: str | None, db: Path | None, as_json: bool) -> None:
    """List the decisions in force, of one incident or all, the latest first."""
    from data.store.database import open_for_reading
    from data.store.decided import decided

    with open_for_reading(existing_database(db)) as store:
        found = decided(store, incident)
    for item in found:
        if as_json:
            print_json(asdict(item) | {"at": stamp(item.at)})
        else:
            click.echo(
                f"{item.number}: {item.kind} {' '.join(item.subjects)} · {item.at:%Y-%m-%d %H:%MZ} · "
                f"{plain_line(item.actor, 40)}: {plain_line(item.reason, 200)}"
            )


@click.command()
@click.argument("incident")
@click.argument("text")
@database_option
def note(incident: str, text: str, db: Path | None) -> None:
    """Write a note about an incident, which is kept for ever; - reads it from standard input."""
    from data.store.database import open_database
    from data.store.triage import add_note

    words = sys.stdin.read() if text == "-" else text
    with open_database(existing_database(db)) as store:
        add_note(store, incident, words, actor=operator_name(), now=datetime.now(UTC))
    click.echo(f"{plain_line(incident, 40)} has the note.")


@click.command()
@click.argument("incidents", nargs=-1, required=True)
@click.option("--to", "assignee", help='A person or team; "" for nobody. Without --to and --state: you.')
@click.option("--state", type=click.Choice(STATES), help="Where the work stands.")
@click.option("--reason", default="", help="Why; it stands in the event log.")
@database_option
def assign(incidents: tuple[str, ...], assignee: str | None, state: Any, reason: str, db: Path | None) -> None:  # noqa: ANN401
    """Say whose incidents are, and whether they are new, worked on or closed."""
    from data.store.database import open_database
    from data.store.triage import set_triage, triage

    name = operator_name() if assignee is None and state is None else assignee
    if stray := [word for word in incidents if "-" not in word]:
        raise click.UsageError(f"{plain_line(stray[0], 40)} is no incident; a person is named by --to.")
    with open_database(existing_database(db)) as store:
        set_triage(
            store,
            incidents,
            actor=operator_name(),
            now=datetime.now(UTC),
            state=state,
            assignee=name,
            reason=reason,
        )
        for incident in incidents:
            found = triage(store, incident)
            click.echo(f"{plain_line(incident, 40)} is {found.state}, {found.assignee or 'nobody'}'s.")


def _decide(named: dict[str, Any], *, db: Path | None, as_json: bool, only_preview: bool, reason: str) -> None:
    from data.store.database import open_database
    from data.store.decisions import Decision, decide, preview

    decision = Decision(**named)
    now = datetime.now(UTC)
    with open_database(existing_database(db)) as store:
        if only_preview:
            _say(preview(store, decision, now=now).sentences, (), as_json=as_json)
            return
        effect = decide(store, decision, actor=operator_name(), reason=reason, now=now)
    how = " ".join(map(str, effect.numbers))
    undoing = () if as_json else (f"To undo: relaywatch undo {how} --reason ...",)
    _say((*effect.sentences, *undoing), effect.numbers, as_json=as_json)


def _say(sentences: tuple[str, ...], numbers: tuple[int, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"decisions": list(numbers), "changes": list(sentences)})
    for sentence in () if as_json else sentences:
        click.echo(sentence)
