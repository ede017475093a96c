"""Read a group of lines in the shape that explains it best: an indent, a narrower column, a list, narrow symbols."""

import math

from pipelines.segmentation.dumps.readings.best_reading import END, EndScore, decode, most_of, overflow
from pipelines.segmentation.dumps.readings.gap_cache import scorer
from pipelines.segmentation.dumps.readings.line_metrics import INDENT, Measured, measure, score_gaps
from pipelines.segmentation.dumps.restored_blocks.restored_rows import RestoredRows
from pipelines.segmentation.dumps.style.estimate_style import DumpPage, has_ambiguous
from pipelines.segmentation.dumps.style.unit_spacing_habit import unit_readings
from pipelines.segmentation.dumps.style.wrap_likelihood import INDENT_COST
from pipelines.segmentation.dumps.w3m import LIST_INDENT, Ambiguous, Terminal

STRAIN = 1.0
"""Other shapes of a block are tried if a reading without the line widths is likelier by this, in log-odds."""

REFERENCES = 3.0
"""The negative log prior of a GB2312 page that writes a block's symbols as character references."""

NARROWER = 3.0
"""The negative log prior of a block in the narrower column."""


def strained(block: Measured, read: RestoredRows, limit: int) -> bool:
    """Return whether the block fits the page's width badly: lines too short or wide, or spaces against the rules."""
    if END in read.reading.ends[:-1] or any(line.width > limit for line in block.lines):
        return True
    return read.reading.total < sum([value for value in read.scores.values() if value > 0]) - STRAIN


def reshape(read: RestoredRows, page: DumpPage, ends: EndScore) -> int:
    """Read the block in the shape that explains it best, and return the limit of that shape."""
    block, limit = read.block, page.terminal.limit
    assert block is not None
    best, most = read.reading.total, most_of(block, read.scores, ends)
    shapes, reach = _other_shapes(read, page), _reach(block)
    for other, indent, penalty in shapes:
        is_same = penalty >= 0 and reach + indent < other
        if is_same or most + overflow(block, other, indent) - penalty <= best:
            continue
        reading = decode(block, read.scores, other, ends, indent)
        if reading.total - penalty > best:
            best, read.reading, limit = reading.total - penalty, reading, other
    if page.terminal.ambiguous and has_ambiguous(block.text):
        # Characters that a GB2312 page writes as references (`&#8451;`) are narrow, as on UTF-8 pages.
        narrow = measure(
            [row.text for row in read.rows],
            ambiguous=Ambiguous.NARROW,
            literal=read.literal,
            lead=read.lead,
        )
        if [line.width for line in narrow.lines] != [line.width for line in block.lines]:
            scores = score_gaps(narrow, scorer(page.style))
            most = most_of(narrow, scores, ends)
            for other, indent, cost in [(page.terminal.limit, 0, 0.0), *shapes[:1]]:
                penalty = cost + REFERENCES
                if most + overflow(narrow, other, indent) - penalty <= best:
                    continue
                reading = decode(narrow, scores, other, ends, indent)
                if reading.total - penalty > best:
                    best, read.reading, limit = reading.total - penalty, reading, other
                    read.block, read.scores = narrow, scores
                    read.terminal = Terminal(limit, Ambiguous.NARROW)
    return limit


def _reach(block: Measured) -> int:
    """Return the most columns that a line takes with all its gaps and the first unit of the next line.

    On a terminal of more columns no line was wrapped, so that all of them read the block alike.
    """
    onward = [line.units[-1][0] for line in block.lines[1:]]
    return max(
        line.width + len(line.gaps) + unit for line, unit in zip(block.lines, [*onward, 0], strict=True)
    )


def choose_units(read: RestoredRows, block: Measured, page: DumpPage, ends: EndScore) -> None:
    """Read the block with the habit for units that explains it best, because a page of abstracts has many authors."""
    best = -math.inf
    for scores, reading, total in unit_readings(block, page.style, page.terminal.limit, ends):
        if total > best + 0.01:
            best, read.scores, read.reading = total, scores, reading


def _other_shapes(read: RestoredRows, page: DumpPage) -> list[tuple[int, int, float]]:
    """Return other possible shapes of the group: (limit, indent of its first line, negative log prior).

    Lines inside a list are narrower; a list that lost its marks has only short lines.
    """
    limit = page.terminal.limit
    found: list[tuple[int, int, float]] = []
    if not read.literal:
        cost = 0.0 if read.group.mark else 2.0
        found = (
            [(limit, INDENT, INDENT_COST if page.indented else -INDENT_COST)]
            if not read.group.mark and not (read.block and read.block.indent)
            else []
        )
        found += [(limit - depth * LIST_INDENT, 0, cost * depth) for depth in (1, 2, 3)]
    if page.narrower:
        found.append((page.narrower, 0, NARROWER))
        if not read.literal and not read.group.mark:
            found.append((page.narrower, INDENT, NARROWER + (INDENT_COST if page.indented else -INDENT_COST)))
    return found
