"""Archives and folders as input of a batch: their WARC files, or their articles as shards of records.

Archives are not merged. If several have an article, that with the newest sound version is used, by the rule of `kepu
merge`, and the others are skipped.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from archive.batch.batch_rebuild import RECORDS, write_records
from archive.batch.executors import Executor
from archive.batch.parquet_shards import whole
from archive.captures import files, folder_for
from archive.merge.merge_articles import check_site
from archive.merge.merge_revisions import version
from archive.readonly import reading
from archive.schema import RECORD_SQL

Chosen = tuple[int, Path, frozenset[str]]
"""The number of an archive, its path, and the ids of articles of which another archive has a newer version."""


def is_archive(path: Path) -> bool:
    """Return whether an input is an archive rather than a shard or a folder of shards."""
    return path.suffix == ".db"


def warc_files(inputs: Sequence[Path]) -> list[Path]:
    """Return the WARC files of the inputs: files, folders of them, and archives with their captures."""
    found: list[Path] = []
    for path in inputs:
        folder = folder_for(path) if is_archive(path) else path
        found += files(folder) if is_archive(path) or folder.is_dir() else [path]
    return found


@contextmanager
def records(inputs: Sequence[Path], out: Path, run: Executor) -> Iterator[list[Path]]:
    """Yield the shards of records of the inputs: files, folders of them, and archives.

    The shards of archives are written beside `out`, where all workers can read them, and deleted at the end of the
    block.
    """
    archives = [path for path in inputs if is_archive(path)]
    given = [
        shard
        for path in inputs
        if not is_archive(path)
        for shard in (sorted(path.glob("*.parquet")) if path.is_dir() else [path])
    ]
    if not archives:
        yield given
        return
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.name}.records-", dir=out.absolute().parent) as folder:
        yield given + run(partial(write_archive, Path(folder)), choose(archives))


def choose(archives: Sequence[Path]) -> list[Chosen]:
    """Return for each archive the articles of which another one has a newer version.

    Raises OtherSite if two articles with the same id are on different sites.
    """
    count: Counter[str] = Counter()
    for path in archives:
        with reading(path) as db:
            count.update(row[0] for row in db.execute("SELECT id FROM articles"))
    shared = orjson.dumps([id_ for id_, n in count.items() if n > 1]).decode()
    best: dict[str, tuple[object, int, str | None]] = {}
    passed_over: list[set[str]] = [set() for _ in archives]
    for n, path in enumerate(archives):
        with reading(path) as db:
            query = f"SELECT id, {RECORD_SQL} FROM articles WHERE id IN (SELECT value FROM json_each(?))"
            for id_, text in db.execute(query, (shared,)):
                record = orjson.loads(text)
                order = version(record).order
                before = best.get(id_)
                if before is not None:
                    check_site(id_, before[2], record["url"])
                if before is None or before[0] < order:  # type: ignore[operator]
                    if before is not None:
                        passed_over[before[1]].add(id_)
                    best[id_] = (order, n, record["url"])
                else:
                    passed_over[n].add(id_)
    return [(n, path.absolute(), frozenset(passed_over[n])) for n, path in enumerate(archives)]


def write_archive(folder: Path, chosen: Chosen) -> Path:
    """Write the articles of an archive as a shard of records in `folder`; return its path."""
    n, path, but = chosen
    shard = folder / f"records-{n:05}.parquet"
    with reading(path) as db, whole(shard) as made:
        write_records(db, RECORDS, made, but=but)
    return shard
