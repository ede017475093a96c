"""Charts as SVG, from plain numbers: drawn here, styled by style.css, each with its figures as a table behind it.

Every chart is drawn twice, for a wide screen and for a phone, so that its letters are never too small to be read;
style.css shows one of them. To a screen reader a chart is a picture with a name: what it shows stands in the table.
Colours are classes (`c0` … `c9`, `d0` … `d8`), so that a page, its dark side and its Content-Security-Policy decide.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log10

from kepu.messages import say

SERIES = 10
"""Colours there are; what is beyond them is drawn in the last."""

SHADES = 8
"""Depths of a cell, beside that of an empty one."""

FOOT = 22
"""Room below columns, for their labels."""

_STEPS = 4
"""Grid lines, about."""

_LATIN, _HAN = 6.4, 11.0
"""How wide a letter is, in the units of a drawing."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The measures of a drawing, in units that are about a pixel."""

    name: str
    width: int
    axis: int
    """Room at the left of columns, for the numbers of the grid."""
    names: int
    """Room at the left of bars and cells, for their names."""


SCREENS = (Screen("roomy", 720, 46, 180), Screen("slim", 340, 40, 116))


def columns(
    name: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    height: int = 220,
    ticks: Mapping[int, str] | None = None,
) -> str:
    """Return columns, stacked where there is more than one series; `ticks`: what to write below which of them."""
    legend = list(series) if len(series) > 1 else []
    below = dict(enumerate(labels)) if ticks is None else ticks

    def drawn(screen: Screen) -> tuple[int, list[str]]:
        return height, _columns(screen, labels, series, height, below)

    return _figure(name, drawn, _legend(legend), ["", *(legend or [name])], _rows(labels, series.values()))


def _columns(
    screen: Screen,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    height: int,
    ticks: Mapping[int, str],
) -> list[str]:
    totals = [sum(values[i] for values in series.values()) for i in range(len(labels))]
    top, grid = _scale(max(totals, default=0))
    inner = height - FOOT - 8
    step = (screen.width - screen.axis) / max(len(labels), 1)
    wide = min(step * 0.82, 46) if step > 3 else step
    marks = [_grid(screen, value, 8 + inner * (1 - value / top)) for value in grid]
    for i, label in enumerate(labels):
        x, foot = screen.axis + step * (i + 0.5), 8.0 + inner
        for n, (series_name, values) in enumerate(series.items()):
            if values[i]:
                tall = inner * values[i] / top
                foot -= tall
                said = f"{label}: {_number(values[i])}" + (f" {series_name}" if len(series) > 1 else "")
                marks.append(_rect(x - wide / 2, foot, wide, tall, n, said))
    return marks + [
        _text(screen.axis + step * (i + 0.5), height - 6, ticks[i], "label") for i in _apart(ticks, step)
    ]


def bars(name: str, values: Mapping[str, float]) -> str:
    """Return one bar a name, the longest filling what the names leave."""
    row = 22

    def drawn(screen: Screen) -> tuple[int, list[str]]:
        longest = max(values.values(), default=0) or 1
        room = screen.width - screen.names - 60
        marks = []
        for i, (label, value) in enumerate(values.items()):
            y, long = i * row, max(room * value / longest, 1)
            marks.append(_text(screen.names - 8, y + 15, _short(label, screen.names - 10), "label end"))
            marks.append(_rect(screen.names, y + 3, long, row - 6, 0, f"{label}: {_number(value)}"))
            marks.append(_text(screen.names + long + 6, y + 15, _number(value), "label start"))
        return max(len(values), 1) * row, marks

    return _figure(name, drawn, "", ["", name], _rows(list(values), [list(values.values())]))


def matrix(
    name: str, table: Mapping[str, Mapping[str, float]], columns_: Mapping[str, str], *, share: bool
) -> str:
    """Return a table of cells, each the darker the more it holds: of shares (0 to 1), or of counts.

    `table` has row → column → value, `columns_` column → label.
    """
    most = 1.0 if share else max((v for cells in table.values() for v in cells.values()), default=0) or 1.0

    def said(value: float) -> str:
        return f"{value:.0%}" if share else _number(value)

    def drawn(screen: Screen) -> tuple[int, list[str]]:
        return 24 + len(table) * 24, _cells(screen, table, columns_, most, said)

    values = [[cells.get(column, 0) for column in columns_] for cells in table.values()]
    rows = [[label, *map(said, those)] for label, those in zip(table, values, strict=True)]
    return _figure(name, drawn, _shades(said(most)), ["", *columns_.values()], rows)


def _cells(
    screen: Screen,
    table: Mapping[str, Mapping[str, float]],
    columns_: Mapping[str, str],
    most: float,
    said: Callable[[float], str],
) -> list[str]:
    wide = min((screen.width - screen.names - 10) / max(len(columns_), 1), 60)
    labels = dict(enumerate(columns_.values()))
    marks = [_text(screen.names + wide * (i + 0.5), 14, labels[i], "label") for i in _apart(labels, wide)]
    for r, (label, cells) in enumerate(table.items()):
        y = 20 + r * 24
        marks.append(_text(screen.names - 8, y + 16, _short(label, screen.names - 10), "label end"))
        for i, (column, heading) in enumerate(columns_.items()):
            value = cells.get(column, 0)
            depth = ceil(value / most * SHADES) if value else 0
            x = screen.names + wide * i
            marks.append(
                f'<rect class="d{depth}" x="{x + 0.5:.1f}" y="{y}" width="{wide - 1:.1f}" height="22" rx="2">'
                f"<title>{escape(f'{label}, {heading}: {said(value)}')}</title></rect>"
            )
            if wide >= 30 and value:
                marks.append(_text(x + wide / 2, y + 16, said(value), "cell deep" if depth > 4 else "cell"))
    return marks


def _figure(
    name: str,
    drawn: Callable[[Screen], tuple[int, list[str]]],
    legend: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> str:
    """Return a chart for each screen, its legend, and the table of its figures."""
    pictures = []
    for screen in SCREENS:
        height, marks = drawn(screen)
        pictures.append(
            f'<svg class="chart {screen.name}" viewBox="0 0 {screen.width} {height}" role="img" '
            f'aria-label="{escape(name)}">{"".join(marks)}</svg>'
        )
    return f'<div class="drawn">{"".join(pictures)}{legend}</div>{_table(name, head, rows)}'


def _table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the figures of a chart, folded away."""
    top = "".join(f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    said = escape(say("As a table: {name}", name=name))
    return (
        f'<details class="data"><summary>{said}</summary>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{said}">'
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _rows(labels: Sequence[str], series: Iterable[Sequence[float]]) -> list[list[str]]:
    """Return a row a label: the label, and what each series has there."""
    return [[label, *map(_number, values)] for label, *values in zip(labels, *series, strict=True)]


def _legend(names: Sequence[str]) -> str:
    keys = "".join(
        f'<li><span class="key k{min(n, SERIES - 1)}"></span>{escape(text)}</li>'
        for n, text in enumerate(names)
    )
    return f'<ul class="legend">{keys}</ul>' if keys else ""


def _shades(most: str) -> str:
    """Return what the depths of cells mean: from nothing to the most."""
    cells = "".join(
        f'<rect class="d{n}" x="{n * 15}" y="0" width="14" height="12"/>' for n in range(SHADES + 1)
    )
    wide = 15 * (SHADES + 1)
    key = f'<svg viewBox="0 0 {wide} 12" width="{wide}" height="12" aria-hidden="true">{cells}</svg>'
    return f'<p class="shades">0 {key} {escape(most)}</p>'


def _rect(x: float, y: float, wide: float, tall: float, n: int, said: str) -> str:
    return (
        f'<rect class="c{min(n, SERIES - 1)}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}">'
        f"<title>{escape(said)}</title></rect>"
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _grid(screen: Screen, value: float, y: float) -> str:
    line = f'<line class="grid" x1="{screen.axis}" x2="{screen.width}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return line + _text(screen.axis - 6, y + 4, _number(value), "label end")


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


def _apart(labels: Mapping[int, str], step: float) -> list[int]:
    """Return which labels to write, at their places `step` apart, so that none touches the next."""
    if not labels:
        return []
    places = sorted(labels)
    nearest = min((b - a for a, b in pairwise(places)), default=1) * step
    return places[:: max(1, ceil((max(map(_width, labels.values())) + 8) / nearest))]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _width(text: str) -> float:
    """Return about how wide a text is."""
    return sum(_HAN if ord(letter) > 0x2E7F else _LATIN for letter in text)


def _short(label: str, room: float) -> str:
    """Return a name cut to what its place has room for."""
    if _width(label) <= room:
        return label
    while label and _width(label) > room - _HAN:
        label = label[:-1]
    return label + "…"
