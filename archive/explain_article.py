"""Explain how the lines of a stored article's pages were classified, by reading its captures again."""

from pathlib import Path

import orjson
from sqlite_utils import Database

from archive.captures import CaptureReader, Unreadable
from archive.rebuild.reextract import StoredVersion, stored_page
from kepu.records.letter_account import PageLine
from pipelines.explain import page_lines


def of_article(db: Database, folder: Path, article: str) -> list[PageLine]:
    """Return the lines of the pages that the present version of an article came from, in order, each with its class.

    `folder` is that of the captures (`archive.captures.folder_for`). Raises Unreadable if the archive has no such
    article, or no intact capture of it, and Refused if no article is found in its pages any more.
    """
    row = db.execute("SELECT url_requested, provenance FROM articles WHERE id = ?", (article,)).fetchone()
    provenance = orjson.loads(row[1]) if row else None
    if provenance is None or provenance["warc"] is None:
        raise Unreadable("its capture is not there")
    with CaptureReader(db, folder) as reader:
        stored = StoredVersion(article, 0, {"url_requested": row[0]})
        return page_lines(stored_page(db, reader, stored, provenance))
