"""Responses as a site may send them, and archives that store them."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.captures import check, files, folder_for
from archive.store import reading
from kepu.records import Capture

MOMENT = "2026-01-02T03:04:05Z"


def answer(n: int, body: bytes, *, at: str = MOMENT, coding: str = "", **more: Any) -> Capture:
    """Return an answer to a request for article n."""
    url = f"http://kpzg.people.com.cn/n1/2024/0105/c404214-{n}.html"
    sent = gzip.compress(body, mtime=0) if coding == "gzip" else body
    coded = f"Content-Encoding: {coding}\r\n" if coding else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{coded}Content-Length: {len(sent)}\r\n\r\n"
    made = Capture(
        url,
        at,
        sent,
        f"GET {url} HTTP/1.1\r\nHost: kpzg.people.com.cn\r\n\r\n".encode(),
        head.encode(),
        200,
        "192.0.2.7",
        hashlib.sha256(body).hexdigest(),
    )
    for name, value in more.items():
        setattr(made, name, value)
    return made


def body(n: int) -> bytes:
    """Return a page of some kilobytes, unlike any other."""
    numbers = " ".join(hashlib.sha256(f"{n}/{i}".encode()).hexdigest() for i in range(40))
    return f"<html><p>第{n}号观测站今晨有雾。{numbers}</p></html>".encode()


def judged(database: Path) -> list[tuple[str, bytes]]:
    """Return (type, payload) of every record as warcio reads it, which finds all digests right."""
    found = []
    for path in files(folder_for(database)):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=False, check_digests=True):
                payload = record.raw_stream.read()
                if record.rec_type not in {"metadata", "revisit"}:
                    assert record.digest_checker.passed is True, record.digest_checker.problems
                found.append((record.rec_type, payload))
    return found


def whole(database: Path) -> None:
    """Assert that the captures agree with the table and with their digests."""
    with reading(database) as db:
        assert list(check(folder_for(database), db)) == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where an archive may be."""
    return tmp_path / "kepu.db"


Keep = Callable[..., Any]
