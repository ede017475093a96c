"""Find the styles of typing that the tokens of a dump allow, each with its prior and its likelihood by the tokens."""

from dataclasses import replace
from itertools import product

from pipelines.segmentation.dumps.readings.page_style import SPACED, TIGHT, Style
from pipelines.segmentation.dumps.style.style_evidence import (
    habits_of,
    likelihood_of_tokens,
)
from pipelines.segmentation.dumps.style.unit_spacing_habit import units_tried

STYLES = (
    (Style(), 0.0),
    (Style(letters=SPACED, digits=SPACED, dates=SPACED), -0.7),
    (Style(letters=SPACED), -1.5),
    (Style(letters=SPACED, digits=SPACED), -1.8),
    (Style(digits=SPACED, dates=SPACED), -2.0),
)
"""Spacing styles, each with its log prior relative to the first.

The site's own pages have the first style.
"""
BEYOND = 20.0
"""A style whose log-likelihood by the tokens alone is this much lower than the best is not tried."""


def tried_styles(
    plain: Style, evidence: list[tuple[int, int]], spaced: float, text: str
) -> list[tuple[Style, float, float]]:
    """Return the styles that the text can distinguish, with their priors and their likelihoods by the tokens.

    They are in the order of STYLES; those with the second habit for units follow the first two with the first habit.
    """
    # Symbols beside Han follow the habit for letters, whether there are letters or not.
    _, has_digits, has_dates = map(any, evidence)
    found: dict[tuple[tuple[float, float, float], float], float] = {}
    of_units = list(units_tried(text, plain))
    places = product(range(len(STYLES)), range(len(of_units)))
    for i, j in sorted(places, key=lambda place: place[0] + 2 * place[1]):
        (kind, prior), (units, odds) = STYLES[i], of_units[j]
        letters, digits, dates = habits_of(kind)
        habits = letters, digits if has_digits else TIGHT, dates if has_dates else TIGHT
        found.setdefault((habits, units), prior + spaced * (max(habits) > 0) + odds)
    likely = [
        (prior, likelihood_of_tokens(habits, plain, evidence), *habits, units)
        for (habits, units), prior in found.items()
    ]
    least = max([prior + by_tokens for prior, by_tokens, *_ in likely]) - BEYOND
    return [
        (
            replace(plain, letters=letters, digits=digits, dates=dates, units=units),
            prior,
            by_tokens,
        )
        for prior, by_tokens, letters, digits, dates, units in likely
        if prior + by_tokens > least
    ]


def with_cuts(
    styles: list[tuple[Style, float, float]], evidence: tuple[float, float, float]
) -> list[tuple[Style, float, float]]:
    """Return the styles with what the cuts of THULAC say of them added to their priors, the likeliest first.

    `evidence` has the log-odds of spaces for letters, digits and dates beside Han (see `thulac_ties.habits`).
    """
    found = [(style, prior + _agreement(style, evidence), by_tokens) for style, prior, by_tokens in styles]
    return sorted(found, key=lambda each: -each[1])


def _agreement(style: Style, evidence: tuple[float, float, float]) -> float:
    """Return the log-likelihood of the style's habits by the segmenter's own cuts."""
    return sum(odds for habit, odds in zip(habits_of(style), evidence, strict=True) if habit > 0)
