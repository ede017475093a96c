"""Search: a page of results with facets, and all results to take away as JSONL or CSV."""

from functools import partial
from typing import Any

from archive.web import finding
from archive.web.downloads import stream
from archive.web.finding import Asked, asked
from archive.web.languages import translator
from archive.web.links import search_path
from archive.web.pages.common import html


async def page(request: Any, datasette: Any) -> Any:
    """Answer with a page of results; without a query, with all articles, the newest first."""
    search = asked(request.args)
    t = translator(request.scope["language"])
    last = finding.DEEPEST // finding.PER_PAGE
    notes = [t("search.cut", n=finding.LONGEST_QUERY)] if search.cut else []
    if search.page > last:
        notes.append(t("search.deep"))
        search.page = last
    found = await datasette.room.readers.run(finding.find, search)
    notes += [t(key, **values) for key, values in found.notes]
    context = {
        "q": search.query,
        "chosen": list(search.chosen.items()),
        "sort": search.sort if search.query else "date",
        "sorts": finding.SORTS if search.query else ("date",),
        "hits": found.hits,
        "total": found.total,
        "facets": [(name, values) for name, values in found.facets if name not in search.chosen and values],
        "notes": notes,
        "page": search.page,
        "pages": min(-(-found.total // finding.PER_PAGE), last),
        "first": (search.page - 1) * finding.PER_PAGE + 1,
        "link": partial(_link, search),
        "page_link": lambda n: _link(search, page=n),
        "download": lambda form: _link(search, base=f"/search.{form}"),
    }
    return await html(request, datasette, "search.html", context)


def _link(search: Asked, base: str = "/search", **changes: Any) -> str:
    """Return the address of this search with changes: None takes a condition away, and the page begins anew."""
    query: dict[str, Any] = {"q": search.query, **search.chosen}
    query["sort"] = None if search.sort == "relevance" else search.sort
    return search_path(base, **(query | changes))


async def download(request: Any, datasette: Any, send: Any, receive: Any) -> None:
    """Send all that a search finds as JSONL or CSV, row by row, however many there are."""
    search = asked(request.args)
    await stream(datasette.room.path, search, request.url_vars["form"], send, receive)
