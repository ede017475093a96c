"""Lists: which of them are lists of the text, and their items."""

from pipelines.chrome.css_index import Element
from pipelines.chrome.inline_text import inline_text
from pipelines.chrome.whitespace import Spans

WITHIN = frozenset({"ul", "ol", "li"})
"""What makes an item of its own."""

BLOCKS = frozenset({"p", "div", "table", "center", "blockquote", "font", "br"})
"""What stands right below a `<ul>` that only indents the text, as editors used it up to 2011."""


def is_list(node: Element) -> bool:
    """Tell whether `<ul>` or `<ol>` is a list: items and nothing beside them."""
    tags = {child.tag for child in node}
    return not tags & BLOCKS and next(node.iter("li"), None) is not None


def read_list(node: Element) -> tuple[list[str], Spans]:
    """Return the items of a list, those of the lists in it after the item they stand in, and their links.

    Links go by their offsets in the items joined by line ends.
    """
    items: list[str] = []
    links: Spans = []
    at = 0
    for item in node.iter("li"):
        text, found = inline_text(item, apart=WITHIN)
        if text:
            links += [(at + start, at + end, url) for start, end, url in found if start < end]
            items.append(text)
            at += len(text) + 1
    return items, links
