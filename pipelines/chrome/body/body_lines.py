"""The body's tree to its lines: text, pictures, lists and tables, in reading order."""

from collections.abc import Iterator, Mapping

from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.walker import BodyReader
from pipelines.chrome.page_selectors import Element


def lines_of(
    container: Element,
    skipped: Mapping[Element, str] | None = None,
    boxes: bool = True,
    skips: dict[Element, str] | None = None,
) -> list[BodyLine]:
    """Return the lines of a body in reading order, those of `skipped` left out. No recursion, whatever the nesting.

    `boxes` says whether tables that only place things may hold words of the article. Into `skips` go the elements that
    are left out, each with the rule by which it is.
    """
    skipped = skipped or {}
    reader = BodyReader(container, skipped, boxes)
    if container.text:
        reader.text(container.text, (container, "text"))
    for child in container:
        if child.tag == "p" and len(child) == 0 and child not in skipped:
            reader.plain_paragraph(child)
            if child.tail:
                reader.text(child.tail, (child, "tail"))
        else:
            _walk(reader, child)
    reader.flush()
    if skips is not None:
        skips.update(reader.skips)
    return reader.lines


def _walk(reader: BodyReader, top: Element) -> None:
    """Read an element and what is in it. A stack of one's own costs half of what `etree.iterwalk` does."""
    opened: list[Element] = []
    ahead: list[Iterator[Element]] = [iter((top,))]
    while ahead:
        node = next(ahead[-1], None)
        if node is None:
            ahead.pop()
            if not opened:
                return
            node = opened.pop()
        elif not reader.start(node):
            if node.text:
                reader.text(node.text, (node, "text"))
            if len(node):
                opened.append(node)
                ahead.append(iter(node))
                continue
        reader.end(node)
        if node.tail:
            reader.text(node.tail, (node, "tail"))
