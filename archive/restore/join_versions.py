"""Join what several sources know about one article: every version once, in the order in which they were fetched."""

from typing import Any

import orjson
from sqlite_utils import Database

from archive.merge.merge_articles import write_versions
from archive.merge.merge_revisions import MergedVersion, Record, joined, version
from archive.schema import JSON_FIELDS, RECORD_SQL, values
from kepu.records import Article

_BLANK: Record = {
    name: orjson.loads(value) if name in JSON_FIELDS and value is not None else value
    for name, value in values(Article()).items()
}


def whole_record(record: Record) -> Record:
    """Return a record with defaults for missing fields; one of version 1 is unchanged (record_schema_versions.py)."""
    if record.get("schema_version") == 1:
        return record
    filled = _BLANK | record
    for name in ("revision", "provenance", "rights"):
        filled[name] = _BLANK[name] | (record.get(name) or {})
    return filled


def stored(db: Database, id_: str) -> tuple[int | None, list[MergedVersion]]:
    """Return the row number and the versions of an article; the number is None if only earlier versions are stored."""
    row = db.execute(f"SELECT seq, {RECORD_SQL} FROM articles WHERE id = ?", (id_,)).fetchone()
    texts = [
        text for (text,) in db.execute("SELECT record FROM revisions WHERE article = ? ORDER BY n", (id_,))
    ]
    texts += [row[1]] if row else []
    return row and row[0], [version(whole_record(orjson.loads(text))) for text in texts]


def take(db: Database, theirs: list[MergedVersion]) -> bool:
    """Join versions of an article with the stored ones; return whether any was new.

    A capture gives one version: if a stored version comes from the same capture, it is kept, because today's extractor
    may give another result. The number of the latest version never becomes smaller. Call this within a transaction.
    """
    seq, mine = stored(db, theirs[-1].record["id"])
    if not mine:
        write_versions(db, theirs, None)
        return True
    known = {_capture(each) for each in mine} - {None}
    new = [each for each in theirs if _capture(each) not in known]
    if not new or (seq is not None and not _says_more(mine, new)):
        return False
    latest = max(_number(each) for each in mine + new)
    versions = joined(mine, new)
    if (missing := latest - len(versions)) > 0:
        _number_from(versions, missing, mine + new)
    write_versions(db, versions, seq)
    return True


def _says_more(mine: list[MergedVersion], new: list[MergedVersion]) -> bool:
    known = {(each.content, each.record["revision"]["last_changed"]) for each in mine}
    return any((each.content, each.record["revision"]["last_changed"]) not in known for each in new)


def _number_from(versions: list[MergedVersion], missing: int, all_: list[MergedVersion]) -> None:
    """Number versions so that lost ones keep their numbers, and the first one refers to the lost version before it."""
    before = {each.fingerprint: each.record["revision"]["previous_sha256"] for each in all_}
    for n, each in enumerate(versions, missing + 1):
        each.record["revision"]["n"] = n
    versions[0].record["revision"]["previous_sha256"] = before.get(versions[0].fingerprint)


def _number(each: MergedVersion) -> int:
    return int(each.record["revision"]["n"] or 1)


def _capture(each: MergedVersion) -> Any:
    warc = each.record["provenance"]["warc"]
    return warc and warc["record_id"]
