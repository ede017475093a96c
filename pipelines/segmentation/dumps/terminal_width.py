"""Find the terminal widths that the lines of a dump allow, and count its short lines."""

from itertools import accumulate, pairwise

from pipelines.segmentation.dumps.best_reading import GOES_ON
from pipelines.segmentation.dumps.line_metrics import Measured

USUAL_LIMITS = (79, 71, 99, 119, 131, 63, 59, 89, 109, 139, 159)
"""The usual limits (`-cols` minus 1), the likeliest first."""
LEAST_LIMIT, LARGEST_LIMIT = 20, 400
TOO_FEW = 10
"""In dumps with at most this many lines, no line may be wider than the limit."""
LEAST_COLUMN, COLUMN_LINES = 40, 3
"""The narrowest column of text, and the fewest line ends that it must explain."""


def limit_prior(limit: int) -> float:
    """Return the log prior of a limit."""
    return -0.5 * USUAL_LIMITS.index(limit) if limit in USUAL_LIMITS else -15.0


def likely_limits(measured: list[Measured]) -> list[tuple[int, int]]:
    """Return the likeliest limits, each with the number of line ends that it may explain as wraps."""
    votes = _votes(measured, 0)
    low = _lowest(measured)
    top = max(votes[low:])
    found = dict.fromkeys([limit for limit in USUAL_LIMITS if limit >= low] + [votes.index(top, low)])
    ranked = sorted(found, key=lambda limit: -votes[limit])
    return [(limit, votes[limit]) for limit in ranked[:4]]


def _lowest(measured: list[Measured]) -> int:
    """Return the width that nearly all lines keep; forms and unbreakable text may be wider than the terminal."""
    widths = sorted(line.width for block in measured for line in block.lines)
    beyond = min(len(widths) - 1, max(1, len(widths) // 50)) if len(widths) > TOO_FEW else 0
    return min(max(widths[-1 - beyond], LEAST_LIMIT), LARGEST_LIMIT)


def narrower_column(measured: list[Measured], limit: int) -> int | None:
    """Return the limit of a text column narrower than the page, or None if too few lines show one.

    One line is enough if the next begins with a comma or full stop that would have fitted on the page's width.
    """
    votes = _votes(measured, limit)
    column = max(range(LEAST_COLUMN, limit), key=lambda narrow: votes[narrow], default=0)
    if column and votes[column] >= COLUMN_LINES:
        return column
    proofs = [
        line.width
        for block in measured
        for line, after in pairwise(block.lines)
        if block.text[after.start] in GOES_ON and not line.gaps and line.width + 2 + block.lost <= limit
    ]
    return max(proofs) if proofs and max(proofs) >= LEAST_COLUMN else None


def _votes(measured: list[Measured], explained: int) -> list[int]:
    """Return for each limit the number of line ends that it explains as wraps and the limit `explained` does not."""
    change = [0] * (LARGEST_LIMIT + 2)
    for block in measured:
        for line, after in pairwise(block.lines):
            low = line.width
            high = low + len(line.gaps) + after.units[-1][0] - 1 + line.may_space
            lost = block.lost * (not line.start)
            if low <= explained <= high + lost:
                continue
            for indent in {0, lost}:
                change[min(low + indent, LARGEST_LIMIT)] += 1
                change[min(high + indent, LARGEST_LIMIT) + 1] -= 1
    return list(accumulate(change[:-1]))


def density_of(measured: list[Measured], limit: int) -> float:
    """Return the number of short lines inside blocks per full line.

    It is 0 if so few lines are short that blank lines must separate the paragraphs. The first line of a block counts as
    full if it would be full with the indent that a segmenter may have removed.
    """
    short = full = 0
    for block in measured:
        ends = [
            line.width + len(line.gaps) + after.units[-1][0] + 1 + block.lost * (not line.start) <= limit
            for line, after in pairwise(block.lines)
        ]
        # A menu of short lines tells nothing of the text.
        if not all(ends):
            short += sum(ends)
            full += len(ends) - sum(ends)
    return 0.0 if short < 0.08 * (short + full) or not short else short / full
