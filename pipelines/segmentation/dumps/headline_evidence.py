"""Which of two titles is the headline: the one whose letters the text uses more than Chinese does as a rule.

A line above the headline (引题) names an occasion, a column or a series, and seldom says what the text speaks of; one
below it (副题) says less of it than the headline does.
"""

import math
import re
from collections import Counter

from pipelines.segmentation.text.rjieba_dictionary import letter_frequencies

_HAN = re.compile("[\u4e00-\u9fff]")
SMOOTH = 0.3
"""Added to each count, so that a letter that the text lacks says little where the text is short."""

SHORTEST = 40
"""Han of a text in which the letters of a title can be counted."""


def keyness(title: str, text: str) -> float:
    """How much oftener than in Chinese at large the title's letters stand in the text: the mean log of the ratios.

    0 for a title without Han, or a text of fewer than SHORTEST letters.
    """
    letters = set(_HAN.findall(title))
    counts = Counter(_HAN.findall(text))
    size = counts.total()
    if not letters or size < SHORTEST:
        return 0.0
    known = letter_frequencies()
    total = max(1, known.total())
    ratios = [
        math.log((counts[letter] + SMOOTH) / (size * (known[letter] + 1) / total + SMOOTH))
        for letter in letters
    ]
    return sum(ratios) / len(ratios)
