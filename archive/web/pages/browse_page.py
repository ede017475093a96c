"""Browse by month and section; the articles of a month by date."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from archive.search import search
from archive.web.home_figures import Headline
from archive.web.pages.page_helpers import html
from archive.web.web_links import search_path
from kepu.errors import NotFound

PER_PAGE = 50
"""Maximum number of articles on a page."""


@dataclass(slots=True)
class Shelf:
    """The months and sections."""

    years: list[tuple[str, list[tuple[str, int]]]] = field(default_factory=list)
    """(year, [(month, articles)]), the newest first."""
    undated: int = 0
    """Number of articles without a date."""
    sections: list[tuple[str, int]] = field(default_factory=list)
    """(section, articles) of the largest sections; empty without a search index."""


async def page(request: Any, datasette: Any) -> Any:
    """Answer with all months, or with the articles of `?month=2024-05` (`none` for those without a date)."""
    month = request.args.get("month") or ""
    number = request.args.get("page") or ""
    n = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}|none", month):
        total, articles = await datasette.room.readers.run(of_month, month, n)
        context = {
            "what": "" if month == "none" else month,
            "total": total,
            "articles": articles,
            "page": n,
            "pages": -(-total // PER_PAGE),
            "link": lambda page: search_path("/browse", month=month, page=page),
        }
    else:
        shelf = await datasette.room.readers.run(look)
        context = {
            "what": None,
            "years": shelf.years,
            "undated": shelf.undated,
            "sections": shelf.sections,
        }
    return await html(request, datasette, "browse.html", context)


def look(db: Database) -> Shelf:
    """Return all months with their number of articles, counted in an index."""
    rows = db.execute(
        "SELECT substr(date_published, 1, 7) AS month, count(*) FROM articles GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    dated = [(month, n) for month, n in rows if month]
    shelf = Shelf(undated=sum(n for month, n in rows if not month))
    with suppress(NotFound):
        shelf.sections = [
            (name, n) for name, n in search(db, "", limit=0).facets["section"] if name is not None
        ]
    shelf.years = [(year, list(months)) for year, months in groupby(dated, key=lambda each: each[0][:4])]
    return shelf


def of_month(db: Database, month: str, page: int) -> tuple[int, list[Headline]]:
    """Return the number of articles of a month (`2024-05`, or `none` for those without a date), and one page of them.

    `page` is the number of the page, from 1; the newest articles come first.
    """
    if month == "none":
        where, values = "date_published IS NULL", {}
    else:
        where = "date_published >= :month AND date_published < :month || 'z'"
        values = {"month": month}
    total = db.table("articles").count_where(where, values)
    rows = db.execute(
        "SELECT id, headline, date_published, article_section, source ->> '$.name' FROM articles "
        f"WHERE {where} ORDER BY coalesce(datetime_published, date_published) DESC, id LIMIT {PER_PAGE} OFFSET :offset",
        values | {"offset": (page - 1) * PER_PAGE},
    )
    return total, [Headline(*row) for row in rows]
