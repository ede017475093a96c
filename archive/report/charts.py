"""Charts as SVG without a library; style.css styles them, and a table below each has its figures.

Each chart is drawn for a wide screen and for a phone, so that its letters stay readable; style.css shows one of the
two. Screen readers announce a chart as an image with a name, and read the table. Colours are CSS classes (`c0` … `c9`,
`d0` … `d8`), which a page's style sheet defines, for dark mode too, without breaking its Content-Security-Policy.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import pairwise
from math import ceil, floor, log1p, log10

from archive.report.csv_link import csv_link
from kepu.messages import say

SERIES = 10
"""Number of colours; further series share the last one."""

SHADES = 8
"""Number of shades of a cell, not counting the empty one."""

FOOT = 22
"""Height below the columns for their labels."""

_STEPS = 4
"""Approximate number of grid lines."""

_LATIN, _HAN = 6.4, 11.0
"""Width of a letter in units of the drawing."""


@dataclass(frozen=True, slots=True)
class DrawingSize:
    """Measures of a drawing; a unit is about a pixel."""

    name: str
    """Its CSS class."""
    width: int
    """Width of the drawing."""
    axis: int
    """Width to the left of columns, for the numbers of the axis."""
    names: int
    """Width to the left of bars and cells, for their names."""


SCREENS = (DrawingSize("roomy", 720, 46, 180), DrawingSize("slim", 340, 40, 116))
"""The drawing for a wide screen, and the one for a phone."""


def columns(
    name: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    height: int = 220,
    ticks: Mapping[int, str] | None = None,
    mark: tuple[float, str] | None = None,
) -> str:
    """Return a column chart as HTML, stacked if there are several series.

    `series` maps the name of a series to its values, one per label. `ticks` maps the index of a column to its label;
    None labels every column. `mark` draws a vertical line with a label; its first part is the position, in columns from
    the left edge of the first. `height` is in units of the drawing.
    """
    legend = list(series) if len(series) > 1 else []
    below = dict(enumerate(labels)) if ticks is None else ticks

    def drawn(screen: DrawingSize) -> tuple[int, list[str]]:
        return height, _columns(screen, labels, series, height, below) + _mark(screen, mark, labels, height)

    values = [[label, *those] for label, *those in zip(labels, *series.values(), strict=True)]
    return _figure(name, drawn, _legend(legend), ["", *(legend or [name])], values)


def _mark(
    screen: DrawingSize, mark: tuple[float, str] | None, labels: Sequence[str], height: int
) -> list[str]:
    if mark is None or not labels:
        return []
    at, caption = mark
    x = screen.axis + (screen.width - screen.axis) * min(at / len(labels), 1)
    side = "end" if x > screen.width * 0.7 else "start"
    line = f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{height - FOOT}"/>'
    return [line, _text(x + (-5 if side == "end" else 5), 14, caption, f"label {side}")]


def _columns(
    screen: DrawingSize,
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
                caption = f"{label}: {_number(values[i])}" + (f" {series_name}" if len(series) > 1 else "")
                marks.append(_rect(x - wide / 2, foot, wide, tall, n, caption))
    return marks + [
        _text(screen.axis + step * (i + 0.5), height - 6, ticks[i], "label") for i in _apart(ticks, step)
    ]


def bars(name: str, values: Mapping[str, float]) -> str:
    """Return a bar chart as HTML, with one bar per name, scaled to the largest value."""
    row = 22

    def drawn(screen: DrawingSize) -> tuple[int, list[str]]:
        longest = max(values.values(), default=0) or 1
        room = screen.width - screen.names - 60
        marks = []
        for i, (label, value) in enumerate(values.items()):
            y, long = i * row, max(room * value / longest, 1)
            marks.append(_text(screen.names - 8, y + 15, _short(label, screen.names - 10), "label end"))
            marks.append(_rect(screen.names, y + 3, long, row - 6, 0, f"{label}: {_number(value)}"))
            marks.append(_text(screen.names + long + 6, y + 15, _number(value), "label start"))
        return max(len(values), 1) * row, marks

    return _figure(name, drawn, "", ["", name], [[label, value] for label, value in values.items()])


def matrix(
    name: str, table: Mapping[str, Mapping[str, float]], columns_: Mapping[str, str], *, share: bool
) -> str:
    """Return a heat map of shares (0 to 1), or of counts if `share` is false, as HTML.

    `table` maps row → column → value, `columns_` column → label. Counts are shaded by their logarithm, so that one
    large value does not make the others look empty.
    """
    most = 1.0 if share else max((v for cells in table.values() for v in cells.values()), default=0) or 1.0

    def caption(value: float) -> str:
        return f"{value:.0%}" if share else _number(value)

    def depth_in(value: float) -> int:
        return depth_of(value, most, logarithmic=not share)

    def drawn(screen: DrawingSize) -> tuple[int, list[str]]:
        return 24 + len(table) * 24, _cells(screen, table, columns_, depth_in, caption)

    rows: list[list[str | float]] = [
        [label, *(cells.get(column, 0) for column in columns_)] for label, cells in table.items()
    ]
    legend = _shades(caption(most) if share else f"{caption(most)} ({say('logarithmic')})")
    return _figure(name, drawn, legend, ["", *columns_.values()], rows, caption)


def depth_of(value: float, most: float, *, logarithmic: bool) -> int:
    """Return the shade of a cell, 0 (empty) to SHADES, by its value or logarithm as a share of the maximum."""
    if value <= 0 or most <= 0:
        return 0
    share = log1p(value) / log1p(most) if logarithmic else value / most
    return min(SHADES, max(1, ceil(share * SHADES)))


def _cells(
    screen: DrawingSize,
    table: Mapping[str, Mapping[str, float]],
    columns_: Mapping[str, str],
    depth_in: Callable[[float], int],
    caption: Callable[[float], str],
) -> list[str]:
    wide = min((screen.width - screen.names - 10) / max(len(columns_), 1), 60)
    labels = dict(enumerate(columns_.values()))
    marks = [_text(screen.names + wide * (i + 0.5), 14, labels[i], "label") for i in _apart(labels, wide)]
    for r, (label, cells) in enumerate(table.items()):
        y = 20 + r * 24
        marks.append(_text(screen.names - 8, y + 16, _short(label, screen.names - 10), "label end"))
        for i, (column, heading) in enumerate(columns_.items()):
            value = cells.get(column, 0)
            depth = depth_in(value)
            x = screen.names + wide * i
            marks.append(
                f'<rect class="d{depth}" x="{x + 0.5:.1f}" y="{y}" width="{wide - 1:.1f}" height="22" rx="2">'
                f"<title>{escape(f'{label}, {heading}: {caption(value)}')}</title></rect>"
            )
            if value and _width(caption(value)) * 0.9 + 2 <= wide:
                marks.append(
                    _text(x + wide / 2, y + 16, caption(value), "cell deep" if depth > 4 else "cell")
                )
    return marks


def _figure(
    name: str,
    drawn: Callable[[DrawingSize], tuple[int, list[str]]],
    legend: str,
    head: Sequence[str],
    values: Sequence[Sequence[str | float]],
    caption: Callable[[float], str] | None = None,
) -> str:
    """Return a chart for both screens, with legend, table of its figures, and a link to them as CSV.

    Each row of `values` is a label and its figures; `caption` formats a figure for the table.
    """
    write = caption or _number
    rows = [[cell if isinstance(cell, str) else write(cell) for cell in row] for row in values]
    pictures = []
    for screen in SCREENS:
        height, marks = drawn(screen)
        pictures.append(
            f'<svg class="chart {screen.name}" viewBox="0 0 {screen.width} {height}" role="img" '
            f'aria-label="{escape(name)}">{"".join(marks)}</svg>'
        )
    table = _table(name, head, rows, csv_link(name, head, values))
    return f'<div class="drawn">{"".join(pictures)}{legend}</div>{table}'


def _table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]], link: str) -> str:
    """Return the figures of a chart as a table in a `details` element."""
    top = "".join(f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    caption = escape(say("As a table: {name}", name=name))
    return (
        f'<details class="data"><summary>{caption}</summary>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}">'
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>{link}</details>"
    )


def calendar(
    name: str,
    days: Mapping[str, int],
    thin: Sequence[tuple[str, int, float]],
    head: tuple[str, str],
    caption: Callable[[str, int, float], str],
) -> str:
    """Return a calendar of each year with thin days as HTML: a cell per day, a column per week, thin days outlined.

    `days` maps day → articles; `thin` has (day, articles, median of the days around it); `head` names the two figures
    of the table; `caption` returns the tooltip of a thin day.
    """
    notes = {day: caption(day, n, near) for day, n, near in thin}
    years = sorted({day[:4] for day in notes})
    most = max(days.values(), default=0)

    def drawn(screen: DrawingSize) -> tuple[int, list[str]]:
        cell = (screen.width - screen.axis) / 54
        tall = 7 * cell + 16
        marks = []
        for row, year in enumerate(years):
            marks.append(_text(screen.axis - 6, row * tall + 4 * cell + 4, year, "label end"))
            marks += _year(screen.axis, row * tall + 4, cell, int(year), days, notes, most)
        return round(len(years) * tall), marks

    key = f'<p class="shades"><span class="thin-key"></span> {escape(say("thin day"))}</p>'
    return _figure(
        name,
        drawn,
        key + _shades(f"{_number(most)} ({say('logarithmic')})"),
        ["", *head],
        [list(one) for one in thin],
    )


def _year(
    left: float,
    top: float,
    cell: float,
    year: int,
    days: Mapping[str, int],
    notes: Mapping[str, str],
    most: int,
) -> list[str]:
    first = date(year, 1, 1)
    marks = []
    for n in range((date(year + 1, 1, 1) - first).days):
        day = first + timedelta(days=n)
        week, weekday = divmod(n + first.weekday(), 7)
        depth = depth_of(days.get(str(day), 0), most, logarithmic=True)
        note = notes.get(str(day))
        place = f'x="{left + week * cell:.1f}" y="{top + weekday * cell:.1f}"'
        size = f'width="{cell * 0.86:.1f}" height="{cell * 0.86:.1f}"'
        inner = f"<title>{escape(note)}</title></rect>" if note else "</rect>"
        marks.append(f'<rect class="d{depth}{" thin" if note else ""}" {place} {size}>{inner}')
    return marks


def _legend(names: Sequence[str]) -> str:
    keys = "".join(
        f'<li><span class="key k{min(n, SERIES - 1)}"></span>{escape(text)}</li>'
        for n, text in enumerate(names)
    )
    return f'<ul class="legend">{keys}</ul>' if keys else ""


def _shades(most: str) -> str:
    """Return the legend of the shades, from nothing to the maximum."""
    cells = "".join(
        f'<rect class="d{n}" x="{n * 15}" y="0" width="14" height="12"/>' for n in range(SHADES + 1)
    )
    wide = 15 * (SHADES + 1)
    key = f'<svg viewBox="0 0 {wide} 12" width="{wide}" height="12" aria-hidden="true">{cells}</svg>'
    return f'<p class="shades">0 {key} {escape(most)}</p>'


def _rect(x: float, y: float, wide: float, tall: float, n: int, caption: str) -> str:
    return (
        f'<rect class="c{min(n, SERIES - 1)}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}">'
        f"<title>{escape(caption)}</title></rect>"
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _grid(screen: DrawingSize, value: float, y: float) -> str:
    line = f'<line class="grid" x1="{screen.axis}" x2="{screen.width}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return line + _text(screen.axis - 6, y + 4, _number(value), "label end")


def _scale(most: float) -> tuple[float, list[float]]:
    """Return the maximum of an axis and the values of its grid lines, at steps of 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return 1.0, [0.0]
    rough = most / _STEPS
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    step = max(step, 1.0)
    top = step * ceil(most / step)
    return top, [step * i for i in range(round(top / step) + 1)]


def _apart(labels: Mapping[int, str], step: float) -> list[int]:
    """Return the positions of the labels to write, so that none touches the next; `step` is the width of a position."""
    if not labels:
        return []
    places = sorted(labels)
    nearest = min((b - a for a, b in pairwise(places)), default=1) * step
    return places[:: max(1, ceil((max(map(_width, labels.values())) + 8) / nearest))]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _width(text: str) -> float:
    """Return the approximate width of a text."""
    return sum(_HAN if ord(letter) > 0x2E7F else _LATIN for letter in text)


def _short(label: str, room: float) -> str:
    """Return a name, shortened to fit its width."""
    if _width(label) <= room:
        return label
    while label and _width(label) > room - _HAN:
        label = label[:-1]
    return label + "…"
