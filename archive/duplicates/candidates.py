"""Which texts of a batch may be copies of which others: those that share a key that says something.

Whether a key says something depends on how many texts have it in the end, and not on when they came: a pair
that met under a key which later turned out to be stock wording is withdrawn by pair_verdicts.py.
"""

import sqlite3
from dataclasses import dataclass

from archive.duplicates import key_index
from archive.duplicates.numpy_extra import Array, np
from archive.duplicates.signatures import of_pairs

BAND_LIMIT = 64
"""Of texts under one key of a band: beyond it the key belongs to a template or to nothing."""

PAIR_LIMIT = 16
"""Of texts under one pair of sentences: beyond it the two are stock wording, a notice's frame or a footer."""


@dataclass(slots=True)
class Candidates:
    """Pairs of texts under the keys they share, sorted by pair: one entry a pair and key."""

    a: Array
    """The text with the smaller number."""
    b: Array
    """The other."""
    keys: Array
    new_stock: Array
    """Keys that became stock wording with this batch, sorted."""
    stock_entries: Array
    """The entries that the index had under them."""


def candidates(conn: sqlite3.Connection, keys: Array, texts: Array) -> tuple[Candidates, Array]:
    """Return the pairs in which a new text is, and the entries to add to the index; writes nothing.

    `keys` and `texts` (numbers) say which keys the new texts have.
    """
    fresh = key_index.entries(keys, texts)
    fresh = fresh[~key_index.is_in(key_index.keys_of(fresh), key_index.stock_keys(conn))]
    unique, first, counts = np.unique(key_index.keys_of(fresh), return_index=True, return_counts=True)
    old = key_index.find(conn, unique)
    old_keys = key_index.keys_of(old)
    old_first = np.searchsorted(old_keys, unique)
    old_counts = np.searchsorted(old_keys, unique, side="right") - old_first
    limits = np.where(of_pairs(unique), PAIR_LIMIT, BAND_LIMIT)
    telling = counts + old_counts <= limits
    stock = unique[~telling]
    met = [
        _with_old(fresh, old, first[telling], counts[telling], old_first[telling], old_counts[telling]),
        *_among_new(fresh[~key_index.is_in(key_index.keys_of(fresh), stock)]),
    ]
    a, b, shared = (np.concatenate(columns) for columns in zip(*met, strict=True))
    a, b = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((shared, b, a))
    gone = old[key_index.is_in(old_keys, stock)]
    return Candidates(a[order], b[order], shared[order], stock, gone), fresh[
        ~key_index.is_in(key_index.keys_of(fresh), stock)
    ]


def _with_old(
    fresh: Array, old: Array, first: Array, counts: Array, old_first: Array, old_counts: Array
) -> tuple[Array, Array, Array]:
    """Pair each new text with each old one under the same key; return the two and the key."""
    new = fresh[key_index.ranges(first, counts)]
    partners = np.repeat(old_counts, counts)
    places = key_index.ranges(np.repeat(old_first, counts), partners)
    return (
        key_index.texts_of(old[places]),
        key_index.texts_of(np.repeat(new, partners)),
        key_index.keys_of(old[places]),
    )


def _among_new(fresh: Array) -> list[tuple[Array, Array, Array]]:
    """Pair new texts under the same key with each other."""
    keys, met = key_index.keys_of(fresh), []
    for apart in range(1, BAND_LIMIT):
        here = np.flatnonzero(keys[apart:] == keys[:-apart])
        if not len(here):
            break
        met.append((key_index.texts_of(fresh[here]), key_index.texts_of(fresh[here + apart]), keys[here]))
    return met
