"""Restore articles and their URLs from the lines of a JSONL."""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import orjson
from sqlite_utils import Database

from archive.jsonl_lines import BOM, places
from archive.merge.merge_revisions import Record, version
from archive.recheck_times import format_time, parse_time
from archive.restore.join_versions import take, whole_record
from archive.url_records import host_in
from kepu.messages import Text
from kepu.progress import Tell
from kepu.records import SCHEMA_VERSION

EVERY = 100
"""Number of records between two progress reports."""

SPREAD = 30
"""Number of days over which the re-checks of articles are spread whose last check is not known."""


def from_jsonl(db: Database, source: Path, now: str, broken: list[str], progress: Tell) -> None:
    """Restore the records of a JSONL within the caller's transaction; malformed records are added to `broken`.

    `now` is the present time, from which re-checks are scheduled. `progress` is called with the bytes read and the
    total.
    """
    newest = 0
    for record in _records(source, broken, progress):
        newest = max(newest, record["provenance"].get("run") or 0)
        take(db, [version(record)])
        urls_of(db, record, now)
    if newest and db.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()[0] < newest:
        # Later runs must not get the numbers of runs that the records refer to.
        db.execute(
            "INSERT INTO runs (id, spider, started_at, outcome) VALUES (?, 'restore', '', 'restored')",
            (newest,),
        )


def _records(source: Path, broken: list[str], progress: Tell) -> Iterator[Record]:
    """Yield the last well-formed record of each id in a JSONL, and add malformed ones to `broken`."""
    there = places(source)
    whole: set[str] = set()
    older: list[int] = []
    with source.open("rb") as file:
        size = source.stat().st_size
        for n, start in enumerate(there.starts):
            if n % EVERY == 0:
                progress(start, size)
            file.seek(start)
            line = file.readline()
            record = read_line(line)
            if record is None:
                if line.strip(BOM + b" \t\r\n"):
                    broken.append(Text("{path}: line {n} is no whole record", path=source, n=n + 1))
            elif there.last.get(record["id"]) == n:
                whole.add(record["id"])
                yield record
            else:
                older.append(n)
        yield from _instead(file, [there.starts[n] for n in reversed(older)], whole)


def _instead(file: BinaryIO, starts: list[int], whole: set[str]) -> Iterator[Record]:
    """Yield earlier records of articles whose last line is malformed.

    `starts` has their positions, the last one first.
    """
    for start in starts:
        file.seek(start)
        record = read_line(file.readline())
        if record is not None and record["id"] not in whole:
            whole.add(record["id"])
            yield record


def read_line(line: bytes) -> Record | None:
    """Return the record in a line, or None if it is malformed."""
    try:
        record = orjson.loads(line.removeprefix(BOM))
        known = record["schema_version"] <= SCHEMA_VERSION and isinstance(record["id"], str)
        whole = known and all(isinstance(record[name], dict) for name in ("provenance", "revision"))
        return whole_record(record) if whole and isinstance(record["blocks"], list) else None
    except (ValueError, TypeError, KeyError):
        return None


def urls_of(db: Database, record: Record, now: str) -> None:
    """Store the URLs of an article: the one that was requested, and its appearances."""
    revision, provenance = record["revision"], record["provenance"]
    requested = record.get("url_requested") or record.get("url")
    checked = revision.get("last_checked") or provenance.get("fetched_at") or ""
    for appearance in record.get("appearances") or []:
        url = appearance["url"]
        is_requested = url == requested or len(record["appearances"]) == 1
        row = {
            "url": url,
            "host": host_in(url),
            "article": record["id"],
            "state": "excluded",
            "code": "same_content_id",
            "section": appearance.get("section"),
            "first_seen": appearance.get("first_seen") or checked,
            "last_seen": appearance.get("last_seen") or checked,
        } | dict.fromkeys(_ANSWER)
        if is_requested:
            row |= {name: provenance.get(name) for name in ("etag", "last_modified", "payload_sha256")}
            row |= {"state": "gone" if revision.get("status") == "gone" else "fetched", "code": None}
        if is_requested and checked:
            row |= {
                "status": provenance.get("http_status"),
                "fetched_at": checked,
                "due_at": spread(url, now),
            }
        db.execute(_URL, row)
        if not is_requested:
            db.execute(
                "INSERT OR IGNORE INTO duplicates (url, article, duplicate_of, reason, run, found_at) "
                "VALUES (?, ?, ?, 'same_content_id', ?, ?)",
                (url, record["id"], record["id"], provenance.get("run"), row["first_seen"]),
            )


def spread(url: str, now: str) -> str:
    """Return when a URL without a known last check is due: within SPREAD days, at a time derived from the URL."""
    hours = zlib.crc32(url.encode()) % (SPREAD * 24)
    return format_time(parse_time(now) + timedelta(hours=hours))


_ANSWER = ("status", "fetched_at", "due_at", "etag", "last_modified", "payload_sha256")

_URL = (
    "INSERT OR IGNORE INTO urls (url, host, kind, article, state, code, section, first_seen, last_seen, status, "
    "fetched_at, due_at, etag, last_modified, payload_sha256) VALUES (:url, :host, 'article', :article, :state, :code, "
    ":section, :first_seen, :last_seen, :status, :fetched_at, :due_at, :etag, :last_modified, :payload_sha256)"
)
