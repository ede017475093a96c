"""A fetched page, before anything is extracted from it: its bytes, and how they came."""

from dataclasses import dataclass, field

from kepu.records.field_metadata import about
from kepu.records.letter_account import Account


@dataclass(slots=True)
class Discovery:
    """How a page was found."""

    kind: str = field(metadata=about("home, section, search, sitemap, rolling, link, part, file, seed."))
    url: str | None = field(default=None, metadata=about("The list page, sitemap or folder that named it."))
    title: str | None = field(
        default=None, metadata=about("The title that the list gave it (the longest anchor text).")
    )
    section: str | None = field(
        default=None, metadata=about("The name of the section on whose list it stood.")
    )


@dataclass(slots=True)
class Warc:
    """The position of a capture in a WARC file."""

    file: str = field(metadata=about("Its name, in the archive's folder."))
    offset: int = field(metadata=about("Bytes from the file's beginning.", unit="bytes"))
    record_id: str = field(metadata=about("The WARC-Record-ID."))


@dataclass(slots=True)
class Capture:
    """One answer as it was sent, or one file as it was read: what the archive keeps as WARC."""

    url: str = field(
        metadata=about(
            "Where it came from in the end, after redirects; of a file of unknown origin its `file:` URL."
        )
    )
    at: str = field(metadata=about("When, ISO 8601 in UTC, to the second."))
    body: bytes = field(
        repr=False, metadata=about("The bytes as they were sent: still in their content coding (gzip …).")
    )
    request: bytes = field(
        default=b"",
        repr=False,
        metadata=about(
            "What was asked: request line, header, an empty line, and the body of a POST. Empty for a file."
        ),
    )
    response: bytes = field(
        default=b"", repr=False, metadata=about("Status line, header, and an empty line. Empty for a file.")
    )
    status: int | None = field(default=None, metadata=about("The HTTP status; None for a file."))
    ip: str | None = field(
        default=None,
        metadata=about(
            "The numeric address that answered; None behind a proxy, whose address says nothing of the site."
        ),
    )
    payload_sha256: str | None = field(
        default=None,
        metadata=about("Of the bytes after content decoding, hex: what `Part.payload_sha256` has."),
    )
    record_id: str | None = field(
        default=None,
        metadata=about(
            "The WARC-Record-ID to write it under; None for a new one. An import gives the "
            "same one each time."
        ),
    )
    part: int = field(default=1, metadata=about("Which part of a multi-page article it is."))
    missing: list[str] = field(
        default_factory=list,
        metadata=about("Of part 1: the URLs of parts that were linked and could not be had."),
    )


@dataclass(slots=True)
class Page:
    """One response, or one saved file, as it came, with the further parts of the same article."""

    body: bytes = field(
        repr=False,
        metadata=about("The bytes, after content decoding (gzip …) and before any charset is decided."),
    )
    url: str | None = field(
        default=None,
        metadata=about(
            "Where the bytes came from in the end, after redirects; None for a saved file of unknown origin."
        ),
    )
    url_requested: str | None = field(default=None, metadata=about("The URL that was asked for."))
    path: str | None = field(default=None, metadata=about("The file it was read from, if it was."))
    status: int | None = field(default=None, metadata=about("The HTTP status; None for a file."))
    content_type: str | None = field(default=None, metadata=about("The Content-Type header, whole."))
    etag: str | None = field(default=None, metadata=about("The ETag header."))
    last_modified: str | None = field(default=None, metadata=about("The Last-Modified header."))
    fetched_at: str | None = field(
        default=None, metadata=about("When, ISO 8601 in UTC, to the second (`2026-11-23T18:07:48Z`).")
    )
    discovered_via: Discovery | None = field(default=None, metadata=about("How its URL was found."))
    also_at: list[tuple[str, str | None]] = field(
        default_factory=list,
        metadata=about("Other URLs under which this very article was seen on lists: (URL, section)."),
    )
    run: int | None = field(default=None, metadata=about("The number of the run that fetched it."))
    payload_sha256: str | None = field(
        default=None,
        metadata=about(
            "Of the file that the page was taken out of (MHTML, gzip …), hex; None where "
            "`body` is the payload itself."
        ),
    )
    part: int = field(
        default=1, metadata=about("Which part of a multi-page article this is, counted from 1.")
    )
    parts: list["Page"] = field(
        default_factory=list,
        repr=False,
        metadata=about("The further parts that were fetched, in any order; only on part 1."),
    )
    parts_missing: list[str] = field(
        default_factory=list, metadata=about("URLs of parts that were linked and could not be had.")
    )
    capture: Capture | None = field(
        default=None,
        repr=False,
        metadata=about("The answer that it was in, as it was sent; None where nobody keeps it."),
    )
    account: Account | None = field(
        default=None,
        repr=False,
        metadata=about("Where the letters of this page and its further parts went, once it is read."),
    )
