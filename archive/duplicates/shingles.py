"""Split texts into hashes of their character 4-grams and of their sentences, many texts at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.duplicates.equal_letters import FULL_STOP, QUOTES, table
from archive.numpy_arrays import Array, distinct, np

GRAM = 4
"""Number of characters in a shingle. White space and quotation marks are ignored: layouts and editors change them."""

ENDS = "。！？；…!?;\n"
"""Characters that end a sentence. A half-width full stop ends one too, unless a digit follows it."""

_SPACE, _END, _DIGIT = 1, 2, 4
_LAST = 0xFFFF


def _classes() -> Array:
    """Return a table by code point with two flags: is white space, ends a sentence."""
    classes = np.zeros(_LAST + 1, dtype=np.uint8)
    for code in range(_LAST):
        letter = chr(code)
        classes[code] = (
            _SPACE * (letter.isspace() or letter in QUOTES)
            | _END * (letter in ENDS)
            | _DIGIT * (letter in "0123456789")
        )
    return classes


_CLASSES = _classes()
_COEFFICIENTS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64
)
_MULTIPLIER = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)


@dataclass(slots=True)
class Shingles:
    """The shingles of several texts, one after the other. `starts` arrays have one more entry than there are texts."""

    grams: Array
    """64-bit hashes of the 4-grams, in the order of the texts."""
    gram_starts: Array
    """Index in `grams` at which each text begins."""
    sentences: Array
    """64-bit hashes of the sentences."""
    sentence_starts: Array
    """Index in `sentences` at which each text begins."""
    lengths: Array
    """Number of characters of each sentence, without white space."""


def scramble(values: Array) -> Array:
    """Return 64-bit numbers in which each bit depends on all bits of the given numbers; 0 stays 0."""
    values = values ^ (values >> _HALF)
    values *= _MULTIPLIER
    values ^= values >> _HALF
    return values


def shingle(texts: Sequence[str]) -> Shingles:
    """Split texts into shingles, all at once, and return these.

    It takes some twenty passes over the characters, however many texts there are.
    """
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    small = np.minimum(codes, _LAST)
    classes = _CLASSES[small]
    stops = np.flatnonzero(codes == FULL_STOP)
    stops = stops[classes[np.minimum(stops + 1, len(codes) - 1)] & _DIGIT == 0]
    classes[stops] |= _END
    codes = np.where(codes > _LAST, codes, table()[small])
    printed = (classes & _SPACE) == 0
    # Number of counted characters before each position: maps positions to those after white space is removed.
    before = np.concatenate(([0], np.cumsum(printed)))
    starts = before[np.concatenate(([0], np.cumsum(sizes)))]
    ends = before[np.flatnonzero(classes & _END) + 1]
    borders = distinct(np.concatenate((starts, ends)))
    grams, whole = _grams(codes[printed].astype(np.uint64), starts)
    sentences = _sentences(grams, borders)
    return Shingles(
        grams[whole],
        np.concatenate(([0], np.cumsum(whole)))[starts],
        sentences,
        np.searchsorted(borders, starts),
        np.diff(borders),
    )


def _grams(codes: Array, starts: Array) -> tuple[Array, Array]:
    """Return the hash of the 4-gram that begins at each character, and whether it lies within one text."""
    padded = np.concatenate((codes, np.zeros(GRAM - 1, dtype=np.uint64)))
    sums = codes * _COEFFICIENTS[0]
    for place in range(1, GRAM):
        sums += padded[place : len(codes) + place] * _COEFFICIENTS[place]
    whole = np.ones(len(codes), dtype=bool)
    _clear_tails(whole, starts, False)
    return scramble(sums), whole


def _sentences(grams: Array, borders: Array) -> Array:
    """Return a hash of each sentence: the sum of the hashes of the 4-grams within it."""
    if len(borders) < 2:
        return np.zeros(0, dtype=np.uint64)
    within = grams.copy()
    _clear_tails(within, borders, 0)
    return np.add.reduceat(within, borders[:-1])


def _clear_tails(values: Array, borders: Array, empty: int) -> None:
    """Set values to `empty` that lie so near to the end of their piece that a 4-gram would reach beyond it."""
    for place in range(1, GRAM):
        tails = borders[1:] - place
        values[tails[tails >= borders[:-1]]] = empty
