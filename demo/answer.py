"""What the replica says to a request, before conditions, compression and faults."""

import gzip
from dataclasses import dataclass, field
from functools import cache

HTML = "text/html"
"""As the site's static servers send it: without a charset."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Its body is kept packed where it will be sent so to most who ask."""

    status: int
    content: bytes
    """The body, or the body gzipped."""
    content_type: str = HTML
    modified: float | None = None
    """When the page last changed, in seconds since 1970."""
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    packed: bool = False
    """Whether `content` is gzipped for the way."""

    @property
    def body(self) -> bytes:
        """The body as it is."""
        return gzip.decompress(self.content) if self.packed else self.content

    @property
    def gzipped(self) -> bytes:
        """The body gzipped."""
        return self.content if self.packed else pack(self.content)


def pack(body: bytes) -> bytes:
    """The body gzipped, the same bytes each time."""
    return gzip.compress(body, 5, mtime=0)


MEMBER = 1 << 26
"""Bytes in one member of a gzip file of zeros."""


@cache
def zeros(size: int) -> bytes:
    """About `size` zeros, gzipped: a thousandth of it, in members that are all alike."""
    member = min(size, MEMBER)
    return gzip.compress(bytes(member), 9, mtime=0) * (size // member)
