"""Choose among readings that wrap into the same lines the one that THULAC segments into the dump's own tokens.

This needs the extra `thulac`; its model takes a second to load and about 800 MB of memory. Without it, or if another
segmenter made the dump, nothing is decided here.
"""

import contextlib
import importlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import combinations

from pipelines.segmentation.dumps.readings.best_reading import END, JOINED, Reading
from pipelines.segmentation.dumps.readings.line_metrics import Measured

Cut = Callable[[str], tuple[int, ...]]
"""Returns for a line the offsets, in letters, of the ends of its tokens; THULAC always cuts at spaces."""

APART = 5.0
"""The cost of a token boundary that only the dump or only the reading has."""
NEAR_TIE = 6.5
"""Both readings are tried for gaps with log-odds closer to 0 than this."""
MOST_GAPS = 7
"""The most gaps of one line that are tried in pairs."""
SAMPLE, FEWEST, LEAST_ALIKE = 16, 3, 0.9
"""The clauses segmented to find whether THULAC made the dump: at most, at least, and the share that must be equal."""


def thulac() -> Cut | None:
    """Return the segmenting function of THULAC, or None if it is not installed."""
    return _cut if find_spec("thulac") else None


@cache
def _model() -> Callable[..., str]:
    # THULAC prints a message when it has loaded its model.
    with contextlib.redirect_stdout(io.StringIO()):
        return importlib.import_module("thulac").thulac(seg_only=True).cut  # type: ignore[no-any-return]


@lru_cache(maxsize=4096)
def _cut(line: str) -> tuple[int, ...]:
    return _ends(_model()(line, text=True).split(" "))


def _ends(tokens: Iterable[str]) -> tuple[int, ...]:
    found, at = [], 0
    for token in tokens:
        at += len(token)
        found.append(at)
    return tuple(found)


def made_by(cut: Cut, lines: Sequence[str]) -> bool:
    """Return whether the segmenter made these lines of a dump, by segmenting clauses without Latin letters."""
    clauses = [clause for line in lines for clause in _CLAUSE.findall(line)][:SAMPLE]
    alike = sum(cut(clause.replace(" ", "")) == _ends(clause.split()) for clause in clauses)
    return len(clauses) >= FEWEST and alike >= LEAST_ALIKE * len(clauses)


_WHITE = re.compile(r"[^\S\u3000]+")
_CLAUSE = re.compile("(?:^|(?<=[，。；：、！？“”] ))[\u4e00-\u9fff ]{9,}(?: [，。；：、！？“”]|$)")


class Ties:
    """The near ties of one block, decided by the segmenter that made its dump."""

    def __init__(
        self, block: Measured, shown: Sequence[str], scores: dict[int, float], limit: int, cut: Cut
    ) -> None:
        """`shown` are the dump's lines."""
        self._block, self._scores, self._limit, self._cut = block, scores, limit, cut
        self._shown = [set(_ends(_WHITE.split(line.strip()))) for line in shown]

    def decide(self, reading: Reading) -> dict[int, float]:
        """Change the reading's spaces to those that give the dump's tokens; return the cost of the opposite choice.

        The cost is given for each gap that was tried, in log-odds: how much worse the best reading with the other
        choice is.
        """
        spaces = set(reading.spaces)
        margins: dict[int, float] = {}
        for i, line in enumerate(self._block.lines):
            near = [gap for gap in line.gaps if abs(self._scores[gap]) < NEAR_TIE]
            if near:
                margins |= self._decide_line(reading, i, near, spaces)
        reading.spaces = spaces
        return margins

    def _decide_line(self, reading: Reading, i: int, near: list[int], spaces: set[int]) -> dict[int, float]:
        line = self._block.lines[i]
        own = {gap for gap in line.gaps if gap in spaces}
        near = sorted(near, key=lambda gap: abs(self._scores[gap]))[: MOST_GAPS * 2]
        changes = [{gap} for gap in near] + [set(pair) for pair in combinations(near[:MOST_GAPS], 2)]
        costs: dict[frozenset[int], float] = {frozenset(): self._cost(i, own)}
        alike = costs[frozenset()] < APART - sum([self._scores[gap] for gap in own])
        for change in changes:
            if (len(change) == 1 or not alike) and self._fits(reading, i, own ^ change):
                costs[frozenset(change)] = self._cost(i, own ^ change)
        best = min(costs, key=lambda change: (costs[change], len(change)))
        spaces -= own
        spaces |= own ^ best
        return {
            gap: min(
                (cost for change, cost in costs.items() if (gap in change) != (gap in best)), default=99.0
            )
            - costs[best]
            for gap in near
        }

    def _fits(self, reading: Reading, i: int, own: set[int]) -> bool:
        """Return whether the line may have these spaces."""
        line = self._block.lines[i]
        width = line.width + len(own) + (0 if i else reading.indent)
        if width > self._limit:
            return False
        if i and self._first_reading(i, own) != reading.firsts[i]:
            return False
        if reading.ends[i] == END:
            return True
        after = self._block.lines[i + 1].units[reading.firsts[i + 1]][0]
        return width + after + (reading.ends[i] != JOINED) > self._limit

    def _first_reading(self, i: int, own: set[int]) -> int:
        """Return the index of the reading of the line's first unit with these spaces."""
        line = self._block.lines[i]
        for j, (_, skipped) in enumerate(line.units[:-1]):
            if line.gaps[skipped] in own:
                return j
        return len(line.units) - 1

    def _cost(self, i: int, own: set[int]) -> float:
        line, text = self._block.lines[i], self._block.text
        dropped = set(line.gaps) - own
        read = "".join([text[j] for j in range(line.start, line.stop) if j not in dropped])
        apart = len(self._shown[i].symmetric_difference(self._cut(read)))
        return APART * apart - sum([self._scores[gap] for gap in own])


_HABIT = re.compile("(?<=[\u4e00-\u9fff]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9]) (?=[\u4e00-\u9fff])")
_SPAN = re.compile("[\u4e00-\u9fff A-Za-z0-9]+")
CLAUSES = 40
"""The most clauses of a page that are segmented to find its typist's habits."""


def habits(cut: Cut, lines: Sequence[str]) -> tuple[float, float, float]:
    """Return the log-odds that the typist puts spaces beside Han: before and after letters, digits, and in dates.

    Each clause of the dump's lines is segmented once without such spaces and once with them.
    """
    found = [0.0, 0.0, 0.0]
    spans = (span for line in lines for span in _SPAN.findall(line) if _HABIT.search(span))
    for _, span in zip(range(CLAUSES), spans, strict=False):
        shown = set(_ends(span.split()))
        kinds = {_kind_of(span, gap) for gap in _HABIT.finditer(span.strip())}
        if len(kinds) != 1:
            continue
        spaced = _HABIT.sub("\n", span.strip()).replace(" ", "").replace("\n", " ")
        tight = shown.symmetric_difference(cut(spaced.replace(" ", "")))
        parted = shown.symmetric_difference(cut(spaced))
        found[kinds.pop()] += len(tight) - len(parted)
    return tuple(APART * max(-MOST_CLAUSES, min(MOST_CLAUSES, clauses)) for clauses in found)  # type: ignore[return-value]


MOST_CLAUSES = 4
"""The most clauses that count."""


def _kind_of(span: str, gap: re.Match[str]) -> int:
    span = span.strip()
    left, right = span[gap.start() - 1], span[gap.end()]
    if (left.isascii() and left.isalpha()) or (right.isascii() and right.isalpha()):
        return 0
    dated = right in "年月日" or re.match("[0-9]+ ?[年月日]", span[gap.end() :])
    return 2 if dated else 1
