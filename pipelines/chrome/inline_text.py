"""Read the text of an element as the browser shows it, without invisible elements and with line ends."""

from collections.abc import Collection

from lxml import etree

from pipelines.chrome.element_style import is_hidden
from pipelines.chrome.line_pieces import Marks, Pieces, mark_of
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.whitespace import Spans

SILENT = {
    "script", "style", "noscript", "iframe", "form", "select", "textarea", "button", "input", "template", "map",
    "object", "head", "title", "meta", "link", "svg", "frameset", "rp", "video", "audio", "canvas", "datalist",
    "progress", "meter", "optgroup", "option", "noframes", "applet",
}  # fmt: skip
"""Elements whose text is not read; body/body_lines.py still looks for a video in the script of a player."""

BLOCKS = {
    "p", "div", "section", "article", "center", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "ul",
    "ol", "li", "dl", "dt", "dd", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "figure", "figcaption",
    "address", "fieldset", "legend", "main", "header", "footer", "aside", "nav", "details", "summary", "hgroup", "menu",
    "dir", "dialog", "search", "listing", "xmp", "marquee",
}  # fmt: skip
"""Elements that begin and end a line."""


def plain_text(node: Element) -> str:
    """Return the visible text of a small element, with `<br>` as a line end and other white space unchanged."""
    if len(node) == 0:
        return node.text or ""
    if not any(
        each.tag in SILENT or each.tag in _ODD or (each.attrib and is_hidden(each)) for each in node.iter()
    ):
        return "".join(node.itertext())
    return "".join(_read(node, "\n", False).pieces)


_ODD = {"br", "math", "sup", "sub", "ruby", "rt"}
"""Elements that make the text of an element differ from its characters."""


def inline_text(node: Element, apart: Collection[str] = ()) -> tuple[str, Spans, Marks]:
    """Return the text of an element in one line, its links and its marks, without elements whose tag is in `apart`."""
    return _read(node, " ", True, apart).finish()


def _read(node: Element, line_end: str, blocks: bool, apart: Collection[str] = ()) -> Pieces:
    """Return the pieces of an element.

    `line_end` replaces `<br>`; with `blocks`, a block element is separated from the text before it by a space.
    """
    line = Pieces()
    anchors: list[tuple[Element, int, str]] = []
    walk = etree.iterwalk(node, events=("start", "end"))
    for event, each in walk:
        if event == "end":
            _end(line, each, anchors)
            if each is not node and each.tail:
                line.add(each.tail)
        elif (each is not node and (each.tag in apart or is_hidden(each))) or _is_read_whole(line, each):
            walk.skip_subtree()
        else:
            _start(line, each, anchors)
            if each.tag == "br":
                line.add(line_end)
            elif blocks and each.tag in BLOCKS and line.size:
                line.add(" ")
            if each.text:
                line.add(each.text)
    return line


def _is_read_whole(line: Pieces, node: Element) -> bool:
    """Read a formula, a reading or an invisible element as a whole; return whether the element is one of these."""
    if node.tag == "math":
        line.formula(node)
    elif node.tag == "rt":
        line.reading("".join(node.itertext()))
    return node.tag in ("math", "rt") or node.tag in SILENT


def _start(line: Pieces, node: Element, anchors: list[tuple[Element, int, str]]) -> None:
    if node.tag == "a":
        anchors.append((node, line.size, node.get("href") or ""))
    elif node.tag == "img":
        line.formula_picture(node)
    if (kind := mark_of(node)) is not None:
        line.open_mark(node, kind)


def _end(line: Pieces, node: Element, anchors: list[tuple[Element, int, str]]) -> None:
    if anchors and anchors[-1][0] is node:
        _, start, href = anchors.pop()
        if href:
            line.links.append((start, line.size, href))
    if line.opened:
        line.close_mark(node)
