"""The briefing as Markdown. Strangers' words stand in code spans, in which nothing is markup."""

import re
from collections.abc import Sequence
from datetime import datetime

from data.export.briefing import Briefing, Cell, Chart, Sheet
from data.export.picture import PRODUCT
from data.plain import plain_line

LONGEST = 160
BAR_WIDTH = 30
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&:@/])")


def to_markdown(page: Briefing) -> str:
    """The whole page."""
    lines = [
        f"**TLP:{page.tlp}** · {PRODUCT}, {page.made_at:%Y-%m-%d %H:%M} UTC",
        "",
        f"# {page.title}",
        "",
        *(f"{sentence}  " for sentence in page.summary),
    ]
    if page.subject:
        lines += ["", f"Subject, as the attacker wrote it: {code(page.subject)}"]
    if page.sheets:
        lines += ["", *_table(("Figure", "Value"), [(label, value) for label, value in page.figures])]
    if page.chart.bins:
        lines += ["", f"## {page.chart.title}", "", *_bars(page.chart)]
        organisations = [(code(name), f"{count:,}") for name, count in page.parties]
        lines += ["", "## Messages by abused organisation", "", *_table(("Organisation", "Messages"), organisations)]
    for sheet in page.sheets:
        lines += ["", f"## {sheet.title}", "", *_sheet(sheet)]
    if page.advice and page.sheets:
        lines += ["", "## What the abused organisations can do", ""]
        lines += [f"- **{action}.** {remedy}" for action, remedy in page.advice]
    lines += ["", "## Sources", "", *(f"- {line}" for line in page.sources), "", f"**TLP:{page.tlp}**", ""]
    return "\n".join(lines)


def code(words: str) -> str:
    """A stranger's words as a code span that can stand in a table. A backslash is no escape inside one, so the two
    characters that could end span or cell are shown by their look-alikes."""
    inert = plain_line(words, LONGEST).replace("`", "ˋ").replace("|", "¦").strip()
    return f"`{inert}`" if inert else ""


def _sheet(sheet: Sheet) -> list[str]:
    lines = _table(sheet.heads, [tuple(map(_cell, row)) for row in sheet.rows])
    return [*lines, "", sheet.note] if sheet.note else lines


def _cell(cell: Cell) -> str:
    return code(cell.text) if cell.foreign else _MARKUP.sub(r"\\\1", plain_line(cell.text, LONGEST))


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _bars(chart: Chart) -> list[str]:
    totals = [(at, sum(counts)) for at, counts in chart.bins]
    peak = max((total for _, total in totals), default=1)
    rows = [
        (_moment(at, chart), "█" * max(1, round(BAR_WIDTH * total / peak)), f"{total:,}")
        for at, total in totals
        if total
    ]
    return _table(("From (UTC)", "", "Messages"), rows)


def _moment(at: datetime, chart: Chart) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if chart.bin_hours < 24 else f"{at:%Y-%m-%d}"
