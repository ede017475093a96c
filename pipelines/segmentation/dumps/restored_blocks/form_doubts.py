"""Lower the certificates of blocks from dumps of lynx, links, elinks, html2text and pandoc, where there are doubts.

A line end at which the program may or may not have removed a space is one, and so is a paragraph that ends in the
middle of a sentence.
"""

import re
from collections.abc import Collection
from itertools import pairwise

from pipelines.segmentation.dumps.certificates.paragraph_ends import sentence_ends
from pipelines.segmentation.dumps.dump_lines import FRAMES
from pipelines.segmentation.dumps.forms.paragraph_shape import CLOSING
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

LONG = 30
"""The fewest letters of two blocks on adjacent lines that may be parts of one paragraph."""
_CERTIFIED = ("trivial", "unique", "likely")


def lower(blocks: list[DumpBlock], doubts: Collection[str], *, lossy: bool) -> None:
    """Lower the certificates of blocks that were made from the text of such a dump, where there are doubts.

    `doubts` has the letters around each line end of which the rule of the program does not tell whether a space was
    there. With `lossy`, the dump does not show the ends of paragraphs.
    """
    for block in blocks:
        letters = "".join(block.text.split())
        if block.certificate in _CERTIFIED and any(seam in letters for seam in doubts):
            block.certificate = "consistent"
        if (lossy and _is_cut(block.text)) or (block.text[:1] in CLOSING and not block.mark):
            block.certificate = "unresolved"
    for block, after in pairwise(blocks):
        closes = after.text[:1] in CLOSING and not after.mark and bool(block.text)
        if closes or _may_go_on(block, after, lines=1 + lossy):
            block.certificate = after.certificate = "unresolved"


def cap(blocks: list[DumpBlock]) -> None:
    """Make no certificate of a block better than `consistent`."""
    for block in blocks:
        if block.certificate in _CERTIFIED:
            block.certificate = "consistent"


def _is_cut(text: str) -> bool:
    """Return whether a text has part of a character, or begins within brackets, as the rest of a table's cell may."""
    closed, opened = text.find("）"), text.find("（")
    return "\ufffd" in text or (closed >= 0 and not 0 <= opened < closed)


def _may_go_on(block: DumpBlock, after: DumpBlock, *, lines: int) -> bool:
    """Return whether the second block is at most so many lines below the first and may be the rest of its sentence."""
    if not block.text or not after.text or block.mark or after.mark or "image" in (block.role, after.role):
        return False
    apart = after.position(0)[0] - block.position(max(0, len(block.text) - 1))[0]
    return apart <= lines and len(block.text) + len(after.text) >= LONG and not sentence_ends(block.text)


def doubt_rows(blocks: list[DumpBlock], text: str, doubted: Collection[int]) -> list[DumpBlock]:
    """Lower the certificates of blocks that may be rows of a table, or have parts of characters; return those rows.

    `text` is what the blocks were made from, and `doubted` are the indices of its lines that may be rows. Three spaces
    within a line part cells, unless an author typed them.
    """
    lines = text.split("\n")
    found: list[DumpBlock] = []
    for block in blocks:
        if "\ufffd" in block.text:
            block.certificate = "unresolved"
        if not block.text or not block.runs or block.role == "image":
            continue
        first, last = block.position(0)[0] - 1, block.position(len(block.text) - 1)[0] - 1
        # Blocks count a vertical tab as a line end too.
        own = range(first, min(last + 1, len(lines)))
        if any(at in doubted or _has_columns(lines[at]) for at in own):
            block.certificate = "unresolved"
            found.append(block)
    return found


def _has_columns(line: str) -> bool:
    """Return whether three spaces are between two texts of a line without a frame."""
    return line.lstrip()[:1] not in FRAMES and _COLUMNS.search(line) is not None


_COLUMNS = re.compile(r"[^\s\[\]] {3,}(?=[^\s\[\]])")
