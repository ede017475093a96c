"""What a query of a concordance finds: sequences of tokens that spell it, however they were cut, in either script."""

from dataclasses import dataclass
from functools import lru_cache

from archive.corpus.corpus_files import Corpus
from archive.corpus.selected_articles import Selected
from archive.numpy_arrays import Array, distinct_of_sorted, np
from kepu.errors import ArchiveError
from pipelines.segmentation.text.parts_of_speech import norm
from pipelines.segmentation.text.traditional_characters import simplified

LONGEST = 40
"""Characters of a query."""
MOST_CUTS = 200
"""Ways to cut a query that are looked for."""


class BadWord(ArchiveError):
    """A query that is no word."""

    code = "usage"


@dataclass(slots=True)
class Hits:
    """Where a query stands, in the order of articles by date, then of their parts and tokens."""

    segments: Array
    """The segment of each."""
    tokens: Array
    """The first token of each, from the beginning of the corpus."""
    lengths: Array
    """How many tokens each has."""

    def __len__(self) -> int:
        return len(self.tokens)


def folded(query: str) -> str:
    """Return a query as types are compared with it: without white space, in the counted form, simplified."""
    made = simplified(norm("".join(query.split())))
    if not made or len(made) > LONGEST:
        raise BadWord(
            "{query!r}: write a word or phrase of 1 to {most} characters.", query=query, most=LONGEST
        )
    return made


def cuts_of(corpus: Corpus, query: str) -> list[tuple[Array, ...]]:
    """Return the ways in which tokens of the corpus spell a query: of each token the types that fit.

    A query finds whole tokens: 智能 is not found within 人工智能 where that is one token.
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
    """Return where a query stands in what is selected. Raises BadWord."""
    corpus = selected.corpus
    parts = [_of_cut(selected, cut) for cut in cuts_of(corpus, folded(query))]
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        return Hits(empty, empty, empty)
    segments, tokens, lengths = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((tokens, corpus.segments[segments, 1], corpus.rows[segments]))
    return Hits(segments[order], tokens[order], lengths[order])


def _of_cut(selected: Selected, cut: tuple[Array, ...]) -> tuple[Array, Array, Array]:
    """Return segment, first token and length of each place where one way to cut the query stands."""
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
"""Segments up to which each is looked through by itself; past it, all tokens at once are."""


def _places(selected: Selected, types: Array) -> Array:
    """Return the tokens of these types in what is selected."""
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
    """Return the segments of what is selected in which one of these types is."""
    corpus = selected.corpus
    pairs = np.flatnonzero(corpus.pairs == types[0] if len(types) == 1 else np.isin(corpus.pairs, types))
    segments = distinct_of_sorted(np.searchsorted(corpus.segments[1:, 3], pairs, side="right"))
    return segments[selected.is_segment[segments]]
