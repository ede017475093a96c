"""Redraw the tables without borders of w3m, elinks and links, whose cells only spaces part, with the frames of w3m."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.segmentation.dumps.tables.drawn_tables import framed, joined, letters_lost
from pipelines.segmentation.dumps.tables.table_gutters import (
    Widths,
    gutters_of,
    merged,
    parts_cells,
    parts_words,
    placed,
)
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

TERMINALS: tuple[Widths, ...] = (Terminal(0, Ambiguous.NARROW).width, Terminal(0, Ambiguous.WIDE).width)
"""The two widths of a terminal: quotation marks are narrow on UTF-8 pages and wide on GB2312 pages."""
BY_CHARACTERS: tuple[Widths, ...] = (*TERMINALS, len)
"""The same, and the columns of links and lynx, in which every character counts as one."""

_TIME = re.compile(r"[12]\d{3}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}.{0,3}?\d{1,2}\s*[:：]\s*\d\d")
_EDITORS = re.compile(r"\s*[（(【\[]?\s*(?:责任?编辑?|编辑)\s*[：:]")
_NO_ROW = frozenset("│┃├┌└┏┗|+•□●○■◦▪◆◇‣·*")
"""The first characters of lines that are no rows of such a table: frames, items and other lists."""
_RUN = re.compile(r"(?<=\S) {2,}(?=\S)")
_STOP = re.compile("[，。；！？、：]$")
_SENTENCE_END = re.compile("[，。；！？]$")
_PICTURE = re.compile(r"^\s*\[[^\[\]]*\]|_{4,}")
LONGEST_TABLE = 60
"""The most lines of a table."""
LEAST_SPACED = 0.4
"""The least share of the lines of a table in which a run of spaces parts two cells."""
MOST_STOPS = 0.3
"""The greatest share of the cells of a table that end with a mark of sentences, as the lines of verse do."""
PROSE = 40
"""The columns from which on a cell is a line of prose, if nearly all cells of its column are as wide."""
LONG_CELL = 30
"""The columns from which on a cell is long."""
NEARLY = 0.6
"""The share of the width of the dump from which on a table may have been too wide, so that its cells were wrapped."""


def with_frames(lines: Sequence[str], metrics: Sequence[Widths] = TERMINALS) -> list[str]:
    """Return the lines of a dump with the tables between its time and its editors in frames.

    No letter is lost: lines of which no table can be made are returned as they are.
    """
    first = next((at for at, line in enumerate(lines) if _TIME.search(line)), len(lines))
    last = next((at for at in range(first, len(lines)) if _EDITORS.match(lines[at])), len(lines))
    widest = max((TERMINALS[0](line.rstrip()) for line in lines[first:last]), default=0)
    done = list(lines[: first + 1])
    at = first + 1
    while at < len(lines):
        end, drawn = _table_at(lines, at, last, metrics, widest) or (at + 1, [lines[at]])
        done += drawn
        at = end
    return done


def _table_at(
    lines: Sequence[str], at: int, last: int, metrics: Sequence[Widths], widest: int
) -> tuple[int, list[str]] | None:
    """Return the index behind the table that begins with the line, and its lines with frames.

    If the table that begins with the next line goes further, this line is its caption or the text above it.
    """
    if not any(map(_RUN.search, lines[at : at + 3])):
        return None
    found = _longest_at(lines, at, last, metrics, widest)
    if found is None:
        return None
    later = _longest_at(lines, at + 1, last, metrics, widest)
    if later and later[0] > found[0]:
        return None
    drawn = framed(found[1])
    return None if letters_lost(lines[at : found[0]], drawn) else (found[0], drawn)


def _longest_at(
    lines: Sequence[str], at: int, last: int, metrics: Sequence[Widths], widest: int
) -> tuple[int, list[list[str]]] | None:
    """Return the index behind the longest table that begins with the line, and its rows.

    Between the rows of a table are no blank lines, or one below each row.
    """
    groups = _groups_from(lines, at, last)
    if not groups or _SENTENCE_END.search(groups[0][0].rstrip(" ")):
        return None
    most = len(groups) if _RUN.search(groups[0][0]) else 1
    for count in range(most, 1, -1):
        rows = _rows_of(groups[:count], metrics, widest)
        if rows:
            return at + sum(map(len, groups[:count])) + count - 1, rows
    group = groups[0] if groups else []
    for count in range(len(group), 1, -1):
        rows = _rows_of([group[:count]], metrics, widest)
        if rows:
            return at + count, rows
    return None


def _groups_from(lines: Sequence[str], at: int, last: int) -> list[list[str]]:
    """Return the groups of lines from `at` on that may be rows, up to two blank lines or another kind of line."""
    groups: list[list[str]] = [[]]
    for line in lines[at : min(last, at + LONGEST_TABLE)]:
        if _may_be_row(line):
            groups[-1].append(line)
        elif line.strip() or not groups[-1]:
            break
        else:
            groups.append([])
    return [group for group in groups if group]


def _rows_of(
    groups: Sequence[Sequence[str]], metrics: Sequence[Widths], widest: int
) -> list[list[str]] | None:
    """Return the rows of the table of these lines, or None; several groups are a row each."""
    lines = [line for group in groups for line in group]
    tables = [table for widths in metrics if (table := _read(lines, widths))]
    if not tables:
        return None
    table = max(tables, key=lambda table: len(table.cells[0]))
    rows = table.rows(widest)
    if len(groups) > 1:
        rows, at = [], 0
        for group in groups:
            cells = table.cells[at : at + len(group)]
            if any(table.are_rows(above, below) for above, below in pairwise(cells)):
                return None
            rows.append([_whole(column) for column in zip(*cells, strict=True)])
            at += len(group)
    shared = [sum(map(bool, row)) > 1 for row in rows]
    return rows if shared[0] and shared[-1] and sum(shared) > 1 else None


def _whole(texts: Sequence[str]) -> str:
    """Return the text of the lines of a cell."""
    whole = ""
    for text in texts:
        whole = joined(whole, text)
    return whole


def _may_be_row(line: str) -> bool:
    """Return whether a line may be the row of a table: no item, mark, time or picture begins it."""
    text = line.strip(" ")
    return (
        bool(text)
        and text[0] not in _NO_ROW
        and not text[0].isspace()
        and not _TIME.search(text)
        and not _PICTURE.search(text)
    )


@dataclass(frozen=True, slots=True)
class _SpacedTable:
    """The cells of the lines of a table."""

    cells: list[list[str]]
    """The text of each cell by lines; all lines have the same number of cells."""
    widths: Widths
    width: int
    """The columns of the table, from the terminal's first."""

    def rows(self, widest: int) -> list[list[str]]:
        """Return the rows: the lines of a wrapped cell become one, on a dump with lines of at most so many columns."""
        sizes = [max(map(self.widths, column)) for column in zip(*self.cells, strict=True)]
        wrapped = self.width >= NEARLY * widest
        rows = [list(self.cells[0])]
        seen = [bool(cell) for cell in self.cells[0]]
        for above, below in pairwise(self.cells):
            goes_on = (wrapped and self._goes_on(above, below, seen, sizes)) or _is_unit(
                below, first=len(rows) == 1
            )
            if goes_on:
                rows[-1] = [joined(one, two) for one, two in zip(rows[-1], below, strict=True)]
                seen = [one or bool(two) for one, two in zip(seen, below, strict=True)]
            else:
                rows.append(list(below))
                seen = [bool(cell) for cell in below]
        return rows

    def are_rows(self, above: Sequence[str], below: Sequence[str]) -> bool:
        """Return whether two lines are two rows, because both have all cells, and no cell is long."""
        return all(above) and all(below) and max(map(self.widths, above)) < LONG_CELL

    def _goes_on(
        self, above: Sequence[str], below: Sequence[str], seen: Sequence[bool], sizes: Sequence[int]
    ) -> bool:
        """Return whether the second line has more of the row: each of its cells goes on with a full one or is new.

        Cells of fewer lines than others stand beside the first line or in the middle, so one of the lines has a gap,
        unless all cells have as many lines, which is likely for long cells only.
        """
        if self.are_rows(above, below):
            return False
        more = False
        for one, two, known, size in zip(above, below, seen, sizes, strict=True):
            if not two:
                continue
            if known and not (one and self._is_full(one, two, size)):
                return False
            more |= known
        return more

    def _is_full(self, one: str, two: str, size: int) -> bool:
        """Return whether the first word of the second text did not fit behind the first in so many columns."""
        word = re.match(r"[!-~]+|.[，。；：！？、”’》）]*", two)
        return self.widths(one) + self.widths(word[0] if word else "") > size


def _is_unit(cells: Sequence[str], *, first: bool) -> bool:
    """Return whether all cells of a line but its first are units in brackets, below the names of the columns."""
    filled = [cell for cell in cells[1:] if cell]
    return (
        (first or not cells[0])
        and bool(filled)
        and all(re.fullmatch(r"[（(].*[）)]", cell) for cell in filled)
    )


def _read(lines: Sequence[str], widths: Widths) -> _SpacedTable | None:
    """Return the cells of the lines if at least two columns of them are parted by columns without a letter."""
    spaced = sum(_RUN.search(line) is not None for line in lines)
    if len(lines) < 2 or spaced < max(2, LEAST_SPACED * len(lines)) or _are_typed(lines, widths):
        return None
    grid = [placed(line.rstrip(" "), widths) for line in lines]
    width = max(map(len, grid))
    blank = [all(at >= len(row) or row[at] == " " for row in grid) for at in range(width)]
    start = next((at for at, free in enumerate(blank) if not free), width)
    gutters = [(left, right) for left, right in gutters_of(blank, start) if right < width]
    sure = [right for left, right in gutters if parts_cells(grid, left)]
    if not sure:
        return None
    edges = [start, *sorted({*sure, *(right for left, right in gutters if parts_words(grid, left))})]
    cells = merged(
        ["".join(row[a:b]) for a, b in zip(edges, [*edges[1:], width], strict=True)] for row in grid
    )
    return _SpacedTable(cells, widths, width) if _is_table(cells, widths) else None


def _are_typed(lines: Sequence[str], widths: Widths) -> bool:
    """Return whether the spaces are an author's: there are equally many everywhere, and they line nothing up.

    Without numbers, as in verse and lists of names, equally long words may stand below each other all the same.
    """
    gaps = {run[0] for line in lines for run in _RUN.finditer(line)}
    starts = [tuple(widths(line[: run.end()]) for run in _RUN.finditer(line)) for line in lines]
    numbers = any(char.isdigit() for line in lines for char in line)
    return len(gaps) == 1 and (not numbers or len(set(starts)) == len(starts))


def _is_table(cells: Sequence[Sequence[str]], widths: Widths) -> bool:
    """Return whether the cells are those of a table, and not verse, names, or prose beside a list."""
    if len(cells[0]) < 2:
        return False
    texts = [cell for row in cells for cell in row if cell]
    if sum(_STOP.search(text) is not None for text in texts) > MOST_STOPS * len(texts):
        return False
    if any(sum(map(bool, column)) < 2 for column in zip(*cells, strict=True)):
        return False
    if sum(sum(map(bool, row)) > 1 for row in cells) < 2:
        return False
    if any("  " in text for text in texts):
        return False
    first = [cell for cell in next(zip(*cells, strict=True)) if cell]
    return sum(widths(cell) >= PROSE for cell in first) * 2 <= len(first)
