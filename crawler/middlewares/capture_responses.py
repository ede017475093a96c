"""A downloader middleware that captures responses as they were sent, before decompression, for the WARC files.

A capture differs from the bytes on the wire where Scrapy does not pass them on: the reason phrase is derived from the
status, and the request's Host from its URL; header names have Scrapy's capitals (`Etag`); fields with the same name are
adjacent; and a chunked body is joined, so `Transfer-Encoding` is omitted.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from crawler.crawl_run import CrawlRun
from kepu.records import Capture

_NOT_AS_SENT = {b"transfer-encoding"}
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_LINE_ENDS = bytes.maketrans(b"\r\n\0", b"   ")
"""Replaces line ends and NUL in header fields, which would otherwise break the header of a WARC record."""


class CaptureResponses:
    """The middleware; it must see a response before its content coding is decoded."""

    def __init__(self, now: Callable[[], str]) -> None:
        self._now = now

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CaptureResponses":
        """Create the middleware (called by Scrapy) with the clock of the run."""
        return cls(CrawlRun.of(crawler).now)

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response, with its capture in the request's meta."""
        request.meta["capture"] = capture(request, response, self._now())
        return response


def capture(request: Request, response: Response, at: str) -> Capture:
    """Return a capture: the response as it was sent, and its request."""
    protocol = (response.protocol or "HTTP/1.1").encode()
    is_direct = response.ip_address is not None and not request.meta.get("proxy")
    return Capture(
        url=response.url,
        at=at,
        body=response.body,
        request=_request_bytes(request, protocol),
        response=_head(b"%s %d %s" % (protocol, response.status, _reason(response.status)), response.headers),
        status=response.status,
        ip=str(response.ip_address) if is_direct else None,
    )


def of(response: Response, payload_sha256: str | None) -> Capture | None:
    """Return the capture of a response, or None if the middleware is not enabled.

    `payload_sha256` is the SHA-256 of the decompressed body; for a 304, that of the stored body.
    """
    found: Capture | None = response.request.meta.get("capture") if response.request else None
    if found is not None:
        found.payload_sha256 = payload_sha256
    return found


def _request_bytes(request: Request, protocol: bytes) -> bytes:
    parts = urlsplit(request.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    first = f"{request.method} {path} ".encode() + protocol
    host = [] if b"Host" in request.headers else [b"Host: " + parts.netloc.encode()]
    return _head(first, request.headers, host) + request.body


def _head(first: bytes, headers: Headers, lines: Iterable[bytes] = ()) -> bytes:
    fields = [
        b"%s: %s" % (name, value.translate(_LINE_ENDS))
        for name, values in headers.items()
        if name.lower() not in _NOT_AS_SENT
        for value in values
    ]
    return b"\r\n".join([first, *lines, *fields, b"", b""])


def _reason(status: int) -> bytes:
    return _REASONS.get(status, "").encode()
