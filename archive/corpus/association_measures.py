"""Measures of association, keyness and dispersion, each with its source; arrays of numpy, element by element."""

import math

from archive.numpy_arrays import Array, np


def dispersion(counts: Array, of: Array, sizes: Array, types: int) -> Array:
    """Return Gries' DP of each type: 0 spread as the documents' sizes are, towards 1 the more it is in few of them.

    DP = 1/2 sum over documents of |share of the type's occurrences - share of all tokens| (Gries 2008, Dispersions and
    adjusted frequencies in corpora). `counts[i]` occurrences of type `of[i][0]` are in document `of[i][1]`; `sizes` are
    tokens by document.
    """
    kinds, documents = of
    share = sizes / max(sizes.sum(), 1)
    total = np.bincount(kinds, weights=counts, minlength=types)
    there = np.abs(counts / total[kinds] - share[documents])
    covered = np.bincount(kinds, weights=share[documents], minlength=types)
    return (np.bincount(kinds, weights=there, minlength=types) + 1 - covered) / 2


def log_dice(together: Array, node: float, other: Array) -> Array:
    """Return 14 + log2(2 f / (f1 + f2)): Rychlý 2008, A lexicographer-friendly association score."""
    return 14 + np.log2(2 * together / (node + other))


def mutual_information(together: Array, window: float, other: Array, total: float) -> Array:
    """Return log2(f N / (W f2)), W being the tokens in windows: observed over expected.

    Evert 2008, Corpora and collocations: surface cooccurrence.
    """
    return np.log2(together * total / (window * other))


def _terms(observed: Array, expected: Array) -> Array:
    """Return O ln(O / E), which is 0 where O is."""
    safe = np.where(observed > 0, observed, 1)
    return np.where(observed > 0, observed * np.log(safe / np.where(observed > 0, expected, 1)), 0.0)


def window_likelihood(together: Array, window: float, other: Array, total: float) -> Array:
    """Return the log-likelihood ratio G2 of the table [f, W - f, f2 - f, N - W - f2 + f]: Dunning 1993."""
    cells = np.stack([together, window - together, other - together, total - window - other + together]).clip(
        0
    )
    rows = (np.full_like(other, window, dtype=float), np.full_like(other, total - window, dtype=float))
    columns = (other, total - other)
    expected = np.stack([rows[n // 2] * columns[n % 2] / total for n in range(4)])
    return 2 * _terms(cells, expected).sum(axis=0)


def keyness_likelihood(a: Array, b: Array, total_a: float, total_b: float) -> Array:
    """Return 2 (a ln(a/E1) + b ln(b/E2)): Rayson and Garside 2000, Comparing corpora using frequency profiling."""
    both = (a + b) / (total_a + total_b)
    return 2 * (_terms(a, total_a * both) + _terms(b, total_b * both))


def log_ratio(a: Array, b: Array, total_a: float, total_b: float) -> Array:
    """Return log2(((a + .5) / NA) / ((b + .5) / NB)): Hardie 2014, Log Ratio, with half a word added on either side."""
    return np.log2(((a + 0.5) / total_a) / ((b + 0.5) / total_b))


def p_value(likelihood: float) -> float:
    """Return how likely so great a log-likelihood ratio is by chance: chi-squared with one degree of freedom."""
    return math.erfc(math.sqrt(max(likelihood, 0.0) / 2))
