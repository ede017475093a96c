"""Find the terminal widths that the lines of a dump allow, and count its short lines."""

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise

from pipelines.segmentation.dumps.readings.best_reading import GOES_ON
from pipelines.segmentation.dumps.readings.line_metrics import Measured

USUAL_LIMITS = (79, 71, 99, 119, 131, 63, 59, 89, 109, 139, 159)
"""The usual limits (`-cols` minus 1), the likeliest first."""
LEAST_LIMIT, LARGEST_LIMIT = 20, 400
"""The smallest and the largest limit that is considered."""
TOO_FEW = 10
"""In dumps with at most this many lines, no line may be wider than the limit."""
LEAST_COLUMN, COLUMN_LINES = 36, 3
"""The narrowest column of text, and the fewest line ends that it must explain."""


@lru_cache(maxsize=LARGEST_LIMIT)
def limit_prior(limit: int) -> float:
    """Return the log prior of a limit; an even number of columns is likelier than an odd one."""
    if limit in USUAL_LIMITS:
        return -0.5 * USUAL_LIMITS.index(limit)
    return UNUSUAL - 0.5 * (limit % 2 == 0)


UNUSUAL = -6.0
"""The log prior of a limit that is not usual: little more than half of what one paragraph that ends in the middle of a
sentence costs."""
MOST_LIMITS = 6
"""The most limits of a page that are tried."""


def line_widths(measured: list[Measured]) -> list[int]:
    """Return the columns of the blocks' lines, sorted."""
    return sorted([line.width for block in measured for line in block.lines])


def likely_limits(measured: list[Measured], widths: list[int]) -> list[tuple[int, int]]:
    """Return the likeliest limits, each with the number of line ends of the blocks that it may explain as wraps.

    `widths` are the columns of all lines of the page, sorted.
    """
    votes, weights = _votes(measured, 0)
    # The widest lines of the page may not be among `measured`.
    widest = len(votes) - 1
    low = min(_lowest(widths), widest)
    usual = [limit for limit in USUAL_LIMITS if limit >= low]
    top = max(votes[low:])
    best = sorted(range(LEAST_COLUMN, len(weights)), key=weights.__getitem__, reverse=True)[:3]
    # Some lines, such as those of forms and tables, may be wider than the terminal.
    wider = {limit: len(widths) - bisect_right(widths, limit) for limit in [votes.index(top, low), *best]}
    found = dict.fromkeys(
        [*usual, *(limit for limit, n in wider.items() if not n or votes[limit] >= COLUMN_LINES + n)]
    )
    found = found or dict.fromkeys([min(max(widths[-1], LEAST_LIMIT), widest)])
    ranked = sorted(found, key=lambda limit: (-votes[limit], -weights[limit]))
    return [(limit, votes[limit]) for limit in ranked[:MOST_LIMITS]]


def _lowest(widths: list[int]) -> int:
    """Return the width that nearly all lines keep; forms and unbreakable text may be wider than the terminal."""
    beyond = min(len(widths) - 1, max(1, len(widths) // 50)) if len(widths) > TOO_FEW else 0
    return min(max(widths[-1 - beyond], LEAST_LIMIT), LARGEST_LIMIT)


def narrower_column(measured: list[Measured], limit: int) -> int | None:
    """Return the limit of a text column narrower than the page, or None if too few lines show one.

    One line is enough if the next begins with a comma or full stop that would have fitted on the page's width.
    """
    votes, _ = _votes(measured, limit)
    column = max(range(LEAST_COLUMN, min(limit, len(votes))), key=lambda narrow: votes[narrow], default=0)
    if column and votes[column] >= COLUMN_LINES:
        return column
    proofs = [
        line.width
        for block in measured
        for line, after in pairwise(block.lines)
        if block.text[after.start] in GOES_ON and not line.gaps and line.width + 2 + block.lost <= limit
    ]
    return max(proofs) if proofs and max(proofs) >= LEAST_COLUMN else None


def _votes(measured: list[Measured], explained: int) -> tuple[list[int], list[float]]:
    """Return for each limit the number of line ends that it explains as wraps and the limit `explained` does not.

    The second list weighs each line end: the more limits explain it, the less it tells of each. The lists end where no
    limit explains any, but not before the usual limits and the widths of the lines.
    """
    change = [0] * (LARGEST_LIMIT + 2)
    weight = [0.0] * (LARGEST_LIMIT + 2)
    last = max(USUAL_LIMITS)
    for block in measured:
        for line, after in pairwise(block.lines):
            low = line.width
            high = low + len(line.gaps) + after.units[-1][0] - 1 + line.may_space
            lost = block.lost if not line.start else 0
            if low <= explained <= high + lost:
                continue
            share = 1.0 / (high - low + 1)
            for indent in (0, lost) if lost else (0,):
                first, beyond = min(low + indent, LARGEST_LIMIT), min(high + indent, LARGEST_LIMIT) + 1
                change[first] += 1
                change[beyond] -= 1
                weight[first] += share
                weight[beyond] -= share
                last = max(last, beyond)
    last = max([last, *(line.width for block in measured for line in block.lines)])
    size = min(last + SPARE, LARGEST_LIMIT + 1)
    return list(accumulate(change[:size])), list(accumulate(weight[:size]))


SPARE = 4
"""Places after the last limit that explains anything: `likely_limits` takes the three with the most weight."""


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
