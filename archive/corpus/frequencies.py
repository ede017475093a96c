"""Frequencies of words, characters and n-grams: per million tokens, in how many documents, and how evenly spread."""

from typing import Any, Literal

from archive.corpus.association_measures import dispersion
from archive.corpus.corpus_tables import Cell, CorpusTable
from archive.corpus.selected_articles import Selected
from archive.numpy_arrays import Array, np

Unit = Literal["word", "character"]
"""What is counted."""

KEPT = 200
"""Minimum number of rows that are computed and cached, so that a second request for more rows is answered from it."""

COLUMNS = ("rank", "item", "count", "per_million", "documents", "dp")
"""Columns of the table: rank, item, count, count per million tokens, number of articles, dispersion."""

CODES = 2**63
"""Number of different codes that 64 bits with a sign hold. Sequences of words are counted by such codes."""


def frequencies(
    selected: Selected, *, unit: Unit = "word", n: int = 1, limit: int = 50, least: int = 1
) -> CorpusTable:
    """Return the most frequent words or characters, or sequences of `n` of them, that occur at least `least` times.

    The base of `per_million` is the number of all counted tokens, for sequences too. `documents` is the number of
    articles with the item, `dp` its dispersion over the articles (association_measures.dispersion). A sequence does not
    cross the end of a headline or dateline, nor a punctuation mark unless punctuation is counted. Words are compared in
    their normal form (parts_of_speech.norm).
    """
    size = max(limit, KEPT) if limit else 0
    arguments = {"unit": unit, "length": n, "least": least, "limit": size}
    found = selected.cached("frequencies", arguments, lambda: _made(selected, unit, n, size, least))
    items = str(found["items"]).split("\n") if len(found["counts"]) else []
    tokens = max(int(found["tokens"]), 1)
    rows: list[tuple[Cell, ...]] = [
        (rank, item, int(count), count / tokens * 1e6, int(documents), float(dp))
        for rank, (item, count, documents, dp) in enumerate(
            zip(
                items,
                found["counts"].tolist(),
                found["documents"].tolist(),
                found["dp"].tolist(),
                strict=True,
            ),
            1,
        )
    ]
    rows = rows[:limit] if limit else rows
    facts = selected.facts() | {"unit": unit, "n": n, "least": least, "types": int(found["types"])}
    facts["measures"] = "dp of Gries 2008, its parts the articles"
    facts["tokens"] = int(found["tokens"])
    return CorpusTable(COLUMNS, rows, facts)


def _made(selected: Selected, unit: Unit, n: int, limit: int, least: int) -> dict[str, Any]:
    if unit == "word" and n == 1:
        return _of_words(selected, limit, least)
    return _of_sequences(selected, unit, n, limit, least)


def _of_words(selected: Selected, limit: int, least: int) -> dict[str, Any]:
    corpus, totals = selected.corpus, selected.totals
    best = _best(totals, corpus.ranks, limit, least)
    of_type = np.full(len(totals), -1, dtype=np.int32)
    of_type[best] = np.arange(len(best))
    pairs = np.flatnonzero(selected.is_segment[corpus.segment_of_pair] & (of_type >= 0)[corpus.pairs])
    kinds = of_type[corpus.pairs[pairs]]
    articles = corpus.rows[corpus.segment_of_pair[pairs]]
    segments = np.bincount(corpus.rows[selected.is_segment], minlength=len(corpus.seqs))
    return {
        "items": np.array("\n".join(corpus.types[each] for each in best)),
        "counts": totals[best],
        "tokens": np.array(selected.tokens),
        "types": np.array(int((totals > 0).sum())),
        **_spread(kinds, articles, corpus.counts[pairs], selected.sizes, len(best), segments > 1),
    }


def _best(totals: Array, ranks: Array, limit: int, least: int) -> Array:
    """Return the `limit` types with the highest totals, types with equal totals in the order of Unicode."""
    there = np.flatnonzero(totals >= max(least, 1))
    order = np.lexsort((ranks[there], -totals[there]))
    return there[order[:limit]] if limit else there[order]


def _spread(
    kinds: Array, articles: Array, counts: Array, sizes: Array, types: int, again: Array | None = None
) -> dict[str, Array]:
    """Return the number of articles with each type, and its DP.

    `again` says for each article whether a pair of type and article may occur more than once; None means that any may.
    """
    twice = np.ones(len(kinds), dtype=bool) if again is None else again[articles]
    merged = _merged(kinds[twice], articles[twice], counts[twice], len(sizes))
    parts = zip((kinds[~twice], articles[~twice], counts[~twice]), merged, strict=True)
    kinds, articles, counts = (np.concatenate(each) for each in parts)
    return {
        "documents": np.bincount(kinds, minlength=types),
        # Rounded, since the last digits of a sum depend on the order in which the articles were tokenized.
        "dp": np.round(dispersion(counts, (kinds, articles), sizes, types), 12) if types else np.zeros(0),
    }


def _merged(kinds: Array, articles: Array, counts: Array, of: int) -> tuple[Array, Array, Array]:
    """Return each pair of type and article once, with the sum of its counts."""
    keys = kinds.astype(np.int64) * of + articles
    ordered = np.argsort(keys, kind="stable")
    keys = keys[ordered]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else keys
    summed = np.add.reduceat(counts[ordered].astype(np.int64), starts) if len(keys) else keys
    return keys[starts] // max(of, 1), keys[starts] % max(of, 1), summed


def _of_sequences(selected: Selected, unit: Unit, n: int, limit: int, least: int) -> dict[str, Any]:
    stream, articles, names = _characters(selected) if unit == "character" else _words(selected)
    is_token = stream >= 0
    sizes = np.bincount(articles[is_token], minlength=len(selected.corpus.seqs))
    codes, whole = _sequence_codes(stream, len(names), n)
    places = np.flatnonzero(whole)
    codes = codes[whole]
    order = np.argsort(codes, kind="stable")
    codes, places = codes[order], places[order]
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1]))) if len(codes) else codes
    counts = np.diff(np.append(starts, len(codes)))
    best = _best(counts, np.arange(len(counts)), limit, least)
    picked = [np.arange(starts[k], starts[k] + counts[k]) for k in best]
    at = places[np.concatenate(picked)] if picked else np.zeros(0, dtype=np.int64)
    kinds = np.repeat(np.arange(len(best)), counts[best])
    space = "" if unit == "character" else " "
    firsts = places[starts[best]].tolist()
    items = [space.join(names[number] for number in stream[first : first + n]) for first in firsts]
    return {
        "items": np.array("\n".join(items)),
        "counts": counts[best],
        "tokens": np.array(int(sizes.sum())),
        "types": np.array(len(counts)),
        **_spread(kinds, articles[at], np.ones(len(at), dtype=np.int64), sizes, len(best)),
    }


def _sequence_codes(stream: Array, types: int, n: int) -> tuple[Array, Array]:
    """Return a number for the sequence of `n` tokens at each place, and whether it contains no -1.

    Equal sequences have equal numbers, and the numbers are in the order of the types of their tokens.
    """
    base = types + 1
    codes = np.zeros(max(len(stream) - n + 1, 0), dtype=np.int64)
    whole = np.ones(len(codes), dtype=bool)
    size = 1
    for k in range(n):
        if size * base >= CODES:  # Larger codes would overflow, so the sequences so far get smaller ones.
            distinct, codes = np.unique(codes, return_inverse=True)
            size = len(distinct)
        part = stream[k : len(codes) + k]
        codes = codes * base + part + 1
        size *= base
        whole &= part >= 0
    return codes, whole


def _words(selected: Selected) -> tuple[Array, Array, list[str]]:
    """Return the type number of each token, -1 for an uncounted token and at the end of each segment.

    The second value is the index of the article of each, the third the list of types.
    """
    corpus = selected.corpus
    lengths = np.diff(corpus.segments[:, 2])
    stays = np.repeat(selected.is_segment, lengths)
    stream = np.where(selected.is_type[corpus.tokens], corpus.tokens.astype(np.int64), -1)[stays]
    articles = np.repeat(corpus.rows, lengths)[stays]
    ends = np.cumsum(lengths[selected.is_segment])
    return (
        np.insert(stream, ends, -1),
        np.insert(articles, ends, corpus.rows[selected.is_segment]),
        corpus.types,
    )


def _characters(selected: Selected) -> tuple[Array, Array, list[str]]:
    """Return the same for the characters of the tokens."""
    stream, articles, types = _words(selected)
    joined = np.frombuffer("".join(types).encode("utf-32-le"), dtype="<u4").astype(np.int64)
    lengths = np.fromiter(map(len, types), dtype=np.int64, count=len(types))
    starts = np.concatenate((np.cumsum(lengths) - lengths, [0]))
    widths = np.append(lengths, 1)[stream]  # A run of uncounted tokens is one break.
    ends = np.cumsum(widths)
    at = (
        np.arange(ends[-1] if len(ends) else 0)
        - np.repeat(ends - widths, widths)
        + np.repeat(starts[stream], widths)
    )
    found = np.where(np.repeat(stream < 0, widths), -1, joined[at])
    letters, numbers = np.unique(found[found >= 0], return_inverse=True)
    found[found >= 0] = numbers
    return found, np.repeat(articles, widths), [chr(code) for code in letters]
