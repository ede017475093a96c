"""Sketches of texts: MinHash signatures of their 4-grams, and the keys under which near copies meet.

A signature is made by one-permutation hashing: each 4-gram falls into one of 128 bins by the upper bits of its
hash, and each bin keeps its smallest. That is one pass where classic MinHash takes 128.
"""

from dataclasses import dataclass

from archive.duplicates.numpy_extra import Array, distinct, np
from archive.duplicates.shingles import Shingles, scramble

BINS = 128
ROWS = 5
BANDS = 18
"""Bands of 5 values: a pair of true similarity .75 meets under one of them with .992, of .85 with .99997.

More would find little more, because lightly edited copies share pairs of sentences too, and the index is read whole.
"""

PAIRS = 12
"""How many pairs of neighbouring sentences stand for a text: those with the smallest hashes.

They find what the bands cannot, a version with a third of its sentences replaced (similarity .5, like that of two
articles from one template) and an excerpt.
"""

KEY_BITS = 40
"""Of a key. Among 30 million of them, one text in 1,200 meets a stranger, whom the comparison sends away."""

_TYPE = np.uint64(1)
_EMPTY = np.uint32(0xFFFFFFFF)


def _donors() -> Array:
    """Return from which bins an empty one takes its value, in which order: all others, by an odd step of its own."""
    bins = np.arange(BINS)[:, None]
    return (bins + (2 * (bins * 37 % BINS) + 1) * np.arange(1, BINS)) % BINS


_DONORS = _donors()


@dataclass(slots=True)
class Sketches:
    """The sketches of several texts."""

    signatures: Array
    """The lowest byte of each of the 128 values: shape (texts, 128)."""
    texts: Array
    """To which text each key belongs, by its place in the batch."""
    keys: Array
    """The keys, each below 2 ** KEY_BITS: those of bands are even, those of pairs of sentences odd."""


def sketch(shingles: Shingles) -> Sketches:
    """Return the sketches of texts."""
    values = _minima(shingles)
    bands = _band_keys(values)
    texts, pairs = _pair_keys(shingles)
    return Sketches(
        (values & np.uint32(0xFF)).astype(np.uint8),
        np.concatenate((np.repeat(np.arange(len(values)), BANDS), texts)),
        np.concatenate((bands.ravel(), pairs)),
    )


def of_pairs(keys: Array) -> Array:
    """Return for each key whether it is that of a pair of sentences."""
    return (keys & _TYPE).astype(bool)


def likeness(signatures: Array, others: Array) -> Array:
    """Return the estimate of the similarity of texts to others, row by row; its standard error is below .045."""
    equal = np.count_nonzero(signatures == others, axis=1) / BINS
    return (equal - 1 / 256) / (1 - 1 / 256)


def _minima(shingles: Shingles) -> Array:
    """Return the signatures of texts, 32 bits a value, empty bins filled from others."""
    count = len(shingles.gram_starts) - 1
    values = np.full(count * BINS, _EMPTY, dtype=np.uint32)
    places = np.repeat(np.arange(count) * BINS, np.diff(shingles.gram_starts))
    places += (shingles.grams >> np.uint64(57)).astype(np.int64)
    np.minimum.at(values, places, shingles.grams.astype(np.uint32))
    values = values.reshape(count, BINS)
    return _filled(values)


def _filled(values: Array) -> Array:
    """Fill the empty bins of short texts from full ones, of equal texts alike (densification)."""
    rows, bins = np.nonzero(values == _EMPTY)
    filled = values.copy()
    for turn in range(BINS - 1):
        if not len(rows):
            break
        found = values[rows, _DONORS[bins, turn]]
        filled[rows, bins] = found
        empty = found == _EMPTY
        rows, bins = rows[empty], bins[empty]
    return filled


def _band_keys(values: Array) -> Array:
    """Return the key of each band of each text: shape (texts, BANDS)."""
    rows = values[:, : BANDS * ROWS].reshape(-1, BANDS, ROWS).astype(np.uint64)
    keys = np.arange(1, BANDS + 1, dtype=np.uint64)[None, :]
    for row in range(ROWS):
        keys = scramble(keys + rows[:, :, row])
    return _key(keys) & ~_TYPE


def _pair_keys(shingles: Shingles) -> tuple[Array, Array]:
    """Return the keys of the pairs of sentences that stand for the texts, and to which text each belongs.

    A pair is a sentence with the next one or the next but one, so that one replaced sentence between two that
    stayed does no harm. One sentence alone would not do: articles from one stock of phrases share many.
    """
    sentences, starts = shingles.sentences, shingles.sentence_starts
    count = len(starts) - 1
    owners = np.repeat(np.arange(count), np.diff(starts))
    texts, hashes = [], []
    for apart in (1, 2):
        same = np.flatnonzero(owners[:-apart] == owners[apart:])
        texts.append(owners[same])
        hashes.append(scramble(scramble(sentences[same]) + sentences[same + apart]))
    return _smallest(np.concatenate(texts), np.concatenate(hashes))


def _smallest(texts: Array, hashes: Array) -> tuple[Array, Array]:
    """Return the PAIRS smallest different hashes of each text, as keys."""
    packed = distinct((texts.astype(np.uint64) << np.uint64(KEY_BITS)) | _key(hashes) | _TYPE)
    owners = (packed >> np.uint64(KEY_BITS)).astype(np.int64)
    ranks = np.arange(len(owners)) - np.searchsorted(owners, owners)
    chosen = ranks < PAIRS
    return owners[chosen], packed[chosen] & np.uint64((1 << KEY_BITS) - 1)


def _key(hashes: Array) -> Array:
    return hashes >> np.uint64(64 - KEY_BITS)
