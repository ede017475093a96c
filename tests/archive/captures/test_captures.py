"""Stored records, revisits and file rotation, for any bytes that a server sends; other programs read the files."""

import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import backports.zstd as zstd
import pytest
from fastwarc.stream_io import BrotliWriter
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.captures import CaptureReader, files, folder_for, rows
from archive.captures.warc_reader import walk
from archive.captures.warc_records import parse, record, sha256
from archive.store import Store, reading
from kepu.records import Article, Capture, Visit
from tests.archive.captures.conftest import MOMENT, answer, body, judged, whole

Make = Callable[..., Article]
WARCIO = Path(sys.executable).with_name("warcio")


def test_each_file_begins_with_a_warcinfo_and_hardly_exceeds_the_limit(path: Path, article: Make) -> None:
    about = {"operator": "a reader", "http-header-user-agent": "kepu-archive"}
    with Store(path, warc_bytes=20_000, about=about) as archive:
        for n in range(1, 31):
            archive.put(article(n), [answer(n, body(n))])
    with Store(path, warc_bytes=10**6) as archive:  # goes on in the last file
        archive.put(article(31), [answer(31, body(31))])
    whole(path)
    there = files(folder_for(path))
    assert len(there) > 2
    for file in there:
        first, *others = (record for _, _, record in walk(file))
        assert first.type == "warcinfo"
        assert {each.fields["warc-warcinfo-id"] for each in others} == {f"<{first.id}>"}
        said = first.block.decode()
        assert all(name in said for name in ("operator: ", "http-header-user-agent: ", "robots: obey"))
    assert subprocess.run([WARCIO, "check", *there], check=False).returncode == 0
    assert all(file.stat().st_size < 25_000 for file in there)
    kinds = [kind for kind, _ in judged(path)]
    assert kinds.count("warcinfo") == len(there)
    assert kinds.count("request") == kinds.count("response") == 31


def test_an_article_refers_to_its_capture_and_parts_are_found_by_digest(path: Path, article: Make) -> None:
    parts = [answer(n, body(n), part=n) for n in (3, 1, 2)]
    with Store(path) as archive:
        archive.put(article(1), parts)
    with reading(path) as db, CaptureReader(db, folder_for(path)) as reader:
        (warc,) = db.execute("SELECT provenance ->> '$.warc.record_id' FROM articles").fetchone()
        first = rows(db, "record_id = ?", (warc,))[0]
        assert reader.body(first) == body(1)
        assert [row.part for row in rows(db, "main = ?", (first.n,))] == [2, 3]
        for part in parts:
            (row,) = rows(db, "payload_sha256 = ?", (part.payload_sha256,))
            assert reader.body(row) == part.body


def test_a_repeated_response_becomes_a_revisit(path: Path, article: Make) -> None:
    first, later = answer(1, body(1), coding="gzip"), "2026-02-03T04:05:06Z"
    with Store(path) as archive:
        archive.put(article(1), [first])
        archive.put(article(1), [answer(1, body(1), at=later, coding="gzip")])
        same = answer(1, b"", at=later, status=304, payload_sha256=first.payload_sha256)
        same.response = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        archive.note(Visit(same.url, "unchanged", later, article="n1/1"), [same])
        never = answer(2, b"", status=304, payload_sha256=None)
        archive.note(Visit(never.url, "unchanged", later, article="n1/2"), [never])
    whole(path)
    with reading(path) as db, CaptureReader(db, folder_for(path)) as reader:
        full, again, unmodified = rows(db, "1")
        assert (full.type, again.type, unmodified.type) == ("response", "revisit", "revisit")
        assert again.refers_to == unmodified.refers_to == full.record_id
        assert reader.body(again) == reader.body(unmodified) == body(1)
        profiles = [
            reader.record(row).fields["warc-profile"].rpartition("/")[2] for row in (again, unmodified)
        ]
        assert profiles == ["identical-payload-digest", "server-not-modified"]
        assert again.length < full.length / 3
        assert full.digest != full.payload_sha256


def test_a_file_is_stored_once(path: Path, article: Make) -> None:
    for _ in range(2):
        with Store(path) as archive:
            made = article(1)
            made.provenance.path = "saved.html"
            page = Capture("file:///saved.html", MOMENT, body(1), payload_sha256=sha256(body(1)))
            archive.put(made, [page])
    whole(path)
    assert judged(path) == [("warcinfo", judged(path)[0][1]), ("resource", body(1))]


@pytest.mark.parametrize(
    "coding", ["gzip", "x-gzip", "deflate", "raw deflate", "br", "zstd", "gzip, br", "odd"]
)
def test_content_codings_are_undone(path: Path, coding: str, article: Make, tmp_path: Path) -> None:
    page = body(1)

    def brotli(data: bytes) -> bytes:
        with BrotliWriter(str(tmp_path / "br")) as out:
            out.write(data)
        return (tmp_path / "br").read_bytes()

    raw = zlib.compressobj(wbits=-15)
    coders: dict[str, Callable[[bytes], bytes]] = {
        "gzip": lambda data: zlib.compress(data, wbits=31),
        "x-gzip": lambda data: zlib.compress(data, wbits=31),
        "deflate": zlib.compress,
        "raw deflate": lambda data: raw.compress(data) + raw.flush(),
        "br": brotli,
        "zstd": zstd.compress,
        "odd": lambda data: data,
    }
    sent = page
    for each in coding.split(", "):
        sent = coders[each](sent)
    capture = answer(1, page, coding=coding.rpartition(" ")[2] if coding == "raw deflate" else coding)
    capture.body = sent
    with Store(path) as archive:
        archive.put(article(1), [capture])
    whole(path)
    with reading(path) as db, CaptureReader(db, folder_for(path)) as reader:
        assert reader.body(rows(db, "1")[0]) == page


def test_any_bytes_of_a_server_are_read_back_unchanged(path: Path) -> None:
    """Bodies and headers cannot forge a record, since every length is right."""

    @settings(deadline=None)
    @given(sent=st.binary(max_size=600), header=st.binary(max_size=80))
    def send(sent: bytes, header: bytes) -> None:
        header = header.replace(b"\r", b"").replace(b"\n", b"")
        capture = answer(1, sent + b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n")
        capture.response = b"HTTP/1.1 200 OK\r\nX-Odd: " + header + b"\r\n\r\n"
        with archive.remembering():
            warc = archive.captures.keep([capture], "article", article="n1/1")
        archive.commit()
        assert warc is not None
        with CaptureReader(archive.db, folder_for(path)) as reader:
            row = rows(archive.db, "record_id = ?", (warc.record_id,))[0]
            assert reader.record(row).head == capture.response[:-4]
            assert row.type == "revisit" or reader.record(row).payload == capture.body
            assert reader.body(row) == capture.body

    with Store(path) as archive:
        archive.run("test")
        send()
    whole(path)


@given(url=st.text(max_size=40), block=st.binary(max_size=300))
def test_a_url_with_line_breaks_cannot_forge_a_header_field(url: str, block: bytes) -> None:
    made = parse(record("response", "urn:uuid:0", MOMENT, [("WARC-Target-URI", url)], block))
    assert made.block == block
    names = ["type", "record-id", "date", "target-uri", "block-digest"]
    assert set(made.fields) == {*(f"warc-{name}" for name in names), "content-length"}
