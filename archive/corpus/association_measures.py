"""Measures of association, keyness and dispersion, each with its source.

Arguments and results of the type Array are numpy arrays with one element per word, unless a docstring says otherwise;
the others are numbers.
"""

import math

from archive.numpy_arrays import Array, np


def dispersion(counts: Array, places: Array, sizes: Array, types: int) -> Array:
    """Return Gries' DP of each type: 0 if spread evenly over the documents, near 1 if in few of them.

    DP = 1/2 sum over documents of |share of the type's occurrences - share of all tokens| (Gries 2008, Dispersions and
    adjusted frequencies in corpora). `places` is a pair of arrays (type, document): `counts[i]` occurrences of type
    `places[0][i]` are in document `places[1][i]`. `sizes` has the number of tokens of each document, `types` is the
    number of types. The result is 0.5 for a type that never occurs.
    """
    type_ids, documents = places
    share = sizes / max(sizes.sum(), 1)
    total = np.bincount(type_ids, weights=counts, minlength=types)
    differences = np.abs(counts / total[type_ids] - share[documents])
    covered = np.bincount(type_ids, weights=share[documents], minlength=types)
    return (np.bincount(type_ids, weights=differences, minlength=types) + 1 - covered) / 2


def log_dice(together: Array, node: float, other: Array) -> Array:
    """Return log-Dice, 14 + log2(2 f / (f1 + f2)) (Rychlý 2008, A lexicographer-friendly association score).

    f is `together`, the number of cooccurrences; f1 is `node`, the frequency of the searched word; f2 is `other`, that
    of the collocate.
    """
    return 14 + np.log2(2 * together / (node + other))


def mutual_information(together: Array, window: float, other: Array, total: float) -> Array:
    """Return the mutual information log2(f N / (W f2)), that is log2(observed / expected).

    f is `together`, the number of cooccurrences; W is `window`, the number of tokens in all windows; f2 is `other`, the
    frequency of the collocate; N is `total`, the number of all tokens (Evert 2008, Corpora and collocations: surface
    cooccurrence).
    """
    return np.log2(together * total / (window * other))


def _terms(observed: Array, expected: Array) -> Array:
    """Return O ln(O / E) of the observed (O) and expected (E) frequencies, and 0 where O is 0."""
    safe = np.where(observed > 0, observed, 1)
    return np.where(observed > 0, observed * np.log(safe / np.where(observed > 0, expected, 1)), 0.0)


def window_likelihood(together: Array, window: float, other: Array, total: float) -> Array:
    """Return the log-likelihood ratio G2 (Dunning 1993) of a word inside and outside the windows.

    The 2x2 table is [f, W - f, f2 - f, N - W - f2 + f], with 0 for negative cells. f is `together`, the number of
    cooccurrences; W is `window`, the number of tokens in all windows; f2 is `other`, the frequency of the collocate; N
    is `total`, the number of all tokens.
    """
    cells = np.stack([together, window - together, other - together, total - window - other + together]).clip(
        0
    )
    rows = (np.full_like(other, window, dtype=float), np.full_like(other, total - window, dtype=float))
    columns = (other, total - other)
    expected = np.stack([rows[n // 2] * columns[n % 2] / total for n in range(4)])
    return 2 * _terms(cells, expected).sum(axis=0)


def keyness_likelihood(a: Array, b: Array, total_a: float, total_b: float) -> Array:
    """Return the log-likelihood ratio 2 (a ln(a/E1) + b ln(b/E2)) of a word in two corpora (Rayson and Garside 2000).

    `a` and `b` are its frequencies in two corpora of `total_a` and `total_b` tokens; E1 and E2 are the frequencies to
    expect if it were equally frequent in both. A frequency of 0 adds 0.
    """
    both = (a + b) / (total_a + total_b)
    return 2 * (_terms(a, total_a * both) + _terms(b, total_b * both))


def log_ratio(a: Array, b: Array, total_a: float, total_b: float) -> Array:
    """Return Log Ratio (Hardie 2014), log2 of the relative frequency in corpus a over that in corpus b.

    0.5 is added to each frequency. A positive value means that the word is more frequent in a.
    """
    return np.log2(((a + 0.5) / total_a) / ((b + 0.5) / total_b))


def p_value(likelihood: float) -> float:
    """Return the p-value of a log-likelihood ratio (a number): chi-squared with one degree of freedom."""
    return math.erfc(math.sqrt(max(likelihood, 0.0) / 2))
