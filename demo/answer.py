"""What the replica says to a request, before conditions, compression and faults."""

import gzip
import zlib
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


@cache
def zeros(size: int) -> bytes:
    """About `size` zeros, gzipped: a thousandth of it."""
    piece = 1 << 16
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(piece)) for _ in range(size // piece)) + packer.flush()
