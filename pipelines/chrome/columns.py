"""The main column of a dump in which a table stood beside the text: what stands right of it is another list."""

import re
from collections import Counter

from pipelines.segmentation.channel import Ambiguous, Terminal

LEAST = 5
"""Lines that must begin their right column at the same place."""
FIRST_COLUMN = 40
"""A right column begins right of the middle."""

_TERMINAL = Terminal(0, ambiguous=Ambiguous.WIDE)
_GAP = re.compile(r"  +(?=\S)")


def main_column(text: str) -> str:
    """The dump without its right column, if it has one: the old layouts are tables, and w3m lays them out as such."""
    lines = text.split("\n")
    starts = Counter(start for line in lines for start in set(_starts(line)))
    if not starts:
        return text
    column, count = max(starts.items(), key=lambda item: (item[1], item[0]))
    if count < LEAST:
        return text
    places = [i for i, line in enumerate(lines) if column in _starts(line)]
    for i in range(places[0], places[-1] + 1):
        lines[i] = _left_of(lines[i], column)
    return "\n".join(lines)


def _starts(line: str) -> list[int]:
    """The columns beyond the middle at which words begin after two or more spaces."""
    if "  " not in line.rstrip():
        return []
    found = [_TERMINAL.width(line[: gap.end()]) for gap in _GAP.finditer(line)]
    return [column for column in found if column >= FIRST_COLUMN]


def _left_of(line: str, column: int) -> str:
    width = 0
    for i, char in enumerate(line):
        if width >= column:
            return line[:i].rstrip()
        width += _TERMINAL.width(char)
    return line.rstrip()
