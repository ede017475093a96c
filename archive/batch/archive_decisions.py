"""Manual decisions (unclustered texts, takedowns). Only archives store them, so a batch needs those archives."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive.batch.in_memory_archive import piece
from archive.duplicates.kept_articles import is_decided_by_pair
from archive.readonly import reading
from archive.tombstones import close, is_forgotten

TOMBSTONE_FIELDS = ("id", "url_requested", "appearances", "content_sha256")
"""The fields of a record that decide whether it was forgotten."""

Tombstone = tuple[str, str, str, str]
"""The id, its URLs and the hashes of its texts as JSON, and the time when it was forgotten."""


@dataclass(frozen=True, slots=True)
class ArchiveDecisions:
    """The manual decisions of one or several archives."""

    alone: frozenset[str] = frozenset()
    """`content_sha256` of the texts that `kepu duplicates --alone` removed from their clusters."""
    pairs: frozenset[tuple[str, str, str]] = frozenset()
    """(`content_sha256` of two texts, `apart` or `together`) for each decision about a pair."""
    tombstones: tuple[Tombstone, ...] = ()
    """The articles that `kepu forget` removed, by id; an id that several archives have occurs several times."""


NONE = ArchiveDecisions()
"""No decisions."""


def decisions(paths: Sequence[Path]) -> ArchiveDecisions:
    """Return the manual decisions stored in the archives at these paths. Raises NotFound, WrongSchema or Damaged."""
    alone: set[str] = set()
    pairs: set[tuple[str, str, str]] = set()
    tombstones: list[Tombstone] = []
    for path in paths:
        with reading(path) as db:
            alone |= {text.hex() for (text,) in db.execute("SELECT content_sha256 FROM internal_near_alone")}
            if is_decided_by_pair(db.conn):
                rows = db.execute("SELECT a, b, decision FROM internal_near_decided")
                pairs |= {(a.hex(), b.hex(), decision) for a, b, decision in rows}
            tombstones += db.execute("SELECT id, urls, texts, forgotten_at FROM tombstones")
    return ArchiveDecisions(frozenset(alone), frozenset(pairs), tuple(sorted(tombstones)))


_BURY = """
  INSERT INTO tombstones (id, urls, texts, reason, forgotten_at) VALUES (?, ?, ?, '', ?)
  ON CONFLICT (id) DO UPDATE SET texts = (SELECT json_group_array(value) FROM
    (SELECT value FROM json_each(texts) UNION SELECT value FROM json_each(excluded.texts)))
"""


@contextmanager
def archive_with_decisions(decided: ArchiveDecisions) -> Iterator[Database]:
    """Yield an empty archive in memory that contains these decisions."""
    with piece() as db:
        for id_, urls, texts, at in decided.tombstones:
            db.execute(_BURY, (id_, urls, texts, at))
            for url in orjson.loads(urls):
                close(db, id_, url, at)
        insert_decisions(db, decided)
        yield db


def insert_decisions(db: Database, decided: ArchiveDecisions) -> None:
    """Insert the decisions about near duplicates into an archive, within the caller's transaction."""
    alone = [{"content_sha256": bytes.fromhex(text)} for text in sorted(decided.alone)]
    db.table("internal_near_alone").insert_all(alone, ignore=True)
    pairs = [
        {"a": bytes.fromhex(a), "b": bytes.fromhex(b), "decision": decision}
        for a, b, decision in sorted(decided.pairs)
    ]
    db.table("internal_near_decided").insert_all(pairs, replace=True)


def without_forgotten(db: Database, records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the records, as Parquet gives them, that no tombstone of `db` covers."""
    for row in records:
        urls = [each["url"] for each in row["appearances"]] + [row["url_requested"] or ""]
        if not is_forgotten(db, row["id"], urls, row["content_sha256"]):
            yield row
