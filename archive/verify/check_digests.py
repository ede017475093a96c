"""Is each article what it was written as? Its hashes are computed again from what its row holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive import record_hash
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS
from kepu.messages import Text
from kepu.progress import Tell, nobody
from pipelines.content_hash import content_sha256

EVERY = 200
"""Articles between two words of how far it is."""

_QUERY = f"SELECT seq, record_sha256, {', '.join(ARTICLE_FIELDS)} FROM articles ORDER BY seq"


def digests(db: Database, path: Path, progress: Tell = nobody) -> Iterator[str]:
    """Yield a sentence for each article whose row is not what was written; `progress` is told how far it is."""
    total = db["articles"].count
    for n, (seq, stored, *values) in enumerate(db.conn.execute(_QUERY)):
        if n % EVERY == 0:
            progress(n, total)
        row = dict(zip(ARTICLE_FIELDS, values, strict=True))
        if what := _wrong(row, stored):
            yield Text(
                "{path}: article {id} (row {row}): {what}; `kepu crawl --mode recheck --id {id}` fetches it again, "
                "or restore a backup",
                path=path,
                id=row["id"],
                row=seq,
                what=what,
            )


def _wrong(row: dict[str, Any], stored: str | None) -> str:
    """Return what is wrong with a row, or an empty text."""
    try:
        record = {
            name: orjson.loads(value) if name in JSON_FIELDS and value is not None else value
            for name, value in row.items()
        }
        if not record_hash.is_of(record, stored):
            return Text("its fields are not those that were written (record_sha256)")
    except (ValueError, TypeError, KeyError) as error:
        return Text("its fields cannot be read ({error})", error=str(error))
    if record["content_sha256"] != content_sha256(record["text_canonical"]):
        return Text("content_sha256 is not that of its text")
    return ""
