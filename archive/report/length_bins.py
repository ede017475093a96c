"""The distribution of article lengths: bins of equal width, and quartiles."""

from collections.abc import Sequence
from math import ceil, floor, log10

BINS = 20
"""Approximate number of bins for all articles except the longest 2%."""


def bins(lengths: Sequence[int]) -> dict[str, int]:
    """Return the number of lengths in each bin: `0–99`, `100–199` …, and a last bin without an upper limit.

    All other bins have the same width, which is 1, 2 or 5 times a power of ten. It follows from the 98th percentile, so
    that a few very long articles do not flatten the chart.
    """
    if not lengths:
        return {}
    ordered = sorted(lengths)
    wide = _width(ordered[floor(0.98 * (len(ordered) - 1))])
    count = max(1, ceil((ordered[floor(0.98 * (len(ordered) - 1))] + 1) / wide))
    found = {f"{n * wide:,}–{(n + 1) * wide - 1:,}": 0 for n in range(count)}
    names, beyond = list(found), f"{count * wide:,}+"
    for length in ordered:
        name = names[length // wide] if length < count * wide else beyond
        found[name] = found.get(name, 0) + 1
    return found


def quartiles(lengths: Sequence[int]) -> tuple[int, int, int] | None:
    """Return the 25th, 50th and 75th percentile of the lengths, or None if there are none."""
    if not lengths:
        return None
    ordered = sorted(lengths)
    lower, median, upper = (ordered[round(share * (len(ordered) - 1))] for share in (0.25, 0.5, 0.75))
    return lower, median, upper


def _width(high: int) -> int:
    rough = max(high / BINS, 10)
    power = 10.0 ** floor(log10(rough))
    return int(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough))
