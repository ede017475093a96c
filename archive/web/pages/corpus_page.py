"""Corpus queries: concordance, frequencies, collocates, keyness, trends."""

from typing import Any
from urllib.parse import urlencode

from sqlite_utils import Database

from archive.web.pages.page_helpers import html
from archive.web.responses import Refused, Response
from archive.web.web_languages import translator
from kepu.errors import ArchiveError

VIEWS = ("kwic", "words", "collocates", "keyness", "trend")
"""The views in the order of the page's tabs."""

FEW = 3_000
"""Maximum number of articles tokenized during a request; if there are more, `kepu words` must be run first."""

PER_PAGE = 50
"""Maximum number of rows on a page."""

LONGEST_QUERY = 200
"""Maximum number of characters of each query; the rest is ignored."""


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the table for `?view=` and `?q=`, or with the form alone."""
    parameters = _parameters_of(request)
    context = {
        "parameters": parameters,
        "views": VIEWS,
        "table": None,
        "trouble": None,
        "link": _link(parameters),
        "next": False,
        "downloads": datasette.room.downloads,
    }
    context |= await datasette.room.readers.run(tabled, datasette.room.readers.path, parameters)
    return await html(request, datasette, "corpus.html", context)


async def download(request: Any, datasette: Any) -> Any:
    """Answer with all rows of the same table as CSV. Raises Refused if downloads are switched off."""
    if not datasette.room.downloads:
        raise Refused(translator(request.scope["language"])("error.downloads"))
    parameters = _parameters_of(request) | {"page": 1, "all": True}
    found = await datasette.room.readers.run(tabled, datasette.room.readers.path, parameters)
    body = found["table"].csv() if found["table"] is not None else ""
    headers = {"content-disposition": f'attachment; filename="{parameters["view"]}.csv"'}
    return Response(body, status=200, headers=headers, content_type="text/csv; charset=utf-8")


def _parameters_of(request: Any) -> dict[str, Any]:
    """Return the parameters of the URL; invalid ones get their defaults."""
    args = request.args
    number = args.get("page") or ""
    view, sort, by = args.get("view"), args.get("sort"), args.get("by")
    return {
        "view": view if view in VIEWS else VIEWS[0],
        "sort": sort if sort in {"left", "right"} else "date",
        "by": by if by == "year" else "month",
        "page": int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 7 else 1,
        **{name: (args.get(name) or "")[:LONGEST_QUERY] for name in ("q", "a", "b")},
    }


def _link(parameters: dict[str, Any]) -> Any:
    """Return a function that builds URLs of this page, or of its CSV, with some parameters changed."""

    def link(form: str = "", **changed: Any) -> str:
        values = {name: value for name, value in (parameters | changed).items() if value not in ("", 1)}
        return f"/corpus{form}?{urlencode(values)}"

    return link


def tabled(db: Database, path: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return what the template shows of a query: the table and its basis, or the reason why there is none.

    Keys: `table` (None without a query), `trouble` (`run` if `kepu words` must build the corpus first, else None),
    `said` (the message of an error), `next` (whether there are more lines), and `facts` (the basis of the table).
    """
    from archive.corpus.build_corpus import corpus_of, existing_corpus
    from archive.corpus.selected_articles import CountOptions, select_from
    from archive.filters import Selection

    try:
        corpus = existing_corpus(path)
        if corpus is None:
            if db["articles"].count > FEW:
                return {"table": None, "trouble": "run"}
            corpus = corpus_of(path)
        selected = select_from(path, corpus, Selection(), CountOptions())
        table = _table(selected, parameters)
    except ArchiveError as error:
        return {"table": None, "trouble": None, "said": error.said()}
    more = (
        table is not None
        and parameters["view"] == "kwic"
        and table.facts["hits"] > parameters["page"] * PER_PAGE
    )
    return {"table": table, "trouble": None, "next": more, "facts": selected.facts()}


def _table(selected: Any, parameters: dict[str, Any]) -> Any:
    from archive.corpus.collocates import collocates
    from archive.corpus.concordance import concordance
    from archive.corpus.frequencies import frequencies
    from archive.corpus.keyness import keyness, side
    from archive.corpus.selected_articles import select_from
    from archive.corpus.trend import trend

    view, query = parameters["view"], parameters["q"].strip()
    limit = 10_000 if parameters.get("all") else PER_PAGE
    if view == "words":
        return frequencies(selected, limit=2 * limit)
    if view == "keyness":
        if not (parameters["a"].strip() and parameters["b"].strip()):
            return None
        sides = (
            select_from(selected.path, selected.corpus, side(parameters[name]), selected.counting)
            for name in "ab"
        )
        return keyness(*sides, limit=limit)
    if not query:
        return None
    if view == "kwic":
        offset = (parameters["page"] - 1) * limit
        return concordance(selected, query, width=24, sort=parameters["sort"], limit=limit, offset=offset)
    if view == "collocates":
        return collocates(selected, query, least=2, limit=limit)
    return trend(selected, query.split()[:5], by=parameters["by"])
