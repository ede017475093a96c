"""Tables: which hold data, which only place things, and which are advertisements or links."""

from pipelines.chrome.css_index import Element
from pipelines.chrome.inline_text import inline_text
from pipelines.chrome.text_density import Weights
from pipelines.chrome.whitespace import Spans

Cells = list[list[Element]]


LEAST = 40
"""Letters beside links under which a table that places things holds nothing of the article."""


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


def read_table(table: Element) -> tuple[list[list[str]], Spans]:
    """Return the words of a table's cells by rows, and their links.

    Links go by their offsets in the cells joined by tabs and the rows by line ends.
    """
    rows = [[inline_text(cell) for cell in row] for row in rows_of(table)]
    links: Spans = []
    at = 0
    for row in rows:
        for text, found in row:
            links += [(at + start, at + end, url) for start, end, url in found if start < end]
            at += len(text) + 1
    return [[text for text, _ in row] for row in rows], links


def is_data_table(table: Element, weights: Weights) -> bool:
    """Tell whether a table holds data: rows and columns, two or more, cells of words, no table or picture within."""
    whole = weights[table]
    if whole.images or whole.tables:
        return False
    rows = rows_of(table)
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return False
    cells = [weights[cell].letters for row in rows for cell in row]
    return 2 * sum(map(bool, cells)) >= len(cells) and 2 * whole.linked <= sum(cells)


def is_dead_table(table: Element, weights: Weights, least: int = LEAST) -> bool:
    """Tell whether a table that places things holds nothing of the article.

    It has no picture of its own, and no sentence or under `least` letters beside its links.
    """
    whole = weights[table]
    return not whole.pictures and (whole.letters - whole.linked < least or not whole.stops)
