"""`relaywatch token ...`: who may use the HTTP API."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from collectors.commands.console import database_option, json_option, print_json, settings_for
from collectors.inspection import stamp
from data.errors import RelaywatchError
from data.plain import plain_line
from data.store.tokens import SCOPES, Token
from data.tlp import LEVELS


@click.group()
def token() -> None:
    """Issue, list and revoke tokens of the HTTP API. The first one ends reading without a token."""


@token.command("create")
@click.argument("name")
@database_option
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="May be repeated.")
@click.option("--organisation", help="Whose it is; you vouch for that: two organisations that agree confirm.")
@click.option(
    "--clearance",
    type=click.Choice(LEVELS, case_sensitive=False),
    default="AMBER",
    show_default=True,
    help="The highest TLP marking that it may read.",
)
@click.option("--days", type=click.IntRange(1, 36_500), help="Days until it expires (default: never).")
@json_option
def create(
    name: str,
    db: Path | None,
    scopes: tuple[Any, ...],
    organisation: str | None,
    clearance: Any,  # noqa: ANN401 (one of LEVELS)
    days: int | None,
    as_json: bool,
) -> None:
    """Make a token and print it, this once: only its digest is kept."""
    from data.store.database import open_database
    from data.store.tokens import create_token

    now = datetime.now(UTC)
    with open_database(settings_for(db).db) as store:
        secret, made = create_token(
            store,
            name,
            tuple(dict.fromkeys(scopes)),
            organisation=organisation,
            clearance=clearance,
            expires_at=now + timedelta(days=days) if days else None,
            now=now,
        )
    if as_json:
        print_json({"token": secret, **_described(made)})
    else:
        click.echo(secret)
        click.echo(f"This is token {made.token_id}; it is shown this once. Keep it like a password.", err=True)


@token.command("list")
@database_option
@json_option
def list_tokens(db: Path | None, as_json: bool) -> None:
    """Show every token, revoked ones too."""
    from data.store.database import open_for_reading
    from data.store.tokens import tokens

    with open_for_reading(settings_for(db).db) as store:
        found = tokens(store)
    for item in found:
        if as_json:
            print_json(_described(item))
        else:
            click.echo(_line(item, datetime.now(UTC)))
    if not found and not as_json:
        click.echo("There is no token. Make one: relaywatch token create NAME --scope submit", err=True)


@token.command("revoke")
@click.argument("number", type=click.IntRange(1))
@database_option
def revoke(number: int, db: Path | None) -> None:
    """End a token at once, by its number."""
    from data.store.database import open_database
    from data.store.tokens import revoke_token

    with open_database(settings_for(db).db) as store:
        if not revoke_token(store, number, datetime.now(UTC)):
            raise RelaywatchError(f"There is no token {number} that could be revoked; see: relaywatch token list")
    click.echo(f"Token {number} is revoked.")


def _described(item: Token) -> dict[str, Any]:
    return {
        "number": item.token_id,
        "name": item.name,
        "organisation": item.organisation,
        "scopes": list(item.scopes),
        "clearance": item.clearance,
        "created_at": stamp(item.created_at),
        "expires_at": stamp(item.expires_at),
        "last_used_on": item.last_used_day.strftime("%Y-%m-%d") if item.last_used_day else None,
        "revoked_at": stamp(item.revoked_at),
    }


def _line(item: Token, now: datetime) -> str:
    state = "valid" if item.is_valid(now) else "revoked" if item.revoked_at else "expired"
    used = f"last used on {item.last_used_day:%Y-%m-%d}" if item.last_used_day else "never used"
    whose = f" of {item.organisation}" if item.organisation else ""
    return plain_line(f"{item.token_id}: {item.name}{whose} · {' '.join(item.scopes)} · {state} · {used}")
