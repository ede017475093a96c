"""Make shards of records from shards of WARC files: the same records as in an archive of these captures.

There are two stages. `index` reads a shard and lists where it has captures of articles. `remake` takes all captures of
the articles in one bucket, from any shard, and stores them in an archive in memory in the order in which they were
written, by the archive's own `keep`, so that versions are counted as usual. What WARC has no field for is unknown: the
run, how a page was found, and the section of the list that linked to it.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import captures
from archive.batch.archive_decisions import NONE, ArchiveDecisions, archive_with_decisions
from archive.batch.executors import Executor
from archive.batch.parquet_shards import STAGES, BadShard, bucket, output, raise_for_bad, read, whole, write
from archive.captures import CaptureReader, Unreadable
from archive.captures.read_captures import CaptureRow
from archive.captures.warc_reader import walk
from archive.export.background_writer import BackgroundWriter
from archive.export.export_options import ExportOptions
from archive.export.export_rows import places, reader
from archive.export.formats.format_registry import writer
from archive.filters import Selection
from archive.upsert import keep, mark
from kepu import urls
from kepu.records import Warc
from pipelines.build_article import article_from_page, normalize
from pipelines.refusals import MissingPage, Refused
from pipelines.validate import Unstorable, validate

RECORDS = ExportOptions(format="parquet", profile="full", selection=Selection(duplicates=True))
"""Options of a shard of records: an export of all fields, copies included."""

_PLACE = {
    "bucket": "int32", "article": "string", "url": "string", "type": "string", "part": "int32", "at": "string",
    "shard": "string", "offset": "int64", "length": "int64", "record_id": "string", "digest": "string",
    "refers_to": "string",
}  # fmt: skip
"""Columns of an index and their types."""


@dataclass(slots=True)
class Rebuilt:
    """The result of a rebuild."""

    shards: int = 0
    """Number of WARC shards."""
    captures: int = 0
    """Number of captures of articles and their parts."""
    articles: int = 0
    """Number of articles in the records."""
    refused: Counter[str] = field(default_factory=Counter)
    """Reason → number of captures that gave no article."""
    bad: list[BadShard] = field(default_factory=list)
    """Shards that were skipped, or read up to where they are truncated."""


def rebuild(
    shards: Sequence[Path],
    out: Path,
    run: Executor,
    *,
    decisions: ArchiveDecisions = NONE,
    keep_going: bool = False,
    force: bool = False,
) -> Rebuilt:
    """Make shards of records in the folder `out` from WARC shards, and as many; return the counts.

    Shards are read in the order of their names, in which an archive writes them. The same shards give the same bytes
    with any executor. Articles forgotten by `decisions` are skipped. Raises BadShards for missing or truncated shards
    unless `keep_going`, and InTheWay if `out` exists unless `force`.
    """
    ordered = sorted(shards, key=lambda path: (path.name, str(path)))
    done = Rebuilt(shards=len(ordered))
    with output(out, "rebuild", force=force) as made:
        stage = (made / STAGES).absolute()
        todo = [(n, path.absolute()) for n, path in enumerate(ordered)]
        found = run(partial(index, stage, len(ordered)), todo)
        done.bad = [bad for _, bad in found if bad is not None]
        raise_for_bad(done.bad, keep_going=keep_going)
        done.captures = sum(n for n, _ in found)
        work = partial(remake, decisions, stage, made.absolute(), len(ordered))
        for articles, refused in run(work, range(len(ordered))):
            done.articles += articles
            done.refused += refused
    return done


# first stage


def index(stage: Path, buckets: int, what: tuple[int, Path]) -> tuple[int, BadShard | None]:
    """Write the places of the captures of articles in one shard; return their number, and the shard if it is truncated.

    The second value is None for an intact shard. `what` is the number and the path of the shard.
    """
    n, path = what
    rows: list[tuple[Any, ...]] = []
    bad = None
    try:
        for offset, length, record in walk(path):
            url = record.fields.get("warc-target-uri", "").strip("<>")
            parsed = urls.parse(url)
            if record.type not in {"response", "revisit", "resource"}:
                continue
            if parsed is None and record.type != "resource":
                continue  # The page is a list.
            article = parsed.key if parsed else url
            digest = record.fields.get("warc-payload-digest", "").removeprefix("sha256:") or None
            refers_to = record.fields.get("warc-refers-to", "").strip("<>") or None
            at, part = record.fields.get("warc-date", ""), parsed.part if parsed else 1
            place = (str(path), offset, length, record.id, digest, refers_to)
            rows.append((bucket(article, buckets), article, url, record.type, part, at, *place))
    except FileNotFoundError:
        bad = BadShard(str(path), "it is not there")
    except (Unreadable, OSError) as error:
        bad = BadShard(str(path), f"{error}, after {len(rows)} captures")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_PLACE)
    write(
        _index(stage, n),
        {name: (kind, column) for (name, kind), column in zip(_PLACE.items(), columns, strict=True)},
    )
    return len(rows), bad


def _index(stage: Path, n: int) -> Path:
    return stage / f"index-{n:05}.parquet"


# second stage


def remake(
    decisions: ArchiveDecisions, stage: Path, made: Path, shards: int, number: int
) -> tuple[int, Counter[str]]:
    """Write the records of one bucket; return the number of articles, and of captures that were refused, by reason."""
    refused: Counter[str] = Counter()
    indexes = [_index(stage, n) for n in range(shards)]
    with archive_with_decisions(decisions) as db, CaptureReader(db, Path("/")) as warc:
        last: dict[str, int] = {}
        mine = read(indexes, filters=[("bucket", "=", number)]).to_pylist()
        for place in mine:
            _insert(db, place, last)
        for place in _referred(indexes, mine):
            _insert(db, place, {})
        for row in captures.rows(db, "kind = 'article' AND main IS NULL"):
            _take(db, warc, row, refused)
        # Copies may be in other buckets; `batch duplicates` finds the original.
        db.execute("UPDATE articles SET duplicate_of = NULL")
        with whole(made / f"records-{number:05}.parquet") as path:
            return write_records(db, RECORDS, path), refused


def _insert(db: Database, place: dict[str, Any], last: dict[str, int]) -> None:
    """Insert a capture. A further part belongs to the last part 1 of its article before it, as in find_parts."""
    key = place["article"]
    main = last.get(key) if place["part"] > 1 else None
    n = db.execute(
        "INSERT OR IGNORE INTO captures (url, kind, type, article, part, main, at, file, offset, length, asked, "
        "record_id, digest, refers_to) VALUES (:url, :kind, :type, :article, :part, :main, :at, :shard, :offset, "
        ":length, 0, :record_id, :digest, :refers_to)",
        place | {"main": main, "kind": "article" if "bucket" in place else "referred"},
    ).lastrowid
    if place["part"] == 1:
        last[key] = n or 0


def _referred(indexes: Sequence[Path], mine: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the captures in other buckets to which revisits of this bucket refer."""
    wanted = {place["refers_to"] for place in mine} - {place["record_id"] for place in mine} - {None}
    if not wanted:
        return []
    columns = [name for name in _PLACE if name != "bucket"]
    found: list[dict[str, Any]] = read(
        indexes, columns, filters=[("record_id", "in", sorted(wanted))]
    ).to_pylist()
    return found


def _take(db: Database, warc: CaptureReader, row: CaptureRow, refused: Counter[str]) -> None:
    """Store what a capture shows about its article: a version, that it is unchanged, or that it is gone."""
    if row.type == "revisit" and row.digest is None:
        mark(db, row.article or "", "live", now=row.at)  # 304
        return
    try:
        first, *others = captures.with_parts(db, row.record_id)
        page = warc.page(first)
        page.parts = [warc.page(part) for part in others]
        article = validate(normalize(article_from_page(page)))
    except MissingPage as error:
        mark(db, row.article or "", "gone", now=row.at)
        refused[error.code] += 1
    except (Refused, Unreadable, Unstorable) as error:
        refused[getattr(error, "code", type(error).__name__.lower())] += 1
    except Exception:  # noqa: BLE001  a fault of ours in one page must not end the rebuild of all others
        refused["extractor_failed"] += 1
    else:
        article.provenance.warc = Warc(Path(row.file).name, row.offset, row.record_id)
        if keep(db, article, run=None, now=row.at).kept == "forgotten":
            refused["forgotten"] += 1


def write_records(db: Database, plan: ExportOptions, path: Path, *, but: Collection[str] = ()) -> int:
    """Write the articles of an archive in export order, except the ids in `but`; return their number."""
    behind, mended, n = BackgroundWriter(), Counter[str](), 0
    db.conn.text_factory = bytes
    with path.open("wb") as file:
        try:
            target = writer(plan, file, mended, behind)
            for _, row in reader(db.conn, plan)(list(places(db, plan))):
                if but and row.id.decode() in but:
                    continue
                target.add(row)
                n += 1
            target.close()
        finally:
            behind.close()
    return n
