"""WACZ 1.1.1: the captures, their index, and a list of pages with titles, dates and texts, in one ZIP file.

ReplayWeb.page opens it: <https://specs.webrecorder.net/wacz/1.1.1/>. The same archive and options give the same bytes:
the creation time in it is that of the last capture.
"""

import hashlib
import shutil
import tempfile
import zipfile
from importlib.metadata import version
from io import BufferedRandom
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from archive.captures.public_captures import PublicRecord
from archive.captures.warc_writer import DEFAULT_LIMIT
from archive.export.capture_source import CaptureSource
from archive.export.formats.cdxj_index import COMPRESSED, cdxj_line, compressed_index
from archive.export.formats.format_base import ByteSink, Format
from archive.export.formats.warc_format import RIGHTS, Warc

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions
    from archive.export.export_rows import ExportRow

WARC_NAME = "captures.warc.gz"
"""Name of the file with all captures in the ZIP file."""
_PAGES = {"text/html", "application/xhtml+xml"}
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Time of every ZIP member: the earliest that ZIP allows, so that it never differs."""
_PIECE = 2**20


class Wacz:
    """Collects captures, index lines and pages in temporary files, and writes the ZIP file at the end."""

    def __init__(self, plan: "ExportOptions", sink: ByteSink, source: CaptureSource) -> None:
        self._sink = sink
        self._source = source
        path = getattr(sink, "path", None)
        assert isinstance(path, Path)
        self._folder = tempfile.TemporaryDirectory(dir=path.parent, prefix=".wacz-")
        folder = Path(self._folder.name)
        self._warc_file = (folder / WARC_NAME).open("w+b")
        self._pages = (folder / "pages.jsonl").open("w+b")
        self._lines: list[str] = []
        self._page: PublicRecord | None = None
        self._main: dict[str, str] | None = None
        self._warc = Warc(plan, self._warc_file, source, self._written)
        self._query = plan.query()
        self._creators = plan.credit.creators
        self._line({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True})

    @property
    def size(self) -> int:
        """Number of bytes of captures written so far."""
        return self._warc.size

    def add(self, row: "ExportRow") -> None:
        """Add the captures of an article, and its line of pages.jsonl if it has a page."""
        page = self._page_of(row)
        if page is None:
            return
        line = row.values[0]
        assert isinstance(line, bytes)
        page_facts = page_line(orjson.loads(line.decode("utf-8", "replace")), page.url, page.at)
        self._main = self._main or {"mainPageUrl": page.url, "mainPageDate": page.at}
        self._line(page_facts)

    def _page_of(self, row: "ExportRow") -> PublicRecord | None:
        """Write the captures of an article; return the last capture of its first page, if there is one."""
        self._page = None
        self._warc.add(row)
        return self._page

    def _written(self, record: PublicRecord, offset: int, length: int) -> None:
        if record.type == "request":
            return
        self._lines.append(cdxj_line(record, WARC_NAME, offset, length))
        is_page = record.part == 1 and record.status == 200 and record.media_type in _PAGES
        if is_page and (self._page is None or record.at >= self._page.at):
            self._page = record

    def _line(self, values: dict[str, Any]) -> None:
        self._pages.write(orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """Write the ZIP file."""
        self._warc.close()
        packed, index = compressed_index(sorted(self._lines))
        with self._folder:
            whole = Path(self._folder.name, "whole.wacz")
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED, strict_timestamps=False) as bundle:
                files = [
                    _put(bundle, f"archive/{WARC_NAME}", self._warc_file),
                    _put_bytes(bundle, f"indexes/{COMPRESSED}", packed),
                    _put_bytes(bundle, "indexes/index.idx", index),
                    _put(bundle, "pages/pages.jsonl", self._pages, zipfile.ZIP_DEFLATED),
                ]
                package = orjson.dumps(self._package(files), option=orjson.OPT_INDENT_2)
                _put_bytes(bundle, "datapackage.json", package)
                digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
                _put_bytes(
                    bundle, "datapackage-digest.json", orjson.dumps(digest, option=orjson.OPT_INDENT_2)
                )
            with whole.open("rb") as file:
                while piece := file.read(_PIECE):
                    self._sink.write(piece)

    def _package(self, files: list[dict[str, Any]]) -> dict[str, Any]:
        package: dict[str, Any] = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": "人民网科普中国",
            "description": f"{RIGHTS} Query: {self._query}",
            "software": f"kepu-archive {version('kepu-archive')}",
            "created": self._source.newest or None,
            "contributors": [{"title": name, "role": "wrangler"} for name in self._creators],
            **(self._main or {}),
            "resources": files,
        }
        return {name: value for name, value in package.items() if value}


def page_line(record: dict[str, Any], url: str, at: str) -> dict[str, Any]:
    """Return an article's line of pages.jsonl as plain data: the fields of the format, and date, rights holder and id.

    `url` and `at` are the URL and the time of its capture. Values that are None are left out.
    """
    rights = record.get("rights") or {}
    line = {
        "id": record["id"],
        "url": url,
        "ts": at,
        "title": record.get("headline") or record["id"],
        "text": record.get("text") or "",
        "date": record.get("date_published"),
        "copyright_holder": rights.get("copyright_holder"),
        "source": (record.get("source") or {}).get("name"),
    }
    return {name: value for name, value in line.items() if value is not None}


def _put(
    bundle: zipfile.ZipFile, name: str, file: BufferedRandom, how: int = zipfile.ZIP_STORED
) -> dict[str, Any]:
    """Add a file and return its entry in datapackage.json. WARC files are stored uncompressed for random access."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.seek(0, 2)
    file.seek(0)
    with bundle.open(_member(name, how, size), "w") as out:
        shutil.copyfileobj(file, out, _PIECE)
    file.close()
    return _resource(name, digest, size)


def _put_bytes(bundle: zipfile.ZipFile, name: str, data: bytes) -> dict[str, Any]:
    bundle.writestr(_member(name, zipfile.ZIP_STORED, len(data)), data)
    return _resource(name, hashlib.sha256(data).hexdigest(), len(data))


def _member(name: str, how: int, size: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _MOMENT)
    member.compress_type = how
    member.file_size = size
    member.external_attr = 0o644 << 16
    return member


def _resource(path: str, digest: str, size: int) -> dict[str, Any]:
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{digest}", "bytes": size}


WACZ = Format(
    name="wacz",
    sentence="captures, index and pages for ReplayWeb.page and pywb",
    suffix="wacz",
    media_type="application/wacz",
    from_captures=Wacz,
    limit=DEFAULT_LIMIT,
    streams=False,
    is_table=False,
    needs_text=True,
    whole_name="captures",
)
"""The format `wacz`."""
