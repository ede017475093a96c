"""One writer a format: each takes rows and puts bytes into a sink, in pieces, so that memory stays flat."""

import csv
import importlib
import io
import sys
from collections import Counter
from typing import Any, Protocol

from archive.export.background_writer import Behind
from archive.export.csv_escaping import cell
from archive.export.export_options import Plan
from archive.export.export_rows import Row
from archive.export.json_chunks import piece
from archive.export.profiles import fields
from kepu.errors import ArchiveError

PIECE = 1 << 20
"""Bytes that are gathered before they are written."""

ZSTD_LEVEL = 3
"""Level 9 takes 4 times as long for 10% less."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""
        ...


class Writer(Protocol):
    """Takes the rows of one file."""

    def add(self, row: Row) -> None:
        """Take a row that is not left out."""
        ...

    def close(self) -> None:
        """Write what is left; the sink stays open."""
        ...


class Lines:
    """Gathers records as lines of JSON, and hands them on in pieces, behind the reader's back."""

    limit = PIECE

    def __init__(self, counter: Counter[str], behind: Behind) -> None:
        self._counter = counter
        self._behind = behind
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, row: Row) -> None:
        """Take a row."""
        line = row.values[0]
        assert isinstance(line, bytes)
        self._lines.append(line)
        self._size += len(line)
        if self._size >= self.limit:
            self.flush()

    def flush(self) -> None:
        """Hand on what was gathered."""
        lines, self._lines, self._size = self._lines, [], 0
        if lines:
            self._behind.do(lambda: self.put(piece(lines, self._counter)))

    def put(self, data: bytes) -> None:
        """Write a piece."""
        raise NotImplementedError

    def close(self) -> None:
        """Write what is left."""
        self.flush()
        self._behind.wait()


class JsonLines(Lines):
    """A record a line."""

    def __init__(self, sink: Sink, counter: Counter[str], behind: Behind) -> None:
        super().__init__(counter, behind)
        self._sink = sink

    def put(self, data: bytes) -> None:
        """Write a piece."""
        self._sink.write(data)

    def close(self) -> None:
        """Write what is left."""
        super().close()
        if isinstance(self._sink, Zstd):
            self._sink.finish()


class Csv:
    """A row a line, RFC 4180; lists and objects are cells of JSON."""

    def __init__(self, plan: Plan, sink: Sink, counter: Counter[str], behind: Behind) -> None:
        self._sink = sink
        self._counter = counter
        self._behind = behind
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text)
        self._text.write("\ufeff" if plan.bom else "")
        self._csv.writerow([field.name for field in fields(plan)])

    def add(self, row: Row) -> None:
        """Take a row."""
        self._csv.writerow([cell(value, self._counter) for value in row.values])
        if self._text.tell() >= PIECE // 2:
            self._flush()

    def _flush(self) -> None:
        data = self._text.getvalue().encode()
        self._behind.do(lambda: self._sink.write(data))
        self._text.seek(0)
        self._text.truncate()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._behind.wait()


class Zstd:
    """A sink that compresses into another: one frame, one thread, a fixed level, a checksum, no date."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        zstd: Any = importlib.import_module(
            "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
        )
        option = zstd.CompressionParameter
        self._compressor = zstd.ZstdCompressor(
            options={option.compression_level: ZSTD_LEVEL, option.checksum_flag: 1}
        )

    def write(self, data: bytes) -> None:
        """Take bytes."""
        self._sink.write(self._compressor.compress(data))

    def finish(self) -> None:
        """End the frame."""
        self._sink.write(self._compressor.flush())


class MissingExtra(ArchiveError):
    """Something has to be installed first."""

    code = "usage"


def needs_pyarrow(format_: str) -> MissingExtra:
    """Return the error of a format that pyarrow writes, where that is missing."""
    return MissingExtra(
        "--format {format} needs pyarrow: pip install 'kepu-archive[parquet]'", format=format_
    )
