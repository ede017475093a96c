"""The keys under which near copies meet: bands of a MinHash signature, pairs of sentences, and single sentences.

A signature is made by one-permutation hashing: each 4-gram falls into one of 128 bins by the upper bits of its
hash, and each bin keeps its smallest. That is one pass where classic MinHash takes 128.
"""

from dataclasses import dataclass

from archive.duplicates.shingles import Shingles, scramble
from archive.numpy_arrays import Array, distinct, np

BINS = 128
ROWS = 5
BANDS = 14
"""Bands of 5 values: a pair of true similarity .75 meets under one of them with .977, of .85 with .9996.

More would find little more, because lightly edited copies share sentences too.
"""

PAIRS = 8
"""How many pairs of neighbouring sentences stand for a text: those with the smallest hashes.

They find what the bands cannot, a version with a third of its sentences replaced (similarity .5, like that of two
articles from one template) and an excerpt.
"""

SENTENCES = 10
"""How many single sentences stand for a text: a summary takes scattered ones and keeps no two neighbours."""

LEAST_SENTENCE = 8
"""Characters of such a sentence: a shorter one says nothing."""

KEY_BITS = 46
"""Of a key: SQLite stores it in 6 bytes. Among 300 million of them, few texts meet a stranger."""

BAND, PAIR, SENTENCE = 0, 1, 2
"""The two lowest bits of a key: of which type it is."""

_TYPE = np.uint64(3)
_EMPTY = np.uint32(0xFFFFFFFF)


def _donors() -> Array:
    """Return from which bins an empty one takes its value, in which order: all others, by an odd step of its own."""
    bins = np.arange(BINS)[:, None]
    return (bins + (2 * (bins * 37 % BINS) + 1) * np.arange(1, BINS)) % BINS


_DONORS = _donors()


@dataclass(slots=True)
class Sketches:
    """The keys of several texts."""

    texts: Array
    """To which text each key belongs, by its place in the batch."""
    keys: Array
    """The keys, each below 2 ** KEY_BITS, and of one text each once."""


def sketch(shingles: Shingles) -> Sketches:
    """Return the keys of texts."""
    values = _minima(shingles)
    bands = _band_keys(values)
    found = [
        (np.repeat(np.arange(len(values)), BANDS), bands.ravel()),
        _pair_keys(shingles),
        _sentence_keys(shingles),
    ]
    return Sketches(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


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
    return _key(keys, BAND)


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
    return _smallest(np.concatenate(texts), _key(np.concatenate(hashes), PAIR), PAIRS)


def _sentence_keys(shingles: Shingles) -> tuple[Array, Array]:
    """Return the keys of the single sentences that stand for the texts, and to which text each belongs."""
    starts = shingles.sentence_starts
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    telling = shingles.lengths >= LEAST_SENTENCE
    hashes = scramble(shingles.sentences[telling])
    return _smallest(owners[telling], _key(hashes, SENTENCE), SENTENCES)


def _smallest(texts: Array, keys: Array, most: int) -> tuple[Array, Array]:
    """Return the smallest different keys of each text, at most so many."""
    # One number of both is sorted many times faster than two columns.
    packed = distinct((texts.astype(np.uint64) << np.uint64(KEY_BITS)) | keys)
    owners = (packed >> np.uint64(KEY_BITS)).astype(np.int64)
    keys = packed & np.uint64(2**KEY_BITS - 1)
    chosen = np.arange(len(owners)) - np.searchsorted(owners, owners) < most
    return owners[chosen], keys[chosen]


def _key(hashes: Array, type_: int) -> Array:
    return (hashes >> np.uint64(64 - KEY_BITS)) & ~_TYPE | np.uint64(type_)
