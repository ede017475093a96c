"""Compute how well a width and a style explain the line breaks of a dump."""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from pipelines.segmentation.dumps.readings.best_reading import OVERFLOW, EndScore
from pipelines.segmentation.dumps.readings.line_metrics import INDENT, DumpLine, Measured
from pipelines.segmentation.dumps.readings.page_style import NEVER

INDENT_COST = -2.5
"""The log prior of an indented first line."""
SAMPLE = 120
"""The most wrapped lines from which the style is estimated; more take time and do not change the result."""

_FINAL = frozenset("。！？…”’」』）.!?)")
_NEVER_FIRST = frozenset("，。、；：？！）》」』】〉”’,.;:?!)]}")


_NO_GAPS = [0.0]
_NO_SCORES: dict[int, float] = {}


@dataclass(slots=True)
class Wrapped:
    """A line, other than the last of its block, as one style reads it."""

    block: Measured
    line: DumpLine
    scores: dict[int, float]
    """The style's scores of its gaps and of its end."""
    space: float
    """The log-odds of a space at its end."""
    onward: int
    """The columns of the first unit of the next line."""
    first: bool
    """Whether it is the first line of a block, whose indent a segmenter may have removed."""
    narrowest: int
    """The smallest limit that agrees with the style's own reading of the line."""
    widest: int
    """The largest such limit; if it is less than `narrowest`, none agrees."""
    costs: dict[int, float]
    """The costs that were computed, by limit."""
    least: float
    """The most that it counts against a limit."""
    sums: list[float] | None = None
    """The best sum of gap scores for each number of spaces, once a limit disagrees."""
    end: float = 0.0
    """The log-odds that a paragraph ends with the line, once a limit disagrees."""


LEAST = -math.inf
"""There is no bound to what a line of a paragraph counts against a limit."""


def steady(block: Measured, *, least: float = LEAST) -> list[Wrapped]:
    """Return all lines but the last that every style reads alike, because they have no gap inside or at their end.

    `least` is the most that one of them counts against a limit.
    """
    return [
        _wrapped(block, line, _NO_SCORES, 0, NEVER, after.units[0][0], least)
        for line, after in pairwise(block.lines)
        if _is_steady(line, after)
    ]


def _wrapped(
    block: Measured,
    line: DumpLine,
    scores: dict[int, float],
    free: int,
    space: float,
    onward: int,
    least: float,
) -> Wrapped:
    narrowest, widest = line.width + free, -1
    if space > 0 or line.may_break:
        widest = narrowest + onward - (space <= 0)
    first = not line.start and block.lost > 0
    return Wrapped(block, line, scores, space, onward, first, narrowest, widest, {}, least)


def hope(block: Measured, ends: EndScore) -> float:
    """Return an upper bound on the log-likelihood that the block's paragraph ends can add, for any style and limit."""
    pairs = pairwise(block.lines)
    return sum([max(0.0, ends(block.text, line.stop, after.units[-1][0])) for line, after in pairs])


def _is_steady(line: DumpLine, after: DumpLine) -> bool:
    return not line.gaps and not line.may_space and line.may_break and len(after.units) == 1


def explain(
    block: Measured, scores: dict[int, float], *, least: float = LEAST
) -> tuple[list[Wrapped], float]:
    """Return the lines but the last that are not `steady`, and the log-likelihood of all gaps without line widths.

    `scores` are a style's scores of the block; `least` is the most that one of the lines counts against a limit.
    """
    found: list[Wrapped] = []
    for line, after in pairwise(block.lines):
        if _is_steady(line, after):
            continue
        free = sum([scores[gap] > 0 for gap in line.gaps]) if line.gaps else 0
        space = scores.get(line.stop, NEVER) if line.may_space else NEVER
        onward = _first_width(after, scores) if len(after.units) > 1 else after.units[0][0]
        found.append(_wrapped(block, line, scores, free, space, onward, least))
    return found, -sum(map(doubt, scores.values()))


@lru_cache(maxsize=4096)
def doubt(log_odds: float) -> float:
    """Return the cost of a gap that is read in the likelier way."""
    return math.log1p(math.exp(-abs(log_odds)))


def sample(measured: list[Measured]) -> list[Measured]:
    """Return as many of the first blocks as are needed to estimate the style."""
    wraps = accumulate([len(block.lines) - 1 for block in measured], initial=0)
    return [block for block, before in zip(measured, wraps, strict=False) if before <= SAMPLE]


def _first_width(line: DumpLine, scores: dict[int, float]) -> int:
    for width, skipped in line.units[:-1]:
        if scores[line.gaps[skipped]] > 0:
            return width
    return line.units[-1][0]


def costs_of(
    lines: list[Wrapped], limit: int, ends: EndScore, least: float = -math.inf
) -> tuple[float, float]:
    """Return the log-likelihood that the lines lose by this limit: 0 if all agree with it, otherwise negative.

    It has two figures: for a page that indents some of its paragraphs, and for one that indents all. If both fall below
    `least`, the rest of the lines is left out. `ends` is the same for all calls with a line.
    """
    seldom = always = 0.0
    for line in lines:
        if not line.first:
            if not line.narrowest <= limit <= line.widest:
                cost = _cost_at(line, limit, ends)
                seldom += cost
                always += cost
                if seldom < least and always < least:
                    break
            continue
        cost = 0.0 if line.narrowest <= limit <= line.widest else _cost_at(line, limit, ends)
        inside = limit - INDENT
        indented = 0.0 if line.narrowest <= inside <= line.widest else _cost_at(line, inside, ends)
        seldom += max(cost, indented + INDENT_COST)
        always += max(cost + INDENT_COST, indented)
    return seldom, always


def _cost_at(line: Wrapped, limit: int, ends: EndScore) -> float:
    """Return the cost of a line that does not agree with the limit."""
    cost = line.costs.get(limit)
    if cost is None:
        room = limit - line.line.width
        cost = OVERFLOW / 8 if room < 0 else _new_cost(line, room, ends)
        cost = line.costs[limit] = max(cost, line.least)
    return cost


def _new_cost(line: Wrapped, room: int, ends: EndScore) -> float:
    """Return the cost of a line with `room` free columns before its gaps are read."""
    if line.sums is None:
        ranked = sorted([line.scores[gap] for gap in line.line.gaps], reverse=True)
        line.sums = list(accumulate(ranked, initial=0.0)) if ranked else _NO_GAPS
        line.end = ends(line.block.text, line.line.stop, line.onward)
    fewest = room - line.onward
    sums, count = line.sums, len(line.sums) - 1
    own = line.narrowest - line.line.width
    free, most = sums[own], min(own, room)
    best = line.end + sums[most] - free
    if line.line.may_break and fewest + 1 <= count:
        best = max(best, sums[max(fewest + 1, most)] - free - max(line.space, 0.0))
    if fewest <= count:
        best = max(best, sums[max(fewest, most, 0)] - free + min(line.space, 0.0))
    return best


@lru_cache(maxsize=512)
def _fullness(onward: int) -> float:
    return math.log((onward + 1) / 3)


def end_score(*, density: float) -> EndScore:
    """Return a function for the log-odds that a paragraph ends with a line (see `EndScore`).

    A wrapped line has fewer free columns than the next unit takes, and the last line of a paragraph has any number: the
    wider the next unit, the weaker is a full line as evidence. If blank lines separate the paragraphs, hardly any ends
    inside a block; otherwise more do, the more short lines there are (`density`).
    """
    final, other = -9.0, -14.0
    if density:
        final = max(-3.0, min(0.5, math.log(density) - 0.2))
        other = final - 5.0

    def score(text: str, stop: int, onward: int) -> float:
        if text[stop + 1] in _NEVER_FIRST:
            return -12.0
        return (final if text[stop - 1] in _FINAL else other) + _fullness(onward)

    return score
