"""Find articles: one module per kind of source, with plain functions that return the links in a response."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class SourceLinks:
    """The links in the response of a source other than a list: search, rolling news, sitemap."""

    articles: list[tuple[str, str | None]] = field(default_factory=list)
    """(URL, title), in the order of the source."""
    further: list[tuple[str, str]] = field(default_factory=list)
    """(kind, URL) of further responses of the source to request: the next page of a search, the sitemaps of an
    index.
    """
    problem: str | None = None
    """Why the response could not be read, or only in part; None if it was read completely."""
