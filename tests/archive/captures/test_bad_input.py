"""Broken and hostile WARC and WACZ files: intact records are imported, others reported, and memory stays constant."""

import gzip
import io
import resource
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import backports.zstd as zstd
import pytest
from fastwarc.stream_io import BrotliWriter

from archive.captures.foreign_index import ForeignIndex
from archive.captures.foreign_warc import read_page
from kepu.urls import host_of

HOST = "http://kpzg.people.com.cn"
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def page(n: int) -> bytes:
    return f"<html><body><p>第{n}篇：湖冰从岸边长起，先是一层薄薄的冰花。</p></body></html>".encode()


def record(
    n: int, body: bytes | None = None, head: bytes = HTML, more: bytes = b"", length: bytes = b""
) -> bytes:
    """Return a response, not compressed."""
    block = head + b"\r\n" + (page(n) if body is None else body)
    url = f"{HOST}/n1/2024/0203/c404214-4017000{n}.html".encode()
    fields = (
        b"WARC-Type: response\r\nWARC-Record-ID: <urn:uuid:%d>\r\nWARC-Date: 2024-02-03T10:00:00Z\r\n" % n
    )
    fields += b"WARC-Target-URI: %s\r\n%sContent-Type: application/http;msgtype=response\r\n" % (url, more)
    return b"WARC/1.1\r\n%sContent-Length: %s\r\n\r\n%s\r\n\r\n" % (
        fields,
        length or b"%d" % len(block),
        block,
    )


def member(*given: object, **more: object) -> bytes:
    return gzip.compress(record(*given, **more), mtime=0)  # type: ignore[arg-type]


def coded(name: bytes) -> bytes:
    return HTML + b"Content-Encoding: " + name + b"\r\n"


def brotli(data: bytes) -> bytes:
    out = io.BytesIO()
    packer = BrotliWriter(out)
    packer.write(data)
    packer.finish()
    return out.getvalue()


def zipped(*members: tuple[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as bundle:
        for name, data in members:
            bundle.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, at: int, by: bytes) -> bytes:
    return data[:at] + by + data[at + len(by) :]


def in_directory(data: bytes, at: int, by: bytes) -> bytes:
    """Return a ZIP file with a field of its central directory changed."""
    return changed(data, data.index(b"PK\1\2") + at, by)


def encrypted(data: bytes) -> bytes:
    """Return a ZIP file whose one member says that it is encrypted."""
    return changed(changed(data, 6, b"\1"), data.index(b"PK\1\2") + 8, b"\1")


ZEROS = b"\0" * 2**28
GOOD = member(1) + member(2)
BETWEEN: dict[str, Callable[[], bytes]] = {
    "gzip bomb": lambda: member(9, gzip.compress(ZEROS), coded(b"gzip")),
    "deflate bomb": lambda: member(9, zlib.compress(ZEROS), coded(b"deflate")),
    "record of 256 MB": lambda: gzip.compress(record(9, ZEROS), 1),
    "hole": lambda: b"\0" * 5000,
    "flipped bytes": lambda: changed(member(9), 150, b"x" * 40),
    "cut member": lambda: member(9)[:-60],
    "wrong payload digest": lambda: member(
        9, more=b"WARC-Payload-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
    ),
    "wrong block digest": lambda: member(
        9, more=b"WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
    ),
    "negative length": lambda: member(9, length=b"-5"),
    "endless length": lambda: member(9, length=b"99999999999999999999"),
    "long field": lambda: member(9, more=b"X-A: " + b"a" * 10**6 + b"\r\n"),
    "cut chunks": lambda: member(9, b"ffff\r\n" + page(9), HTML + b"Transfer-Encoding: chunked\r\n"),
    "no HTTP": lambda: member(9, head=b"\0\1"),
    "length of the next one too": lambda: member(9, length=b"%d" % (len(HTML) + 5000)),
    "ten bytes too long": lambda: member(9, length=b"%d" % (len(HTML) + 2 + len(page(9)) + 10)),
    "ten bytes too short": lambda: member(9, length=b"%d" % (len(HTML) + 2 + len(page(9)) - 10)),
    "length of 10 GB": lambda: member(9, length=b"10000000000"),
    "two lengths": lambda: member(9, more=b"Content-Length: 5\r\n"),
    "header of 64 MB": lambda: gzip.compress(b"WARC/1.1\r\nX: " + ZEROS[: 2**26], 1),
    "HTTP header of 20 MB": lambda: member(9, head=HTML + b"X: " + b"y" * 20_000_000 + b"\r\n"),
    "checksum of the member": lambda: member(9)[:-8] + b"\0\0\0\0" + member(9)[-4:],
    "header of a member": lambda: b"\x1f\x8b\x08\x08",
    "ARC": lambda: gzip.compress(b"filedesc://x.arc 0.0.0.0 20060101000000 text/plain 76\n1 0 x\n\n"),
    "segment": lambda: gzip.compress(record(9).replace(b"WARC-Type: response", b"WARC-Type: continuation")),
    "year 0": lambda: gzip.compress(record(9).replace(b"2024-02-03T10", b"0000-00-00T10")),
    "year 9999": lambda: gzip.compress(
        record(9).replace(b"2024-02-03T10:00:00Z", b"9999-12-31T23:59:59-12:00")
    ),
    "brotli bomb": lambda: member(9, brotli(ZEROS[: 2**26]), coded(b"br")),
    "Zstandard bomb": lambda: member(9, zstd.compress(ZEROS[: 2**26]), coded(b"zstd")),
    "Zstandard that is none": lambda: member(9, b"\x28\xb5\x2f\xfd" + b"\xff" * 500, coded(b"zstd")),
    "chunk that is too long": lambda: member(9, b"ffffffff\r\nx", HTML + b"Transfer-Encoding: chunked\r\n"),
    "status below zero": lambda: member(9, head=HTML.replace(b" 200 ", b" -200 ")),
    "host in the name of a user": lambda: gzip.compress(record(9).replace(b".cn/", b".cn@evil.example/")),
    "host that only begins so": lambda: gzip.compress(record(9).replace(b".cn/", b".cn.evil.example/")),
    "revisit of itself": lambda: gzip.compress(record(9).replace(b"Type: response", b"Type: revisit")),
    "deflate that is none": lambda: member(9, b"\xff\xfe\xfd", coded(b"deflate")),
}
FILES: dict[str, Callable[[], tuple[bytes, int]]] = {
    "all in one gzip member": lambda: (gzip.compress(record(1) + record(2)), 2),
    "plain with garbage": lambda: (record(1) + b"garbage\r\nline\r\n\r\n" + record(2), 2),
    "plain with a hole of 64 MB": lambda: (record(1) + ZEROS[: 2**26] + b"\r\n" + record(2), 2),
    "size of 4 GB": lambda: (in_directory(zipped(("a.warc.gz", GOOD)), 24, b"\0\0\0\xee"), 0),
    "unknown compression": lambda: (in_directory(zipped(("a.warc.gz", GOOD)), 10, b"\x63\0"), 0),
    "place behind the end": lambda: (in_directory(zipped(("a.warc.gz", GOOD)), 42, b"\xff\xff\xff\x7f"), 0),
    "folder with the name of a WARC": lambda: (zipped(("d.warc.gz/", b""), ("a.warc.gz", GOOD)), 2),
    "cut ZIP": lambda: (zipped(("archive/a.warc.gz", GOOD))[:-60], 0),
    "wrong CRC": lambda: (changed(zipped(("a.warc.gz", GOOD)), 70, b"xxxx"), 0),
    "encrypted": lambda: (encrypted(zipped(("a.warc.gz", GOOD))), 0),
    "leads out": lambda: (zipped(("/etc/a.warc.gz", member(1)), ("../../b.warc.gz", member(2))), 2),
    "ZIP bomb": lambda: (zipped(("a.warc.gz", GOOD), ("b.warc", ZEROS), how=zipfile.ZIP_DEFLATED), 2),
    "WACZ in WACZ": lambda: (zipped(("a.wacz", zipped(("a.warc.gz", GOOD)))), 0),
    "WARC name on a ZIP": lambda: (zipped(("a.warc", zipped(("b.warc.gz", GOOD))), ("c.warc", b"PK\3\4")), 2),
    "no WARC in it": lambda: (zipped(("datapackage.json", b"{}")), 0),
    "empty": lambda: (b"", 0),
    "no WARC": lambda: (b"no WARC at all", 0),
}
SILENT = {"all in one gzip member", "leads out"}


def read(data: bytes, folder: Path) -> tuple[list[str], Counter[str]]:
    """Return the ids of the imported pages, and the reasons for the others."""
    outside = folder / "in"
    (folder / "given").write_bytes(data)
    left: Counter[str] = Counter()

    def left_out(why: str) -> None:
        left.update([str(why)])

    with ForeignIndex(outside, "the channel") as index:
        index.fill([folder / "given"], lambda url: host_of(url) == "kpzg.people.com.cn", left_out)
        found = [read_page(each, left_out) for each in index.pages()]
    ids = sorted((page.url or "")[-6:-5] for page in found if page)
    assert [path.name for path in outside.iterdir()] == ["records"]
    assert sum(path.stat().st_size for path in outside.rglob("*")) < 2**20
    return ids, left


@pytest.mark.parametrize("kind", BETWEEN)
def test_a_broken_record_is_reported_and_the_following_ones_are_imported(kind: str, tmp_path: Path) -> None:
    bad = BETWEEN[kind]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ids, left = read(member(1) + bad + member(2), tmp_path)
    assert ids == ["1", "2"]
    assert 1 <= left.total() <= 2, left
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # kB


@pytest.mark.parametrize("kind", FILES)
def test_unusual_files(kind: str, tmp_path: Path) -> None:
    data, wanted = FILES[kind]()
    ids, left = read(data, tmp_path)
    assert ids == ["1", "2"][:wanted]
    assert kind in SILENT or left.total() == 1, left


@pytest.mark.parametrize("data", [GOOD, zipped(("archive/a.warc.gz", GOOD))], ids=["WARC", "WACZ"])
def test_a_file_is_indexed_again_after_an_import_of_others(data: bytes, tmp_path: Path) -> None:
    """A killed import leaves its index; the next import of other files deletes the records of the old files."""
    (tmp_path / "given").write_bytes(data)
    (tmp_path / "other").write_bytes(member(3))
    with ForeignIndex(tmp_path / "in", "the channel") as index:
        sizes = []
        for name in ("given", "other", "given"):
            index.fill([tmp_path / name], lambda _: True, lambda _: None)
            sizes.append(len(index))
    assert sizes == [2, 1, 2]
