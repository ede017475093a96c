"""Read the gaps behind the typed numbers of items (`1. 首次`, `[2] Horn`) alike on a page, if one of them is proven.

An author types all numbers of a list in one way, but a segmented dump proves it for few items only: where the lines of
one wrap with one reading only, or where THULAC cuts it into the dump's tokens with one reading only.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from pipelines.segmentation.dumps.certificates.open_gaps import OpenGap, gaps_of
from pipelines.segmentation.dumps.restored_blocks.restored_rows import RestoredRows
from pipelines.segmentation.dumps.style.thulac_ties import APART

_NUMBER = re.compile(r"([(\[]?) ?(\d{1,2}) ?([.)\]]) (?=\S)")
"""A number with the gap behind it, in the folded text of a block."""
KNOWN = 6.0
"""The log-odds of the reading that another item of the list proves."""


def read_numbers_alike(reads: Iterable[RestoredRows], read_again: Callable[[RestoredRows], None]) -> None:
    """Read the gaps behind the numbers of items as the proven ones, if all of these agree.

    `read_again` reads a group with changed scores.
    """
    numbered = [(read, found) for read in reads if (found := _number(read))]
    numbered.sort(key=lambda pair: _marks(pair[1]))
    for _, members in groupby(numbered, key=lambda pair: _marks(pair[1])):
        _read_alike([*members], read_again)


def _read_alike(
    items: Sequence[tuple[RestoredRows, re.Match[str]]], read_again: Callable[[RestoredRows], None]
) -> None:
    """Read the gaps of numbers with the same marks as the proven ones, if these agree."""
    items = [items[i] for i in range(len(items)) if _is_item(items, i)]
    proven = {space for read, found in items for space in _proven(read, found.end() - 1)}
    if len(proven) != 1:
        return
    space = proven.pop()
    for read, found in items:
        gap = found.end() - 1
        if (gap in read.reading.spaces) != space:
            read.scores = read.scores | {gap: KNOWN if space else -KNOWN}
            read_again(read)


def _number(read: RestoredRows) -> re.Match[str] | None:
    """Return the number at the start of a group with a gap behind it that was scored, or None."""
    if read.block is None or read.literal or read.group.frame:
        return None
    found = _NUMBER.match(read.block.text)
    return found if found and found.end() - 1 in read.scores else None


def _marks(found: re.Match[str]) -> str:
    return found[1] + found[3]


def _is_item(items: Sequence[tuple[RestoredRows, re.Match[str]]], i: int) -> bool:
    """Return whether the number follows that of another item or is followed by it; decimals seldom do."""
    number = int(items[i][1][2])
    before = int(items[i - 1][1][2]) if i else None
    after = int(items[i + 1][1][2]) if i + 1 < len(items) else None
    return before == number - 1 or after == number + 1


def _proven(read: RestoredRows, gap: int) -> set[bool]:
    """Return the reading of the gap in the first line if the lines or THULAC exclude the other one."""
    assert read.block is not None
    gaps = gaps_of(read.block, read.scores, read.reading, read.terminal.limit, 0, 0, read.decided)
    return {
        each.space
        for each in gaps
        if each.at == gap and (each.regret >= SURE or _by_thulac(each) > APART - 0.5)
    }


SURE = 5.5
"""The log-odds that the lines must lose with the other reading: then a space would stand before the stop."""


def _by_thulac(gap: OpenGap) -> float:
    """Return how much THULAC's tokens alone prefer the reading of a gap."""
    by_rules = gap.score if gap.space else -gap.score
    return 0.0 if gap.margin is None else gap.margin - by_rules
