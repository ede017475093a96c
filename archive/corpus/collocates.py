"""Collocates: words that occur near a word more often than their frequency explains."""

from collections import Counter
from collections.abc import Iterator

from archive.corpus.association_measures import log_dice, mutual_information, window_likelihood
from archive.corpus.corpus_tables import CorpusTable
from archive.corpus.selected_articles import Selected
from archive.corpus.tokenize_articles import parts
from archive.corpus.word_queries import Hits, hits_of, without_hits
from archive.numpy_arrays import Array, np
from archive.readonly import reading
from kepu.progress import Tell, nobody
from pipelines.segmentation.text.known_names import KnownNames
from pipelines.segmentation.text.sentences import sentences
from pipelines.segmentation.text.words import words

COLUMNS = ("rank", "word", "together", "count", "log_dice", "mi", "llr")
"""Columns of the table: rank, word, how often it is near the query, its frequency, and three measures of association.
"""

MEASURES = "log_dice 14+log2(2f/(f1+f2)), mi log2(fN/(W f2)), llr G2 of [f, W-f, f2-f, N-W-f2+f]; W: tokens_in_windows"
"""The formulas of the measures, which each table states."""


def collocates(
    selected: Selected,
    query: str,
    *,
    window: int = 5,
    least: int = 5,
    limit: int = 50,
    progress: Tell = nobody,
) -> CorpusTable:
    """Return the words that occur at least `least` times within `window` tokens of a word, in the same sentence.

    They are ordered by log-Dice, and `limit` of them are returned (0: all). A token near two occurrences of the word
    counts once; the tokens of the word itself are not counted. MI and the log-likelihood ratio compare with the number
    expected by chance among the tokens in all windows (see association_measures). `progress` is called with the number
    of texts done and their total. Raises BadWord.
    """
    hits = hits_of(selected, query)
    together: Counter[int] = Counter()
    in_windows = 0
    for stream, nodes in _sentences(selected, hits, progress):
        near = {k for start, end in nodes for k in (*range(start - window, start), *range(end, end + window))}
        own = {k for start, end in nodes for k in range(start, end)}
        taken = [stream[k] for k in near - own if 0 <= k < len(stream)]
        in_windows += len(taken)
        together.update(taken)
    types = np.array(sorted(each for each, count in together.items() if count >= least), dtype=np.int64)
    measured = _measured(
        selected, types, np.array([together[each] for each in types.tolist()]), len(hits), in_windows
    )
    order = np.lexsort((selected.corpus.ranks[types], -measured[2])) if len(types) else types
    rows = [
        (
            rank,
            selected.corpus.types[types[k]],
            int(measured[0][k]),
            int(measured[1][k]),
            *(float(m[k]) for m in measured[2:]),
        )
        for rank, k in enumerate(order[: limit or None].tolist(), 1)
    ]
    facts = selected.facts() | {
        "query": query, "hits": len(hits), "window": window, "least": least, "tokens_in_windows": in_windows,
        "measures": MEASURES,
    } | without_hits(selected, [] if len(hits) else [query])  # fmt: skip
    return CorpusTable(COLUMNS, rows, facts)


def _measured(selected: Selected, types: Array, together: Array, node: int, in_windows: int) -> list[Array]:
    if not len(types):
        return [types] * 5
    together = together.astype(float)
    other = selected.totals[types].astype(float)
    total = float(selected.tokens)
    return [
        together,
        other,
        log_dice(together, node, other),
        mutual_information(together, in_windows, other, total),
        window_likelihood(together, in_windows, other, total),
    ]


def _sentences(
    selected: Selected, hits: Hits, progress: Tell
) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
    """Yield each sentence with the word: the type numbers of its counted tokens, and where the word occurs among them.

    Each occurrence is (first, end), as positions in the list of tokens.
    """
    corpus = selected.corpus
    names = KnownNames(corpus.facts.names)
    segments = np.unique(hits.segments)
    order = np.argsort(hits.segments, kind="stable")
    firsts = np.searchsorted(hits.segments[order], segments)
    lasts = np.searchsorted(hits.segments[order], segments, side="right")
    sql = "SELECT headline, dateline, text FROM articles WHERE seq = ?"
    with reading(selected.path) as db:
        for done, (segment, a, b) in enumerate(
            zip(segments.tolist(), firsts.tolist(), lasts.tolist(), strict=True)
        ):
            row = db.execute(sql, (int(corpus.segments[segment, 0]),)).fetchone()
            text = dict(parts(*row)).get(int(corpus.segments[segment, 1]), "") if row else ""
            start, end = int(corpus.segments[segment, 2]), int(corpus.segments[segment + 1, 2])
            cut = words(text, names=names)
            if len(cut) == end - start:  # an article may have changed since
                chosen = order[a:b]
                places = zip(
                    (hits.tokens[chosen] - start).tolist(), hits.lengths[chosen].tolist(), strict=True
                )
                yield from _split(selected, corpus.tokens[start:end], cut, sentences(text), list(places))
            if done % 50 == 0:
                progress(done, len(segments))
    progress(len(segments), len(segments))


def _split(
    selected: Selected,
    tokens: Array,
    cut: list[tuple[int, int]],
    ends: list[tuple[int, int]],
    places: list[tuple[int, int]],
) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
    """Yield the sentences of one text that contain the word, as `_sentences` does."""
    starts = np.array([start for start, _ in cut])
    borders = [*np.searchsorted(starts, [start for start, _ in ends]).tolist(), len(cut)]
    is_counted = selected.is_type[tokens]
    before = np.concatenate(([0], np.cumsum(is_counted))).tolist()
    numbers = tokens[is_counted].tolist()
    by_sentence: dict[int, list[tuple[int, int]]] = {}
    for at, length in places:
        sentence = int(np.searchsorted(borders, at, side="right")) - 1
        by_sentence.setdefault(sentence, []).append((before[at], before[at + length]))
    for sentence, nodes in by_sentence.items():
        a, b = before[borders[sentence]], before[borders[sentence + 1]]
        yield numbers[a:b], [(start - a, min(end, b) - a) for start, end in nodes]
