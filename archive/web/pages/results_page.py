"""Search: a page of results with facets, and all results as JSONL or CSV."""

from dataclasses import replace
from typing import Any

from archive.web import search_page_queries
from archive.web.downloads import stream
from archive.web.pages.page_helpers import html
from archive.web.pages.pasted_address import article_meant, is_address, may_be_pasted
from archive.web.responses import Refused, Response
from archive.web.search_page_queries import SearchRequest, search_request
from archive.web.web_languages import gettext_language, translator
from archive.web.web_links import article_path, search_path


async def page(request: Any, datasette: Any) -> Any:
    """Answer with a page of results; without a query, with all articles, newest first.

    If the query is the URL or the id of an archived article, redirect to that article.
    """
    search = search_request(request.args)
    if may_be_pasted(search.query) and (
        meant := await datasette.room.readers.run(article_meant, search.query)
    ):
        return Response.redirect(article_path(meant))
    t = translator(request.scope["language"])
    last = search_page_queries.DEEPEST // search_page_queries.PER_PAGE
    notes = [t("search.cut", n=search_page_queries.LONGEST_QUERY)] if search.cut else []
    if is_address(search.query):
        notes.append(t("search.not_archived"))
    if search.page > last:
        notes.append(t("search.deep"))
        search.page = last
    found = await datasette.room.readers.run(search_page_queries.find, search)
    notes += [t(key, **values) for key, values in found.notes]
    if found.trouble:
        with gettext_language(request.scope["language"]):
            notes.append(t("search.trouble", what=found.trouble.said()))
    context = {
        "q": search.query,
        "chosen": list(search.chosen.items()),
        "sort": search.sort if search.query else "date",
        "sorts": search_page_queries.SORTS if search.query else ("date",),
        "hits": found.hits,
        "total": found.total,
        "facets": [(name, values) for name, values in found.facets if name not in search.chosen and values],
        "notes": notes,
        "trouble": found.trouble,
        "page": search.page,
        "pages": min(-(-found.total // search_page_queries.PER_PAGE), last),
        "downloads": datasette.room.downloads,
        "first": (search.page - 1) * search_page_queries.PER_PAGE + 1,
        "link": lambda **changes: _link(replace(search, page=1, **changes)),
        "page_link": lambda n: _link(replace(search, page=n)),
        "choose": lambda name, value: _link(replace(search, page=1, chosen=search.chosen | {name: value})),
        "drop": lambda name: _link(replace(search, page=1, chosen=_but(search.chosen, name))),
        "download": lambda form: _link(replace(search, page=1), base=f"/search.{form}"),
    }
    return await html(request, datasette, "search.html", context)


def _but(chosen: dict[str, str | None], name: str) -> dict[str, str | None]:
    return {other: value for other, value in chosen.items() if other != name}


def _link(search: SearchRequest, base: str = "/search") -> str:
    """Return the URL of a search, which `search_request` parses."""
    return search_path(
        base,
        q=search.query,
        **search.chosen,
        without=[name for name, value in search.chosen.items() if value is None],
        sort=search.sort if search.sort != "relevance" else None,
        page=search.page if search.page > 1 else None,
    )


async def download(request: Any, datasette: Any, send: Any, receive: Any) -> None:
    """Send all results of a search as JSONL or CSV, row by row. Raises Refused if downloads are switched off."""
    if not datasette.room.downloads:
        raise Refused(translator(request.scope["language"])("error.downloads"))
    search = search_request(request.args)
    await stream(datasette.room.path, search, request.url_vars["form"], send, receive)
