"""The captured page of an article: its source as text, and its bytes as a download. Browsers never render it."""

import re
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.former_table_names import has_table
from archive.web.pages.page_helpers import html, record_of
from archive.web.responses import Bytes, NotFound

LONGEST = 300_000
"""Maximum number of characters of the source shown."""


@dataclass(slots=True)
class CapturePage:
    """The stored bytes of a page."""

    body: bytes | None = None
    """The bytes, or None if no capture is readable."""
    trouble: str | None = None
    """The reason why they cannot be read although they should exist."""


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the source of the page that an article was extracted from."""
    article = await record_of(request, datasette)
    kept = await datasette.room.readers.run(read, article, datasette.room.path)
    source = None if kept.body is None else kept.body.decode(charset_of(article), "replace")
    context = {
        "article": article,
        "warc": article["provenance"]["warc"],
        "trouble": kept.trouble,
        "is_page": bool(source and "<" in source[:4096]),
        "source": source and source[:LONGEST],
        "cut": bool(source and len(source) > LONGEST),
    }
    return await html(request, datasette, "capture.html", context)


async def download(request: Any, datasette: Any) -> Any:
    """Send the bytes of the page as an attachment, so that no browser renders it.

    Raises NotFound if the archive has no such article, or no readable capture of it.
    """
    article = await record_of(request, datasette)
    kept = await datasette.room.readers.run(read, article, datasette.room.path)
    if kept.body is None:
        raise NotFound(article["id"])
    name = re.sub(r"[^A-Za-z0-9]+", "-", article["id"]).strip("-")
    return Bytes(
        kept.body,
        content_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="{name}.html"',
            "content-security-policy": "sandbox; default-src 'none'",
        },
    )


def read(db: Database, article: dict[str, Any], path: Any) -> CapturePage:
    """Return the bytes of the page that an article was extracted from, or the reason why they are not available."""
    warc = article["provenance"]["warc"]
    if warc is None or not has_table(db, "captures"):
        return CapturePage()
    from archive.captures.read_captures import CaptureReader, find
    from archive.captures.warc_records import Unreadable
    from archive.captures.warc_writer import folder_for

    row = find(db, warc["record_id"])
    if row is None:
        return CapturePage()
    try:
        with CaptureReader(db, folder_for(path)) as reader:
            return CapturePage(body=reader.body(row))
    except Unreadable as error:
        return CapturePage(trouble=str(error))


def charset_of(article: dict[str, Any]) -> str:
    """Return the charset with which an article's page was decoded if Python knows it, else UTF-8."""
    charset = article["provenance"]["charset_used"] or "utf-8"
    try:
        b"".decode(charset)
    except LookupError:
        return "utf-8"
    return str(charset)
