"""Compute how well a style, a width of the ambiguous characters and a limit explain a page together."""

import math
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipelines.segmentation.dumps.readings.best_reading import OVERFLOW, EndScore
from pipelines.segmentation.dumps.readings.gap_cache import scorer
from pipelines.segmentation.dumps.readings.line_metrics import Measured, score_gaps
from pipelines.segmentation.dumps.readings.page_style import Style
from pipelines.segmentation.dumps.style.dump_width import limit_prior, line_widths
from pipelines.segmentation.dumps.style.wrap_likelihood import (
    LEAST,
    Wrapped,
    costs_of,
    end_score,
    explain,
    hope,
    sample,
    steady,
)
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal

ROUNDING = 1e-9
"""Log-likelihoods that differ by less than this are equal: it is more than the error of a sum of some hundred."""
INDENTED_PRIOR = -4.0
"""The log prior of a page that lost all its indents."""


class Candidate(NamedTuple):
    """A style, a width of the ambiguous characters and a limit, and how well they explain the page together."""

    total: float
    """The log-likelihood."""
    style: Style
    of_style: float
    """The part of it that was known without the lines."""
    terminal: Terminal
    votes: int
    """The number of line ends that the limit may explain as wraps."""
    indented: bool
    """Whether the page explains itself better if all its paragraphs lost an indent."""


@dataclass(slots=True)
class _Lines:
    """What the lines of a page show for one width of the ambiguous characters, whatever the style."""

    blocks: list[Measured]
    """The sample of the blocks from which the style is estimated."""
    others: set[Measured]
    """The blocks that show no habits of the typist."""
    steady: list[Wrapped]
    """Their lines that all styles read alike."""
    hope: float
    """An upper bound on what their paragraph ends can add to the log-likelihood."""
    widths: list[int]
    """The columns of all lines of the page, sorted."""
    known: dict[int, tuple[float, float]] = field(default_factory=dict)
    """The results of `whatever_style`, by limit."""

    def whatever_style(self, limit: int, ends: EndScore, least: float) -> tuple[float, float]:
        """Return the log-likelihood that all styles share: prior, wider lines, lines without gaps.

        It has two figures: for a page that indents some of its paragraphs, and for one that indents all. If both fall
        below `least`, they are upper bounds.
        """
        found = self.known.get(limit)
        if found is None:
            beyond = OVERFLOW / 8 * (len(self.widths) - bisect_right(self.widths, limit))
            shared = limit_prior(limit) + beyond
            seldom, always = costs_of(self.steady, limit, ends, least - shared)
            found = shared + seldom, shared + always + INDENTED_PRIOR
            if max(found) >= least:
                self.known[limit] = found
        return found


class Candidates:
    """The combinations that were tried for a page, each with its log-likelihood.

    What is found of a line is kept for all combinations that read it alike.
    """

    def __init__(
        self,
        measures: dict[Ambiguous, list[Measured]],
        typed: list[int],
        wide: float,
        *,
        density: float,
        near: float,
    ) -> None:
        """`measures` are the blocks of the page, measured for each width of the ambiguous characters.

        `typed` are the numbers of the blocks that show the typist's habits (see `typed_blocks`).
        `wide` is the log-odds of the greater width, and `density` that of `density_of`. Combinations that cannot come
        as near to the best as `near`, in log-likelihood, are left out.
        """
        self.found: list[Candidate] = []
        self._best = -math.inf
        self._wide, self._near = wide, near
        self._ends = end_score(density=density)
        self._lines = {
            width: _lines_of(measured, typed, self._ends, density) for width, measured in measures.items()
        }
        self._explained: dict[int, tuple[list[Wrapped], float]] = {}

    def best(self) -> Candidate:
        """Return the likeliest combination, the first of several that are equally likely."""
        most = max(each.total for each in self.found) - ROUNDING
        return next(each for each in self.found if each.total >= most)

    def add(
        self,
        style: Style,
        of_style: float,
        ambiguous: Ambiguous,
        limits: list[tuple[int, int]],
        *,
        eligible: bool = True,
    ) -> None:
        """Try a style with each limit and the number of line ends that it may explain.

        `of_style` is the log-likelihood of the style without the lines. What is not `eligible` is only compared with
        the best, and does not become the best itself.
        """
        lines, score = self._lines[ambiguous], scorer(style)
        neutral = scorer(replace(style, letters=0.0, digits=0.0, dates=0.0)) if lines.others else score
        likelihood = of_style + self._wide * bool(ambiguous)
        waiting = lines.blocks[::-1]
        read: list[Wrapped] = []
        of_gaps = 0.0
        for limit, votes in limits:
            # Gaps and lines only lower the likelihood; a paragraph end may raise it.
            least = self._best - self._near - lines.hope
            seldom, always = lines.whatever_style(limit, self._ends, least - likelihood)
            seldom, always = likelihood + seldom, likelihood + always
            wrapped, own_gaps = read, of_gaps
            while max(seldom, always) >= least:
                own, own_indented = costs_of(wrapped, limit, self._ends, least - max(seldom, always))
                seldom, always = seldom + own + own_gaps, always + own_indented + own_gaps
                if not waiting:
                    total = max(seldom, always)
                    self._best = max(self._best, total) if eligible else self._best
                    terminal = Terminal(limit, ambiguous)
                    self.found.append(Candidate(total, style, of_style, terminal, votes, always > seldom))
                    break
                block = waiting.pop()
                if block in lines.others:
                    wrapped, own_gaps = self._explain(block, score_gaps(block, neutral), LEAST_OF_OTHERS)
                else:
                    wrapped, own_gaps = self._explain(block, score_gaps(block, score), LEAST)
                read += wrapped
                of_gaps += own_gaps

    def _explain(
        self, block: Measured, scores: dict[int, float], least: float
    ) -> tuple[list[Wrapped], float]:
        """Return `explain` of the block, once for all styles that have the same scores (see `score_gaps`)."""
        if id(scores) not in self._explained:
            self._explained[id(scores)] = explain(block, scores, least=least)
        return self._explained[id(scores)]


def _lines_of(measured: list[Measured], typed: list[int], ends: EndScore, density: float) -> _Lines:
    """Return what the lines of a page show whatever its style; `typed` are the numbers of the blocks of the typist."""
    own = set(typed)
    others = {measured[i] for i in range(len(measured)) if i not in own}
    sampled = sample(sorted(measured, key=others.__contains__))
    blocks = [block for block in sampled if block.zones or len(block.lines) > 1]
    return _Lines(
        blocks,
        others,
        [
            line
            for block in blocks
            for line in steady(block, least=LEAST_OF_OTHERS if block in others else LEAST)
        ],
        sum([hope(block, ends) for block in blocks]) if density else 0.0,
        line_widths(measured),
    )


LEAST_OF_OTHERS = -1.5
"""The most that a line counts against a limit if it is not the typist's: it may be the row of a table or of a list."""
