"""The replica's answer to a request, before conditional requests, compression and faults are applied."""

import gzip
import zlib
from dataclasses import dataclass, field
from functools import cache

HTML = "text/html"
"""Content-Type of pages, without a charset, as the site's static servers send it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Pages are stored compressed, since most clients accept that."""

    status: int
    content: bytes
    """The body, compressed with gzip if `packed`."""
    content_type: str = HTML
    modified: float | None = None
    """When the page last changed, in seconds since 1970."""
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    packed: bool = False
    """Whether `content` is compressed for transfer only."""

    @property
    def body(self) -> bytes:
        """The body without compression."""
        return gzip.decompress(self.content) if self.packed else self.content

    @property
    def gzipped(self) -> bytes:
        """The body compressed with gzip."""
        return self.content if self.packed else pack(self.content)


def pack(body: bytes, level: int = 5) -> bytes:
    """Compress a body with gzip; equal bodies give equal bytes under every version of Python.

    `gzip.compress` does not: from Python 3.13 on, its header names another operating system.
    """
    return zlib.compress(body, level, wbits=31)


MEMBER = 1 << 26
"""Number of zeros in one member of a gzip file of zeros."""


@cache
def zeros(size: int) -> bytes:
    """Return about `size` zeros compressed with gzip, in equal members; the result is about a thousandth of `size`."""
    member = min(size, MEMBER)
    return pack(bytes(member), 9) * (size // member)
