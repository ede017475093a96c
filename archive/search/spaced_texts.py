"""Split many texts into tokens at once, with the result of `search_tokens.spaced` for each text.

Nearly all characters of a text are tokens of their own: common Han characters, and single punctuation marks, which are
breaks. These are written with the spaces between them in a few passes over many texts. Only the other pieces, such as
numbers, are looked at one by one.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from archive.numpy_arrays import Array, np
from archive.search.search_tokens import common_han, tokens_between

CHARS = 100_000
"""Approximate number of characters that are processed at once: arrays of this size stay in the processor's cache."""

_LAST = 0xFFFF
_SPACE = 0x20


def spaced_texts(texts: Sequence[str]) -> Iterator[str]:
    """Yield the tokens of each text, with a space between each two."""
    portion: list[str] = []
    chars = 0
    for text in texts:
        portion.append(text)
        chars += len(text)
        if chars >= CHARS:
            yield from _spaced(portion)
            portion, chars = [], 0
    yield from _spaced(portion)


def _spaced(texts: list[str]) -> Iterator[str]:
    """Yield the tokens of each text of a portion."""
    whole = "".join(texts)
    if not whole:
        yield from texts
        return
    codes = _codes(whole)
    borders = np.cumsum([0, *map(len, texts)])
    is_single, tokens = _single_tokens(codes, borders)
    sizes = np.where(is_single & (tokens > 0), 2, 0)
    starts, ends = _runs(~is_single, borders)
    pieces = [
        tokens_between(whole[start:end]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
    sizes[starts] = lengths + (lengths > 0)
    places = np.concatenate(([0], np.cumsum(sizes)))
    letters = np.full(places[-1], _SPACE, dtype=np.uint32)
    written = np.flatnonzero(is_single & (tokens > 0))
    letters[places[written]] = tokens[written]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    letters[np.repeat(places[starts], lengths) + within] = _codes("".join(pieces))
    apart = letters.tobytes().decode("utf-32-le", "surrogatepass")
    for start, end in zip(places[borders[:-1]].tolist(), places[borders[1:]].tolist(), strict=True):
        yield apart[start : max(end - 1, start)]


def _codes(text: str) -> Array:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _single_tokens(codes: Array, borders: Array) -> tuple[Array, Array]:
    """Return which characters are pieces of their own, and the code point of the token of each; 0 if it has none.

    `borders` are the places at which the texts begin and end.
    """
    common, alone = _tables()
    small = np.minimum(codes, _LAST)
    is_common = common[small]
    has_neighbour = np.zeros((2, len(codes)), dtype=bool)
    has_neighbour[0, 1:] = has_neighbour[1, :-1] = True
    has_neighbour[0, borders[:-1][borders[:-1] < len(codes)]] = False
    has_neighbour[1, borders[1:][borders[1:] > 0] - 1] = False
    is_first = ~has_neighbour[0]
    is_first[1:] |= is_common[:-1]
    is_last = ~has_neighbour[1]
    is_last[:-1] |= is_common[1:]
    tokens = alone[small]
    return is_common | (is_first & is_last & (tokens >= 0)), tokens


def _runs(chosen: Array, borders: Array) -> tuple[Array, Array]:
    """Return the starts and the ends of the runs of chosen characters, each within one text."""
    around = np.concatenate(([False], chosen, [False]))
    starts = np.flatnonzero(around[1:] & ~around[:-1])
    ends = np.flatnonzero(around[:-1] & ~around[1:])
    inner = borders[around[borders] & around[borders + 1]]
    return np.unique(np.concatenate((starts, inner))), np.unique(np.concatenate((ends, inner)))


@cache
def _tables() -> tuple[Array, Array]:
    """Return two tables by code point: whether a character is a common Han character, and the token of it alone.

    The token is given by its code point, 0 for no token, and -1 if it must be looked up.
    """
    common = np.zeros(_LAST + 1, dtype=bool)
    common[[ord(letter) for letter in common_han()]] = True
    alone = np.full(_LAST + 1, -1, dtype=np.int64)
    alone[common] = np.flatnonzero(common)
    for code in (
        *range(0x20, 0x7F),
        *range(0x2000, 0x2070),
        *range(0x3000, 0x3020),
        *range(0xFF00, 0xFF66),
        0x0A,
    ):
        token = tokens_between(chr(code))
        if len(token) <= 1:
            alone[code] = ord(token) if token else 0
    return common, alone
