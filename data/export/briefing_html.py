"""The briefing as one HTML page: inline style and SVG, no script, nothing loaded, made to be printed."""

from html import escape

from data.export.briefing import Briefing, Cell, Sheet
from data.export.picture import PRODUCT
from data.export.svg import level_bars, stacked_bars
from data.plain import plain_line

LONGEST = 160
STYLE = """
@page { size: A4; margin: 14mm 15mm }
* { box-sizing: border-box }
body { font: 14px/1.45 system-ui, sans-serif; color: #1d2026; background: #fff; max-width: 780px; margin: 24px auto;
  padding: 0 18px }
header, footer { display: flex; justify-content: space-between; font-size: 12px; color: #5b606b }
.tlp { font-weight: 700; color: #fff; background: #000; padding: 2px 8px; letter-spacing: .02em }
.CLEAR { color: #fff } .GREEN { color: #33ff00 } .AMBER, .STRICT { color: #ffc000 } .RED { color: #ff2b2b }
h1 { font-size: 24px; margin: 14px 0 8px } h2 { font-size: 15px; margin: 22px 0 6px }
p { margin: 4px 0 } ul { margin: 4px 0; padding-left: 18px }
dl { display: flex; flex-wrap: wrap; gap: 8px 26px; margin: 14px 0 }
dt { font-size: 12px; color: #5b606b } dd { margin: 0; font-size: 22px; font-variant-numeric: tabular-nums }
table { border-collapse: collapse; width: 100%; font-size: 12px }
th, td { text-align: left; vertical-align: top; padding: 3px 8px 3px 0; border-bottom: 1px solid #e2e4e9;
  white-space: nowrap }
td.foreign { white-space: normal; overflow-wrap: anywhere }
th { color: #5b606b; font-weight: 600 }
code, .foreign { font-family: ui-monospace, monospace; font-size: 11.5px; unicode-bidi: isolate }
svg { width: 100%; height: auto } section { break-inside: avoid } tr { break-inside: avoid }
footer { margin-top: 20px; border-top: 1px solid #e2e4e9; padding-top: 6px }
@media print { body { margin: 0; max-width: none; padding: 0 } .tlp, rect { print-color-adjust: exact;
  -webkit-print-color-adjust: exact } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(page: Briefing) -> str:
    """The whole page."""
    tlp = f'<span class="tlp {"STRICT" if page.tlp == "AMBER+STRICT" else page.tlp}">TLP:{page.tlp}</span>'
    made = f"{page.made_at:%Y-%m-%d %H:%M} UTC"
    figures = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in page.figures)
    return "".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
            f"<title>{escape(page.title)} (TLP:{page.tlp})</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            f"<header>{tlp}<span>{PRODUCT}, {made}</span></header>\n<h1>{escape(page.title)}</h1>\n",
            *(f"<p>{escape(sentence)}</p>\n" for sentence in page.summary),
            _subject(page),
            f"<dl>{figures}</dl>\n" if page.sheets else "",
            _charts(page),
            *map(_sheet, page.sheets),
            _advice(page),
            _section("Sources", f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in page.sources)}</ul>"),
            f"<footer>{tlp}<span>{escape(page.title)}</span></footer>\n</body>\n</html>\n",
        )
    )


def _subject(page: Briefing) -> str:
    if not page.subject:
        return ""
    words = escape(plain_line(page.subject, LONGEST))
    return f'<p>Subject, as the attacker wrote it: <bdi class="foreign">{words}</bdi></p>\n'


def _charts(page: Briefing) -> str:
    if not page.chart.bins:
        return ""
    return _section(page.chart.title, stacked_bars(page.chart)) + _section(
        "Messages by abused organisation", level_bars("Messages by abused organisation", page.parties)
    )


def _sheet(sheet: Sheet) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in sheet.heads)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in sheet.rows)
    note = f"<p>{escape(sheet.note)}</p>" if sheet.note else ""
    table = f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table>"
    return f"<h2>{escape(sheet.title)}</h2>\n{table}{note}\n"


def _cell(cell: Cell) -> str:
    words = escape(plain_line(cell.text, LONGEST))
    return f'<td class="foreign"><bdi>{words}</bdi></td>' if cell.foreign else f"<td>{words}</td>"


def _advice(page: Briefing) -> str:
    if not page.advice or not page.sheets:
        return ""
    items = "".join(f"<li><b>{escape(action)}.</b> {escape(remedy)}</li>" for action, remedy in page.advice)
    return _section("What the abused organisations can do", f"<ul>{items}</ul>")


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>\n{content}</section>\n"
