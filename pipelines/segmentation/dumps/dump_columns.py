"""Keep the main column of a dump whose page had a table beside the text, and remove the list to its right."""

import re
from collections import Counter

from pipelines.segmentation.dumps.segmenter_detection import is_segmented
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

LEAST = 5
"""The fewest lines whose right column begins at the same place."""
FIRST_COLUMN = 40
"""The first terminal column at which a right column may begin."""

_TERMINAL, _NARROW = Terminal(0, Ambiguous.WIDE), Terminal(0, Ambiguous.NARROW)
_GAP = re.compile(r"  +(?=\S)")


def main_column(text: str) -> str:
    """Return the dump without its right column, if it has one (old layouts are tables with two columns)."""
    lines = text.split("\n")
    if is_segmented(text):
        return "\n".join(_without_right_list(lines))
    beyond = [(line, i) for i, line in enumerate(lines) if "  " in line.rstrip()]
    best = (0, 0, _TERMINAL)
    # Quotation marks are narrow on UTF-8 pages and wide on GB2312 pages: with the right width, more lines agree.
    for terminal in (_TERMINAL, _NARROW):
        starts = Counter(start for line, _ in beyond for start in set(_starts(line, terminal)))
        column, count = max(starts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        best = max(best, (count, column, terminal), key=lambda each: each[0])
    count, column, terminal = best
    if count < LEAST:
        return text
    places = [i for line, i in beyond if column in _starts(line, terminal)]
    for i in range(places[0], places[-1] + 1):
        lines[i] = _left_of(lines[i], column, terminal)
    return "\n".join(lines)


def _starts(line: str, terminal: Terminal) -> list[int]:
    """Return the columns beyond the middle at which words begin after two or more spaces."""
    found: list[int] = []
    at = width = 0
    for gap in _GAP.finditer(line):
        width += terminal.width(line[at : gap.end()])
        at = gap.end()
        if width >= FIRST_COLUMN:
            found.append(width)
    return found


def _left_of(line: str, column: int, terminal: Terminal) -> str:
    width = 0
    for i, char in enumerate(line):
        if width >= column:
            return line[:i].rstrip()
        width += terminal.width(char)
    return line.rstrip()


WIDEST_ITEM = 40
"""The most columns of an item in the list to the right of the text."""
SHORT = 8
"""The most columns of a line that is only the rest of an item."""

_ITEM = re.compile("(?:^| )[·•] [^·•]*$")
_HEADS = re.compile(r"(?:^| )(?:新 ?闻 ?检 ?索|热 ?点 ?新 ?闻|(?:\[ *\] ?)?\[ ?检 ?索 ?\])$")
"""Texts above the list in the site's old pages: a search form and the name of the list."""
_OPEN = re.compile("[“《（][^”》）]*$")


def _without_right_list(lines: list[str]) -> list[str]:
    """Return the lines of a segmented dump without the list right of the text.

    The segmenter removed the columns, so the list is recognised by the marks of its items. From its first item to its
    last, every line contains an item or the rest of one.
    """
    lines = [line.strip(" ") for line in lines]
    items = {i: found.start() for i, line in enumerate(lines) if (found := _item(line))}
    first, last = _range_of(items)
    if last - first + 1 < LEAST:
        return lines
    kept = [_HEADS.sub("", line) for line in lines[:first]]
    column = max(_columns(line[: items[i]]) for i, line in enumerate(lines) if i in items)
    above = ""
    for i in range(first, last + 1):
        line = lines[i]
        if i in items:
            kept.append(line[: items[i]])
            above = line[items[i] :]
        else:
            kept.append(_HEADS.sub("", _without_rest(line, column)))
    if _OPEN.search(above) and last + 1 < len(lines):
        lines[last + 1] = _without_rest(lines[last + 1], column)
    return kept + lines[last + 1 :]


def _item(line: str) -> re.Match[str] | None:
    found = _ITEM.search(line)
    return found if found and _columns(found[0]) <= WIDEST_ITEM else None


def _range_of(items: dict[int, int]) -> tuple[int, int]:
    """Return the first and last line of the longest list beside text; at most one line is between two of its items."""
    best = (0, -1)
    first = before = -10
    beside = 0
    for at, start in sorted(items.items()):
        if at - before > 3:
            first, beside = at, 0
        beside += start > 0
        before = at
        if beside >= LEAST // 2 and at - first > best[1] - best[0]:
            best = (first, at)
    return best


def _without_rest(line: str, column: int) -> str:
    """Return the line without the rest of the item above: what does not fit the column, and the last token at least."""
    if _columns(line) <= SHORT:
        return ""
    tokens = line.split(" ")[:-1]
    while tokens and _columns("".join(tokens)) > column:
        tokens.pop()
    return " ".join(tokens)


def _columns(text: str) -> int:
    return _TERMINAL.width(text.replace(" ", ""))
