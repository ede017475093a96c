"""Find the columns of a terminal that part the cells of a table without borders, from its lines as they are placed."""

import re
from collections.abc import Callable, Iterable, Sequence

Widths = Callable[[str], int]
"""The columns that a text takes."""


def placed(line: str, widths: Widths) -> list[str]:
    """Return what is in each column: a character, a space, or nothing in the second column of a wide character."""
    row: list[str] = []
    for char in line:
        size = widths(char)
        if size:
            row += [char, *[""] * (size - 1)]
        elif row:
            row[-1] += char
    return row


def gutters_of(blank: Sequence[bool], start: int) -> list[tuple[int, int]]:
    """Return the ranges of columns without a letter in any line, right of the first letter."""
    found: list[tuple[int, int]] = []
    for at in range(start, len(blank)):
        if not blank[at]:
            continue
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def _beside(grid: Sequence[list[str]], left: int) -> list[tuple[str, str]]:
    """Return the texts left and right of a column, of the lines that have both."""
    sides = [("".join(row[:left]), "".join(row[left:])) for row in grid]
    return [(one, two) for one, two in sides if one.strip() and two.strip()]


def parts_cells(grid: Sequence[list[str]], left: int) -> bool:
    """Return whether the columns part cells: a line has several spaces there, and not all lines a name (王  五)."""
    beside = _beside(grid, left)
    gaps = {len(one) - len(one.rstrip(" ")) + len(two) - len(two.lstrip(" ")) for one, two in beside}
    if gaps <= {1}:
        return not gaps
    names = all(_HAN_END.search(one) and _HAN_START.match(two) for one, two in beside)
    return not (gaps == {2} and names)


_HAN_END, _HAN_START = (
    re.compile("(?:^|[ 、，])[\u4e00-\u9fff] *$"),
    re.compile(" *[\u4e00-\u9fff](?:[ 、，]|$)"),
)


def parts_words(grid: Sequence[list[str]], left: int) -> bool:
    """Return whether one space parts two columns of equally wide cells: numbers below a name, or no Latin words.

    Single letters on both sides in all lines are names with a space, unless many lines have the same second letter.
    """
    words = [(one.split()[-1], two.split()[0]) for one, two in _beside(grid, left)]
    if len(words) > 1 and any(all(map(_NUMBER.fullmatch, column[1:])) for column in zip(*words, strict=True)):
        return True
    latin = any(one[-1:].isascii() and two[:1].isascii() for one, two in words)
    names = all(len(one) == len(two) == 1 for one, two in words)
    repeated = 2 * len({two for _, two in words}) <= len(words) + 1
    return len(words) > 2 and not latin and (not names or repeated)


_NUMBER = re.compile(r"[-+−]?\d[\d.,:]*%?")
"""Matches a cell that is a number."""


def merged(lines: Iterable[list[str]]) -> list[list[str]]:
    """Return the cells, with those columns as one of which no line has both, from the columns with their spaces.

    The name of a column stands in the middle above it, and may be right or left of all that is in it. What only one
    line has, though another cell of the line is there too, belongs to the nearer one: it is a word of the name.
    """
    columns = [list(column) for column in zip(*lines, strict=True)]
    at = 0
    while at + 1 < len(columns):
        one, two = columns[at], columns[at + 1]
        if not any(a.strip() and b.strip() for a, b in zip(one, two, strict=True)):
            columns[at : at + 2] = [_side_by_side(one, two)]
        else:
            at += 1
    while len(columns) > 2 and (alone := [i for i, column in enumerate(columns) if _filled(column) == 1]):
        at = alone[0]
        line = next(i for i, text in enumerate(columns[at]) if text.strip())
        left = _gap(columns[at - 1][line], columns[at][line]) if at else _FAR
        right = _gap(columns[at][line], columns[at + 1][line]) if at + 1 < len(columns) else _FAR
        at -= left <= right
        columns[at : at + 2] = [_side_by_side(columns[at], columns[at + 1])]
    return [[text.strip(" ") for text in row] for row in zip(*columns, strict=True)]


_FAR = 1 << 16


def _filled(column: Iterable[str]) -> int:
    return sum(bool(text.strip()) for text in column)


def _side_by_side(one: Iterable[str], two: Iterable[str]) -> list[str]:
    return [a + b for a, b in zip(one, two, strict=True)]


def _gap(one: str, two: str) -> int:
    """Return the columns between two texts with their spaces, or many if one of them is empty."""
    if not one.strip() or not two.strip():
        return _FAR - 1
    return len(one) - len(one.rstrip(" ")) + len(two) - len(two.lstrip(" "))
