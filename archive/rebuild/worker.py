"""A worker process: re-extracts a range of articles and returns the differences. It writes nothing."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from archive import captures, record_hash, store_letter_accounts
from archive.captures import CaptureReader, Unreadable
from archive.readonly import reading
from archive.rebuild.rebuild_report import SkippedVersion
from archive.rebuild.reextract import ReextractedVersion, StoredVersion, remake, worse_than
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS, RECORD_SQL, VALUE_SQL
from archive.stored_body import BODY, encoded
from kepu.records import Account, Article, Discovery, Warc
from pipelines.build_article import article_from_page, normalize
from pipelines.refusals import Refused
from pipelines.segmentation.dumps.lexicon import Lexicon, learn
from pipelines.validate import Unstorable, validate

LEARN_FROM = 2000
"""Number of articles, the newest, from which the lexicon for dumps is learned, as in a crawl."""


@dataclass(frozen=True, slots=True)
class RebuildJob:
    """A unit of work: a range of rows."""

    kind: str
    """`pages`, `dumps` or `refused`."""
    first: int
    """First row of the range: `seq` of `articles`, or `n` of `captures` for `refused`."""
    last: int
    """The last row of the range."""
    want_records: bool = False
    """Whether both records of a changed version are returned, for display."""
    size: int = 0
    """Number of articles in the range."""


@dataclass(slots=True)
class RebuiltVersion:
    """A version that differs from the stored one."""

    id: str
    """Id of the article."""
    n: int
    """Number of the version, from 1."""
    seq: int | None
    """Its row in `articles`, or None for an earlier version in `revisions`."""
    values: dict[str, Any]
    """Columns to set; only `record` for an earlier version."""
    fields: list[str]
    """Names of the record's fields that differ."""
    content: str | None = None
    """The stored `content_sha256`, for a row of `articles`."""
    records: tuple[dict[str, Any], dict[str, Any]] | None = None
    """The records before and after, if they were requested."""


@dataclass(slots=True)
class RebuildResult:
    """The results of a job."""

    versions: int = 0
    """Number of versions that were examined."""
    no_capture: int = 0
    """Number of versions without a capture, which stay as they are."""
    changes: list[RebuiltVersion] = field(default_factory=list)
    """The versions that differ."""
    left: list[SkippedVersion] = field(default_factory=list)
    """Versions that were skipped, with the reason."""
    accounts: list[tuple[str, Account]] = field(default_factory=list)
    """(article id, account of its characters) that differs from the stored one."""
    found: list[Article] = field(default_factory=list)
    """Articles of pages that an earlier extractor refused."""


class Worker:
    """Opens an archive for reading and re-extracts articles."""

    def __init__(self, path: Path) -> None:
        self._open = ExitStack()
        self.db = self._open.enter_context(reading(path))
        self.reader = self._open.enter_context(CaptureReader(self.db, captures.folder_for(path)))
        self._lexicon: Lexicon | None = None

    def close(self) -> None:
        """Close all files."""
        self._open.close()

    def lexicon(self) -> Lexicon:
        """Return the lexicon learned from the archive's own articles; it is made when the first dump is read."""
        if self._lexicon is None:
            rows = self.db.execute(_CLEAN_TEXTS, (LEARN_FROM,))
            self._lexicon = learn(text for (text,) in rows)
        return self._lexicon

    def do(self, job: RebuildJob) -> RebuildResult:
        """Do a job and return the differences."""
        if job.kind == "refused":
            return self._refused(job)
        result = RebuildResult()
        condition = "IS" if job.kind == "dumps" else "IS NOT"
        rows = self.db.execute(_ROWS.format(condition), (job.first, job.last)).fetchall()
        edited = {article for (article,) in self.db.execute(_EDITED, (job.first, job.last))}
        for seq, record_sha256, *columns in rows:
            values = dict(zip(ARTICLE_FIELDS, columns, strict=True))
            previous = self._earlier(values["id"], job, result) if values["id"] in edited else None
            self._present(seq, record_sha256, values, previous, job, result)
        return result

    def _earlier(self, id_: str, job: RebuildJob, result: RebuildResult) -> str | None:
        """Re-extract the earlier versions of an article; return the new hash of the last of them if it changed."""
        previous: str | None = None
        rows = self.db.execute("SELECT n, record FROM revisions WHERE article = ? ORDER BY n", (id_,))
        for n, text in rows.fetchall():
            record = orjson.loads(text)
            if (
                record["schema_version"] == 1
            ):  # A version whose hash is one of record version 1 is left as it is.
                result.versions, previous = result.versions + 1, None
                continue
            remade = self._remake(StoredVersion(id_, n, _columns(record)), result)
            values = remade.values if remade else {}
            new = record | {name: _value(name, value) for name, value in values.items()}
            if previous is not None and new["revision"]["previous_sha256"] != previous:
                new["revision"] = new["revision"] | {"previous_sha256": previous}
            if new != record:
                change = RebuiltVersion(id_, n, None, {"record": orjson.dumps(new).decode()}, list(values))
                change.records = (record, new) if job.want_records else None
                result.changes.append(change)
            previous = record_hash.of_record(new) if values else None
        return previous

    def _present(
        self,
        seq: int,
        record_sha256: str,
        values: dict[str, Any],
        previous: str | None,
        job: RebuildJob,
        result: RebuildResult,
    ) -> None:
        """Re-extract the present version of an article."""
        revision = orjson.loads(values["revision"])
        stored = StoredVersion(values["id"], revision["n"], values)
        remade = self._remake(stored, result)
        if remade and remade.account and store_letter_accounts.read(self.db, stored.id) != remade.account:
            result.accounts.append((stored.id, remade.account))
        made = remade.values if remade else {}
        new = _stored(made, values)
        if remade and remade.record_sha256 != record_sha256:
            new["record_sha256"] = remade.record_sha256
        if previous is not None and revision["previous_sha256"] != previous:
            new["revision"] = orjson.dumps(revision | {"previous_sha256": previous}).decode()
        if not new:
            return
        change = RebuiltVersion(stored.id, stored.n, seq, new, list(made), values["content_sha256"])
        if job.want_records:
            record = orjson.loads(
                self.db.execute(f"SELECT {RECORD_SQL} FROM articles WHERE seq = ?", (seq,)).fetchone()[0]
            )
            change.records = (record, record | {name: _value(name, value) for name, value in made.items()})
        result.changes.append(change)

    def _remake(self, stored: StoredVersion, result: RebuildResult) -> ReextractedVersion | None:
        result.versions += 1
        remade = remake(self.db, self.reader, stored, self.lexicon)
        if isinstance(remade, SkippedVersion):
            result.left.append(remade)
            return None
        result.no_capture += remade is None
        return remade

    def _refused(self, job: RebuildJob) -> RebuildResult:
        """Return the articles of pages that gave none when they were fetched."""
        result = RebuildResult()
        for row in captures.rows(self.db, _REFUSED, (job.first, job.last)):
            try:
                page = self.reader.page(row)
                page.parts = [self.reader.page(part) for part in captures.rows(self.db, "main = ?", (row.n,))]
                page.discovered_via = self._found_by(row.url)
                article = validate(normalize(article_from_page(page, self.lexicon)))
            except (Refused, Unreadable, Unstorable):
                continue
            except Exception:  # noqa: BLE001, S112  a page that was refused before, and is so again
                continue
            if not worse_than(article, set()):
                article.provenance.warc = Warc(row.file, row.offset, row.record_id)
                result.found.append(article)
                if page.account:
                    result.accounts.append((article.id, page.account))
        return result

    def _found_by(self, url: str) -> Discovery | None:
        row = self.db.execute(
            "SELECT coalesce(found_kind, 'seed'), found_at, title, section FROM urls WHERE url = ?", (url,)
        ).fetchone()
        return Discovery(*row) if row else None


def _stored(made: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return the columns to write for values that changed; those of the body are stored by one another."""
    if not made.keys() & set(BODY):
        return dict(made)
    return made | encoded({name: made.get(name, before[name]) for name in BODY})


def _columns(record: dict[str, Any]) -> dict[str, Any]:
    """Return what VALUE_SQL gives of the row of a record."""
    return {
        name: orjson.dumps(value).decode() if name in JSON_FIELDS and value is not None else value
        for name, value in record.items()
    }


def _value(name: str, column: Any) -> Any:
    """Return the value that a column has in the record."""
    return orjson.loads(column) if name in JSON_FIELDS and column is not None else column


_ROWS = (
    f"SELECT seq, record_sha256, {', '.join(VALUE_SQL[name] for name in ARTICLE_FIELDS)} FROM articles "
    "WHERE seq BETWEEN ? AND ? AND (provenance ->> '$.layout') {} 'dump' ORDER BY seq"
)
_EDITED = "SELECT DISTINCT article FROM revisions WHERE article IN (SELECT id FROM articles WHERE seq BETWEEN ? AND ?)"
_CLEAN_TEXTS = (
    "SELECT text FROM articles WHERE provenance ->> '$.normalizer' IS NULL ORDER BY seq DESC LIMIT ?"
)

_REFUSED = """
  n BETWEEN ? AND ? AND code IS NOT NULL AND kind = 'article' AND main IS NULL AND type <> 'resource'
  AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = captures.article)
  AND NOT EXISTS (SELECT 1 FROM captures later WHERE later.article = captures.article AND later.main IS NULL
                  AND later.n > captures.n)
"""
"""The last capture of each page whose article is not in the archive."""


@cache
def worker(path: Path) -> Worker:
    """Return the Worker of this process for an archive, which is opened at the first call."""
    return Worker(path)


def do(path: Path, job: RebuildJob) -> RebuildResult:
    """Do a job in a process of a pool, and return its results. `path` is that of the archive."""
    return worker(path).do(job)
