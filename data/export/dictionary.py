"""The data dictionary: every table and column of the exports as Markdown or plain rows, from the one declaration."""

from collections.abc import Iterable, Iterator

from data.export.columns import Table, Value

PREFACE = """# Data dictionary

Every table that `relaywatch export TABLE --format csv|json` writes. This page is generated from
[`tables.py`](tables.py): `relaywatch export --dictionary`. Columns are added at the end and never renamed or moved.

- **CSV** is RFC 4180 in UTF-8, a head line first, lines ending in CR LF. An empty cell is a value that is not known.
  A *text* that a spreadsheet could take for a formula has exactly one apostrophe in front; take it off again where a
  program reads the file. Ids, numbers, times and flags never have one. Cells may hold line breaks and U+2028: read
  the file with a CSV reader, never line by line, and with pandas as
  `read_csv(path, dtype=str, keep_default_na=False)`.
- **JSON** is one array of objects, an object a line, without apostrophes; what is not known is `null`.
- **Types**: *id* a public id, *text* words, *number* a number with a point, *time* ISO 8601 in UTC to the second,
  *flag* `true` or `false`.
- **A period**: `--since` and `--until` (not included) ask for messages sent within it. Incidents, waves and vendors
  are those that were seen then, each with all of its messages, before and after too. The messages of the period
  alone stand in *timeline* and *observations*, and in the briefing.
- **The same figures again**: every export gets an id (table `exports`). `--as-of X-0003`, or a time, reads the
  database as it stood then, through every merge since. Words are the exception: subjects and names are today's,
  since what was forgotten or is better redacted must not come back.
- **TLP**: `--tlp` (AMBER unless said otherwise) is the clearance of whoever gets it, by the markings of today; of the
  API it is the token's. Nothing of an incident that is marked higher, and no wave, vendor or exposure that counts
  one. What nobody marked is AMBER. CLEAR is for everybody: confirmed incidents only, without subjects, names, notes,
  accounts and tenants; parties are named by their domain or not at all; of exposures only those that are closed.
- Subjects, sender names and titles were written by strangers: show them as plain text only.
"""


def to_markdown(tables: Iterable[Table]) -> str:
    """The whole dictionary as one page."""
    return "".join([PREFACE, *map(_section, tables)])


def dictionary_rows(tables: Iterable[Table]) -> Iterator[dict[str, Value]]:
    """A row for each column of each table."""
    for table in tables:
        for column in table.columns:
            yield {
                "table": table.name,
                "column": column.name,
                "type": column.type,
                "unit": column.unit or None,
                "meaning": column.meaning,
                "example": column.example,
            }


def _section(table: Table) -> str:
    heads = "| column | type | unit | meaning | example |\n|---|---|---|---|---|\n"
    return f"\n## {table.name}\n\n{table.meaning}\n\n{heads}" + "".join(
        f"| `{column.name}` | {column.type} | {column.unit} | {column.meaning} | `{column.example}` |\n"
        for column in table.columns
    )
