"""Decide which `<ul>` and `<ol>` are lists, and read their items."""

from pipelines.chrome.inline_text import inline_text
from pipelines.chrome.line_pieces import Marks
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.whitespace import Spans

WITHIN = frozenset({"ul", "ol", "li"})
"""Elements that begin a new item."""

BLOCKS = frozenset({"p", "div", "table", "center", "blockquote", "font", "br", "h2", "h3", "h4", "dl", "pre"})
"""Children of a `<ul>` that only indents the text, as editors used it until 2011."""

_NOT_IN_ITEMS = ("table", "pre")
"""Elements that do not fit into an item, which is one line."""


def is_list(node: Element) -> bool:
    """Return whether a `<ul>` or `<ol>` is a list, that is, has only items as children."""
    tags = {child.tag for child in node}
    if (
        tags & BLOCKS
        or next(node.iter("li"), None) is None
        or next(node.iter(*_NOT_IN_ITEMS), None) is not None
    ):
        return False
    beside = [node.text, *(child.tail for child in node)]
    return not any(text and text.strip() for text in beside)


def read_list(node: Element) -> tuple[list[str], Spans, Marks]:
    """Return the items of a list, each followed by the items of lists nested in it, and their links and marks.

    Items without text are left out. The offsets of links and marks refer to the items joined by line ends.
    """
    items: list[str] = []
    links: Spans = []
    marks: Marks = []
    at = 0
    for item in node.iter("li"):
        text, found, marked = inline_text(item, apart=WITHIN)
        if text:
            links += [(at + start, at + end, url) for start, end, url in found]
            marks += [(at + start, at + end, kind, source) for start, end, kind, source in marked]
            items.append(text)
            at += len(text) + 1
    return items, links, marks
