"""The best reading of a block of lines: which gaps are spaces and where paragraphs end, under the geometry."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

from pipelines.segmentation.channel import Ambiguous, Terminal, breakable, narrow_runs, wide_class
from pipelines.segmentation.habits import DATE, HAN, MARK, NEVER, ORDINAL
from pipelines.segmentation.zones import Scores

IMPOSSIBLE = float("-inf")
OVERFLOW = -20.0
"""What it costs to believe that a line is longer than the terminal allows."""

TITLE_AFTER_STOP = 3.5

INDENT = 4
"""Columns of the two full-width spaces that open a paragraph."""

JOINED, SPACE, END = 0, 1, 2
"""What a line's end can be: nothing, a space, or the end of a paragraph."""

_SPACE = re.compile(" ")
_HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(slots=True)
class Line:
    """A line of a block, measured: what of it depends neither on the style nor on the limit."""

    start: int
    """Where it begins in the block's folded text."""
    stop: int
    width: int
    """Columns of its letters alone."""
    units: tuple[tuple[int, int], ...]
    """Readings of its first unit: (columns, gaps inside it that then hold no space).

    In every reading but the last the gap right after those holds a space.
    """
    gaps: list[int]
    """Where in the folded text its gaps are."""
    may_break: bool
    """Whether w3m may break after it without a space."""
    may_space: bool
    """Whether a space between it and the next line is kept."""


@dataclass(slots=True, eq=False)
class Measured:
    """A block, folded and measured for one width of the ambiguous characters; equal to itself alone."""

    text: str
    """Its lines, parted by newlines, with one space for each gap that may hold one."""
    lines: list[Line]
    zones: list[tuple[int, str]]
    """The stretches that hold gaps, as `zones.scorer` reads them: (offset in `text`, zone)."""
    lost: int
    """Columns of indent that its first line may have lost to a segmenter."""


@dataclass(slots=True)
class Reading:
    """One way to read a block, and its log-odds over the reading without any space."""

    total: float
    spaces: list[int]
    """Spaces inside lines, as offsets into the folded text."""
    ends: list[int]
    """For each line: JOINED, SPACE or END."""
    firsts: list[int]
    """For each line: which reading of its first unit."""
    indent: int = 0
    """Columns by which the first line was indented, before a segmenter took the indent away."""


@cache
def _between_wide(ambiguous: Ambiguous) -> re.Pattern[str]:
    """Matches a space between two wide characters."""
    wide = wide_class(ambiguous)
    # The space first: the engine then leaps from space to space.
    return re.compile(f" (?=[{wide}])(?<=[{wide}] )")


def measure(lines: list[str], *, ambiguous: Ambiguous, literal: bool = False) -> Measured:
    """The lines of one block, folded and measured. Between two wide characters w3m keeps no space.

    With `literal` the white space within a line is the author's: it stays as it is, and only line ends are gaps.
    """
    if literal:
        text = "\n".join([line.strip() for line in lines])
    else:
        text = _between_wide(ambiguous).sub("", "\n".join([" ".join(line.split()) for line in lines]))
    narrow = narrow_runs(ambiguous)
    columns = Terminal(0, ambiguous).width
    measured: list[Line] = []
    at = 0
    for line, raw in zip(text.split("\n"), lines, strict=True):
        stop = at + len(line)
        gaps = [] if literal else [space.start() for space in _SPACE.finditer(text, at, stop)]
        if len(line) > 1 and not (narrow.match(line) or narrow.match(line, 1)):
            units: tuple[tuple[int, int], ...] = ((2, 0),)
        else:
            units = _first_units(line.split(" ")[0] if literal else line, ambiguous)
        one, two = text[stop - 1], text[stop + 1 : stop + 2]
        may_break = not two or breakable(one, two, ambiguous=ambiguous)
        may_space = not two or bool(narrow.match(one) or narrow.match(two))
        width = columns(raw.rstrip()) if literal else columns(line) - len(gaps)
        measured.append(Line(at, stop, width, units, gaps, may_break, may_space))
        at = stop + 1
    zones = [found for run in narrow.finditer(text) if (found := _zone(text, run))]
    return Measured(text, measured, zones, 0 if literal else INDENT)


READINGS = 12
"""Readings of a first unit that are told apart: a line of Latin words has no end of them."""


def _first_units(line: str, ambiguous: Ambiguous) -> tuple[tuple[int, int], ...]:
    columns = Terminal(0, ambiguous).width
    found: list[tuple[int, int]] = []
    width = skipped = at = 0
    while True:
        width += columns(line[at])
        at += 1
        if at == len(line) or len(found) == READINGS:
            return (*found, (width, skipped))
        gap = line[at] == " "
        if breakable(line[at - 1], line[at + gap], ambiguous=ambiguous):
            return (*found, (width, skipped))
        if gap:
            found.append((width, skipped))
            skipped += 1
            at += 1


def _zone(text: str, run: re.Match[str]) -> tuple[int, str] | None:
    """The zone in a run of narrow characters, with one gap on either side at most; None if no gap is in it."""
    inner = run[0].strip(" \n")
    if not inner or (inner == run[0] and " " not in inner and "\n" not in inner):
        return None
    lead = run[0].index(inner)
    start, end = run.start() + max(0, lead - 1), min(run.end(), run.start() + lead + len(inner) + 1)
    core = text[start:end]
    before = _stand_in(text[start - 1 : start]) if start else ""
    return start - len(before), before + core + _stand_in(text[end : end + 1])


@lru_cache(maxsize=1024)
def _stand_in(char: str) -> str:
    if not char:
        return ""
    if char in "年月日":
        return DATE
    if char == ORDINAL:
        return ORDINAL
    return HAN if _HAN.match(char) else MARK


def score_gaps(block: Measured, score: Callable[[str], Scores]) -> dict[int, float]:
    """The log-odds of a space for each gap and line end beside a narrow character; `score` is a style's scorer."""
    scores: dict[int, float] = {}
    for offset, zone in block.zones:
        for at, value in score(zone):
            scores[offset + at] = value
    return scores


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
    """What a line can give: the best sum of gap scores for each number of spaces and reading of its start."""

    __slots__ = ("base", "count", "free", "sums")

    def __init__(self, line: Line, scores: dict[int, float], reading: int) -> None:
        if not line.gaps:
            self.base = self.free = self.count = 0
            self.sums = _NO_GAPS
            return
        skipped = line.units[reading][1]
        needs = reading < len(line.units) - 1
        rest = line.gaps[skipped:]
        self.base = 1 if needs else 0
        ranked = sorted((scores[gap] for gap in rest[self.base :]), reverse=True) if rest else []
        start = scores[rest[0]] if needs else 0.0
        self.sums = list(accumulate(ranked, initial=start))
        self.free = sum(value > 0 for value in ranked)
        self.count = len(ranked)

    def best(self, low: int, high: int) -> tuple[float, int]:
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
    end_score: Callable[[str, int, int], float],
    indent: int = 0,
) -> Reading:
    """The best reading of the block on a terminal of `limit` usable columns.

    From the last line up: a line that wrapped holds so many spaces that the next line's first unit did not fit.
    `end_score(text, stop, columns)` is the log-odds that a paragraph ends with the line that stops there, where
    the next line's first unit takes so many columns.
    """
    steps: list[list[_Step]] = []
    following: list[_Step] = []
    for i in range(len(block.lines) - 1, -1, -1):
        line = block.lines[i]
        after = block.lines[i + 1] if following else None
        ending = end_score(block.text, line.stop, after.units[-1][0]) if after else 0.0
        here = [
            _step(
                _Row(line, scores, reading),
                line,
                after,
                following,
                scores,
                limit - (0 if i else indent),
                ending,
            )
            for reading in range(len(line.units))
        ]
        steps.append(here)
        following = here
    found = _trace(block, scores, steps[::-1])
    found.indent = indent
    return found


def _step(
    row: _Row,
    line: Line,
    after: Line | None,
    following: list[_Step],
    scores: dict[int, float],
    limit: int,
    ending: float,
) -> _Step:
    room, penalty = limit - line.width, 0.0
    if room < 0:
        room, penalty = 0, OVERFLOW
    value, chosen = row.best(0, room)
    if after is None:
        return value + penalty, chosen, END, 0
    onward = max(range(len(following)), key=lambda j: following[j][0])
    best = (value + ending + following[onward][0], chosen, END, onward)
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
