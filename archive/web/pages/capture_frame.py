"""The captured page in a sandboxed frame, with stored pictures and style sheets."""

from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.captures import CaptureReader, Unreadable, find, folder_for
from archive.former_table_names import has_table
from archive.web.guard import POLICY
from archive.web.pages import capture_page
from archive.web.pages.page_helpers import record_of
from archive.web.responses import Bytes, NotFound
from pipelines.chrome.replay_page import replayable, replayable_style
from pipelines.picture_type import SUFFIXES

SANDBOX = POLICY.replace("script-src 'self'", "script-src 'none'").replace(
    "frame-ancestors 'none'", "frame-ancestors 'self'"
)
"""Content-Security-Policy of the framed page: ours without scripts, and only our pages may embed it."""

_HEADERS = {
    "content-security-policy": f"sandbox allow-same-origin; {SANDBOX}",
    "referrer-policy": "no-referrer",
}
_STYLE = "text/css"


async def page(request: Any, datasette: Any) -> Any:
    """Answer with the captured page of an article without scripts and other active content.

    Raises NotFound if the archive has no such article, or no readable capture of it.
    """
    article = await record_of(request, datasette)
    made = await datasette.room.readers.run(_replayed, article, datasette.room.path)
    if made is None:
        raise NotFound(article["id"])
    return Bytes(made, content_type="text/html; charset=utf-8", headers=_HEADERS)


async def kept(request: Any, datasette: Any) -> Any:
    """Answer with a stored picture or style sheet, by the SHA-256 of its bytes. Raises NotFound if there is none."""
    found = await datasette.room.readers.run(_read, request.url_vars["digest"], datasette.room.path)
    if found is None:
        raise NotFound(request.url_vars["digest"])
    body, media = found
    return Bytes(body, content_type=media, headers={"content-security-policy": "sandbox; default-src 'none'"})


def _replayed(db: Database, article: dict[str, Any], path: Path) -> bytes | None:
    capture = capture_page.read(db, article, path)
    if capture.body is None:
        return None
    charset = capture_page.charset_of(article)
    return replayable(capture.body, article["url"] or "", charset, lambda url: address_of(db, url))


def address_of(db: Database, url: str) -> str | None:
    """Return the URL in the reading room for an original URL, or None if nothing is stored for it."""
    if not has_table(db, "pictures"):
        return None
    row = db.execute("SELECT sha256 FROM pictures WHERE url = ? AND state = 'kept'", (url,)).fetchone()
    return f"/kept/{row[0]}" if row else None


def _read(db: Database, digest: str, path: Path) -> tuple[bytes, str] | None:
    """Return the bytes and media type of a stored resource; the URLs in a style sheet are replaced by ours."""
    if not has_table(db, "pictures"):
        return None
    rows = db.execute(
        "SELECT record_id, media_type, url FROM pictures WHERE sha256 = ? AND state = 'kept'", (digest,)
    ).fetchall()
    for record_id, media, url in rows:
        row = find(db, record_id)
        if row is None or media not in {*SUFFIXES, _STYLE}:
            continue
        try:
            with CaptureReader(db, folder_for(path)) as reader:
                body = reader.body(row)
        except Unreadable:
            continue
        if media == _STYLE:
            style = replayable_style(body.decode("utf-8", "replace"), url, lambda each: address_of(db, each))
            return style.encode(), f"{_STYLE}; charset=utf-8"
        return body, media
    return None
