"""Redraw the tables of lynx, links and pandoc with the frames that w3m draws."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

_COLUMNS = Terminal(0, Ambiguous.NARROW)
_EDGE = re.compile(r"\+-+\+")
"""The first and the last line of a table of links."""
_INNER = re.compile(r"\|[-+]+\|")
"""A line between two rows of such a table."""
GRID = re.compile(r"\+(?:[:=-]{3,}\+)+")
"""A line of the grids in which pandoc draws tables with several paragraphs in a cell."""
RULE = re.compile(r" *-{3,}(?: +-{3,})+ *")
"""The line below the header of a table of pandoc, with a run of dashes for each column."""
_LONG_RULE = re.compile(r" *-{5,} *")
_WIDE_GAP = re.compile(" {2,}")
_SIDES = frozenset("│┃├┌└|+•")
"""The first characters of the rows of tables with frames, and of items."""
LONGEST_ROW = 76
"""The most columns of a row of a table without a frame."""


def framed(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a frame around the cells of a table."""
    count = max(map(len, rows))
    sides = ["─"] * count
    lines = ["┌" + "┬".join(sides) + "┐"]
    for number, row in enumerate(rows):
        if number:
            lines.append("├" + "┼".join(sides) + "┤")
        lines.append("│" + "│".join([*row, *[""] * (count - len(row))]) + "│")
    return [*lines, "└" + "┴".join(sides) + "┘"]


def joined(above: str, below: str) -> str:
    """Return two lines of a cell as one, with a space if an ASCII character is on both sides."""
    apart = above[-1:].isascii() and below[:1].isascii() and above and below
    return f"{above} {below}" if apart else above + below


def letters_lost(lines: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether a letter or digit of the lines is missing in the others, in whatever order they are there."""
    before, after = (Counter(filter(str.isalnum, "".join(texts))) for texts in (lines, others))
    return not before <= after


Redrawn = tuple[int, list[str]]
"""The index behind a table, and the lines that take its place."""


def _with_tables(lines: list[str], table_at: Callable[[list[str], int], Redrawn | None]) -> list[str]:
    """Return the lines with the tables that `table_at` finds at an index redrawn, unless this would lose a letter."""
    done: list[str] = []
    at = 0
    while at < len(lines):
        end, redrawn = table_at(lines, at) or (at + 1, lines[at : at + 1])
        if end > at + 1 and letters_lost(lines[at:end], redrawn):
            end, redrawn = at + 1, lines[at : at + 1]
        done += redrawn
        at = end
    return done


def of_links(lines: list[str]) -> list[str]:
    """Return the lines with the tables of links in frames; each row is between two rules."""
    return _with_tables(lines, _of_links)


def _of_links(lines: list[str], at: int) -> Redrawn | None:
    if not _EDGE.fullmatch(lines[at].strip(" ")):
        return None
    end = next((i for i in range(at + 1, len(lines)) if not lines[i].strip(" ").startswith("|")), at)
    if end <= at + 1 or not _EDGE.fullmatch(lines[end].strip(" ")):
        return None
    return end + 1, framed(_rows([line.strip(" ") for line in lines[at + 1 : end]], _INNER))


def _rows(lines: Sequence[str], rule: re.Pattern[str]) -> list[list[str]]:
    """Return the cells of each row of a table with sides, whose rows the rules part."""
    return _joined_rows(
        None if rule.fullmatch(line) else [cell.strip() for cell in line[1:-1].split("|")] for line in lines
    ) or [[""]]


def _joined_rows(lines: Iterable[list[str] | None]) -> list[list[str]]:
    """Return the rows of a table from the cells of its lines, of which several can make a row.

    A line of None separates two rows. A line with another number of cells than the one before begins a row too.
    """
    rows: list[list[str]] = []
    fresh = True
    for cells in lines:
        if cells is None:
            fresh = True
            continue
        if fresh or len(cells) != len(rows[-1]):
            rows.append(cells)
        else:
            rows[-1] = [joined(one, two) for one, two in zip(rows[-1], cells, strict=True)]
        fresh = False
    return rows


def of_pandoc(lines: list[str]) -> list[str]:
    """Return the lines with pandoc's grids and ruled tables in frames; a grid of one cell becomes its text."""
    return _with_tables(lines, _of_pandoc)


def _of_pandoc(lines: list[str], at: int) -> Redrawn | None:
    grid = _end_of_grid(lines, at)
    if grid:
        inside = lines[at + 1 : grid]
        one = lines[at].count("+") == 2
        # The layout of old pages is a table in a table in a table.
        return grid + 1, [
            "",
            *_joined_han(of_pandoc(_texts_of_box(inside)), len(lines[at]) - BESIDE_CELL),
            "",
        ] if one else framed(_rows(inside, GRID))
    rule = _ruled(lines, at)
    return (rule[0], framed(rule[1])) if rule else None


def _end_of_grid(lines: list[str], at: int) -> int:
    """Return the index of the last line of the grid that begins at `at`, or 0 if none does."""
    if not GRID.fullmatch(lines[at]):
        return 0
    end = at
    while end + 1 < len(lines) and lines[end + 1].startswith(("|", "+")):
        end += 1
    while end > at and not GRID.fullmatch(lines[end]):
        end -= 1
    return end


def _texts_of_box(lines: Sequence[str]) -> list[str]:
    return ["" if GRID.fullmatch(line) else line[1:-1].strip(" ") for line in lines]


BESIDE_CELL = 4
"""The columns of the sides of a box and of the spaces beside its text."""


def _joined_han(lines: Sequence[str], width: int) -> list[str]:
    """Return the lines of a box with those joined that were parted where no space is lost.

    These are lines parted between two Han letters. Text without spaces that is wider than the box is cut from its end,
    between any characters, so that all its pieces but the first fill the width.
    """
    done: list[str] = []
    for line in lines:
        above = done[-1] if done else ""
        piece = width - 1 <= _COLUMNS.width(line) <= width and " " not in line
        if above and (piece or (_WIDE_END.search(above) and _WIDE_START.match(line))):
            done[-1] += line
        else:
            done.append(line)
    return done


_WIDE_END, _WIDE_START = (
    re.compile("[\u4e00-\u9fff，、；：]$"),
    re.compile("[\u4e00-\u9fff，。、；：！？”）》“（《]"),
)


def _ruled(lines: list[str], at: int) -> tuple[int, list[list[str]]] | None:
    """Return the index behind the ruled table that begins at `at`, and its cells; None if none does.

    A table begins with its header or with a rule. Between two long rules, blank lines part the rows.
    """
    if _LONG_RULE.fullmatch(lines[at]) and at + 1 < len(lines) and lines[at + 1].strip():
        return _of_several_lines(lines, at)
    first = at if RULE.fullmatch(lines[at]) else at + 1
    if first >= len(lines) or not lines[at].strip() or not RULE.fullmatch(lines[first]):
        return None
    starts = _starts(lines[first])
    if at != first and _COLUMNS.width(lines[at].rstrip()) <= starts[-1]:
        return None
    end = first + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    rows = [_cells(line, starts) for line in lines[at:end] if not RULE.fullmatch(line)]
    return (end, rows) if rows else None


def _of_several_lines(lines: list[str], at: int) -> tuple[int, list[list[str]]] | None:
    """Return what `_ruled` returns, for a table between two long rules."""
    end = next((i for i in range(at + 2, len(lines)) if _LONG_RULE.fullmatch(lines[i])), 0)
    rule = next((i for i in range(at + 1, end) if RULE.fullmatch(lines[i])), 0)
    if not rule:
        return None
    starts = _starts(lines[rule])
    rows = _joined_rows(
        None if number == rule or not lines[number].strip() else _cells(lines[number], starts)
        for number in range(at + 1, end)
    )
    return (end + 1, rows) if rows else None


def _starts(rule: str) -> list[int]:
    """Return the terminal columns at which the columns of a table begin, by the dashes of its rule."""
    return [_COLUMNS.width(rule[: dashes.start()]) for dashes in re.finditer("-+", rule)]


def _cells(row: str, starts: Sequence[int]) -> list[str]:
    """Return the cells of a row whose columns begin at these terminal columns; a wide character takes two."""
    cells = [""] * len(starts)
    column = width = 0
    for char in row:
        while column + 1 < len(starts) and width >= starts[column + 1]:
            column += 1
        cells[column] += char
        width += _COLUMNS.width(char)
    return [cell.strip(" ") for cell in cells]


def of_lynx(lines: list[str]) -> list[str]:
    """Return the lines with the tables of lynx in frames.

    lynx draws no borders: it pads the cells of a column to the same number of characters.
    """
    return _with_tables(lines, _of_lynx)


def _of_lynx(lines: list[str], at: int) -> Redrawn | None:
    end, starts = _columns_from(lines, at)
    if end - at < 2 or not starts:
        return None
    edges = [0, *starts]
    return end, framed(
        [
            [line[a:b].strip() for a, b in zip(edges, [*starts, len(line)], strict=True)]
            for line in lines[at:end]
        ]
    )


def _columns_from(lines: list[str], at: int) -> tuple[int, list[int]]:
    """Return the index behind the lines from `at` on that share the places where cells begin, and these places."""
    common: set[int] | None = None
    wide = set[int]()
    end = at
    while (
        end < len(lines)
        and lines[end].strip()
        and not lines[end][0].isspace()
        and lines[end][0] not in _SIDES
    ):
        line = lines[end]
        starts = {i for i in range(1, len(line)) if line[i - 1] == " " and line[i] not in " |"}
        now = starts if common is None else common & starts
        if not now or _COLUMNS.width(line) > LONGEST_ROW:
            break
        common = now
        wide |= {gap.end() for gap in _WIDE_GAP.finditer(line)}
        end += 1
    return end, sorted((common or set()) & wide)


def of_tabs(lines: list[str]) -> list[str]:
    """Return the lines with tables in frames whose cells tabs part, as in text copied from a browser."""
    return _with_tables(lines, _of_tabs)


def _of_tabs(lines: list[str], at: int) -> Redrawn | None:
    count = lines[at].count("\t")
    end = at
    while end < len(lines) and count and lines[end].count("\t") == count and lines[end].strip():
        end += 1
    if end - at < 2:
        return None
    return end, framed([[cell.strip() for cell in line.strip("\t").split("\t")] for line in lines[at:end]])
