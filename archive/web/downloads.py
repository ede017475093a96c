"""Send all results of a search as JSONL or CSV while they are read, so that memory stays constant."""

import asyncio
import csv
import io
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive.export.csv_escaping import cell
from archive.export.export_options import ExportOptions
from archive.export.profile_fields import fields
from archive.web import search_page_queries
from archive.web.connections import connect
from archive.web.search_page_queries import SearchRequest

CHUNK = 256 * 1024
"""Number of bytes sent at a time."""

AHEAD = 4
"""Maximum number of chunks that wait for a slow reader."""

COLUMNS = fields(ExportOptions("csv", "text"))
"""Columns of the CSV: those of `kepu export --format csv`. The JSONL has the whole records."""

TYPES = {"jsonl": "application/x-ndjson; charset=utf-8", "csv": "text/csv; charset=utf-8"}
"""Content-Type of each file type."""


async def stream(path: Path, search: SearchRequest, form: str, send: Any, receive: Any) -> None:
    """Send what `search` finds as a file of type `form`; stop if the client disconnects."""
    headers = [
        (b"content-type", TYPES[form].encode()),
        (b"content-disposition", f'attachment; filename="kepu-search.{form}"'.encode()),
        (b"cache-control", b"no-store"),
        (b"link", b'</rights>; rel="license"'),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(AHEAD)
    gone = threading.Event()

    def put(chunk: bytes | None) -> None:
        asyncio.run_coroutine_threadsafe(waiting.put(chunk), loop).result()

    # A download has its own connection and thread, so that it does not block those of pages.
    thread = threading.Thread(target=_read, args=(path, search, form, put, gone), daemon=True)
    watch = asyncio.ensure_future(_left(receive))
    thread.start()
    try:
        while (chunk := await waiting.get()) is not None:
            if watch.done():
                gone.set()
                continue
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.set()
        watch.cancel()


async def _left(receive: Any) -> None:
    """Return when the client has disconnected."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _read(
    path: Path, search: SearchRequest, form: str, put: Callable[[bytes | None], None], gone: threading.Event
) -> None:
    """Read the results and call `put` with each chunk, then with None; stop soon after `gone` is set."""
    conn = connect(path)
    try:
        waiting, size = [], 0
        for line in FORMS[form](Database(conn, recursive_triggers=False), search):
            if gone.is_set():
                break
            waiting.append(line)
            size += len(line)
            if size >= CHUNK:
                put(b"".join(waiting))
                waiting, size = [], 0
        put(b"".join(waiting))
    finally:
        conn.close()
        put(None)


def _csv(db: Database, search: SearchRequest) -> Iterator[bytes]:
    """Yield chunks of CSV in UTF-8 with a BOM, without which spreadsheets assume another charset."""
    yield "\ufeff".encode() + _row([column.name for column in COLUMNS])
    sql = f"SELECT {', '.join(column.sql for column in COLUMNS)} FROM articles WHERE id = ?"
    changes: Counter[str] = Counter()
    for line in search_page_queries.records(db, search):
        row = db.execute(sql, (orjson.loads(line)["id"],)).fetchone()
        if row is not None:
            yield _row([cell(v.encode() if isinstance(v, str) else v, changes) for v in row])


def _row(cells: Sequence[str | int | float]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _jsonl(db: Database, search: SearchRequest) -> Iterator[bytes]:
    """Yield the articles' lines as in the archive's JSONL."""
    for line in search_page_queries.records(db, search):
        yield orjson.dumps(orjson.loads(line)) + b"\n"


FORMS: dict[str, Callable[[Database, SearchRequest], Iterator[bytes]]] = {"jsonl": _jsonl, "csv": _csv}
"""Map each file type to the function that yields the bytes of its rows."""
