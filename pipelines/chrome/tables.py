"""Tables: which hold data, which only place things, and which are advertisements or links."""

from .select import Element

Cells = list[list[Element]]


def rows_of(table: Element) -> Cells:
    """Return the cells of a table's own rows, nested tables' rows left out; empty rows are left out too."""
    rows: Cells = []
    for row in table.iter("tr"):
        if _owner(row) is table:
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            if cells:
                rows.append(cells)
    return rows


def is_data_table(table: Element) -> bool:
    """Tell whether a table holds data: rows and columns, two or more, cells of words, no table or picture within."""
    if next(table.iter("img"), None) is not None or sum(1 for _ in table.iter("table")) > 1:
        return False
    rows = rows_of(table)
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return False
    cells = [_words(cell) for row in rows for cell in row]
    filled = sum(1 for words in cells if words)
    linked = sum(len(_words(anchor)) for anchor in table.iter("a"))
    return filled * 2 >= len(cells) and linked * 2 <= sum(len(words) for words in cells)


def is_dead_table(table: Element) -> bool:
    """Tell whether a table that places things holds nothing of the article: no picture of its own, and no sentence."""
    if any(not _is_decoration(image) for image in table.iter("img")):
        return False
    linked = sum(len(_words(anchor)) for anchor in table.iter("a"))
    words = _words(table)
    return len(words) - linked < 40 or not any(stop in words for stop in "。！？；")


def _is_decoration(image: Element) -> bool:
    src = image.get("src") or ""
    return "/img/" in src or not src


def _owner(row: Element) -> Element | None:
    parent = row.getparent()
    while parent is not None and parent.tag != "table":
        parent = parent.getparent()
    return parent


def _words(node: Element) -> str:
    return "".join("".join(node.itertext("*")).split())
