"""Join the two lines of a title with a line break."""

from collections import Counter
from dataclasses import replace

from pipelines.segmentation.dumps.names.dump_names import is_byline
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock


def is_halved(one: DumpBlock, two: DumpBlock) -> bool:
    """Return whether two lines are one title with a line break: after a mark, or between two short halves."""
    if one.group != two.group or len(one.text) + len(two.text) > LONGEST_HALVED:
        return False
    if one.text.endswith(OPEN_ENDS):
        return not (one.mark or two.mark)
    halves = (one.text.strip(), two.text.strip())
    plain = not (one.mark or two.mark) and all(half and half[-1] not in "。；，—" for half in halves)
    return (
        plain and max(map(len, halves)) <= LONGEST_HALF and not is_byline(halves[1]) and halves[1][0] != "—"
    )


OPEN_ENDS = ("：", "，", "；", "、")
"""Marks with which the first line of a title ends, but no whole title."""
LONGEST_HALVED, LONGEST_HALF = 60, 20
"""The most letters of a title of two lines, and of a first line that does not end with such a mark."""


def whole_titles(titles: list[DumpBlock], apart: set[int], *, halves: bool) -> list[DumpBlock]:
    """Return the titles, with the two lines of a title joined; in the groups `apart`, each line is a title."""
    found: list[DumpBlock] = []
    sizes = Counter(block.group for block in titles)
    for block in titles:
        above = found[-1] if found else None
        open_end = above is not None and above.text.endswith(OPEN_ENDS)
        both = open_end or (halves and block.group not in apart and sizes[block.group] == 2)
        if above is not None and both and is_halved(above, block):
            found[-1] = replace(
                above, text=f"{above.text.strip()}{'' if open_end else ' '}{block.text.strip()}"
            )
        else:
            found.append(block)
    return found
