"""Charts as SVG, from plain numbers: drawn here, styled by style.css, readable without either by their titles.

Every mark carries a `<title>`, which a browser shows on hover and a screen reader reads; every chart has a name and
a sentence. Colours are classes (`c0` … `c9`), so that a page, its dark side and its Content-Security-Policy decide.
"""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

WIDTH = 720
LEFT = 46
BOTTOM = 22
SERIES = 10
"""Colours there are; what is beyond them is drawn in the last."""

_STEPS = 4
"""Grid lines, about."""


def columns(
    name: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    height: int = 220,
    every: int | None = None,
    unit: str = "",
) -> str:
    """Return columns, stacked where there is more than one series; `every` n-th label is written below."""
    totals = [sum(values[i] for values in series.values()) for i in range(len(labels))]
    top, grid = _scale(max(totals, default=0))
    inner = height - BOTTOM - 8
    step = (WIDTH - LEFT) / max(len(labels), 1)
    wide = min(step * 0.82, 46) if step > 3 else step
    marks = [_grid(value, 8 + inner * (1 - value / top)) for value in grid]
    for i, label in enumerate(labels):
        x, foot = LEFT + step * (i + 0.5), 8.0 + inner
        for n, (series_name, values) in enumerate(series.items()):
            if not values[i]:
                continue
            tall = inner * values[i] / top
            foot -= tall
            said = f"{label}: {_number(values[i])}{unit}" + (f" {series_name}" if len(series) > 1 else "")
            marks.append(_rect(x - wide / 2, foot, wide, tall, n, said))
        if i % (every or _every(len(labels))) == 0:
            marks.append(_text(x, height - 6, label, "label"))
    legend = list(series) if len(series) > 1 else []
    return _figure(name, height, marks, legend)


def bars(name: str, values: Mapping[str, float], *, width: int = WIDTH, unit: str = "") -> str:
    """Return one bar a name, the longest filling what the names leave."""
    row, names = 22, 190
    longest = max(values.values(), default=0) or 1
    marks = []
    for i, (label, value) in enumerate(values.items()):
        y = i * row
        tall = (width - names - 70) * value / longest
        said = f"{label}: {_number(value)}{unit}"
        marks.append(_text(names - 8, y + 15, _short(label), "label end"))
        marks.append(_rect(names, y + 3, max(tall, 1), row - 6, 0, said))
        marks.append(_text(names + tall + 6, y + 15, _number(value) + unit, "label start"))
    return _figure(name, max(len(values), 1) * row, marks, [], width)


def matrix(
    name: str, table: Mapping[str, Mapping[str, float]], columns_: Sequence[str], *, share: bool
) -> str:
    """Return a table of cells, each the darker the more it holds: of shares (0 to 1), or of counts."""
    row, names = 24, 170
    wide = min((WIDTH - names) / max(len(columns_), 1), 60)
    most = 1.0 if share else max((v for cells in table.values() for v in cells.values()), default=0) or 1.0
    often = ceil(32 / wide)
    marks = [
        _text(names + wide * (i + 0.5), 14, label, "label")
        for i, label in enumerate(columns_)
        if i % often == 0
    ]
    for r, (label, cells) in enumerate(table.items()):
        y = 20 + r * row
        marks.append(_text(names - 8, y + 16, _short(label), "label end"))
        for i, column in enumerate(columns_):
            value = cells.get(column, 0)
            said = f"{label}, {column}: " + (f"{value:.0%}" if share else _number(value))
            depth = ceil(value / most * 8) if value else 0
            x = names + wide * i
            marks.append(
                f'<rect class="d{depth}" x="{x + 1:.1f}" y="{y}" width="{wide - 2:.1f}" height="{row - 2}" rx="2">'
                f"<title>{escape(said)}</title></rect>"
            )
            if wide >= 30:
                shown = f"{value:.0%}" if share else (_number(value) if value else "")
                marks.append(_text(x + wide / 2, y + 16, shown, "cell deep" if depth > 4 else "cell"))
    return _figure(name, 24 + len(table) * row, marks, [])


def _figure(name: str, height: int, marks: Sequence[str], legend: Sequence[str], width: int = WIDTH) -> str:
    keys = "".join(
        f'<li><span class="key k{min(n, SERIES - 1)}"></span>{escape(text)}</li>'
        for n, text in enumerate(legend)
    )
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(name)}">'
        + "".join(marks)
        + "</svg>"
        + (f'<ul class="legend">{keys}</ul>' if keys else "")
    )


def _rect(x: float, y: float, wide: float, tall: float, n: int, said: str) -> str:
    return (
        f'<rect class="c{min(n, SERIES - 1)}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}">'
        f"<title>{escape(said)}</title></rect>"
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _grid(value: float, y: float) -> str:
    return f'<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>' + _text(
        LEFT - 6, y + 4, _number(value), "label end"
    )


def _scale(most: float) -> tuple[float, list[float]]:
    """Return the top of an axis, and the values that get a line: 1, 2 or 5 times a power of ten apart."""
    if most <= 0:
        return 1.0, [0.0]
    rough = most / _STEPS
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    step = max(step, 1.0)
    top = step * ceil(most / step)
    return top, [step * i for i in range(round(top / step) + 1)]


def _every(n: int) -> int:
    """Return how many labels to go on, so that about a dozen are written."""
    return max(1, ceil(n / 14))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _short(label: str, most: int = 13) -> str:
    """Return a name cut to what its place has room for: a Han letter is as wide as two Latin ones."""
    room = 2 * most
    for i, letter in enumerate(label):
        room -= 2 if ord(letter) > 0x2E7F else 1
        if room < 0:
            return label[:i] + "…"
    return label
