"""An abused party by a name that outlives every regrouping: a domain as it is, other names with what they are, such
as account:zendesk:0a1b2c3, tenant:freshdesk:acme or platform:mailman:mailman."""

import json
import sqlite3
from collections.abc import Collection
from typing import get_args

from data.clustering.parties import Alias, AliasKind
from data.errors import ChangeRefused
from data.store.values import storable

MOST_NAMED = 8
_COLUMNS = "select a.kind, a.platform, a.name, a.party_id from party_aliases a"
_SPOKEN_ORDER = "case a.kind when 'domain' then 0 when 'tenant' then 1 when 'account' then 2 else 3 end"


def party_key(alias: Alias) -> str:
    """The name that addresses, commands and exports use."""
    return alias.name if alias.kind == "domain" else f"{alias.kind}:{alias.platform}:{alias.name}"


def read_key(text: str) -> Alias:
    """The alias that a key names; a text without a kind in front is a domain."""
    kind, _, rest = text.strip().partition(":")
    for known in get_args(AliasKind):
        if kind == known and rest:
            platform, _, name = rest.partition(":")
            return Alias(known, platform, name)
    return Alias("domain", "", text.strip().lower().rstrip("."))


def find_party(connection: sqlite3.Connection, text: str) -> tuple[Alias, int]:
    """The alias that a person means and the row of its party: a key, or a bare name that only one party bears.

    Raises ChangeRefused where there is none or more than one."""
    wanted = read_key(storable(text))
    exact = connection.execute(
        f"{_COLUMNS} where a.kind = ? and a.platform = ? and a.name = ?", (wanted.kind, wanted.platform, wanted.name)
    ).fetchall()
    rows = (
        exact
        or connection.execute(
            f"{_COLUMNS} where a.name in (?, ?) order by a.kind, a.platform limit ?",
            (storable(text.strip()), wanted.name, MOST_NAMED),
        ).fetchall()
    )
    if not rows:
        raise ChangeRefused(f"{text!r} is no abused party that is known; relaywatch mitigation list names them all.")
    if len({row[3] for row in rows}) > 1:
        names = ", ".join(party_key(Alias(row[0], row[1], row[2])) for row in rows)
        raise ChangeRefused(f"{text!r} may be any of {names}; name one of them.")
    return Alias(rows[0][0], rows[0][1], rows[0][2]), rows[0][3]


def best_alias(connection: sqlite3.Connection, party_id: int) -> Alias:
    """The alias that a party is called by: its shortest domain, else its tenant, its account."""
    row = connection.execute(
        f"{_COLUMNS} where a.party_id = ? order by {_SPOKEN_ORDER}, length(a.name), a.name, a.platform limit 1",
        (party_id,),
    ).fetchone()
    return Alias(row[0], row[1], row[2])


def best_keys(connection: sqlite3.Connection, parties: Collection[int] | None = None) -> dict[int, str]:
    """The key of some parties, or of every party that has an exposure."""
    chosen = "select party_id from exposures" if parties is None else "select value from json_each(?)"
    rows = connection.execute(
        "select party_id, kind, platform, name from ("  # noqa: S608 (our own words)
        f" select a.*, row_number() over (partition by a.party_id order by {_SPOKEN_ORDER}, length(a.name), a.name,"
        f"  a.platform) as place from party_aliases a where a.party_id in ({chosen})) where place = 1",
        () if parties is None else (json.dumps(sorted(parties)),),
    )
    return {row[0]: party_key(Alias(row[1], row[2], row[3])) for row in rows}
