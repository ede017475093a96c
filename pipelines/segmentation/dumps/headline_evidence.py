"""Measure which of two titles is the headline: the one with characters that the text uses more than Chinese in general.

A kicker (引题) names an occasion, a column or a series, and rarely the topic of the text; a subtitle (副题) has fewer
words of the topic than the headline.
"""

import math
import re
from collections import Counter

from pipelines.segmentation.text.rjieba_dictionary import letter_frequencies

_HAN = re.compile("[\u4e00-\u9fff]")
SMOOTH = 0.3
"""Added to each count, so that a character that is missing in a short text has little weight."""

SHORTEST = 40
"""The fewest Han characters of a text in which the characters of a title are counted."""


def keyness(title: str, text: str) -> float:
    """Return the mean log ratio of the frequencies of the title's characters in the text and in Chinese in general.

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
