"""Estimate whether an author puts a space between a number and its unit (`5 μm`, `pH 7.8`), for all units together."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from pipelines.segmentation.dumps.readings.best_reading import EndScore, Reading, decode
from pipelines.segmentation.dumps.readings.gap_cache import scorer
from pipelines.segmentation.dumps.readings.line_metrics import Measured, score_gaps
from pipelines.segmentation.dumps.readings.page_style import Style
from pipelines.segmentation.dumps.readings.segmenter_detection import cut_rate_behind
from pipelines.segmentation.dumps.style.wrap_likelihood import doubt

APART = 2.5
"""The log-odds of a space between number and unit in a text whose author puts one."""
HABIT = 0.9
"""The probability that a typist follows the habit."""
PRIOR = -1.5
"""The log-odds of a space before units."""
LEAST_UNITS, MOST_UNITS = -2.0, 3.0
"""The log-odds of a page are limited to this range."""

PLAIN = 4.0
"""If the log-odds exceed this, the other habit is not tried."""

# These patterns begin with a digit or letter, so that the engine can jump from one to the next.
_GAP = re.compile("[0-9H] (?:(?<=[0-9] )[A-Za-zμµ℃]|(?<=pH )[0-9])")
_MEASURE = re.compile("([0-9.](?<![A-Za-z].)[0-9.]*(?<=[0-9]))( ?)([A-Za-zμµ]+|℃)")
_ACIDITY = re.compile("pH( ?)[0-9](?! ?[0-9.])")


def has_units(text: str) -> bool:
    """Return whether the folded text has a gap that may be between a number and its unit."""
    return _GAP.search(text) is not None


def units_tried(text: str, style: Style) -> Iterator[tuple[float, float]]:
    """Yield the habits for units that the text can distinguish, each with its log-odds by the tokens alone."""
    if not style.segmented or not has_units(text):
        yield PRIOR, 0.0
        return
    odds = PRIOR + parted_units(text, style)
    if odds < PLAIN:
        yield -APART, 0.0
    if odds > -PLAIN:
        yield APART, odds


def unit_readings(
    block: Measured, style: Style, limit: int, ends: EndScore
) -> Iterator[tuple[dict[int, float], Reading, float]]:
    """Yield (scores, reading, log-likelihood) of the block with and without a space before units."""
    for units in (APART, -APART):
        scores = score_gaps(block, scorer(replace(style, units=units)))
        reading = decode(block, scores, limit, ends)
        total = reading.total - sum([max(value, 0.0) + doubt(value) for value in scores.values()])
        if units > 0:
            total += parted_units(block.text, style)
        yield scores, reading, total


def parted_units(text: str, style: Style) -> float:
    """Return the log-odds of spaces before units, by how many numbers and units the segmenter kept together."""
    total = 0.0
    for number, gap, unit in _MEASURE.findall(text):
        if (unit not in style.lexicon.units and unit != "℃") or unit in style.lexicon.suffixes:
            continue
        total += _evidence(gap, _cut_rate(number, unit, style))
    return total + sum([_evidence(gap, 0.1 if style.solid else 0.2) for gap in _ACIDITY.findall(text)])


def _cut_rate(number: str, unit: str, style: Style) -> float:
    """Return the rate at which the segmenter cuts between a number and its unit without a space between them."""
    if style.solid:
        # jieba also cuts after a decimal number.
        return 0.9 if "." in number else 0.1
    if style.random:
        return 0.9
    return 0.75 if unit[0] in "μµ" else 1.0 if unit == "℃" else cut_rate_behind(number, unit, style.lexicon)


def _evidence(gap: str, rate: float) -> float:
    if gap:
        return math.log((HABIT + (1 - HABIT) * rate) / (1 - HABIT + HABIT * rate))
    return math.log((1 - HABIT) / HABIT)
