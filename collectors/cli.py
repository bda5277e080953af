"""`relaywatch ...`: thin commands over the rest.

Exit codes: 0 all done, 1 something was refused (said on stderr, one line each: what, where, why), 2 usage.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from data.errors import RelaywatchError

PLACES: Mapping[str, tuple[str, ...]] = {
    "alerts": ("alerts",),
    "backup": ("backup", "restore"),
    "collect": ("collect",),
    "export": ("export",),
    "forget": ("forget",),
    "ingest": ("ingest",),
    "inspect": ("inspect",),
    "mark": ("mark",),
    "mitigation": ("mitigation", "lookup"),
    "overrule": (
        "assign", "confirm", "decisions", "ignore", "merge", "move", "note", "relabel", "split", "undo"
    ),
    "quarantine": ("quarantine",),
    "serve": ("demo", "serve"),
    "settings": ("settings",),
    "token": ("token",),
    "upkeep": ("check", "rebuild"),
}  # fmt: skip
"""The commands of each module of collectors/commands. Only that of the command which is asked for is imported: all of
them take a second, for which whoever starts the server would wait."""
MODULES = {name: module for module, names in PLACES.items() for name in names}


class Commands(click.Group):
    """Commands by their names, each listed with its whole first sentence.

    Our own errors leave as one sentence and exit code 1.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in MODULES:
            return None
        found: click.Command = getattr(import_module(f"collectors.commands.{MODULES[cmd_name]}"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        listed = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(limit=200)) for name, command in listed if command])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except RelaywatchError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="relaywatch")
def main() -> None:
    """Track relay spam: help-desk mail that attackers made genuine systems send."""


if __name__ == "__main__":
    main()
