"""`relaywatch ...`: thin commands over the rest.

Exit codes: 0 all done, 1 something was refused (said on stderr, one line each: what, where, why), 2 usage.
"""

from typing import Any

import click

from collectors.commands.alerts import alerts
from collectors.commands.backup import backup, restore
from collectors.commands.collect import collect
from collectors.commands.export import export
from collectors.commands.forget import forget
from collectors.commands.ingest import ingest
from collectors.commands.inspect import inspect
from collectors.commands.mark import mark
from collectors.commands.mitigation import lookup, mitigation
from collectors.commands.overrule import COMMANDS as OVERRULE
from collectors.commands.quarantine import quarantine
from collectors.commands.serve import demo, serve
from collectors.commands.settings import settings
from collectors.commands.token import token
from collectors.commands.upkeep import check, rebuild
from data.errors import RelaywatchError


class Commands(click.Group):
    """Our own errors leave as one sentence and exit code 1; each command is listed with its whole first sentence."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(limit=200)) for name, command in sorted(self.commands.items())]
            )

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except RelaywatchError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="relaywatch")
def main() -> None:
    """Track relay spam: help-desk mail that attackers made genuine systems send."""


COMMANDS = (
    alerts,
    backup,
    check,
    collect,
    demo,
    export,
    forget,
    ingest,
    inspect,
    mark,
    quarantine,
    lookup,
    mitigation,
    rebuild,
    restore,
    serve,
    settings,
    token,
    *OVERRULE,
)
for command in COMMANDS:
    main.add_command(command)


if __name__ == "__main__":
    main()
