"""The words of an element as the page shows them: what is silent, and where lines end."""

from collections.abc import Collection

from lxml import etree

from pipelines.chrome.css_index import Element
from pipelines.chrome.element_style import is_hidden
from pipelines.chrome.whitespace import Spans, tidy

SILENT = {
    "script", "style", "noscript", "iframe", "form", "select", "textarea", "button", "input", "template", "map",
    "object", "head", "title", "meta", "link", "svg", "math", "frameset",
}  # fmt: skip
"""Elements whose text is not read; body/body_lines.py still looks for a video in the script of a player."""

BLOCKS = {
    "p", "div", "section", "article", "center", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "ul",
    "ol", "li", "dl", "dt", "dd", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "figure", "figcaption",
    "address", "fieldset", "main", "header", "footer", "aside", "nav",
}  # fmt: skip
"""Elements that begin and end a line."""


def plain_text(node: Element) -> str:
    """Return the shown text of a small element, as the page has it, `<br>` as a line end."""
    if len(node) == 0:
        return node.text or ""
    if not any(
        each.tag in SILENT or each.tag == "br" or (each.attrib and is_hidden(each)) for each in node.iter()
    ):
        return "".join(node.itertext())
    pieces: list[str] = []
    walk = etree.iterwalk(node, events=("start", "end"))
    for event, each in walk:
        if event == "start":
            if each.tag in SILENT or (each is not node and is_hidden(each)):
                walk.skip_subtree()
            elif each.tag == "br":
                pieces.append("\n")
            elif each.text:
                pieces.append(each.text)
        elif each.tail and each is not node:
            pieces.append(each.tail)
    return "".join(pieces)


def inline_text(node: Element, apart: Collection[str] = ()) -> tuple[str, Spans]:
    """Return an element as one line, whatever it holds but for elements of the tags in `apart`, with its links."""
    pieces: list[str] = []
    links: Spans = []
    size = 0
    start, href = 0, ""
    walk = etree.iterwalk(node, events=("start", "end"))
    for event, each in walk:
        piece = ""
        if event == "start":
            if each.tag in SILENT or (each is not node and (each.tag in apart or is_hidden(each))):
                walk.skip_subtree()
                continue
            if each.tag == "a":
                start, href = size, each.get("href") or ""
            piece = (" " if each.tag == "br" or (each.tag in BLOCKS and size) else "") + (each.text or "")
        else:
            if each.tag == "a" and href:
                links.append((start, size, href))
                href = ""
            if each is not node:
                piece = each.tail or ""
        pieces.append(piece)
        size += len(piece)
    return tidy("".join(pieces), links)
