"""Tables: which hold data, which only place things, and which are links to elsewhere."""

import re
from dataclasses import dataclass, field

from pipelines.chrome.inline_text import inline_text
from pipelines.chrome.line_pieces import Marks
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.text_density import Weights
from pipelines.chrome.whitespace import Spans

Cells = list[list[Element]]

LEAST = 40
"""Letters beside links under which a table of many links holds nothing of the article."""

LONGEST_CELL = 120
"""Letters of a cell in several paragraphs, or alone in its row, from which on it is text that a table only frames."""

MOST_COLUMNS, MOST_ROWS = 60, 1_000
"""Columns and rows over which a span is not followed: a page that asks for more is broken or hostile."""

MOST_REPEATED = 20_000
"""Letters and cells that spans may repeat in a table; where they ask for more, none is followed."""

_PARAGRAPHS = ("p", "div", "li", "h2", "h3", "h4", "blockquote", "pre", "dl")


@dataclass(slots=True)
class HtmlTable:
    """The words of a table of data."""

    rows: list[list[str]] = field(default_factory=list)
    """As wide as the table: a cell that spans several is repeated in each."""
    caption: str | None = None
    links: Spans = field(default_factory=list)
    """By their offsets in the cells joined by tabs and the rows by line ends; marks too."""
    marks: Marks = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    """Cells that stand more often here than in the page."""


def rows_of(table: Element) -> Cells:
    """Return the cells of a table's own rows, nested tables' rows left out; empty rows are left out too."""
    rows: Cells = []
    ahead = list(reversed(table))
    while ahead:
        node = ahead.pop()
        if node.tag == "tr":
            cells = [cell for cell in node if cell.tag in ("td", "th")]
            if cells:
                rows.append(cells)
        if node.tag not in ("table", "td", "th"):
            ahead += reversed(node)
    return rows


def read_table(table: Element) -> HtmlTable:
    """Return the words of a table's cells by rows, with its caption."""
    made = HtmlTable(caption=_caption(table))
    at = 0
    rows = rows_of(table)
    plain: list[list[tuple[Element | None, bool]]] = [[(cell, True) for cell in row] for row in rows]
    for row in _grid(rows) if _may_repeat(rows) else plain:
        texts: list[str] = []
        for cell, is_first in row:
            text, links, marks = inline_text(cell) if cell is not None else ("", [], [])
            made.links += [(at + start, at + end, url) for start, end, url in links if is_first]
            made.marks += [(at + start, at + end, kind, source) for start, end, kind, source in marks]
            if text and not is_first:
                made.repeated.append(text)
            texts.append(text)
            at += len(text) + 1
        made.rows.append(texts)
    return made


def _caption(table: Element) -> str | None:
    found = next((child for child in table if child.tag == "caption"), None)
    return (inline_text(found)[0] or None) if found is not None else None


def _grid(rows: Cells) -> list[list[tuple[Element | None, bool]]]:
    """Return the cells of each row in their columns, one that spans several in each: (cell, whether it begins there).

    The rule is that of HTML's table model: a cell goes into the first column that no cell of a row above reaches into.
    """
    reaching: dict[int, tuple[Element, int]] = {}
    made: list[list[tuple[Element | None, bool]]] = []
    for n, row in enumerate(rows):
        columns: dict[int, tuple[Element, bool]] = {}
        for at, (cell, left) in list(reaching.items()):
            columns[at] = (cell, False)
            reaching.pop(at)
            if left > 1:
                reaching[at] = (cell, left - 1)
        at = 0
        for cell in row:
            while at in columns:
                at += 1
            height = min(_span(cell, "rowspan", len(rows) - n), len(rows) - n, MOST_ROWS)
            for k in range(min(_span(cell, "colspan", 1), MOST_COLUMNS)):
                if at + k in columns:
                    break
                columns[at + k] = (cell, k == 0)
                if height > 1:
                    reaching[at + k] = (cell, height - 1)
        width = max(columns) + 1 if columns else 0
        made.append([columns.get(column, (None, True)) for column in range(width)])
    widest = max(map(len, made), default=0)
    spans = any(cell.get("rowspan") or cell.get("colspan") for row in rows for cell in row)
    if spans and widest <= MOST_COLUMNS:
        made = [row + [(None, True)] * (widest - len(row)) for row in made]
    return made


def _may_repeat(rows: Cells) -> bool:
    """Return whether the row and column spans of a table are small enough to repeat its cells."""
    repeated = 0
    for row in rows:
        for cell in row:
            if cell.get("rowspan") or cell.get("colspan"):
                height = min(_span(cell, "rowspan", len(rows)), len(rows), MOST_ROWS)
                times = height * min(_span(cell, "colspan", 1), MOST_COLUMNS) - 1
                repeated += times and times * (1 + sum(map(len, cell.itertext())))
    return repeated <= MOST_REPEATED


def _span(cell: Element, name: str, zero: int) -> int:
    """Return how many columns or rows a cell spans; 0 means all that are left."""
    given = (cell.get(name) or "1").strip()
    if not given.isascii() or not given.isdigit():
        return 1
    return (int(given[:6]) or zero) or 1


def is_data_table(table: Element, weights: Weights) -> bool:
    """Tell whether a table holds data: cells of words in rows and columns, with no table or picture within.

    A table of one cell frames text; so does one whose cells hold several paragraphs, or long ones alone in their rows.
    """
    whole = weights[table]
    if whole.images or whole.tables or 2 * whole.linked > whole.letters:
        return False
    rows = rows_of(table)
    cells = [cell for row in rows for cell in row]
    if len(cells) < 2 or not any(weights[cell].letters for cell in cells):
        return False
    if max(len(row) for row in rows) == 1:
        return all(weights[cell].letters <= LONGEST_CELL and _paragraphs(cell) < 2 for cell in cells)
    return not any(weights[cell].letters > LONGEST_CELL and _paragraphs(cell) > 1 for cell in cells)


def _paragraphs(cell: Element) -> int:
    return sum(child.tag in _PARAGRAPHS for child in cell)


_NOTICE = re.compile(r"版权|未经许可|转载|联系电话|免责声明|本[网站刊]声明|广告")
"""Words of the notices that stand below a text in a table of their own."""


def is_dead_table(table: Element, weights: Weights, least: int = LEAST) -> bool:
    """Tell whether a table that places things holds nothing of the article.

    It has no picture of its own, and most of its letters are links, or few beside links are not. Where the page places
    its text by tables (`least` is more than LEAST), a short one that is a notice holds nothing of it either.
    """
    whole = weights[table]
    if whole.pictures:
        return False
    beside = whole.letters - whole.linked
    if not beside:
        return True
    if least > LEAST and beside < least and _NOTICE.search("".join(table.itertext())):
        return True
    return whole.linked > beside or (whole.linked > 0 and (beside < least or not whole.stops))
