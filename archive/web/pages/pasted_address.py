"""Recognise the URL or id of an article in the search box."""

import re

from sqlite_utils import Database

from kepu import urls

_ID = re.compile(r"(?:(?:n|n1|n2|GB)/)?[1-9]\d{5,11}")
"""Matches `n1/40148467` or its number. A number with fewer digits than any id is treated as a word."""


def may_be_pasted(query: str) -> bool:
    """Return whether a query looks like a URL or an id, so that such an article should be looked up."""
    return " " not in query and ("/" in query or query.isdigit())


def is_address(query: str) -> bool:
    """Return whether a query is an article's URL, or its id with prefix, and contains no words to search for."""
    return "/" in query and bool(urls.is_article(_with_scheme(query)) or _ID.fullmatch(query))


def article_meant(db: Database, query: str) -> str | None:
    """Return the id of the archived article whose URL or id a query is, or None if there is none."""
    if "." in query and "/" in query and " " not in query:
        url = _with_scheme(query)
        meant = urls.parse(url)
        row = db.execute(
            "SELECT id FROM articles WHERE id = :id "
            "UNION ALL SELECT a.id FROM urls u JOIN articles a ON a.id = u.article WHERE u.url = :url "
            "UNION ALL SELECT id FROM articles WHERE url = :url LIMIT 1",
            {"id": meant.key if meant else None, "url": urls.canonical(url)},
        ).fetchone()
        return str(row[0]) if row else None
    if not _ID.fullmatch(query):
        return None
    names = [query] if "/" in query else [f"{prefix}/{query}" for prefix in ("n1", "n2", "n", "GB")]
    marks = ", ".join("?" * len(names))
    rows = db.execute(f"SELECT id FROM articles WHERE id IN ({marks})", names).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def _with_scheme(query: str) -> str:
    return query if "://" in query else f"http://{query}"
