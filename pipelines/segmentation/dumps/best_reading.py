"""Find the best reading of a block of lines: which gaps are spaces, and where paragraphs end, given the line widths."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from pipelines.segmentation.dumps.line_metrics import DumpLine, Measured
from pipelines.segmentation.dumps.page_style import NEVER

EndScore = Callable[[str, int, int], float]
"""`score(text, stop, columns)` returns the log-odds that a paragraph ends with the line that ends at offset `stop`.

`text` is the folded text, and `columns` is the width of the first unit of the next line.
"""

IMPOSSIBLE = float("-inf")
"""The score of a reading that cannot wrap into the lines."""
OVERFLOW = -20.0
"""The log-odds of a line that is longer than the terminal allows."""

GOES_ON = frozenset("，、。；：？！）》」』】〉")
"""Characters that no paragraph begins with, although w3m breaks lines before them."""
FORCED_ON = -10.0
"""The log-odds of a line that broke early, which is likelier than a paragraph that begins with a comma."""

TITLE_AFTER_STOP = 3.5
"""The log-odds of a space before a title at the end of an abstract."""

JOINED, SPACE, END = 0, 1, 2
"""Readings of a line end: no space, a space, or the end of a paragraph."""


@dataclass(slots=True)
class Reading:
    """One way to read a block, and its log-odds over the reading without any space."""

    total: float
    """Log-odds of the reading."""
    spaces: list[int]
    """Spaces inside lines, as offsets into the folded text."""
    ends: list[int]
    """For each line: JOINED, SPACE or END."""
    firsts: list[int]
    """For each line, the index of the chosen reading of its first unit (see `DumpLine.units`)."""
    indent: int = 0
    """Columns by which the first line was indented before a segmenter removed the indent."""


_TITLE = re.compile('(?<=[^0-9 \n]) ?\\.([ \n])[^.。！？!?]{4,160}[^.。！？!?…”")）:：;；,，]$')


def score_titles(text: str, spans: list[tuple[int, int]], scores: dict[int, float]) -> bool:
    """Raise the scores of gaps before titles in these spans of the folded text; whether there were any.

    Abstracts in half-width punctuation often end with their title, which has no full stop: a space parts it.
    """
    found = False
    for start, stop in spans:
        if "." not in text[start:stop]:
            continue
        title = _TITLE.search(text[start:stop])
        if title and start + title.start(1) in scores:
            scores[start + title.start(1)] = TITLE_AFTER_STOP
            found = True
    return found


_NO_GAPS = [0.0]


class _Row:
    """A line, with the best sum of gap scores for each number of spaces, for one reading of its first unit."""

    __slots__ = ("base", "count", "free", "sums")

    def __init__(self, line: DumpLine, scores: dict[int, float], reading: int) -> None:
        if not line.gaps:
            self.base = self.free = self.count = 0
            self.sums = _NO_GAPS
            return
        skipped = line.units[reading][1]
        needs = reading < len(line.units) - 1
        rest = line.gaps[skipped:]
        self.base = 1 if needs else 0
        ranked = sorted([scores[gap] for gap in rest[self.base :]], reverse=True)
        start = scores[rest[0]] if needs else 0.0
        self.sums = list(accumulate(ranked, initial=start))
        self.free = sum([value > 0 for value in ranked])
        self.count = len(ranked)

    def best(self, low: int, high: int) -> tuple[float, int]:
        """Return the best sum of scores with `low` to `high` spaces, and its number of spaces above `base`."""
        low, high = low - self.base, min(high - self.base, self.count)
        if high < 0 or low > high:
            return IMPOSSIBLE, 0
        chosen = max(low, min(self.free, high))
        return self.sums[chosen], chosen


_Step = tuple[float, int, int, int]
"""Score from here to the block's end, spaces chosen, kind of end, reading of the next line's start."""


def decode(
    block: Measured,
    scores: dict[int, float],
    limit: int,
    end_score: EndScore,
    indent: int = 0,
) -> Reading:
    """Return the best reading of the block on a terminal of `limit` usable columns.

    From the last line up: a line that wrapped holds so many spaces that the next line's first unit did not fit.
    """
    steps: list[list[_Step]] = []
    following: list[_Step] = []
    for i in range(len(block.lines) - 1, -1, -1):
        line = block.lines[i]
        after = block.lines[i + 1] if following else None
        ending = end_score(block.text, line.stop, after.units[-1][0]) if after else 0.0
        goes_on = after is not None and block.text[after.start] in GOES_ON
        if after and not line.gaps and len(line.units) == len(after.units) == 1:
            room = limit - (0 if i else indent) - line.width
            if room >= 0 and not goes_on:
                following = [_plain_step(line, after, following[0][0], scores, room, ending)]
                steps.append(following)
                continue
        here = [
            _step(
                _Row(line, scores, reading),
                line,
                after,
                following,
                scores,
                limit - (0 if i else indent),
                ending,
                goes_on=goes_on,
            )
            for reading in range(len(line.units))
        ]
        steps.append(here)
        following = here
    found = _trace(block, scores, steps[::-1])
    found.indent = indent
    return found


def _plain_step(
    line: DumpLine, after: DumpLine, onward: float, scores: dict[int, float], room: int, ending: float
) -> _Step:
    """Return the same as `_step` for a line without gaps, as nearly all lines of Chinese are."""
    best = (ending + onward, 0, END, 0)
    width = after.units[0][0]
    if line.may_break and room < width and onward > best[0]:
        best = (onward, 0, JOINED, 0)
    if line.may_space and room <= width:
        spaced = onward + scores.get(line.stop, NEVER)
        if spaced > best[0]:
            best = (spaced, 0, SPACE, 0)
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
    room, penalty = limit - line.width, 0.0
    if room < 0:
        room, penalty = 0, OVERFLOW
    value, chosen = row.best(0, room)
    if after is None:
        return value + penalty, chosen, END, 0
    onward = max(range(len(following)), key=lambda j: following[j][0])
    best = (value + ending + following[onward][0], chosen, END, onward)
    if goes_on:
        # A line that begins with a comma goes on from the one before, however short that is.
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
    reading = max(range(len(steps[0])), key=lambda j: steps[0][j][0])
    found = Reading(steps[0][reading][0], [], [], [])
    for line, options in zip(block.lines, steps, strict=True):
        _, chosen, end, onward = options[reading]
        rest = line.gaps[line.units[reading][1] :]
        if reading < len(line.units) - 1:
            found.spaces.append(rest[0])
            rest = rest[1:]
        if chosen:
            found.spaces += sorted(rest, key=lambda gap: -scores[gap])[:chosen]
        found.ends.append(end)
        found.firsts.append(reading)
        reading = onward
    return found
