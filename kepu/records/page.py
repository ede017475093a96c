"""A fetched page, before extraction: its bytes, and how it was found and fetched."""

from dataclasses import dataclass, field

from kepu.records.field_metadata import about
from kepu.records.letter_account import Account


@dataclass(slots=True)
class Discovery:
    """How a page was found."""

    kind: str = field(
        metadata=about(
            "Kind of the place where it was found: home, section, search, sitemap, rolling, link, part, "
            "file, seed."
        )
    )
    url: str | None = field(
        default=None, metadata=about("URL of the list page, sitemap or folder that linked to it.")
    )
    title: str | None = field(
        default=None, metadata=about("Title of the link: the longest text of its links on that page.")
    )
    section: str | None = field(
        default=None, metadata=about("Title of the section on whose list it was found.")
    )


@dataclass(slots=True)
class Warc:
    """Position of a capture in a WARC file."""

    file: str = field(metadata=about("Name of the file, in the archive's folder of captures."))
    offset: int = field(metadata=about("Offset of the record in the file.", unit="bytes"))
    record_id: str = field(metadata=about("WARC-Record-ID of the record."))


@dataclass(slots=True)
class Capture:
    """One response as it was sent, or one file as it was read, to be stored in a WARC file."""

    url: str = field(
        metadata=about("Final URL, after redirects; for a file of unknown origin, its `file:` URL.")
    )
    at: str = field(metadata=about("When it was fetched, ISO 8601 in UTC, to the second."))
    body: bytes = field(
        repr=False, metadata=about("The bytes as they were sent, with their content coding (gzip …).")
    )
    request: bytes = field(
        default=b"",
        repr=False,
        metadata=about("Request line, header, an empty line, and the body of a POST. Empty for a file."),
    )
    response: bytes = field(
        default=b"", repr=False, metadata=about("Status line, header, and an empty line. Empty for a file.")
    )
    status: int | None = field(default=None, metadata=about("HTTP status; None for a file."))
    ip: str | None = field(
        default=None,
        metadata=about("IP address of the server; None behind a proxy, whose address would be meaningless."),
    )
    payload_sha256: str | None = field(
        default=None,
        metadata=about("SHA-256 of the decompressed body, in hexadecimal, as in `Part.payload_sha256`."),
    )
    record_id: str | None = field(
        default=None,
        metadata=about("WARC-Record-ID to use; None for a new one. An import gives the same one each time."),
    )
    part: int = field(default=1, metadata=about("Number of the page of a multi-page article, from 1."))
    missing: list[str] = field(
        default_factory=list,
        metadata=about("For part 1, the URLs of linked parts that could not be fetched."),
    )


@dataclass(slots=True)
class Page:
    """One fetched page or saved file, with the further parts of the same article."""

    body: bytes = field(
        repr=False,
        metadata=about("The bytes after decompression (gzip …), before decoding by a charset."),
    )
    url: str | None = field(
        default=None,
        metadata=about("Final URL, after redirects; None for a saved file of unknown origin."),
    )
    url_requested: str | None = field(default=None, metadata=about("URL that was requested."))
    path: str | None = field(default=None, metadata=about("Path of the file that it was read from."))
    status: int | None = field(default=None, metadata=about("HTTP status; None for a file."))
    content_type: str | None = field(default=None, metadata=about("The whole Content-Type header."))
    etag: str | None = field(default=None, metadata=about("The ETag header."))
    last_modified: str | None = field(default=None, metadata=about("The Last-Modified header."))
    fetched_at: str | None = field(
        default=None,
        metadata=about("When it was fetched, ISO 8601 in UTC, to the second (`2026-11-23T18:07:48Z`)."),
    )
    discovered_via: Discovery | None = field(default=None, metadata=about("How its URL was found."))
    also_at: list[tuple[str, str | None]] = field(
        default_factory=list,
        metadata=about("Other URLs of the same article on lists, as (URL, section)."),
    )
    run: int | None = field(default=None, metadata=about("Number of the run that fetched it."))
    payload_sha256: str | None = field(
        default=None,
        metadata=about(
            "SHA-256 of the file from which `body` was unpacked (MHTML, gzip …), in hexadecimal; None "
            "if `body` is the payload itself."
        ),
    )
    part: int = field(default=1, metadata=about("Number of the page of a multi-page article, from 1."))
    parts: list["Page"] = field(
        default_factory=list,
        repr=False,
        metadata=about("Further parts that were fetched, in any order; only on part 1."),
    )
    parts_missing: list[str] = field(
        default_factory=list, metadata=about("URLs of linked parts that could not be fetched.")
    )
    capture: Capture | None = field(
        default=None,
        repr=False,
        metadata=about("The response as it was sent; None if captures are not stored."),
    )
    account: Account | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Account of the letters of this page and its further parts, set when it is extracted."
        ),
    )
