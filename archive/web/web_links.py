"""Build the addresses of our own pages, and check which other addresses may be linked."""

from urllib.parse import quote, urlencode, urlsplit

ARTICLE = "/article/"
"""Beginning of the path of an article's pages; its id follows."""


def article_path(article: str, view: str = "", **query: object) -> str:
    """Return the path of an article's page, or of one of its views (`compare`, `words`, …)."""
    path = ARTICLE + quote(article, safe="/") + (f"/{view}" if view else "")
    return path + with_query(query)


def search_path(base: str = "/search", **query: object) -> str:
    """Return the path of a search, without parameters that are None or empty."""
    return base + with_query(query)


def with_query(query: dict[str, object]) -> str:
    """Return `?a=1&b=2` without None and empty values, or an empty string if none remain."""
    kept = {name: value for name, value in query.items() if value not in (None, "", [])}
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


def safe_url(url: object) -> str | None:
    """Return the URL if it is safe to link, else None: only http and https URLs with a host are.

    Others, such as `javascript:`, `data:`, `file:` and malformed URLs, are shown as text.
    """
    if not isinstance(url, str) or any(ord(letter) <= 32 for letter in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and host else None
