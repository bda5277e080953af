"""An address in whatever a table holds as text: found everywhere, whichever table a later version adds."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

PUBLIC_TEXTS = frozenset(
    {
        "feeds", "fetches", "reports", "report_words", "report_entries", "report_versions", "mentions",
        "link_proposals", "mitigation_proposals", "vendor_names",
    }
)  # fmt: skip
"""What was published by others, word for word; it stays as it was published."""
FORGOTTEN = "[forgotten]"


class _Table(NamedTuple):
    name: str
    key: tuple[str, ...]
    texts: tuple[str, ...]


def pattern_of(words: Collection[str]) -> re.Pattern[str]:
    """Finds words where they stand by themselves: ann@ is not part of joann@."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w.+-])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def sweep(connection: sqlite3.Connection, words: Collection[str]) -> int:
    """Blots out words, in lower case, in every text column of every table but those of public texts, within the
    caller's transaction; returns how many rows held one."""
    if not words:
        return 0
    pattern = pattern_of(words)
    blotted = 0
    # Old versions last: changing a row leaves its words in a version of it.
    for table in sorted(_tables(connection), key=lambda table: table.name.endswith("_versions")):
        rows = _found(connection, table, words)
        if rows and table.name == "events":
            with_lock = connection.execute(
                "select sql from sqlite_master where name = 'events_are_not_changed'"
            ).fetchone()
            connection.execute("drop trigger events_are_not_changed")
            blotted += _blot(connection, table, rows, pattern)
            connection.execute(with_lock[0])
        else:
            blotted += _blot(connection, table, rows, pattern)
    return blotted


def _tables(connection: sqlite3.Connection) -> Iterator[_Table]:
    kinds = connection.execute(
        "select name, wr from pragma_table_list where schema = 'main' and type = 'table' order by name"
    ).fetchall()
    for name, without_rowid in kinds:
        if name in PUBLIC_TEXTS or name.startswith("sqlite_"):
            continue
        columns = connection.execute("select name, type, pk from pragma_table_info(?)", (name,)).fetchall()
        texts = tuple(column[0] for column in columns if column[1].upper() == "TEXT")
        key = tuple(column[0] for column in columns if column[2]) if without_rowid else ("rowid",)
        if texts:
            yield _Table(name, key, texts)


def _found(connection: sqlite3.Connection, table: _Table, words: Collection[str]) -> list[sqlite3.Row]:
    holds = " or ".join(f"instr(lower({_quoted(text)}), j.value)" for text in table.texts)
    columns = ", ".join([*table.key, *map(_quoted, table.texts)])
    return connection.execute(
        f"select {columns} from {_quoted(table.name)}"  # noqa: S608 (names out of our own schema)
        f" where exists (select 1 from json_each(?) j where {holds})",
        (json.dumps(sorted(words)),),
    ).fetchall()


def _blot(
    connection: sqlite3.Connection, table: _Table, rows: Sequence[sqlite3.Row], pattern: re.Pattern[str]
) -> int:
    changed = 0
    setting = ", ".join(f"{_quoted(text)} = ?" for text in table.texts)
    where = " and ".join(f"{key} = ?" for key in table.key)
    for row in rows:
        key, before = tuple(row)[: len(table.key)], tuple(row)[len(table.key) :]
        after = tuple(pattern.sub(FORGOTTEN, text) if isinstance(text, str) else text for text in before)
        if after != before:
            connection.execute(f"update {_quoted(table.name)} set {setting} where {where}", (*after, *key))  # noqa: S608
            changed += 1
    return changed


def _quoted(name: str) -> str:
    return f'"{name}"'
