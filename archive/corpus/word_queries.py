"""Find the occurrences of a query: sequences of tokens that spell it, in any segmentation and in either script."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.corpus.corpus_files import Corpus
from archive.corpus.selected_articles import Selected
from archive.numpy_arrays import Array, distinct_of_sorted, np
from kepu.errors import ArchiveError
from pipelines.segmentation.text.parts_of_speech import norm
from pipelines.segmentation.text.traditional_characters import simplified

LONGEST = 40
"""Maximum number of characters in a query."""
MOST_CUTS = 200
"""Maximum number of segmentations of a query that are searched for."""


class BadWord(ArchiveError):
    """A query that is empty or too long."""

    code = "usage"


@dataclass(slots=True)
class Hits:
    """The occurrences of a query, by date of the article, then by part and position."""

    segments: Array
    """The segment index of each occurrence."""
    tokens: Array
    """The index of the first token of each occurrence in `Corpus.tokens`."""
    lengths: Array
    """The number of tokens of each occurrence."""

    def __len__(self) -> int:
        return len(self.tokens)


def folded(query: str) -> str:
    """Return a query in the form in which types are compared: without white space, in normal form, simplified.

    Raises BadWord if it is empty or longer than LONGEST.
    """
    made = simplified(norm("".join(query.split())))
    if not made or len(made) > LONGEST:
        raise BadWord(
            "{query!r}: write a word or phrase of 1 to {most} characters.", query=query, most=LONGEST
        )
    return made


def cuts_of(corpus: Corpus, query: str) -> list[tuple[Array, ...]]:
    """Return each segmentation of a query into types of the corpus: for each of its tokens, the types that match.

    A query matches whole tokens: 智能 does not match within 人工智能 if that is one token.
    """
    wanted = {query[a:b] for a in range(len(query)) for b in range(a + 1, len(query) + 1)}
    numbers: dict[str, list[int]] = {}
    for number, fold in enumerate(corpus.folds):
        if fold in wanted:
            numbers.setdefault(fold, []).append(number)

    @lru_cache
    def cuts(at: int) -> tuple[tuple[str, ...], ...]:
        if at == len(query):
            return ((),)
        pieces = (query[at:end] for end in range(len(query), at, -1) if query[at:end] in numbers)
        return tuple((piece, *rest) for piece in pieces for rest in cuts(at + len(piece)))[:MOST_CUTS]

    return [tuple(np.array(numbers[piece]) for piece in cut) for cut in cuts(0)]


def hits_of(selected: Selected, query: str) -> Hits:
    """Return the occurrences of a query in a selection; none if it has no segmentation.

    Raises BadWord, as `folded` does.
    """
    corpus = selected.corpus
    parts = [_of_cut(selected, cut) for cut in cuts_of(corpus, folded(query))]
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        return Hits(empty, empty, empty)
    segments, tokens, lengths = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((tokens, corpus.segments[segments, 1], corpus.rows[segments]))
    return Hits(segments[order], tokens[order], lengths[order])


SHOWN = 5
"""Maximum number of longer words that are shown for a query without occurrences."""


def without_hits(selected: Selected, queries: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Return a fact for queries without occurrences: `longer_words`, the most frequent words that contain each.

    Empty if there are no such queries. A word is followed by its count: `史蒂芬·霍金 (2)`.
    """
    if not queries:
        return {}
    return {"longer_words": {query: _containing(selected, folded(query)) for query in queries}}


def _containing(selected: Selected, query: str) -> list[str]:
    corpus, totals = selected.corpus, selected.totals
    numbers = [number for number, fold in enumerate(corpus.folds) if query in fold and totals[number]]
    numbers.sort(key=lambda number: (-int(totals[number]), int(corpus.ranks[number])))
    return [f"{corpus.types[number]} ({int(totals[number])})" for number in numbers[:SHOWN]]


def _of_cut(selected: Selected, cut: tuple[Array, ...]) -> tuple[Array, Array, Array]:
    """Return the segment, first token and length of each occurrence of one segmentation of the query."""
    corpus = selected.corpus
    at = _places(selected, cut[0])
    ends = corpus.segments[1:, 2]
    segments = np.searchsorted(ends, at, side="right")
    fits = at + len(cut) <= ends[segments]
    at, segments = at[fits], segments[fits]
    for k, types in enumerate(cut[1:], 1):
        fits = np.isin(corpus.tokens[at + k], types)
        at, segments = at[fits], segments[fits]
    return segments, at, np.full(len(at), len(cut), dtype=np.int64)


FEW = 4_000
"""Number of segments up to which each is searched separately; if there are more, all tokens are searched at once."""


def _places(selected: Selected, types: Array) -> Array:
    """Return the indices of the tokens of these types within the selection."""
    corpus = selected.corpus
    segments = segments_with(selected, types)
    if len(segments) > FEW:
        is_one = corpus.tokens == types[0] if len(types) == 1 else np.isin(corpus.tokens, types)
        at = np.flatnonzero(is_one)
        return at[selected.is_segment[np.searchsorted(corpus.segments[1:, 2], at, side="right")]]
    found = []
    for start, end in zip(
        corpus.segments[segments, 2].tolist(), corpus.segments[segments + 1, 2].tolist(), strict=True
    ):
        piece = corpus.tokens[start:end]
        found.append(start + np.flatnonzero(piece == types[0] if len(types) == 1 else np.isin(piece, types)))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def segments_with(selected: Selected, types: Array) -> Array:
    """Return the segments of the selection that contain one of these types."""
    corpus = selected.corpus
    pairs = np.flatnonzero(corpus.pairs == types[0] if len(types) == 1 else np.isin(corpus.pairs, types))
    segments = distinct_of_sorted(np.searchsorted(corpus.segments[1:, 3], pairs, side="right"))
    return segments[selected.is_segment[segments]]
