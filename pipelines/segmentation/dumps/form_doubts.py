"""Lower the certificates of blocks from dumps of lynx, links, elinks, html2text and pandoc, where there are doubts.

A line end at which the program may or may not have removed a space is one, and so is a paragraph that ends in the
middle of a sentence.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from pipelines.segmentation.dumps.certificates import sentence_ends
from pipelines.segmentation.dumps.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.dump_lines import FRAMES, LIST_MARKS

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
        if lossy and _is_cut(block.text):
            block.certificate = "unresolved"
    for block, after in pairwise(blocks):
        if _may_go_on(block, after, lines=1 + lossy):
            block.certificate = after.certificate = "unresolved"


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


def doubt_rows(blocks: list[DumpBlock], text: str) -> list[DumpBlock]:
    """Lower the certificates of blocks that may be rows of a table, or have parts of characters; return those rows.

    `text` is what the blocks were made from. Three spaces within a line part cells, unless an author typed them. After
    a segmenter nothing parts them but one space, as between its words: short lines below each other, in most of which a
    number stands alone, may be rows of a table, and their numbers are read as one (`1 3 . 1`).
    """
    lines = text.split("\n")
    found: list[DumpBlock] = []
    numbered = _numbered_rows(lines)
    for block in blocks:
        if "\ufffd" in block.text:
            block.certificate = "unresolved"
        if not block.text or not block.runs or block.role == "image":
            continue
        first, last = block.position(0)[0] - 1, block.position(len(block.text) - 1)[0] - 1
        own = lines[first : last + 1]
        if any(_has_columns(line) for line in own) or numbered.intersection(range(first, last + 1)):
            block.certificate = "unresolved"
            found.append(block)
    return found


def _has_columns(line: str) -> bool:
    """Return whether three spaces are between two texts of a line without a frame."""
    return line.lstrip()[:1] not in FRAMES and _COLUMNS.search(line) is not None


_COLUMNS = re.compile(r"[^\s\[\]] {3,}(?=[^\s\[\]])")


def _numbered_rows(lines: Sequence[str]) -> set[int]:
    """Return the indices of short lines below each other, in most of which a number stands alone, as in tables."""
    found: set[int] = set()
    longest = max((len("".join(line.split())) for line in lines), default=0)
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _may_be_row(lines[end], longest):
            end += 1
        numbers = sum(_NUMBERS.search(line.strip()) is not None for line in lines[at:end])
        if end - at >= FEWEST_ROWS and numbers * 2 > end - at:
            found.update(range(at, end))
        at = max(end, at + 1)
    return found


def _may_be_row(line: str, longest: int) -> bool:
    """Return whether a line is short, has several words, and neither begins nor ends like a sentence or an item."""
    letters = "".join(line.split())
    text = line.strip(" ")
    return (
        0 < len(letters) <= SHARE_OF_LINE * longest
        and " " in text
        and not text[0].isspace()
        and text[0] not in FRAMES | LIST_MARKS
        and not _SENTENCE.search(letters)
    )


FEWEST_ROWS = 3
"""The fewest lines that may be a table without anything between its cells but one space."""
SHARE_OF_LINE = 0.6
"""The greatest length of such a line, as a share of the longest line's."""
_NUMBERS = re.compile(r"(?:^| )[-+]?\d[\d.,]*(?: [.,] \d+)?%?(?= |$)")
_SENTENCE = re.compile(r"[，。；！？、:：[\]]|^\d{1,2}[.．、][^\d]|^[12]\d{3}年|^[·*+]")
