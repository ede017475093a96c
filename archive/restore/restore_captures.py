"""Restore articles, their versions and URLs from captures alone: the pipelines process each page, oldest first."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlite_utils import Database

from archive import captures, store_letter_accounts, upsert
from archive.captures import CaptureReader, CaptureRow, Unreadable
from archive.captures.adopt_captures import ADOPTED
from archive.recheck_times import revisit_at
from archive.restore.join_versions import stored, take
from archive.url_state import UrlState
from kepu import urls
from kepu.messages import Text, text_of
from kepu.progress import Tell
from kepu.records import Article, Page, Visit, Warc
from pipelines.build_article import article_from_page, normalize, refusal
from pipelines.refusals import ExtractorFailed, Refused
from pipelines.validate import Unstorable, validate

EVERY = 100
"""Number of captures between two progress reports."""


def replay(
    db: Database, scratch: Database, folder: Path, holder: str | None, broken: list[str], progress: Tell
) -> None:
    """Extract from captures the versions of articles that `db` lacks into the empty archive `scratch`, oldest first.

    Both are written to within the caller's transactions. `holder` is the rights holder of these articles, since pages
    do not name one. Unreadable captures are added to `broken`. `progress` is called with the bytes read and the
    total.
    """
    wanted = [*_wanted(db)]
    memory = UrlState(scratch)
    with CaptureReader(db, folder) as reader:
        done, size = 0, sum(row.length for row in wanted)
        for n, row in enumerate(wanted):
            if n % EVERY == 0:
                progress(done, size)
            done += row.length
            try:
                _replay_one(db, scratch, memory, reader, row, holder)
            except Unreadable as error:
                broken.append(Text("{folder}/{error}", folder=folder, error=text_of(error)))


def _wanted(db: Database) -> Iterator[CaptureRow]:
    """Yield the first parts of captures, by time, whose article is missing or has lost versions."""
    lacking = {row[0] for row in db.execute(_LACKING)}
    for row in sorted(captures.rows(db, "main IS NULL"), key=lambda each: (each.at, each.n)):
        if row.article is None or row.article in lacking:
            yield row


_LACKING = f"""
  SELECT DISTINCT c.article FROM captures c LEFT JOIN articles a ON a.id = c.article
  WHERE c.article IS NOT NULL AND (a.id IS NULL OR c.code = '{ADOPTED}'
    OR c.at > coalesce(a.provenance ->> '$.fetched_at', '')
    OR (a.revision ->> '$.n') > 1 + (SELECT count(*) FROM revisions r WHERE r.article = a.id))
"""


def _replay_one(
    db: Database,
    scratch: Database,
    memory: UrlState,
    reader: CaptureReader,
    row: CaptureRow,
    holder: str | None,
) -> None:
    if row.kind not in {"article", "file"}:
        was_read = row.code in {None, ADOPTED}
        code = None if was_read else row.code
        memory.visited(Visit(row.url, "fetched" if was_read else "failed", row.at, row.kind, code=code))
        return
    page = _page(db, reader, row)
    try:
        article = validate(normalize(article_from_page(page)))
    except Refused as error:
        visit = refusal(page, error)
    except Unstorable as error:
        visit = refusal(page, ExtractorFailed(str(error)))
    except Exception as error:  # noqa: BLE001  a fault of ours in one page must not end the restoring of all others
        visit = refusal(page, ExtractorFailed(f"{type(error).__name__}: {error}"))
    else:
        article.provenance.warc = Warc(row.file, row.offset, row.record_id)
        article.rights.copyright_holder = article.rights.copyright_holder or holder
        if _keep(scratch, memory, article, row):
            store_letter_accounts.write(scratch, article.id, page.account)
        return
    if visit.path is None:
        memory.visited(visit)
    if visit.state == "gone" and visit.article:
        upsert.mark(scratch, visit.article, "gone", now=visit.at)


def _page(db: Database, reader: CaptureReader, row: CaptureRow) -> Page:
    page = reader.page(row)
    page.parts = [reader.page(part) for part in captures.rows(db, "main = ?", (row.n,))]
    if row.url.startswith("file:"):
        page.path = unquote(urlsplit(row.url).path)
    return page


def _keep(scratch: Database, memory: UrlState, article: Article, row: CaptureRow) -> bool:
    """Store an article in the scratch archive; return whether this version is now its present one."""
    result = upsert.keep(scratch, article, run=None, now=row.at)
    is_present = result.kept in {"new", "changed", "duplicate"} or result.is_read_again
    if result.kept == "forgotten" or not (article.url_requested or article.url):
        return is_present
    provenance = article.provenance
    visit = Visit(
        url=urls.canonical(article.url_requested or article.url or ""),
        state="unchanged" if result.kept == "unchanged" else "fetched",
        at=row.at,
        article=article.id,
        code=upsert.damage(article),
        again=True,
        status=provenance.http_status,
        etag=provenance.etag,
        last_modified=provenance.last_modified,
        payload_sha256=provenance.payload_sha256,
    )
    memory.visited(visit, due_at=None if visit.code else revisit_at(row.at, article.date_published))
    return is_present


def has_adopted(db: Database) -> bool:
    """Return whether an earlier opening adopted captures whose articles the database still lacks."""
    return bool(
        db.execute(
            "SELECT EXISTS (SELECT 1 FROM captures c WHERE code = ? AND article IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = c.article))",
            (ADOPTED,),
        ).fetchone()[0]
    )


def join(db: Database, scratch: Database) -> int:
    """Copy the results from `scratch` within the caller's transaction.

    Return the number of articles with anything new.
    """
    ids = [id_ for (id_,) in scratch.execute("SELECT id FROM articles ORDER BY seq").fetchall()]
    joined = sum(take(db, stored(scratch, id_)[1]) for id_ in ids)
    store_letter_accounts.take_over(db, scratch)
    db.execute(
        "UPDATE captures SET code = NULL WHERE code = ? AND article IN (SELECT id FROM articles)", (ADOPTED,)
    )
    return joined


def last_checks(db: Database) -> None:
    """Set the time of the last check of articles without one to the time of their last capture."""
    db.execute(_CHECKED)


_CHECKED = """
  UPDATE articles SET revision = json_replace(revision, '$.last_checked',
    (SELECT max(at) FROM captures WHERE captures.article = articles.id AND code IS NULL))
  WHERE revision ->> '$.last_checked' IS NULL
"""


def forget_other_files(db: Database, folder: Path) -> None:
    """Delete the rows of capture files if the folder has other files of the same names, which are then indexed.

    That happens if the database is from another archive: its offsets may be in the middle of a record.
    """
    for (name,) in db.execute("SELECT file FROM internal_capture_files").fetchall():
        rows = db.execute(
            "SELECT offset, length, record_id FROM captures WHERE file = ? ORDER BY offset LIMIT ?",
            (name, SOME),
        ).fetchall()
        if not rows or not (folder / name).exists() or any(_has_record(folder / name, *row) for row in rows):
            continue
        for table in ("captures", "internal_capture_files"):
            db.table(table).delete_where("file = ?", [name])


SOME = 20
"""Number of records tried per file. If none is where the database says, the database describes another file."""


def _has_record(path: Path, offset: int, length: int, record_id: str) -> bool:
    """Return whether the gzip member at a position is the record with this id."""
    with path.open("rb") as file:
        file.seek(offset)
        member = file.read(length)
    try:
        return record_id.strip("<>").encode() in zlib.decompress(member, 31)
    except zlib.error:
        return False
