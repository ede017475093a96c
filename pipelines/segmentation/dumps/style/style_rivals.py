"""Find the styles and terminals that explain a page nearly as well as those that were chosen."""

import math

from pipelines.segmentation.dumps.readings.page_style import Style
from pipelines.segmentation.dumps.style.page_candidates import ROUNDING, Candidate, Candidates
from pipelines.segmentation.dumps.style.style_evidence import (
    habits_of,
)
from pipelines.segmentation.dumps.w3m import Terminal

MOST_MARGIN = 20.0
"""The margin of a habit without an alternative that was tried."""


def margins_of(best: Candidate, tried: list[Candidate], spaced: float) -> tuple[float, float, float]:
    """By how much each of the style's habits explains the page better than the other does.

    Only what the page shows counts, so `spaced`, what is known of its site, is taken away.
    """
    habits = habits_of(best.style)
    least = best.total - spaced * _is_spaced(best.style)

    def margin(i: int) -> float:
        rivals = (
            each.total - spaced * _is_spaced(each.style)
            for each in tried
            if habits_of(each.style)[i] * habits[i] < 0
        )
        return min(MOST_MARGIN, least - max(rivals, default=-math.inf))

    return margin(0), margin(1), margin(2)


RIVAL = 4.0
"""A limit is a rival if its log-likelihood is lower than the best by less than this."""
NEIGHBOURS = 3
"""Limits that differ by at most this from the best are rivals too, if they are likely."""
MOST_RIVALS = 6
"""The most rivals that are compared."""


def rivals_of(
    best: Candidate, candidates: Candidates, likely: list[int], spaced: float
) -> tuple[tuple[Terminal, Style], ...]:
    """Return the other terminals that explain the page nearly as well as the best, each with its best style.

    What is known of the site (`spaced`) makes none unlikely. They are the likeliest of those that were tried, and
    the neighbours of the best limit with the best style.
    """
    limit = best.terminal.limit
    others = {*range(limit - NEIGHBOURS, limit + NEIGHBOURS + 1), *likely}
    near = [(other, 0) for other in sorted(others)]
    candidates.add(best.style, best.of_style, best.terminal.ambiguous, near, eligible=False)
    found = [
        (each.total - best.total - spaced * (_is_spaced(each.style) - _is_spaced(best.style)), each)
        for each in candidates.found
    ]
    found.sort(key=lambda pair: -pair[0])
    rivals = dict.fromkeys(
        (each.terminal, each.style)
        for value, each in found
        if value > -RIVAL + ROUNDING and each.terminal != best.terminal
    )
    return tuple(rivals)[:MOST_RIVALS]


def _is_spaced(style: Style) -> bool:
    """Return whether the style has spaces beside Han, in letters, digits or dates."""
    return max(habits_of(style)) > 0
