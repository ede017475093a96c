"""Keys by which near copies find each other: bands of a MinHash signature, pairs of sentences, and single sentences.

The signature uses one-permutation hashing: the upper bits of each 4-gram's hash assign it to one of 128 bins, and each
bin keeps its smallest hash. That takes one pass where classic MinHash takes 128.
"""

from dataclasses import dataclass

from archive.duplicates.shingles import Shingles, scramble
from archive.numpy_arrays import Array, distinct, np

BINS = 128
"""Number of values of a signature."""

ROWS = 5
"""Number of values in a band: two texts share the key of a band only if all of these are equal."""

BANDS = 14
"""Number of bands of 5 values: a pair of similarity .75 shares one of them with probability .977, of .85 with .9996.

More bands would find little more, because lightly edited copies share sentences too.
"""

PAIRS = 8
"""Number of pairs of neighbouring sentences that represent a text: those with the smallest hashes.

They find what the bands miss: versions with a third of their sentences replaced (similarity .5, like that of two
articles from one template), and excerpts.
"""

SENTENCES = 10
"""Number of single sentences that represent a text, because a summary takes scattered sentences and keeps no
neighbours.
"""

LEAST_SENTENCE = 8
"""Minimum number of characters of such a sentence; shorter ones are too common."""

KEY_BITS = 46
"""Number of bits of a key, so that SQLite stores it in 6 bytes. Among 300 million keys, unrelated texts rarely collide.
"""

BAND, PAIR, SENTENCE = 0, 1, 2
"""Types of a key, in its two lowest bits: of a band, of a pair of sentences, of a single sentence."""

_TYPE = np.uint64(3)
_EMPTY = np.uint32(0xFFFFFFFF)


def _donors() -> Array:
    """Return the order in which other bins are tried to fill each empty bin: all others, by an odd step of its own."""
    bins = np.arange(BINS)[:, None]
    return (bins + (2 * (bins * 37 % BINS) + 1) * np.arange(1, BINS)) % BINS


_DONORS = _donors()


@dataclass(slots=True)
class Sketches:
    """The keys of several texts."""

    texts: Array
    """Index in the batch of the text that has each key."""
    keys: Array
    """The keys, each below 2 ** KEY_BITS and at most once per text."""


def sketch(shingles: Shingles) -> Sketches:
    """Return the keys of the texts."""
    values = _minima(shingles)
    bands = _band_keys(values)
    found = [
        (np.repeat(np.arange(len(values)), BANDS), bands.ravel()),
        _pair_keys(shingles),
        _sentence_keys(shingles),
    ]
    return Sketches(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def _minima(shingles: Shingles) -> Array:
    """Return the signatures of texts, 32 bits per value, with empty bins filled from others."""
    count = len(shingles.gram_starts) - 1
    values = np.full(count * BINS, _EMPTY, dtype=np.uint32)
    places = np.repeat(np.arange(count) * BINS, np.diff(shingles.gram_starts))
    places += (shingles.grams >> np.uint64(57)).astype(np.int64)
    np.minimum.at(values, places, shingles.grams.astype(np.uint32))
    values = values.reshape(count, BINS)
    return _filled(values)


def _filled(values: Array) -> Array:
    """Fill the empty bins of short texts from full ones, in the same way for equal texts (densification)."""
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
    """Return the key of each band of each text; shape (texts, BANDS)."""
    rows = values[:, : BANDS * ROWS].reshape(-1, BANDS, ROWS).astype(np.uint64)
    keys = np.arange(1, BANDS + 1, dtype=np.uint64)[None, :]
    for row in range(ROWS):
        keys = scramble(keys + rows[:, :, row])
    return _key(keys, BAND)


def _pair_keys(shingles: Shingles) -> tuple[Array, Array]:
    """Return the keys of the sentence pairs that represent the texts, and the index of the text of each key.

    A pair is a sentence with the next one or the one after that, so that one replaced sentence between two unchanged
    ones does no harm. Single sentences would not do: articles built from the same stock phrases share many.
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
    """Return the keys of the single sentences that represent the texts, and the index of the text of each key."""
    starts = shingles.sentence_starts
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    telling = shingles.lengths >= LEAST_SENTENCE
    hashes = scramble(shingles.sentences[telling])
    return _smallest(owners[telling], _key(hashes, SENTENCE), SENTENCES)


def _smallest(texts: Array, keys: Array, most: int) -> tuple[Array, Array]:
    """Return the smallest distinct keys of each text, at most `most` per text."""
    # Sorting one combined number is many times faster than sorting two columns.
    packed = distinct((texts.astype(np.uint64) << np.uint64(KEY_BITS)) | keys)
    owners = (packed >> np.uint64(KEY_BITS)).astype(np.int64)
    keys = packed & np.uint64(2**KEY_BITS - 1)
    chosen = np.arange(len(owners)) - np.searchsorted(owners, owners) < most
    return owners[chosen], keys[chosen]


def _key(hashes: Array, type_: int) -> Array:
    return (hashes >> np.uint64(64 - KEY_BITS)) & ~_TYPE | np.uint64(type_)
