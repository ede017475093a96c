"""Find near duplicates in shards of records, with the functions of archive/duplicates.

Each shard is read by a separate job, which removes forgotten articles and keeps only the columns needed. The decisions
depend on each other, so one process makes them, in an archive with nothing but these columns, at about 0.2 ms per
article. The result is that of one archive with all articles.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import schema
from archive.batch.archive_decisions import (
    NONE,
    TOMBSTONE_FIELDS,
    ArchiveDecisions,
    archive_with_decisions,
    insert_decisions,
    without_forgotten,
)
from archive.batch.executors import Executor
from archive.batch.left_out_copies import write_pairs
from archive.batch.parquet_shards import STAGES, BadShard, check_records, output, raise_for_bad, read, write
from archive.duplicates.kept_articles import why_left_out
from archive.export.time_types import untyped
from archive.upsert import group_same_text

_OF_ARTICLE = ("id", "content_sha256", "date_published", "datetime_published", "char_count", "text_canonical")
"""Columns that decide which article of a story is kept and which is shown first."""

SHARD_ROWS = 100_000
"""Maximum number of articles per shard of the result."""


def duplicates(
    shards: Sequence[Path],
    out: Path,
    run: Executor,
    *,
    decisions: ArchiveDecisions = NONE,
    keep_going: bool = False,
    force: bool = False,
) -> tuple[Counter[str], list[BadShard]]:
    """Write the cluster of every article with copies, or that is left out as a copy, to shards in the folder `out`.

    A row has `article`, `duplicate_of`, `cluster`, `kind` and `similarity` as in the archive, and `left_out`: the
    reason why an export without filters leaves the article out, or null. Exports with filters use the pairs, which are
    in a file beside the shards (left_out_copies.py). Return the number of articles by kind together with the number of
    clusters, and the shards that were skipped. Each article may be in one shard only. `decisions` has the forgotten
    articles, which are skipped, and the manual decisions about texts. `run` runs the jobs.

    Raises BadShards for damaged shards, unless `keep_going`, and InTheWay if `out` exists, unless `force` and it is the
    output of a batch.
    """
    bad = check_records(shards)
    raise_for_bad(bad, keep_going=keep_going)
    left_out = {each.shard for each in bad}
    todo = [
        (n, path.absolute()) for n, path in enumerate(path for path in shards if str(path) not in left_out)
    ]
    with output(out, "duplicates", force=force) as made:
        stage = (made / STAGES).absolute()
        run(partial(gather, decisions, stage), todo)
        counts = _decide(stage, made, [_path(stage, n) for n, _ in todo], decisions)
    return counts, bad


def _path(stage: Path, n: int) -> Path:
    return stage / f"articles-{n:05}.parquet"


def gather(decisions: ArchiveDecisions, stage: Path, what: tuple[int, Path]) -> None:
    """Write the columns needed of one shard of records; `what` is its number and its path."""
    n, path = what
    columns = {*_OF_ARTICLE, *TOMBSTONE_FIELDS, "warnings", "revision"}
    with archive_with_decisions(decisions) as db:
        rows = list(without_forgotten(db, untyped(read([path], sorted(columns)).to_pylist())))
    found: dict[str, tuple[str, Sequence[Any]]] = {
        name: ("int64" if name == "char_count" else "string", [row[name] for row in rows])
        for name in _OF_ARTICLE
    }
    found["incomplete"] = ("bool_", ["incomplete" in row["warnings"] for row in rows])
    found["first_seen"] = ("string", [(row["revision"] or {}).get("first_seen") for row in rows])
    write(_path(stage, n), found)


_COLUMNS = (*_OF_ARTICLE, "warnings", "revision")
_INSERT = (
    f"INSERT INTO articles ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)})"
)


def _decide(stage: Path, made: Path, gathered: list[Path], decisions: ArchiveDecisions) -> Counter[str]:
    """Decide all articles in an archive of their own, and write the result; return the number of articles by kind."""
    from archive.duplicates import update

    db = Database(stage / "all.db")
    try:
        db.conn.isolation_level = None
        db.execute("PRAGMA synchronous = OFF")
        schema.migrate(db)
        with db.atomic():
            insert_decisions(db, decisions)
            for path in gathered:
                db.conn.executemany(_INSERT, map(_row, read([path]).to_pylist()))
            _group(db)
        update(db)
        write_pairs(db, made)
        return _write_places(db, made)
    finally:
        db.conn.close()


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "warnings": '["incomplete"]' if row["incomplete"] else "[]",
        "revision": json.dumps({"first_seen": row["first_seen"]}) if row["first_seen"] else None,
    }


def _group(db: Database) -> None:
    """Find the articles with equal texts, and which of them is the original."""
    shared = db.execute(
        "SELECT content_sha256 FROM articles WHERE content_sha256 IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    ).fetchall()
    for (digest,) in shared:
        group_same_text(db, digest, run=None, now="")


def _write_places(db: Database, made: Path) -> Counter[str]:
    names = {"article": "string", "duplicate_of": "string", "cluster": "string", "kind": "string"}
    kinds = names | {"similarity": "float64", "left_out": "string"}
    rows = db.execute(
        f"SELECT id, duplicate_of, m.cluster, m.kind, m.similarity, {why_left_out(db.conn)} AS left_out "
        "FROM articles LEFT JOIN internal_near_members m USING (seq) WHERE m.seq IS NOT NULL OR left_out IS NOT NULL "
        "ORDER BY m.cluster, m.kind != 'canonical', m.similarity DESC, id"
    )
    counts: Counter[str] = Counter()
    clusters: set[str] = set()
    for n, portion in enumerate(_portions(rows)):
        columns = list(zip(*portion, strict=True)) or [()] * len(kinds)
        path = made / f"duplicates-{n:05}.parquet"
        write(
            path, {name: (kind, column) for (name, kind), column in zip(kinds.items(), columns, strict=True)}
        )
        counts.update(f"articles {row[3]}" for row in portion if row[3])
        counts["left out"] += sum(row[5] is not None for row in portion)
        clusters |= {row[2] for row in portion if row[2]}
    return counts + Counter(clusters=len(clusters))


def _portions(rows: Any) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in lists of at most one shard each; if there are no rows, one empty list."""
    portion = rows.fetchmany(SHARD_ROWS)
    yield portion
    while len(portion) == SHARD_ROWS and (portion := rows.fetchmany(SHARD_ROWS)):
        yield portion
