"""Find the best reading of a block of lines: which gaps are spaces, and where paragraphs end, given the line widths."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pipelines.segmentation.dumps.readings.line_metrics import DumpLine, Measured
from pipelines.segmentation.dumps.readings.page_style import NEVER

EndScore = Callable[[str, int, int], float]
"""Function (text, stop, columns) that returns the log-odds that a paragraph ends at offset `stop`, the end of a line.

`text` is the folded text. `columns` is the width of the next line's first unit if no space divides that unit, which is
the last way of `DumpLine.units`.
"""

IMPOSSIBLE = float("-inf")
"""The score of a reading that cannot wrap into the lines."""
OVERFLOW = -20.0
"""The log-odds of a line that is longer than the terminal allows."""

GOES_ON = frozenset("，、。；：？！）》」』】〉")
"""Characters that no paragraph begins with, although w3m breaks lines before them."""
FORCED_ON = -10.0
"""The score of joining a line to the next because that one begins with a character of GOES_ON, although the line had
room for more.
"""

JOINED, SPACE, END = 0, 1, 2
"""The kinds of line end: no space, a space, or the end of a paragraph."""


@dataclass(slots=True)
class Reading:
    """One way to read a block: where it has spaces, where its paragraphs end, and its score."""

    total: float
    """Sum of the scores of its spaces and paragraph ends, and of penalties; 0 for a reading that has none of them."""
    spaces: set[int]
    """Spaces inside lines, as offsets into the folded text."""
    ends: list[int]
    """For each line: JOINED, SPACE or END."""
    firsts: list[int]
    """For each line, the index in `DumpLine.units` of the chosen way to divide its first unit."""
    indent: int = 0
    """Columns by which the first line was indented before a segmenter removed the indent."""


_NO_GAPS = [0.0]
"""The sums of a line without gaps, shared by all such lines."""


class _Row:
    """A line, with the best sum of gap scores for each number of spaces, for one way to divide its first unit."""

    __slots__ = ("base", "count", "free", "sums")
    # base: number of spaces that the line must hold: 1 if the chosen first unit ends at a space, otherwise 0
    # count: number of gaps that may hold further spaces
    # free: number of those gaps whose score is above 0, which hold a space if the widths leave the choice
    # sums: the best sum of scores for base + n spaces, by n from 0 to count

    def __init__(self, line: DumpLine, scores: dict[int, float], first: int) -> None:
        if not line.gaps:
            self.base = self.free = self.count = 0
            self.sums = _NO_GAPS
            return
        skipped = line.units[first][1]
        needs_space = first < len(line.units) - 1
        rest = line.gaps[skipped:]
        self.base = 1 if needs_space else 0
        ranked = sorted([scores[gap] for gap in rest[self.base :]], reverse=True)
        start = scores[rest[0]] if needs_space else 0.0
        self.sums = list(accumulate(ranked, initial=start))
        self.free = sum([value > 0 for value in ranked])
        self.count = len(ranked)

    def best(self, low: int, high: int) -> tuple[float, int]:
        """Return the best sum of scores with `low` to `high` spaces, and its number of spaces above `base`.

        If the line cannot hold so many or so few, the sum is IMPOSSIBLE.
        """
        low, high = low - self.base, min(high - self.base, self.count)
        if high < 0 or low > high:
            return IMPOSSIBLE, 0
        chosen = max(low, min(self.free, high))
        return self.sums[chosen], chosen


_Step = tuple[float, int, int, int]
"""The best choice for a line: score from this line to the block's end, number of spaces above `_Row.base`, kind of line
end, and index in `DumpLine.units` of the next line's first unit. A plain tuple, because one is made for every line.
"""


def decode(
    block: Measured,
    scores: dict[int, float],
    limit: int,
    end_score: EndScore,
    indent: int = 0,
) -> Reading:
    """Return the best reading of the block on a terminal of `limit` usable columns.

    `scores` has the log-odds of a space by offset (gaps and line ends), and `indent` is the number of columns that were
    removed from the first line. Lines are decided from the last to the first. A line wraps only if the next line's
    first unit no longer fits, so narrow lines must hold more spaces. Raises IndexError for a block without lines.
    """
    if found := _as_scored(block, scores, limit, end_score, indent):
        return found
    steps: list[list[_Step]] = []
    following: list[_Step] = []
    for i in range(len(block.lines) - 1, -1, -1):
        line = block.lines[i]
        after = block.lines[i + 1] if following else None
        ending = end_score(block.text, line.stop, after.units[-1][0]) if after else 0.0
        goes_on = after is not None and block.text[after.start] in GOES_ON
        if after and not goes_on and len(line.units) == len(after.units) == 1:
            room = limit - (0 if i else indent) - line.width
            plain = _plain_step(line, after, following[0][0], scores, room, ending)
            if plain:
                following = [plain]
                steps.append(following)
                continue
        here = [
            _step(
                _Row(line, scores, first),
                line,
                after,
                following,
                scores,
                limit - (0 if i else indent),
                ending,
                goes_on=goes_on,
            )
            for first in range(len(line.units))
        ]
        steps.append(here)
        following = here
    found = _trace(block, scores, steps[::-1])
    found.indent = indent
    return found


def most_of(block: Measured, scores: dict[int, float], end_score: EndScore) -> float:
    """Return an upper bound on the total of `decode` for the same arguments and any limit that no line exceeds."""
    ends = [end_score(block.text, line.stop, after.units[-1][0]) for line, after in pairwise(block.lines)]
    return sum([value for value in (*scores.values(), *ends) if value > 0])


def overflow(block: Measured, limit: int, indent: int) -> float:
    """Return what the total of `decode` loses by lines that are longer than the limit."""
    longer = sum([line.width > limit for line in block.lines[1:]])
    return OVERFLOW * (longer + (block.lines[0].width > limit - indent))


def _as_scored(
    block: Measured, scores: dict[int, float], limit: int, end_score: EndScore, indent: int
) -> Reading | None:
    """Return the reading that follows every score, if it wraps into the lines; no other is as good. Otherwise None."""
    found = Reading(0.0, set(), [], [], indent)
    above: DumpLine | None = None
    room = limit - indent
    for line in block.lines:
        first = _first_as_scored(line, scores) if len(line.units) > 1 else 0
        if above:
            spaced = scores.get(above.stop, NEVER) if above.may_space else NEVER
            wraps = room < line.units[first][0] + (spaced > 0) and (spaced > 0 or above.may_break)
            may_end = block.text[line.start] not in GOES_ON
            if not wraps or (may_end and end_score(block.text, above.stop, line.units[-1][0]) >= 0):
                return None
            found.ends.append(SPACE if spaced > 0 else JOINED)
            found.total += max(spaced, 0.0)
            room = limit
        room -= line.width
        if line.gaps:
            spaces = [gap for gap in line.gaps if scores[gap] > 0]
            room -= len(spaces)
            found.spaces.update(spaces)
            found.total += sum([scores[gap] for gap in spaces])
        if room < 0 or first < 0:
            return None
        found.firsts.append(first)
        above = line
    found.ends.append(END)
    return found


def _first_as_scored(line: DumpLine, scores: dict[int, float]) -> int:
    """Return the index in `DumpLine.units` of the first unit that follows the scores; -1 if one of them is 0."""
    for j, (_, skipped) in enumerate(line.units[:-1]):
        value = scores[line.gaps[skipped]]
        if value >= 0:
            return j if value else -1
    return len(line.units) - 1


def _plain_step(
    line: DumpLine, after: DumpLine, rest: float, scores: dict[int, float], room: int, ending: float
) -> _Step | None:
    """Return what `_step` would return for a line whose gaps are read as scored, as those of nearly all lines are.

    Both lines must have a single first unit, and the next line must not begin with a character of GOES_ON. `rest` is
    the score from the next line to the block's end, and `room` the columns that the line has for spaces. Return None if
    the line is too long, or might wrap only with more spaces.
    """
    width, chosen = after.units[0][0], 0
    if line.gaps:
        values = [scores[gap] for gap in line.gaps if scores[gap] > 0]
        rest, chosen = rest + sum(values), len(values)
        if room - chosen >= width >= room - len(line.gaps):
            return None
        room -= chosen
    if room < 0:
        return None
    best = (ending + rest, chosen, END, 0)
    if line.may_break and room < width and rest > best[0]:
        best = (rest, chosen, JOINED, 0)
    if line.may_space and room <= width:
        spaced = rest + scores.get(line.stop, NEVER)
        if spaced > best[0]:
            best = (spaced, chosen, SPACE, 0)
    return best


def _step(
    row: _Row,
    line: DumpLine,
    after: DumpLine | None,
    following: list[_Step],
    scores: dict[int, float],
    limit: int,
    ending: float,
    *,
    goes_on: bool,
) -> _Step:
    """Return the best choice for a line, given its first unit (in `row`) and the best choices for the next line.

    `following` has the choice of the next line for each way to divide its first unit, `ending` the score of a paragraph
    end after the line, and `goes_on` whether the next line begins with a character of GOES_ON.
    """
    room, penalty = limit - line.width, 0.0
    if room < 0:
        room, penalty = 0, OVERFLOW
    value, chosen = row.best(0, room)
    if after is None:
        return value + penalty, chosen, END, 0
    onward = max(range(len(following)), key=lambda j: following[j][0])
    best = (value + ending + following[onward][0], chosen, END, onward)
    if goes_on:
        # No paragraph begins with a character of GOES_ON, so the lines are joined, however short this one is.
        best = (value + FORCED_ON + following[onward][0], chosen, JOINED, onward)
    spaced = scores.get(line.stop, NEVER)
    for j, (width, _) in enumerate(after.units):
        least = limit - line.width - width
        if line.may_break:
            value, chosen = row.best(least + 1, room)
            if value + following[j][0] > best[0]:
                best = (value + following[j][0], chosen, JOINED, j)
        if line.may_space:
            value, chosen = row.best(least, room)
            if value + following[j][0] + spaced > best[0]:
                best = (value + following[j][0] + spaced, chosen, SPACE, j)
    return best[0] + penalty, *best[1:]


def _trace(block: Measured, scores: dict[int, float], steps: list[list[_Step]]) -> Reading:
    """Follow the best choices (`steps`, from the first line to the last) and return them as a reading."""
    first = max(range(len(steps[0])), key=lambda j: steps[0][j][0])
    found = Reading(steps[0][first][0], set(), [], [])
    for line, options in zip(block.lines, steps, strict=True):
        _, chosen, end, onward = options[first]
        rest = line.gaps[line.units[first][1] :]
        if first < len(line.units) - 1:
            found.spaces.add(rest[0])
            rest = rest[1:]
        if chosen:
            found.spaces.update(sorted(rest, key=lambda gap: -scores[gap])[:chosen])
        found.ends.append(end)
        found.firsts.append(first)
        first = onward
    return found
