"""A stored article's pages line by line, each line with what became of it: read from their captures, and not stored."""

from pathlib import Path

import orjson
from sqlite_utils import Database

from archive.captures import CaptureReader, Unreadable
from archive.rebuild.reextract import StoredVersion, stored_page
from kepu.records.letter_account import PageLine
from pipelines.explain import page_lines


def of_article(db: Database, folder: Path, article: str) -> list[PageLine]:
    """Return the lines of the pages that the present version of an article came from, in their order.

    `folder` is that of the captures (`archive.captures.folder_for`). Raises Unreadable where the archive has no such
    article, no capture of it or one that is broken, and Refused where its pages give no article any more.
    """
    row = db.conn.execute(
        "SELECT url_requested, provenance FROM articles WHERE id = ?", (article,)
    ).fetchone()
    provenance = orjson.loads(row[1]) if row else None
    if provenance is None or provenance["warc"] is None:
        raise Unreadable("its capture is not there")
    with CaptureReader(db, folder) as reader:
        stored = StoredVersion(article, 0, {"url_requested": row[0]})
        return page_lines(stored_page(db, reader, stored, provenance))
