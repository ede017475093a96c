"""Search: find the matching articles, order them, count them by facet, and return one page of them."""

import heapq
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from archive.filters import Selection, prepare, require_rows, where
from archive.search import facet_columns
from archive.search.facet_columns import Columns
from archive.search.query_parser import BadQuery, Query, Term, parse
from archive.search.search_results import FACETS, Results
from archive.search.search_tokens import fold
from archive.search.snippets import hits
from archive.search.update_index import behind

Order = Literal["relevance", "date"]
"""`relevance` (bm25, best first) or `date` (newest first)."""

Chosen = Mapping[str, str | None]
"""Facet (one of FACETS) → the value that an article must have, exactly as in `Results.facets`; None means that it has
no value.
"""

WEIGHTS = "1.0, 8.0, 4.0, 2.0, 1.0"
"""Weights of bm25 for text, title, people, source and captions. Words in a headline describe an article best."""

SCORED = 20_000
"""Maximum number of matches that are ranked by bm25, which takes 1.1 µs per article.

A word with more matches, such as 的, is not about relevance: articles with it in the headline come first, then the
others, each by date, newest first.
"""

FACET_VALUES = 50
"""Maximum number of values per facet: those with the most articles. All years are returned."""


def search(
    db: Database | sqlite3.Connection,
    query: str,
    *,
    order: Order = "relevance",
    limit: int = 20,
    offset: int = 0,
    duplicates: bool = False,
    chosen: Chosen | None = None,
    selection: Selection | None = None,
) -> Results:
    """Return one page of the articles that match a query (query_parser.py), their total number, and facets.

    `order` is one of the values of Order. If `duplicates` is true, exact copies of other articles are included.
    `chosen` restricts the result to exact values of facets, while `source:` in a query also matches a part of the name.
    `selection` restricts it to the articles of a Selection, whose own rule about copies is ignored.

    A query without words returns all articles that pass its filters, newest first. Raises BadQuery for a query that
    cannot be parsed or for a negative `limit` or `offset`, NothingFits if `selection` matches no article, and NotFound
    if the archive has no index yet (`kepu search` creates it). All is read from one state of the archive, also while
    another process writes.
    """
    conn = db.conn if isinstance(db, Database) else db
    parsed = parse(query)
    if limit < 0 or offset < 0:
        raise BadQuery("offset and limit must not be negative.")
    narrowed = None if selection is None or selection.takes_all else selection
    if narrowed is not None:
        library = Database(conn, recursive_triggers=False)
        prepare(library, narrowed)
        require_rows(library, narrowed)
    with one_state(conn):
        waiting = behind(conn)
        arrays = facet_columns.read(conn)
        found = matching(conn, parsed, arrays, duplicates, chosen)
        if narrowed is not None:
            condition, values = where(narrowed)
            taken = {seq for (seq,) in conn.execute(f"SELECT seq FROM articles WHERE {condition}", values)}
            found = [seq for seq in found if seq in taken]
        ranked = _rank(conn, parsed, found, arrays, order)
        page = _page(ranked, arrays, limit, offset)
        return Results(
            query=" ".join(parsed.typed),
            total=len(found),
            offset=offset,
            order=ranked.order,
            hits=hits(conn, page, ranked.scores, parsed.terms),
            facets=facets(conn, found, arrays),
            ignored=parsed.ignored,
            behind=waiting,
        )


def expression(query: Query) -> str | None:
    """Return the FTS5 expression for the words of a query, or None if it has none. It has only our own tokens."""
    wanted = " AND ".join(f"({' OR '.join(map(_phrase, group))})" for group in query.groups)
    if not wanted:
        return None
    return f"({wanted}) NOT ({_any(query.without)})" if query.without else wanted


def _any(terms: Iterable[Term]) -> str:
    return " OR ".join(map(_phrase, terms))


def _phrase(term: Term, column: str | None = None) -> str:
    """Return a phrase in FTS5 syntax.

    Nothing needs escaping, since tokens never contain a quotation mark.
    """
    column = term.column or column
    return f'{f"{column} : " if column else ""}"{" ".join(term.tokens)}"{" *" if term.is_prefix else ""}'


def _rows(conn: sqlite3.Connection, expression: str) -> list[int]:
    """Return the `seq` of the articles that match an FTS5 expression."""
    rows = conn.execute(
        "SELECT rowid FROM internal_search_index WHERE internal_search_index MATCH ?", (expression,)
    )
    return [seq for (seq,) in rows]


def matching(
    conn: sqlite3.Connection,
    query: Query,
    arrays: Columns,
    duplicates: bool,
    chosen: Chosen | None = None,
) -> list[int]:
    """Return the `seq` of all articles that match a query and the chosen facet values, in no order.

    Return an empty list if the query has text but nothing to search for.
    """
    if query.ignored and not query.typed:
        return []
    words = expression(query)
    seqs: Iterable[int] = range(len(arrays.kinds)) if words is None else _rows(conn, words)
    if words is None and query.without:
        unwanted = set(_rows(conn, _any(query.without)))
        seqs = (seq for seq in seqs if seq not in unwanted)
    for given, is_wanted in ((query.filters.get("id"), True), (query.excluded.get("id"), False)):
        if given:
            named = _named(conn, given)
            seqs = [seq for seq in seqs if (seq in named) is is_wanted]
    kinds = _kinds(conn, query, duplicates, chosen or {})
    kinds_of = arrays.kinds
    found = [seq for seq in seqs if kinds_of[seq] in kinds]
    if query.since or query.until:
        low, high = (
            facet_columns.minutes(query.since) + (not query.since),
            facet_columns.minutes(query.until, at_its_end=True),
        )
        when = arrays.minutes
        found = [seq for seq in found if low <= when[seq] <= high]
    return found


def _named(conn: sqlite3.Connection, ids: list[str]) -> set[int]:
    """Return the `seq` of articles by id, or by the number at its end (`40148467` for `n1/40148467`)."""
    sql = "SELECT seq FROM articles WHERE id = :id OR substr(id, -length(:id) - 1) = '/' || :id"
    return {seq for name in ids for (seq,) in conn.execute(sql, {"id": name})}


def _kinds(conn: sqlite3.Connection, query: Query, duplicates: bool, chosen: Chosen) -> set[int]:
    """Return the ids in `internal_search_kinds` that pass the filters and the chosen values."""
    rows = conn.execute(
        f"SELECT kind, {', '.join(FACETS)}, is_duplicate FROM internal_search_kinds"
    ).fetchall()
    if not duplicates and not query.filters.get("id"):
        rows = [row for row in rows if not row[-1]]
    for name, value in chosen.items():
        place = 1 + FACETS.index(name)
        rows = [row for row in rows if (row[place] or None) == value]
    for place, name in enumerate(FACETS, 1):
        for given, is_wanted in ((query.filters.get(name), True), (query.excluded.get(name), False)):
            if given:
                named = _values(given, {row[place] for row in rows if row[place]})
                rows = [row for row in rows if (row[place] in named) is is_wanted]
    return {row[0] for row in rows}


def _values(given: list[str], there: set[str]) -> set[str]:
    """Return the names that the given ones mean: equal ones ignoring case and width, or else all that contain them."""
    folded = {name: fold(name) for name in there}
    meant: set[str] = set()
    for value in map(fold, given):
        exact = {name for name, plain in folded.items() if plain == value}
        meant |= exact or {name for name, plain in folded.items() if value in plain}
    return meant


@dataclass(slots=True)
class _Ranked:
    """The matching articles, and the values by which they are ordered."""

    order: str
    seqs: list[int]
    scores: dict[int, float]
    """bm25 score by seq, if they are ordered by relevance."""
    first: set[int]
    """Articles that match in the headline, if these come first."""


def _rank(conn: sqlite3.Connection, query: Query, found: list[int], arrays: Columns, order: Order) -> _Ranked:
    """Decide the order, and read the scores that it needs."""
    words = expression(query)
    if order == "date" or words is None or not found:
        return _Ranked("date", found, {}, set())
    if len(found) > SCORED:
        titled = " AND ".join(
            f"({' OR '.join(_phrase(term, 'title') for term in group)})" for group in query.groups
        )
        return _Ranked("title", found, {}, set(_rows(conn, titled)))
    rows = conn.execute(
        f"SELECT rowid, -bm25(internal_search_index, {WEIGHTS}) FROM internal_search_index "
        "WHERE internal_search_index MATCH ?",
        (words,),
    )
    return _Ranked("relevance", found, dict(rows.fetchall()), set())


def _page(ranked: _Ranked, arrays: Columns, limit: int, offset: int) -> list[int]:
    """Return a page of the articles: by score or headline match, then newest first, then by `seq`, highest first."""
    when, first, scores = arrays.minutes, ranked.first, ranked.scores

    def by_date(seq: int) -> tuple[float, int, int]:
        return (seq in first, when[seq], seq)

    def by_score(seq: int) -> tuple[float, int, int]:
        return (scores[seq], when[seq], seq)

    key = by_score if scores else by_date
    return heapq.nlargest(offset + limit, ranked.seqs, key=key)[offset:]


def facets(
    conn: sqlite3.Connection, found: list[int], arrays: Columns
) -> dict[str, list[tuple[str | None, int]]]:
    """Return facet → [(value, number of articles)] for the articles `found` (by `seq`): see Results.facets."""
    kinds = Counter(map(arrays.kinds.__getitem__, found))
    counts: dict[str, Counter[str | None]] = {name: Counter() for name in FACETS}
    rows = conn.execute(f"SELECT kind, {', '.join(FACETS)} FROM internal_search_kinds")
    for kind, *values in rows:
        count = kinds.get(kind)
        if count:
            for name, value in zip(FACETS, values, strict=True):
                counts[name][value or None] += count
    return {name: _sorted(name, counts[name]) for name in FACETS}


def _sorted(name: str, counts: Counter[str | None]) -> list[tuple[str | None, int]]:
    """Return the values of a facet with their counts: years latest first, others by count."""
    if name == "year":
        return sorted(counts.items(), key=lambda pair: pair[0] or "", reverse=True)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or ""))[:FACET_VALUES]


@contextmanager
def one_state(conn: sqlite3.Connection) -> Iterator[None]:
    """Read everything within the block from one state of the database, although another process writes."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")
