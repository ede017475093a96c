"""Recognise the format of a saved file, and return the page in it."""

import zlib
from dataclasses import replace

from kepu.messages import Text
from pipelines.refusals import NotAnArticle, TooLarge
from pipelines.saved_pages import mhtml
from pipelines.saved_pages.save_comments import read_comments
from pipelines.saved_pages.saved import SavedPage
from pipelines.saved_pages.wayback import without_wayback

MAX_BYTES = 64 * 1024 * 1024
"""Maximum size of a file after decompression."""

FOREIGN = (
    (b"PK\x03\x04", Text("this is a ZIP file")),
    (b"%PDF-", Text("this is a PDF file")),
    (b"\x89PNG", Text("this is a PNG picture")),
    (b"\xff\xd8\xff", Text("this is a JPEG picture")),
    (b"GIF8", Text("this is a GIF picture")),
    (b"bplist00", Text("this is a Safari web archive, which has no plain page")),
    (b"SQLite format 3\0", Text("this is an SQLite database")),
    (b"WARC/", Text("this is a WARC file")),
)
"""First bytes of files that are not pages, and the reason for refusing each."""


def open_saved(body: bytes, url: str | None = None) -> SavedPage:
    """Return the page in the bytes of a saved file; `url` is its URL as given by the user, if any.

    Raises NotAnArticle or TooLarge, with a message that says what the file is, if there is no page in it.
    """
    saved = SavedPage(body, url=url)
    if body.startswith(b"\x1f\x8b"):
        saved = replace(saved, body=_gunzip(body), form="gzip")
    for start, what in FOREIGN:
        if saved.body.startswith(start):
            raise NotAnArticle(what)
    if mhtml.is_mhtml(saved.body):
        page = mhtml.page_in(saved.body)
        saved = replace(page, url=url or page.url)
    return without_wayback(_with_url(read_comments(saved), url))


def _with_url(saved: SavedPage, url: str | None) -> SavedPage:
    """Return a page with the URL given by the user, which takes precedence over the one in the file."""
    return replace(saved, url=url) if url else saved


def _gunzip(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise NotAnArticle(Text("this is gzip that cannot be read ({error})", error=str(error))) from error
    if len(found) > MAX_BYTES:
        raise TooLarge(Text("larger than {most} MB once decompressed", most=MAX_BYTES // 1024 // 1024))
    if not unpacker.eof:
        raise NotAnArticle(Text("this is gzip cut short"))
    return found
