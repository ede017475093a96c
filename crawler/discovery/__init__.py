"""Where articles are found: each source is a module of plain functions from a response to what it names."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class SourceLinks:
    """What a source other than a list names."""

    articles: list[tuple[str, str | None]] = field(default_factory=list)
    """(URL, title), in the order of the source."""
    further: list[tuple[str, str]] = field(default_factory=list)
    """(kind, URL) of what else is to be asked: the next page of a search, the sitemaps of an index."""
    problem: str | None = None
    """Why nothing, or not all, could be read."""
