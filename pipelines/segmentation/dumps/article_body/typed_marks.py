"""Tell the list marks and numbers that an author typed, which belong to the text, from those that the browser draws.

Browsers indent the lists that they draw, and of bullets they draw `•` first and others only below it (w3m 0.5.3: • □
☆ ○ ■ ★, by depth). An author types marks and numbers where paragraphs begin. A segmenter removes the indent of a list,
but not the full-width space before a paragraph. Where nothing shows which it is, the mark stays in the text.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby, pairwise

from pipelines.chrome.body.body_line import BodyLine
from pipelines.segmentation.dumps.article_body.block_places import is_right_below, is_sentence
from pipelines.segmentation.dumps.forms.drawn_marks import undo
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

FIRST_DRAWN = "•"
"""The bullet that browsers draw for lists that are not within another list."""

_DRAWN_NUMBER = re.compile(r"(\d{1,3})\.([ \u00a0]+)(?=\S)")
_CUT_NUMBER = re.compile(r"(\d{1,2}) ?\. ?(?=[^\s\d])")
"""The number of an item, and a number behind which a segmenter may have written the space."""


def with_typed_bullets(body: list[DumpBlock], is_tool: Callable[[DumpBlock], bool]) -> list[DumpBlock]:
    """Return the blocks of a text in which typed bullets are part of the text, and no marks of list items.

    A run of items of which one is empty or a tool of the page is a bar of tools, which many templates make as a list.
    """
    starts = _starts_of_paragraphs(body)
    done: list[DumpBlock] = []
    for marked, members in groupby(body, key=lambda block: bool(block.mark)):
        run = list(members)
        if marked and all(block.text and not is_tool(block) for block in run):
            run = _with_bullets(run, starts)
        done += run
    return done


def _with_bullets(run: list[DumpBlock], starts: set[int]) -> list[DumpBlock]:
    """Return a run of items with the typed bullets in the text."""
    first = next((i for i, block in enumerate(run) if block.mark == FIRST_DRAWN), len(run))
    parted = _parted(run)
    return [
        _with_bullet(block) if i < first or id(block) in parted or _begins_paragraph(block, starts) else block
        for i, block in enumerate(run)
    ]


def _begins_paragraph(block: DumpBlock, starts: set[int]) -> bool:
    """Return whether the bullet of a block is where paragraphs begin."""
    return block.literal and _column(block) - len(f"{block.mark} ") in starts


def _parted(run: list[DumpBlock]) -> set[int]:
    """Return the items (by `id`) in a segmented dump between which there are blank lines, as between paragraphs."""
    return {
        id(each)
        for one, two in pairwise(run)
        if not (one.literal or is_right_below(two, one))
        for each in (one, two)
    }


def _with_bullet(block: DumpBlock) -> DumpBlock:
    """Return a block with its mark in its text; a segmenter may have written the space between them."""
    if block.literal:
        return replace(block, text=f"{block.mark} {block.text}", mark="", role="paragraph")
    certificate = "consistent" if block.certificate in ("trivial", "unique", "likely") else block.certificate
    return replace(
        block, text=f"{block.mark}{block.text}", mark="", role="paragraph", certificate=certificate
    )


def _column(block: DumpBlock) -> int:
    return block.position(0)[1] if block.runs else 0


def _starts_of_paragraphs(body: list[DumpBlock]) -> set[int]:
    """Return the columns in which paragraphs without full-width spaces begin: the first one, and that of most prose."""
    prose = [block for block in body if is_sentence(block) and not block.indented]
    columns = Counter(_column(block) for block in prose if not _DRAWN_NUMBER.match(block.text))
    usual = columns.most_common(1)
    return {0} | {column for column, count in usual if 2 * count > columns.total()}


def drawn_numbers(found: list[DumpBlock]) -> dict[int, tuple[int, int, int]]:
    """Return the number, the column and the offset of the text of each block (by `id`) that the browser numbered."""
    numbers: dict[int, tuple[int, int, int]] = {}
    starts = _starts_of_paragraphs(found)
    below = _segmented_items(found)
    last = (0, 0)
    for block in found:
        match = None if block.mark or block.indented else _DRAWN_NUMBER.match(block.text)
        if match and block.literal:
            lead = _column(block)
            number, column = int(match[1]), lead + match.end()
            # pandoc puts the text of items in every fourth column.
            padded = lead % 4 == 0 and len(match[2]) > 1 and match.end() == 4
            goes_on = last == (number - 1, column)
            if padded or goes_on or (lead and lead not in starts and not (lead == PADDED and number < 10)):
                numbers[id(block)] = (number, column, match.end())
                last = number, column
                continue
        elif id(block) in below:
            number, end = below[id(block)]
            numbers[id(block)] = (number, 0, end)
            continue
        last = (0, 0)
    return numbers


PADDED = 4
"""The column in which a number of one digit begins behind four typed no-break spaces, and in no drawn list."""


def _segmented_items(found: list[DumpBlock]) -> dict[int, tuple[int, int]]:
    """Return number and offset of the text of the blocks (by `id`) of a segmented dump that are items of a list.

    Their numbers count from 1, they have no full-width space, and no blank line parts them, as it parts paragraphs.
    """
    items: dict[int, tuple[int, int]] = {}
    run: list[tuple[DumpBlock, int, int]] = []

    def close() -> None:
        if len(run) > 1:
            items.update((id(block), (number, end)) for block, number, end in run)
        run.clear()

    for block in found:
        plain = not (block.literal or block.mark or block.indented)
        match = _CUT_NUMBER.match(block.text) if plain else None
        if not (match and run and int(match[1]) == run[-1][1] + 1 and is_right_below(block, run[-1][0])):
            close()
        if match and (run or int(match[1]) == 1):
            run.append((block, int(match[1]), match.end()))
    close()
    return items


def numbered_lists(members: list[DumpBlock], numbers: dict[int, tuple[int, int, int]]) -> list[BodyLine]:
    """Return the lists of blocks that the browser numbered and that follow each other.

    `numbers` is what `drawn_numbers` returns. A list within a list belongs to it, as on the page.
    """
    lists: list[BodyLine] = []
    base = 0
    for block in members:
        number, column, offset = numbers[id(block)]
        if not lists or (number == 1 and column <= base):
            lists.append(BodyLine("list", items=[], ordered=True))
            base = column
        items = lists[-1].items
        assert items is not None
        items.append(undo(block.text[offset:].strip())[0])
    for each in lists:
        each.text = "\n".join(each.items or [])
    return lists
