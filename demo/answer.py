"""What the replica says to a request, before conditions, compression and faults."""

from dataclasses import dataclass, field

HTML = "text/html"
"""As the site's static servers send it: without a charset."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    status: int
    body: bytes
    content_type: str = HTML
    modified: float | None = None
    """When the page last changed, in seconds since 1970."""
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
