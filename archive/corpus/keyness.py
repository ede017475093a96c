"""Keyness: the words that one selection uses significantly more or less often than another."""

import re
from pathlib import Path

from archive.corpus.association_measures import keyness_likelihood, log_ratio, p_value
from archive.corpus.corpus_tables import CorpusTable
from archive.corpus.selected_articles import CountOptions, Selected, select, select_from
from archive.filters import BadSelection, NothingFits, Selection, published_span
from archive.numpy_arrays import np
from archive.readonly import reading
from kepu.progress import Tell, nobody

COLUMNS = ("rank", "word", "count_a", "count_b", "per_million_a", "per_million_b", "log_ratio", "llr", "p")
"""Columns of the table: rank, word, its count and frequency per million tokens in A and B, log ratio, LLR, corrected p.
"""

_SPAN = re.compile(r"(?P<since>\d{4}(?:-\d\d){0,2})(?:\.\.(?P<until>\d{4}(?:-\d\d){0,2}))?")
_NAMES = {
    "source": "sources",
    "来源": "sources",
    "section": "sections",
    "栏目": "sections",
    "layout": "layouts",
}


def side(text: str) -> Selection:
    """Convert one side of a comparison to a Selection.

    The text is `2021`, `2021-03..2022`, `source:新华社` or `section:科普`, or several of these, separated by white
    space. Raises BadSelection for a word of another form, and for an invalid date.
    """
    given: dict[str, str | tuple[str, ...] | None] = {}
    for word in text.split():
        name, colon, value = word.replace("：", ":").partition(":")
        span = _SPAN.fullmatch(word)
        if span:
            given |= {"since": span["since"], "until": span["until"] or span["since"]}
        elif colon and value and name in _NAMES:
            known = given.get(_NAMES[name])
            given[_NAMES[name]] = (*(known if isinstance(known, tuple) else ()), value)
        else:
            raise BadSelection("{word}: write a side as 2021, 2021-03..2022 or source:新华社.", word=word)
    return Selection(**given)  # type: ignore[arg-type]  # one tuple or string for each name


def compare(
    path: Path, a: Selection, b: Selection, counting: CountOptions, progress: Tell = nobody
) -> tuple[Selected, Selected]:
    """Return both sides of a comparison, selected from the same state of the archive.

    Raises NothingFits if a side has no article.
    """
    first = select(path, a, counting, progress)
    second = select_from(path, first.corpus, b, counting)
    for name, side_ in (("A", first), ("B", second)):
        if side_.is_row.size and not side_.is_row.any():
            with reading(path) as db:
                from_, to = published_span(db.conn)
            raise NothingFits(
                "no article fits selection {side}; the archive has {n}, published from {first} to {last}.",
                side=name,
                n=side_.is_row.size,
                first=from_,
                last=to,
            )
    return first, second


def keyness(a: Selected, b: Selected, *, least: int = 5, limit: int = 50, alpha: float = 0.05) -> CorpusTable:
    """Return the words that A uses significantly more often (log ratio above 0) or less often than B, by LLR.

    The LLR is that of Rayson and Garside, the log ratio Hardie's with 0.5 added to each frequency (see
    association_measures). Words with at least `least` occurrences in A and B together are compared. `p` has the
    Bonferroni correction: it is multiplied by the number of words compared. Words with p above `alpha` are left out; an
    alpha of 1 keeps all. At most `limit` rows are returned (0: all).
    """
    of_a, of_b = a.totals, b.totals
    types = np.flatnonzero(of_a + of_b >= max(least, 1))
    x, y = of_a[types].astype(float), of_b[types].astype(float)
    total_a, total_b = float(max(a.tokens, 1)), float(max(b.tokens, 1))
    likelihood = keyness_likelihood(x, y, total_a, total_b)
    ratio = log_ratio(x, y, total_a, total_b)
    rows: list[tuple[str | int | float | None, ...]] = []
    for k in np.lexsort((a.corpus.ranks[types], -likelihood)).tolist():
        p = min(1.0, p_value(float(likelihood[k])) * len(types))
        if p > alpha or (limit and len(rows) == limit):
            break
        per = (float(x[k] / total_a * 1e6), float(y[k] / total_b * 1e6))
        counts = (int(x[k]), int(y[k]))
        word = a.corpus.types[types[k]]
        rows.append((len(rows) + 1, word, *counts, *per, float(ratio[k]), float(likelihood[k]), p))
    facts = a.facts() | {"least": least, "alpha": alpha, "words_compared": len(types)}
    facts["measures"] = "llr of two cells, log_ratio with .5 added to both counts, p times words_compared"
    names = ("tokens", "documents", "selection")
    sides = {"a": {name: facts.pop(name) for name in names}, "b": {name: b.facts()[name] for name in names}}
    return CorpusTable(COLUMNS, rows, sides | facts)
