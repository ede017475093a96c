"""Addresses: of our own pages, and of others, as far as they may be linked."""

from urllib.parse import quote, urlencode, urlsplit

ARTICLE = "/article/"


def article_path(article: str, view: str = "", **query: object) -> str:
    """Return the address of an article's page, or of one of its views (`compare`, `words`, …)."""
    path = ARTICLE + quote(article, safe="/") + (f"/{view}" if view else "")
    return path + with_query(query)


def search_path(base: str = "/search", **query: object) -> str:
    """Return the address of a search; what is None or empty is left out."""
    return base + with_query(query)


def with_query(query: dict[str, object]) -> str:
    """Return `?a=1&b=2`, or nothing where nothing is left when None and empty values are gone."""
    kept = {name: value for name, value in query.items() if value not in (None, "", [])}
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


def safe_url(url: object) -> str | None:
    """Return the URL if it can be linked from a page without harm, else None: http and https with a host only.

    `javascript:`, `data:`, `file:` and what does not parse is shown as text.
    """
    if not isinstance(url, str) or any(ord(letter) <= 32 for letter in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and host else None
