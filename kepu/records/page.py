"""A fetched page, before anything is extracted from it: its bytes, and how they came."""

from dataclasses import dataclass, field

from kepu.records.account import Account


@dataclass(slots=True)
class Discovery:
    """How a page was found."""

    kind: str
    """home, section, search, sitemap, rolling, link, part, file, seed."""
    url: str | None = None
    """The list page, sitemap or folder that named it."""
    title: str | None = None
    """The title that the list gave it (the longest anchor text)."""
    section: str | None = None
    """The name of the section on whose list it stood."""


@dataclass(slots=True)
class Warc:
    """Where the capture lies."""

    file: str
    """Its name, in the archive's folder."""
    offset: int
    """Bytes from the file's beginning."""
    record_id: str
    """The WARC-Record-ID."""


@dataclass(slots=True)
class Capture:
    """One answer as it was sent, or one file as it was read: what the archive keeps as WARC."""

    url: str
    """Where it came from in the end, after redirects; of a file of unknown origin its `file:` URL."""
    at: str
    """When, ISO 8601 in UTC, to the second."""
    body: bytes = field(repr=False)
    """The bytes as they were sent: still in their content coding (gzip …)."""
    request: bytes = field(default=b"", repr=False)
    """What was asked: request line, header, an empty line, and the body of a POST. Empty for a file."""
    response: bytes = field(default=b"", repr=False)
    """Status line, header, and an empty line. Empty for a file."""
    status: int | None = None
    """The HTTP status; None for a file."""
    ip: str | None = None
    """The numeric address that answered; None behind a proxy, whose address says nothing of the site."""
    payload_sha256: str | None = None
    """Of the bytes after content decoding, hex: what `Part.payload_sha256` has."""
    record_id: str | None = None
    """The WARC-Record-ID to write it under; None for a new one. An import gives the same one each time."""
    part: int = 1
    """Which part of a multi-page article it is."""
    missing: list[str] = field(default_factory=list)
    """Of part 1: the URLs of parts that were linked and could not be had."""


@dataclass(slots=True)
class Page:
    """One response, or one saved file, as it came, with the further parts of the same article."""

    body: bytes = field(repr=False)
    """The bytes, after content decoding (gzip …) and before any charset is decided."""
    url: str | None = None
    """Where the bytes came from in the end, after redirects; None for a saved file of unknown origin."""
    url_requested: str | None = None
    """The URL that was asked for."""
    path: str | None = None
    """The file it was read from, if it was."""
    status: int | None = None
    """The HTTP status; None for a file."""
    content_type: str | None = None
    """The Content-Type header, whole."""
    etag: str | None = None
    """The ETag header."""
    last_modified: str | None = None
    """The Last-Modified header."""
    fetched_at: str | None = None
    """When, ISO 8601 in UTC, to the second (`2026-11-23T18:07:48Z`)."""
    discovered_via: Discovery | None = None
    """How its URL was found."""
    also_at: list[tuple[str, str | None]] = field(default_factory=list)
    """Other URLs under which this very article was seen on lists: (URL, section)."""
    run: int | None = None
    """The number of the run that fetched it."""
    payload_sha256: str | None = None
    """Of the file that the page was taken out of (MHTML, gzip …), hex; None where `body` is the payload itself."""
    part: int = 1
    """Which part of a multi-page article this is, counted from 1."""
    parts: list["Page"] = field(default_factory=list, repr=False)
    """The further parts that were fetched, in any order; only on part 1."""
    parts_missing: list[str] = field(default_factory=list)
    """URLs of parts that were linked and could not be had."""
    capture: Capture | None = field(default=None, repr=False)
    """The answer that it was in, as it was sent; None where nobody keeps it."""
    account: Account | None = field(default=None, repr=False)
    """Where the letters of this page and its further parts went, once it is read."""
