"""The concordance: each occurrence of a word with its context (KWIC), in pages. The context is quoted unchanged."""

from collections.abc import Iterator
from typing import Literal

import orjson

from archive.corpus.corpus_files import Corpus
from archive.corpus.corpus_tables import Cell, CorpusTable
from archive.corpus.selected_articles import Selected
from archive.corpus.tokenize_articles import parts
from archive.corpus.word_queries import Hits, hits_of, without_hits
from archive.numpy_arrays import Array, distinct_of_sorted, np
from archive.readonly import reading
from pipelines.segmentation.text.known_names import KnownNames
from pipelines.segmentation.text.parts_of_speech import norm
from pipelines.segmentation.text.words import words

Sort = Literal["date", "left", "right"]
"""Order of the lines: by the date of the article, or by the tokens to the left or right of the hit."""

COLUMNS = ("id", "date", "left", "node", "right")
"""Columns of the table: the article's id and date, and the hit with its context on both sides."""
NEAR = 3
"""Number of neighbouring tokens that a concordance sorted by its left or right context compares."""


def concordance(
    selected: Selected,
    query: str,
    *,
    width: int = 20,
    sort: Sort = "date",
    limit: int = 20,
    offset: int = 0,
    sample: int | None = None,
    seed: int = 0,
) -> CorpusTable:
    """Return a page of the occurrences of a word or phrase, with `width` characters on either side.

    They are sorted by the date of the article, or by the three tokens to the left (the nearest first) or to the right,
    in the order of Unicode; tokens that are not counted, such as punctuation marks, are skipped. `limit` and `offset`
    choose the page. `sample` draws this number of occurrences at random; the same `seed` draws the same ones. White
    space in the context becomes one space. Raises BadWord for a query that is not a word or phrase.
    """
    hits = hits_of(selected, query)
    order = _order(selected, hits, sort, sample, seed)
    rows = list(_lines(selected, hits, order[offset : offset + limit], width))
    facts = selected.facts() | {
        "query": query,
        "hits": len(hits),
        "documents_with_hits": len(distinct_of_sorted(selected.corpus.rows[hits.segments])),
        "sort": sort,
        "sample": None if sample is None else {"size": len(order), "seed": seed},
        "offset": offset,
        **without_hits(selected, [] if len(hits) else [query]),
    }
    return CorpusTable(COLUMNS, rows, facts)


def _order(selected: Selected, hits: Hits, sort: Sort, sample: int | None, seed: int) -> Array:
    chosen = np.arange(len(hits))
    if sample is not None and sample < len(hits):
        chosen = np.sort(np.random.default_rng(seed).choice(len(hits), sample, replace=False))
    if sort == "date":
        return chosen
    keys = _near(selected, hits, chosen, step=1 if sort == "right" else -1)
    return chosen[np.lexsort((np.arange(len(chosen)), *reversed(keys)))]


def _near(selected: Selected, hits: Hits, chosen: Array, *, step: int) -> list[Array]:
    """Return the ranks of the nearest counted tokens to the right (step 1) or left (-1) of each hit, nearest first.

    -1 stands for a token that the text does not have.
    """
    corpus, segments = selected.corpus, hits.segments[chosen]
    first, end = corpus.segments[segments, 2], corpus.segments[segments + 1, 2]
    at = hits.tokens[chosen] + (hits.lengths[chosen] - 1 if step > 0 else 0)
    ranks = []
    for _ in range(NEAR):
        at = at + step
        skipped = np.arange(len(at))
        while len(skipped):
            there = (at[skipped] >= first[skipped]) & (at[skipped] < end[skipped])
            skipped = skipped[there]
            skipped = skipped[~selected.is_type[corpus.tokens[at[skipped]]]]
            at[skipped] += step
        there = (at >= first) & (at < end)
        ranks.append(
            np.where(there, corpus.ranks[corpus.tokens[np.where(there, at, 0)]].astype(np.int64), -1)
        )
    return ranks


def _lines(selected: Selected, hits: Hits, order: Array, width: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the table row of each of these hits."""
    corpus = selected.corpus
    segments = hits.segments[order]
    seqs = corpus.segments[segments, 0].tolist()
    with reading(selected.path) as db:
        sql = (
            "SELECT seq, id, date_published, headline, dateline, text FROM articles "
            "WHERE seq IN (SELECT value FROM json_each(?))"
        )
        found = {row[0]: row[1:] for row in db.execute(sql, (orjson.dumps(sorted(set(seqs))).decode(),))}
    for hit, segment, seq in zip(order.tolist(), segments.tolist(), seqs, strict=True):
        if seq not in found:
            continue
        id_, date, *fields = found[seq]
        text = dict(parts(*fields)).get(int(corpus.segments[segment, 1]), "")
        first = int(hits.tokens[hit] - corpus.segments[segment, 2])
        tokens = corpus.tokens[corpus.segments[segment, 2] : corpus.segments[segment + 1, 2]]
        span = _span(corpus, text, tokens, first, first + int(hits.lengths[hit]))
        if span is not None:  # an article may have changed since
            start, end = span
            left, right = text[max(0, start - width) : start], text[end : end + width]
            yield id_, date, *(" ".join(f"|{each}|".split())[1:-1] for each in (left, text[start:end], right))


def _span(corpus: Corpus, text: str, tokens: Array, first: int, behind: int) -> tuple[int, int] | None:
    """Return the (start, end) of some tokens in a text in characters, or None if the text does not have them there.

    The lengths of the tokens before them give the position. If they do not add up, the text is tokenized again: a token
    and its stored normal form have the same length unless Unicode normalisation composed characters.
    """
    at, start = 0, 0
    for k, number in enumerate(tokens[:behind].tolist()):
        while at < len(text) and text[at].isspace():
            at += 1
        start = at if k == first else start
        at += len(corpus.types[number])
    wanted = "".join(corpus.types[number] for number in tokens[first:behind].tolist())
    if "".join(map(norm, text[start:at].split())) == wanted:
        return start, at
    cut = words(text, names=KnownNames(corpus.facts.names))
    return (cut[first][0], cut[behind - 1][1]) if len(cut) == len(tokens) else None
