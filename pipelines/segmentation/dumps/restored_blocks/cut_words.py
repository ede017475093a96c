"""Ask THULAC whether it cuts a Latin word where the dump has a gap (`asiaeorient alis`).

THULAC cuts few words, and two words without their space seldom where one ends, so that such a gap is rather its own.
"""

from pipelines.segmentation.dumps.certificates.open_gaps import WORDS, kind_of, runs_beside
from pipelines.segmentation.dumps.readings.line_metrics import Measured
from pipelines.segmentation.dumps.style.thulac_ties import Cut

OWN_CUT = 3.5
"""The log-odds that a gap is a cut of THULAC if THULAC cuts the whole word there and nowhere else."""
UNSURE = 3.0
"""The greatest log-odds of a space with which a gap is asked for: two words that are known are more certain."""


def with_own_cuts(block: Measured, scores: dict[int, float], cut: Cut) -> dict[int, float]:
    """Return the scores of the gaps, lower for those between small letters at which THULAC cuts the whole word."""
    changed: dict[int, float] = {}
    for line in block.lines:
        for gap in line.gaps:
            if 0.0 < scores[gap] < UNSURE and kind_of(block.text, gap) == WORDS:
                left, right = runs_beside(block.text, gap)
                if right.islower() and cut(left + right) == (len(left), len(left + right)):
                    changed[gap] = scores[gap] - OWN_CUT
    return scores | changed if changed else scores
