"""Two charts as SVG text, for pages that load nothing and run nothing. Every word in them is escaped."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from data.export.briefing import Chart
from data.plain import plain_line

COLOURS = ("#3f6fb5", "#c98a2b", "#5a9367", "#9a5fa8", "#b5554d", "#4f9aa8", "#8a8455", "#7d7f86")
INK, RULE = "#3c4048", "#d5d8de"
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 230, 44, 26, 8
ROW = 22
DATE_WIDTH = 74
STEPS: tuple[int, ...] = (4, 8, 12, 20)


def stacked_bars(chart: Chart) -> str:
    """Bars over time, stacked by platform, with a scale and a legend."""
    peak = max((sum(counts) for _, counts in chart.bins), default=0)
    top = _round_up(max(peak, 1))
    parts = [_open(WIDTH, HEIGHT + 24, chart.title), *_scale(top), *_bars(chart, top), *_dates(chart)]
    parts += _legend(chart.platforms)
    return "".join([*parts, "</svg>"])


def level_bars(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """One bar a row, its name at the left and its number at the right."""
    peak = max((count for _, count in rows), default=1)
    parts = [_open(WIDTH, ROW * len(rows) + 4, title)]
    for place, (name, count) in enumerate(rows):
        y, width = place * ROW + 2, max(1.0, 400 * count / peak)
        parts.append(_text(214, y + 14, _cut(name, 34), "end"))
        parts.append(f'<rect x="222" y="{y}" width="{width:.1f}" height="{ROW - 6}" fill="{COLOURS[0]}"/>')
        parts.append(_text(228 + width, y + 14, f"{count:,}"))
    return "".join([*parts, "</svg>"])


def _open(width: int, height: int, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' font-family="system-ui, sans-serif" font-size="12" fill="{INK}"><title>{escape(title)}</title>'
    )


def _scale(top: int) -> Iterator[str]:
    for step in range(5):
        value = top * step / 4
        y = _y(value, top)
        yield f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{RULE}"/>'
        if value == int(value):
            yield _text(LEFT - 6, y + 4, f"{int(value):,}", "end")


def _bars(chart: Chart, top: int) -> Iterator[str]:
    slot = (WIDTH - LEFT) / max(1, len(chart.bins))
    for place, (at, counts) in enumerate(chart.bins):
        below = 0
        for number, count in enumerate(counts):
            if count:
                y, base = _y(below + count, top), _y(below, top)
                below += count
                said = escape(plain_line(f"{chart.platforms[number]}, {_moment(at, chart)}: {count:,}"))
                yield (
                    f'<rect x="{LEFT + place * slot + slot * 0.1:.1f}" y="{y:.1f}" width="{slot * 0.8:.1f}"'
                    f' height="{base - y:.1f}" fill="{_colour(number)}"><title>{said}</title></rect>'
                )


def _dates(chart: Chart) -> Iterator[str]:
    slot = (WIDTH - LEFT) / max(1, len(chart.bins))
    every = max(1, -(-len(chart.bins) // 6))
    for place, (at, _) in enumerate(chart.bins):
        if place % every == 0 and place * slot < WIDTH - LEFT - DATE_WIDTH:
            yield _text(LEFT + place * slot + slot * 0.1, HEIGHT - BOTTOM + 18, _moment(at, chart))


def _legend(platforms: Sequence[str]) -> Iterator[str]:
    x = float(LEFT)
    for number, name in enumerate(platforms[: len(COLOURS)]):
        yield f'<rect x="{x:.0f}" y="{HEIGHT + 6}" width="10" height="10" fill="{_colour(number)}"/>'
        yield _text(x + 14, HEIGHT + 15, _cut(name, 16))
        x += 30 + 7 * min(len(name), 16)


def _colour(number: int) -> str:
    return COLOURS[min(number, len(COLOURS) - 1)]


def _moment(at: datetime, chart: Chart) -> str:
    return f"{at:%d %b %H:%M}" if chart.bin_hours < 24 else f"{at:%d %b %Y}"


def _y(value: float, top: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _round_up(value: int) -> int:
    """The next number that divides into four even steps."""
    sizes = (step * int(f"1{'0' * power}") for power in range(20) for step in STEPS)
    return next(size for size in sizes if size >= value)


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _cut(words: str, limit: int) -> str:
    return plain_line(words, limit)
