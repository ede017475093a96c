"""Put the paragraphs of list items together, which have the indent of the item's text."""

import re
from dataclasses import replace

from pipelines.segmentation.dumps.article_body.block_places import is_sentence
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

LIST_TEXT = 3
"""The fewest columns by which the text of a list item is indented."""
NUMBERED = re.compile(r"(\d{1,2})[.．]\s*(?=\S)")


def _column(block: DumpBlock) -> int:
    """Return the column in which a block's text begins; after a segmenter, it is always the first."""
    return block.position(0)[1] if block.runs else 0


def _next_column(block: DumpBlock) -> int | None:
    """Return the column in which the second line of a block begins; None if it has one line."""
    first = block.runs[0][1] if block.runs else 0
    return next((column for _, line, column in block.runs if line > first), None)


def _text_column(block: DumpBlock) -> int:
    """Return the column in which the text of a list item begins; 0 for other blocks."""
    if block.mark:
        return _column(block)
    numbered = NUMBERED.match(block.text)
    return _column(block) + numbered.end() if numbered and _column(block) else 0


def _below_items(found: list[DumpBlock]) -> list[bool]:
    """Return for each block whether it has the column of the text of the list item above it, or is below one that has.

    Such a block belongs to the item, or is a paragraph that the page indents by no-break spaces.
    """
    inside = 0
    below: list[bool] = []
    for block in found:
        may_belong = not (block.indented or block.mark or block.role == "image")
        below.append(may_belong and _column(block) == inside >= LIST_TEXT)
        inside = inside if below[-1] else _text_column(block)
    return below


def _is_padded(found: list[DumpBlock], below: list[bool]) -> bool:
    """Return whether the page indents its paragraphs by no-break spaces to the column of the text of list items.

    Further lines of such a paragraph begin in the first column, those of a list item below its text.
    """
    wrapped = [
        column
        for block, own in zip(found, below, strict=True)
        if own and (column := _next_column(block)) is not None
    ]
    if wrapped:
        return 2 * wrapped.count(0) > len(wrapped)
    prose = [
        _column(block) for block, own in zip(found, below, strict=True) if not own and is_sentence(block)
    ]
    return 2 * sum(column >= LIST_TEXT for column in prose) > len(prose)


def whole_items(found: list[DumpBlock]) -> list[DumpBlock]:
    """Return the blocks with complete list items: a paragraph with the indent of an item's text belongs to the item."""
    below = _below_items(found)
    padded = _is_padded(found, below)
    done: list[DumpBlock] = []
    open_item = False
    for block, own in zip(found, below, strict=True):
        column = _next_column(block)
        # What follows a paragraph of the page cannot belong to the list above.
        open_item = own and open_item and (column > 0 if column is not None else not padded)
        if open_item:
            done[-1] = replace(done[-1], text=f"{done[-1].text} {block.text}")
        else:
            done.append(block)
            open_item = _text_column(block) > 0
    return done
