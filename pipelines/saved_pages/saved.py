"""The page that was read from a saved file."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page from a saved file."""

    body: bytes = field(repr=False)
    """The bytes of the page, without the additions of the saving program."""
    form: str = ""
    """The format: `MHTML`, `SingleFile`, `browser save`, `Wayback copy`, `gzip` …; empty for a plain page."""
    url: str | None = None
    """The URL of the page according to the file, or None."""
    at: str | None = None
    """When it was saved or captured according to the file, ISO 8601 in UTC, or None."""
    content_type: str | None = None
    """The Content-Type of the page according to the file, or None."""
