"""The queries of the search page: to the index, or to the rows if there is no index yet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from archive.schema import RECORD_SQL
from archive.search import BadQuery, search
from archive.search.all_matches import every
from archive.search.search_results import FACETS, Marks
from archive.web.body_view import Piece
from kepu.errors import NotFound

SORTS = ("relevance", "date")
"""Values of `?sort=`."""

PER_PAGE = 20
"""Maximum number of hits on a page."""
LONGEST_QUERY = 200
"""Maximum length of a query in characters; the rest is ignored."""

DEEPEST = 10_000
"""Maximum number of results on pages; beyond it the page offers filters and the download."""


@dataclass(slots=True)
class SearchRequest:
    """A search as the URL has it."""

    query: str = ""
    """The words; empty for all articles."""
    chosen: dict[str, str | None] = field(default_factory=dict)
    """Facet → value, or None for articles without a value (`?without=source`)."""
    sort: str = "relevance"
    """One of SORTS."""
    page: int = 1
    """Number of the page of results, from 1."""
    cut: bool = False
    """Whether the query was longer than LONGEST_QUERY and was cut."""


@dataclass(slots=True)
class Snippet:
    """A snippet."""

    pieces: list[Piece]
    """Its text, with the matches as pieces of their own."""
    where: str | None = None
    """The field that it is from (kicker, byline, author, source, image …), or None for the text."""


@dataclass(slots=True)
class Hit:
    """An article in the results."""

    id: str
    """Id of the article."""
    headline: list[Piece]
    """Pieces of the headline, those that match highlighted."""
    snippets: list["Snippet"]
    """Excerpts of the fields that match."""
    date_published: str | None
    section: str | None
    source: str | None


@dataclass(slots=True)
class Found:
    """The results of a search."""

    hits: list[Hit] = field(default_factory=list)
    """The articles of the page."""
    total: int = 0
    """Number of all hits."""
    facets: list[tuple[str, list[tuple[str | None, int]]]] = field(default_factory=list)
    """For each facet, its name and its values with their numbers of hits; articles without a value count under None."""
    trouble: BadQuery | None = None
    """The error if the query cannot be parsed."""
    notes: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    """(key of a text, its values) of notes for the reader."""


def search_request(arguments: Any) -> SearchRequest:
    """Return the search of a URL's parameters; invalid ones are ignored."""
    query = " ".join((arguments.get("q") or "").split())
    page = arguments.get("page") or ""
    lacking = arguments.getlist("without")
    return SearchRequest(
        query=query[:LONGEST_QUERY],
        chosen={name: value or None for name in FACETS if (value := arguments.get(name)) or name in lacking},
        sort="date" if arguments.get("sort") == "date" else "relevance",
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        cut=len(query) > LONGEST_QUERY,
    )


def find(db: Database, request: SearchRequest) -> Found:
    """Return one page of results.

    Without an index, scan all rows for the words, slowly and without facets. A query that cannot be parsed gives no
    hits, and its error in `trouble`.
    """
    try:
        results = search(
            db,
            request.query,
            chosen=request.chosen,
            order="date" if request.sort == "date" else "relevance",
            limit=PER_PAGE,
            offset=(request.page - 1) * PER_PAGE,
        )
    except BadQuery as error:
        return Found(trouble=error)
    except NotFound:
        return _without_index(db, request)
    notes: list[tuple[str, dict[str, object]]] = []
    if results.ignored:
        notes.append(("search.ignored", {"what": " ".join(results.ignored)}))
    if results.behind:
        notes.append(("search.stale", {"n": f"{results.behind:,}"}))
    hits = [
        Hit(
            id=hit.id,
            headline=pieces(hit.headline or "", hit.headline_marks),
            snippets=[
                Snippet(
                    _snippet(one.text, one.marks, one.start, hit.char_count if one.where == "text" else None),
                    None if one.where in {"text", "headline"} else re.split(r"\W", one.where)[0],
                )
                for one in hit.snippets[:3]
                if one.text
            ],
            date_published=hit.date_published,
            section=hit.section,
            source=hit.source,
        )
        for hit in results.hits
    ]
    return Found(hits, results.total, list(results.facets.items()), notes=notes)


def records(db: Database, request: SearchRequest) -> Iterator[str]:
    """Yield all results as lines of JSON, in the order of the results; nothing if the query cannot be parsed."""
    try:
        seqs = every(db, request.query, chosen=request.chosen)
    except BadQuery:
        return
    except NotFound:
        where, values = _conditions(request)
        yield from (
            line
            for (line,) in db.execute(f"SELECT {RECORD_SQL} FROM articles WHERE {where} ORDER BY seq", values)
        )
        return
    for seq in seqs:
        row = db.execute(f"SELECT {RECORD_SQL} FROM articles WHERE seq = ?", (seq,)).fetchone()
        if row is not None:
            yield row[0]


def pieces(text: str, marks: Marks) -> list[Piece]:
    """Return a text in pieces, with those in `marks` highlighted."""
    found, at = [], 0
    for start, end in marks:
        found += [Piece(text[at:start]), Piece(text[start:end], mark=True)]
        at = end
    return [piece for piece in [*found, Piece(text[at:])] if piece.text]


def _snippet(text: str, marks: Marks, start: int, length: int | None) -> list[Piece]:
    """Return a snippet in pieces, with an ellipsis where the text was cut; `length` is that of the whole text."""
    found = pieces(text.replace("\n", " "), marks)
    if start:
        found.insert(0, Piece("…"))
    if length is not None and start + len(text) < length:
        found.append(Piece("…"))
    return found


def _without_index(db: Database, request: SearchRequest) -> Found:
    """Return results by scanning all rows: slow and without facets, but available without an index."""
    where, values = _conditions(request)
    total = db.table("articles").count_where(where, values)
    rows = db.execute(
        "SELECT id, headline, date_published, article_section, source ->> '$.name', substr(text, 1, 90) "
        f"FROM articles WHERE {where} "
        f"ORDER BY coalesce(datetime_published, date_published) DESC, id LIMIT {PER_PAGE} OFFSET :offset",
        values | {"offset": (request.page - 1) * PER_PAGE},
    )
    hits = [
        Hit(id_, [Piece(headline or "")], [Snippet([Piece(text or "")])], date, section, source)
        for id_, headline, date, section, source, text in rows
    ]
    return Found(hits, total, notes=[("search.no_index", {})])


_COLUMNS = {
    "year": "substr(date_published, 1, 4)",
    "section": "article_section",
    "source": "source ->> '$.name'",
    "layout": "provenance ->> '$.layout'",
}


def _conditions(request: SearchRequest) -> tuple[str, dict[str, object]]:
    """Return a WHERE clause and its values; the clause contains nothing from the query."""
    clauses: list[str] = ["duplicate_of IS NULL"]
    values: dict[str, object] = {}
    for n, word in enumerate(request.query.split()[:20]):
        clauses.append(f"(instr(text, :w{n}) OR instr(headline, :w{n}))")
        values[f"w{n}"] = word
    for name, value in request.chosen.items():
        clauses.append(f"nullif({_COLUMNS[name]}, '') IS :{name}")
        values[name] = value
    return " AND ".join(clauses), values
