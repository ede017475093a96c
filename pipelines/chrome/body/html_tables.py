"""Distinguish data tables from layout tables and tables of links, and read data tables."""

import re
from dataclasses import dataclass, field

from pipelines.chrome.inline_text import inline_text
from pipelines.chrome.line_pieces import Marks
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.text_density import Weights
from pipelines.chrome.whitespace import Spans

Cells = list[list[Element]]
"""The cells of a table, row by row, in page order."""


LEAST = 40
"""Maximum number of unlinked characters of a table of links that has no text of the article."""

LONGEST_CELL = 120
"""Maximum number of characters of a cell of a data table that has several paragraphs or is alone in its row. A longer
one is text in a layout table.
"""

MOST_COLUMNS, MOST_ROWS = 60, 1_000
"""Maximum column and row spans that are followed; a page with larger ones is broken or hostile."""

MOST_REPEATED = 20_000
"""Maximum number of characters and cells that the spans of a table may repeat; if they exceed it, none is followed."""

_PARAGRAPHS = ("p", "div", "li", "h2", "h3", "h4", "blockquote", "pre", "dl")
"""Elements that count as paragraphs of a cell."""


@dataclass(slots=True)
class HtmlTable:
    """The contents of a data table."""

    rows: list[list[str]] = field(default_factory=list)
    """Rows of equal length: a cell that spans several columns or rows is repeated in each."""
    caption: str | None = None
    """Text of its `<caption>`, or None."""
    links: Spans = field(default_factory=list)
    """Links and marks have offsets into the cells joined by tabs and the rows joined by line ends."""
    marks: Marks = field(default_factory=list)
    """Marked runs, with the same offsets."""
    repeated: list[str] = field(default_factory=list)
    """Text of each repetition of a cell."""


def rows_of(table: Element) -> Cells:
    """Return the cells of a table's rows, without those of nested tables and without empty rows."""
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
    """Return the contents of a data table."""
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
    """Return the text of the `<caption>` of a table, or None if it has none."""
    found = next((child for child in table if child.tag == "caption"), None)
    return (inline_text(found)[0] or None) if found is not None else None


def _grid(rows: Cells) -> list[list[tuple[Element | None, bool]]]:
    """Return the grid of a table: for each row and column, (cell, whether the cell begins there).

    As in HTML's table model, a cell begins in the first column that no cell of an earlier row spans.
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
    """Return the number of columns or rows that a cell spans; `zero` for the value 0, which means all that are left."""
    given = (cell.get(name) or "1").strip()
    if not given.isascii() or not given.isdigit():
        return 1
    return (int(given[:6]) or zero) or 1


def is_data_table(table: Element, weights: Weights) -> bool:
    """Return whether a table has data: cells with words in rows and columns, without pictures and nested tables.

    A table with a single cell is a layout table; so is one with cells of several paragraphs, or with long cells alone
    in their rows.
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
    """Return the number of paragraphs directly in a cell."""
    return sum(child.tag in _PARAGRAPHS for child in cell)


_NOTICE = re.compile(r"版权|未经许可|转载|联系电话|免责声明|本[网站刊]声明|广告")
"""Words of notices that are below a text, in a table of their own."""


def is_dead_table(table: Element, weights: Weights, least: int = LEAST) -> bool:
    """Return whether a layout table has nothing of the article.

    That is, it has no picture of its own, and consists mostly of links or has hardly any text besides links. If the
    page arranges its text in tables (`least` exceeds LEAST), a short table with a notice counts as well.
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
