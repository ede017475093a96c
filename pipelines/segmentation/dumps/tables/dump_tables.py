"""Read the framed tables of a dump; the borders that w3m draws show which cells span rows or columns."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain, groupby, pairwise

from pipelines.chrome.body.body_line import BodyLine
from pipelines.segmentation.dumps.tables.drawn_tables import joined, letters_lost
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

BORDERS = "─━│┃┌┏┐┓└┗┘┛├┣┤┫┬┳┴┻┼╋"
"""The characters with which w3m draws the frames of tables."""
_DOWN = frozenset("│┃┌┏┐┓├┣┤┫┬┳┼╋")
"""Borders from which a line leads down."""
_SIDES = re.compile("[│┃]")
_ACROSS = frozenset("─━")
_PIECE = re.compile(f"[{BORDERS}]+|[^{BORDERS}]+")
_INNER_TABLE = re.compile(f"[{BORDERS}][^{BORDERS}]*[┌┏└┗]")
_TERMINAL = Terminal(0, Ambiguous.WIDE)


def table_lines(rows: Sequence[str], above: Sequence[str] = ()) -> list[BodyLine]:
    """Return the drawn rows of a framed table as one table line; a box of one cell without a caption as paragraphs.

    `above` is the text directly above the frame, which is the table's caption.
    """
    caption = "".join(above).strip() or None
    cells = grid_of(rows)
    if len(cells) == 1 and len(cells[0]) == 1 and caption is None:
        texts = _paragraphs_of_box(rows)
        if not letters_lost(rows, texts):
            return [BodyLine("text", text) for text in texts]
    return [BodyLine("table", "\n".join("\t".join(row) for row in cells), rows=cells, caption=caption)]


def grid_of(rows: Sequence[str]) -> list[list[str]]:
    """Return the cells of a framed table by rows; a cell that spans several places is repeated in each of them.

    For nested tables, and for borders that do not fit together, the cells are those between the sides as drawn: nothing
    is repeated, and empty cells and rows are dropped.
    """
    rows = [row.strip() for row in rows]
    if not any(map(_INNER_TABLE.search, rows)):
        cells = _spanning(rows)
        if cells is not None and not letters_lost(rows, chain(*cells)):
            return cells
    cells = _as_drawn(rows)
    return _all_texts(rows) if letters_lost(rows, chain(*cells)) else cells


def _all_texts(rows: Sequence[str]) -> list[list[str]]:
    """Return every text of each line, also outside the frame, for lines that other readings would shorten."""
    texts = ([text for part in _SIDES.split(row) if (text := part.strip(f" {BORDERS}"))] for row in rows)
    return [row for row in texts if row] or [[""]]


def _paragraphs_of_box(rows: Sequence[str]) -> list[str]:
    texts = [row.strip().strip(BORDERS).strip(" ") for row in rows]
    found: list[str] = []
    for filled, run in groupby(texts[1:-1], key=bool):
        for text in run if filled else ():
            starts = text.startswith("\u3000") or not found or found[-1] == ""
            if starts:
                found.append(text.strip())
            else:
                found[-1] = joined(found[-1], text)
        found.append("")
    return [text for text in found if text]


def _spanning(rows: Sequence[str]) -> list[list[str]] | None:
    """Return the cells, found by their borders, or None if the borders do not fit together.

    A segmenter removes white space from the cells, but keeps the borders between rows: the border above a line of text
    gives the number of its sides, and the position of a border after text is counted from the right.
    """
    borders = [row for row in rows if _is_border(row)]
    places = sorted({at for row in borders for at, char in enumerate(row) if char not in _ACROSS})
    if len(places) < 2:
        return None
    grid = _Grid(places, max(map(len, borders)))
    done = all(grid.crossed(row) if _ACROSS & set(row) else grid.filled(row) for row in rows)
    return [[grid.texts[cell] for cell in band] for band in grid.bands] if done else None


class _Grid:
    """A table while its drawn rows are read."""

    def __init__(self, places: list[int], width: int) -> None:
        """`places` are the terminal columns with the sides of cells."""
        self.places, self.width = places, width
        self.texts: list[str] = []
        """The text of each cell."""
        self.bands: list[list[int]] = []
        """For each row of the table, the number of the cell in each of its columns."""
        self._current = [_NO_CELL] * (len(places) - 1)
        self._down = set(places)
        self._fresh = True

    def crossed(self, row: str) -> bool:
        """Read a line with a border between rows, and the text of cells that continue beside it."""
        self._fresh = True
        end = 0
        for start, piece in _placed_pieces(row, self.width):
            if piece[0] not in BORDERS:
                column = bisect_left(self.places, end)
                if not piece.strip():
                    continue
                if column >= len(self._current) or self._current[column] == _NO_CELL:
                    return False
                self._add(self._current[column], piece)
                continue
            end = start + len(piece) - 1
            for at in self.places:
                if start <= at <= end:
                    (self._down.add if piece[at - start] in _DOWN else self._down.discard)(at)
            for column, (left, right) in enumerate(pairwise(self.places)):
                if _ACROSS & set(piece[max(0, left + 1 - start) : max(0, right - start)]):
                    self._current[column] = _NO_CELL
        return True

    def filled(self, row: str) -> bool:
        """Read a line of text between sides; return False if the number of sides differs from the border above."""
        sides = [at for at in self.places if at in self._down]
        parts = _SIDES.split(row)[1:-1]
        if len(parts) != len(sides) - 1:
            return False
        if self._fresh:
            self._open(sides)
        for part, side in zip(parts, sides, strict=False):
            self._add(self._current[bisect_left(self.places, side)], part)
        return True

    def _open(self, sides: list[int]) -> None:
        """Begin a row of the table, with a new number for each cell that begins in it."""
        for left, right in pairwise(sides):
            first, last = bisect_left(self.places, left), bisect_left(self.places, right)
            if self._current[first] == _NO_CELL:
                self._current[first:last] = [len(self.texts)] * (last - first)
                self.texts.append("")
        self.bands.append(list(self._current))
        self._fresh = False

    def _add(self, cell: int, text: str) -> None:
        self.texts[cell] = joined(self.texts[cell], text.strip())


_NO_CELL = -1


def _is_border(row: str) -> bool:
    return bool(_ACROSS & set(row)) and not set(row) - set(BORDERS)


def _placed_pieces(row: str, width: int) -> list[tuple[int, str]]:
    """Return (place, piece) for each border and text of a line; after text, places are counted from the right."""
    pieces = _PIECE.findall(row)
    sizes = [len(piece) if piece[0] in BORDERS else _TERMINAL.width(piece) for piece in pieces]
    return [(width - sum(sizes[n:]) if n else 0, piece) for n, piece in enumerate(pieces)]


def _as_drawn(rows: Sequence[str]) -> list[list[str]]:
    """Return the cells between the sides of each line, without empty ones, for tables of which no grid can be made.

    Those are nested tables, and tables whose borders do not fit together.
    """
    cells: list[list[str]] = []
    fresh = True
    for row in rows:
        if _is_border(row):
            fresh = True
            continue
        texts = [cell.strip(f" {BORDERS}") for cell in _SIDES.split(row)[1:-1]]
        if fresh or len(texts) != len(cells[-1]):
            cells.append(texts)
        else:
            cells[-1] = [joined(above, below) for above, below in zip(cells[-1], texts, strict=True)]
        fresh = False
    return [[cell for cell in row if cell] or [""] for row in cells if any(row)] or [[""]]
