"""What came of a URL that gave no article."""

from dataclasses import dataclass, field
from typing import Literal

from kepu.records.page import Capture


@dataclass(slots=True)
class Visit:
    """What came of asking for one URL, or reading one file, where it is not (only) an article."""

    url: str
    """Canonical; of a file of unknown origin its path."""
    state: Literal["fetched", "unchanged", "gone", "failed", "refused", "excluded"]
    """What became of it."""
    at: str
    """When, ISO 8601 in UTC."""
    kind: str = "article"
    """article, or the kind of list."""
    article: str | None = None
    """The id of the article that the URL names."""
    code: str | None = None
    """Why, as a counter's name."""
    message: str | None = None
    """Why, as a sentence."""
    again: bool = False
    """Whether asking again later may help."""
    status: int | None = None
    """The HTTP status."""
    etag: str | None = None
    """The ETag header."""
    last_modified: str | None = None
    """The Last-Modified header."""
    payload_sha256: str | None = None
    """Of the bytes, hex."""
    path: str | None = None
    """The file that was read."""
    run: int | None = None
    """The number of the run."""
    captures: list[Capture] = field(default_factory=list, repr=False)
    """The answers that it speaks of, as they were sent."""
