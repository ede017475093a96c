"""Near duplicates over shards of records, decided by the very functions of archive/duplicates.

Each shard is read by a piece of work of its own, which leaves out what was forgotten and keeps what decides. Which
texts are kept depends on which earlier ones are, so that is decided in one process, in an archive of its own that
holds nothing but these articles; about 0.2 ms per article. What comes out is what one archive would say.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import schema
from archive.batch.archive_decisions import NONE, TOLD_BY, ArchiveDecisions, decide_in, decided, standing
from archive.batch.executors import Executor
from archive.batch.left_out_copies import write_pairs
from archive.batch.parquet_shards import STAGES, BadShard, check_records, output, read, settle_bad, write
from archive.duplicates.kept_articles import why_left_out
from archive.export.time_types import untyped
from archive.upsert import group_same_text

_OF_ARTICLE = ("id", "content_sha256", "date_published", "datetime_published", "char_count", "text_canonical")
"""What decides, beside when it was first seen, which article of a story is kept, and which is shown first."""

SHARD_ROWS = 100_000
"""Articles in one shard of the result, at most."""


def duplicates(
    shards: Sequence[Path],
    out: Path,
    run: Executor,
    *,
    decisions: ArchiveDecisions = NONE,
    keep_going: bool = False,
    force: bool = False,
) -> tuple[Counter[str], list[BadShard]]:
    """Write the place of every article that has copies, or is left out as one, to shards in the folder `out`.

    A row has `article`, `duplicate_of`, `cluster`, `kind`, `similarity` as the archive has them, and `left_out`: why
    an export of everything leaves the article out, or null; exports with filters read the pairs, which lie in a file
    beside the shards: left_out_copies.py. Returns how many articles there are of each kind, with the number of
    clusters, and which shards were left out. An article may lie in one shard only. What was forgotten is passed over as
    if it were in none, and what a person decided of texts holds: `decisions`.
    """
    bad = check_records(shards)
    settle_bad(bad, keep_going=keep_going)
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
    """Write what decides of the articles of one shard of records."""
    n, path = what
    columns = {*_OF_ARTICLE, *TOLD_BY, "warnings", "revision"}
    with decided(decisions) as db:
        rows = list(standing(db, untyped(read([path], sorted(columns)).to_pylist())))
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
    """Decide all articles in an archive of their own, and write the places; return how many there are of each kind."""
    from archive.duplicates import update

    db = Database(stage / "all.db")
    try:
        db.conn.isolation_level = None
        db.execute("PRAGMA synchronous = OFF")
        schema.migrate(db)
        with db.atomic():
            decide_in(db, decisions)
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
    """Say which articles have the text of another."""
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
    for n, some in enumerate(_portions(rows)):
        columns = list(zip(*some, strict=True)) or [()] * len(kinds)
        path = made / f"duplicates-{n:05}.parquet"
        write(
            path, {name: (kind, column) for (name, kind), column in zip(kinds.items(), columns, strict=True)}
        )
        counts.update(f"articles {row[3]}" for row in some if row[3])
        counts["left out"] += sum(row[5] is not None for row in some)
        clusters |= {row[2] for row in some if row[2]}
    return counts + Counter(clusters=len(clusters))


def _portions(rows: Any) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in portions of a shard each; one that is empty where there are none."""
    some = rows.fetchmany(SHARD_ROWS)
    yield some
    while len(some) == SHARD_ROWS and (some := rows.fetchmany(SHARD_ROWS)):
        yield some
