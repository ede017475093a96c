"""Convert the tree of a body to lines: text, pictures, lists and tables, in reading order."""

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
    """Return the lines of a body in reading order, without the elements in `skipped` (element to rule).

    `boxes` is whether layout tables may contain text of the article. `skips` receives each element that is left out,
    with the name of the rule. Elements may be nested to any depth, because the walk does not recurse.
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
    """Read an element and its descendants. This loop takes half the time of `etree.iterwalk`."""
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
