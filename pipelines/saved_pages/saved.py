"""What a saved file holds, once it is opened."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page out of a saved file."""

    body: bytes = field(repr=False)
    """The page's bytes, without what the saving program added."""
    form: str = ""
    """Which program or format it came from: `MHTML`, `SingleFile`, `browser save`, `Wayback copy`, `gzip`, or empty."""
    url: str | None = None
    """Where the file says that it came from; None where it does not say."""
    at: str | None = None
    """When it was saved or captured, ISO 8601 in UTC; None where it does not say."""
    content_type: str | None = None
    """The Content-Type that the page was saved with, where the file has one."""
