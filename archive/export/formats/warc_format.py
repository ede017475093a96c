"""WARC: the captures of the exported articles; each file is self-contained and begins with a `warcinfo` record."""

from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from archive import pictures
from archive.captures import warc_records
from archive.captures.public_captures import PublicCaptures, PublicRecord
from archive.captures.read_captures import rows
from archive.captures.warc_writer import DEFAULT_LIMIT
from archive.export.capture_source import CaptureSource
from archive.export.formats.format_base import ByteSink, Format

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions
    from archive.export.export_rows import ExportRow

RIGHTS = (
    "The works in this file belong to their publishers, the names of whom each page gives. Nothing is granted: keep "
    "them for private research, and publish none of them without a written licence."
)
"""The statement about rights in each file."""

Written = Callable[[PublicRecord, int, int], None]
"""Is called with each record, and its offset and length in the file."""

_EPOCH = "1970-01-01T00:00:00Z"


class Warc:
    """Writes the captures of each article."""

    def __init__(
        self, plan: "ExportOptions", sink: ByteSink, source: CaptureSource, written: Written | None = None
    ) -> None:
        self._sink = sink
        self._source = source
        self._written = written
        self.size = 0
        self._has_pictures = plan.pictures
        self._about = about(plan, source)
        self._warcinfo = uuid5(NAMESPACE_URL, f"{plan.query()} {self._about} {source.newest}").urn
        self._captures = PublicCaptures(source.reader, self._warcinfo, source.withheld)
        self._put(_warcinfo(self._warcinfo, source.newest or _EPOCH, self._about))

    def add(self, row: "ExportRow") -> None:
        """Write the captures of an article."""
        with self._source.as_text():
            article = row.id.decode()
            self._write(self._captures.of_article(article))
            if self._has_pictures:
                for picture in pictures.of_article(self._source.reader.db, article):
                    self._write(self._captures.of_record(picture["capture"]))

    def _write(self, records: Iterable[PublicRecord]) -> None:
        for record in records:
            offset = self.size
            length = self._put(record.data)
            if self._written is not None:
                self._written(record, offset, length)

    def _put(self, data: bytes) -> int:
        member = warc_records.pack(data)
        self._sink.write(member)
        self.size += len(member)
        return len(member)

    def close(self) -> None:
        """Write the captures that all pages share, if pictures are requested."""
        if self._has_pictures:
            with self._source.as_text():
                for row in rows(self._source.reader.db, "kind = 'resource'"):
                    self._write(self._captures.of_row(row))


def about(plan: "ExportOptions", source: CaptureSource) -> dict[str, str]:
    """Return the fields of a `warcinfo` record: software, operator, user agent, robots, rights (WARC 1.1, 6.2)."""
    fields = {
        "software": f"kepu-archive/{version('kepu-archive')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey",
        **source.about,
        "isPartOf": "kepu-archive: 人民网科普中国",
        "description": f"A selection of an archive: {plan.query()}",
        "rights": RIGHTS,
    }
    if plan.credit.creators:
        fields["creator"] = "; ".join(plan.credit.creators)
    return fields


def _warcinfo(record_id: str, at: str, fields: dict[str, str]) -> bytes:
    block = "".join(f"{name}: {warc_records.one_line(value)}\r\n" for name, value in fields.items()).encode()
    return warc_records.record(
        "warcinfo", record_id, at, [("Content-Type", "application/warc-fields")], block
    )


WARC = Format(
    name="warc",
    sentence="the captures of the articles as WARC 1.1",
    suffix="warc.gz",
    media_type="application/warc",
    from_captures=Warc,
    limit=DEFAULT_LIMIT,
    is_table=False,
    needs_text=True,
    whole_name="captures",
)
"""The format `warc`."""
