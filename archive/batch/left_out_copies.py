"""Find the articles that a filtered export from shards leaves out as copies, by the pairs of `batch duplicates`.

A shard of duplicates says which articles an export without filters leaves out. If filters exclude the article that
would be kept, another of its copies is kept instead; the pairs in a file beside the shards decide which.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.batch.archive_decisions import (
    TOMBSTONE_FIELDS,
    ArchiveDecisions,
    archive_with_decisions,
    without_forgotten,
)
from archive.batch.in_memory_archive import column
from archive.batch.parquet_shards import read
from archive.duplicates.kept_articles import NEAR_KINDS
from archive.export.time_types import untyped
from archive.filters import Selection, why_a_copy

FILE = "near.db"
"""The file beside the shards of duplicates, with similar texts and the articles that have them."""

_COPY = (
    f"""CREATE TABLE beside.pairs AS SELECT later, earlier, kind FROM internal_near_pairs
      JOIN internal_near_texts hiding ON n = earlier
      WHERE hiding.kept AND kind IN {NEAR_KINDS} ORDER BY later, earlier""",
    """CREATE TABLE beside.texts AS SELECT n, first_seen, article, kept FROM internal_near_texts WHERE n IN (
      SELECT n FROM internal_near_articles GROUP BY n HAVING count(*) > 1
      UNION SELECT later FROM beside.pairs UNION SELECT earlier FROM beside.pairs) ORDER BY n""",
    """CREATE TABLE beside.articles AS SELECT article AS id, n, first_seen FROM internal_near_articles
      WHERE n IN (SELECT n FROM beside.texts) ORDER BY article""",
)


def write_pairs(db: Database, made: Path) -> None:
    """Write the pairs of similar texts of an archive to FILE in the folder `made`, outside of any transaction."""
    db.execute("ATTACH ? AS beside", (str(made / FILE),))
    try:
        for statement in _COPY:
            db.execute(statement)
    finally:
        db.execute("DETACH beside")


_FILTERED = (
    "id", "date_published", "article_section", "source", "provenance", "warnings", "rights", "revision"
)  # fmt: skip
"""The fields that filters use."""

_INSERT = f"INSERT INTO articles ({', '.join(_FILTERED)}) VALUES ({', '.join('?' * len(_FILTERED))})"

_TEXT = (
    "INSERT INTO internal_near_texts (n, content_sha256, first_seen, article, kept, said, keys) "
    "VALUES (?, ?, ?, ?, ?, x'', x'')"
)
_PAIR = (
    "INSERT INTO internal_near_pairs (later, earlier, kind, found, longer, doubt, jaccard, contained, kept, ratio) "
    "VALUES (?, ?, ?, '', 0, 0, 0, 0, 0, 0)"
)


def left_out_copies(
    clusters: Path, shards: Sequence[Path], selection: Selection, decisions: ArchiveDecisions
) -> dict[str, str | None]:
    """Return id → reason why an export with this selection leaves the article out, or None if it is kept.

    Only articles that are similar to others are in the result. `clusters` is the folder with the shards of duplicates
    and FILE.
    """
    with (
        archive_with_decisions(decisions) as db,
        closing(sqlite3.connect(f"file:{clusters / FILE}?mode=ro", uri=True)) as near,
    ):
        placed = {
            id_: (n, first_seen)
            for id_, n, first_seen in near.execute("SELECT id, n, first_seen FROM articles")
        }
        for row in without_forgotten(db, _alike(shards, placed)):
            seq = db.execute(_INSERT, [column(name, row[name]) for name in _FILTERED]).lastrowid
            n, first_seen = placed[row["id"]]
            db.execute(
                "INSERT INTO internal_near_articles VALUES (?, ?, ?, ?)", (seq, n, first_seen, row["id"])
            )
        texts = near.execute("SELECT n, CAST(n AS BLOB), first_seen, article, kept FROM texts")
        db.conn.executemany(_TEXT, texts)
        db.conn.executemany(_PAIR, near.execute("SELECT later, earlier, kind FROM pairs"))
        return dict(db.execute(f"SELECT id, {why_a_copy(db.conn, selection)} FROM articles"))


def _alike(shards: Iterable[Path], ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the records of articles with these ids, without their texts."""
    columns = sorted({*_FILTERED, *TOMBSTONE_FIELDS})
    for shard in shards:
        yield from (row for row in untyped(read([shard], columns).to_pylist()) if row["id"] in ids)
