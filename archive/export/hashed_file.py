"""One output file of an export, which is hashed while it is written."""

import hashlib
import os
from pathlib import Path

from archive.export.background_writer import BackgroundWriter
from archive.export.capture_source import CaptureSource
from archive.export.export_options import ExportOptions
from archive.export.export_rows import ExportRow
from archive.export.export_stats import ExportFacts, File
from archive.export.formats.format_base import ByteSink, FormatWriter
from archive.export.formats.format_registry import writer
from archive.export.pieces import name


class HashedOutput:
    """A file that is being written.

    `made` is the folder of the export, `piece` the month, year or number that the file is for, and `side` its part of
    the split, or None. Counts of changed values are added to `facts`.
    """

    def __init__(
        self,
        plan: ExportOptions,
        made: Path,
        piece: str,
        side: str | None,
        facts: ExportFacts,
        behind: BackgroundWriter,
        source: CaptureSource | None = None,
    ) -> None:
        self._file = File(name(plan, piece, side), piece, side)
        self.piece = piece
        self.size = 0
        """Bytes of the rows before compression; for captures, the bytes written."""
        target = made / self._file.name
        target.parent.mkdir(exist_ok=True)
        self._sink = _Hashed(target)
        self._writer: FormatWriter = writer(plan, self._sink, facts.mended, behind, source)

    def add(self, row: ExportRow) -> None:
        """Add a row."""
        self._writer.add(row)
        self._file.rows += 1
        row_bytes = sum(len(value) for value in row.values if isinstance(value, bytes))
        self.size = getattr(self._writer, "size", self.size + row_bytes)

    def close(self) -> File:
        """Finish and sync the file; return its facts."""
        self._writer.close()
        self._sink.finish()
        self._file.bytes, self._file.sha256 = self._sink.size, self._sink.digest.hexdigest()
        return self._file

    def abandon(self) -> None:
        """Close the file without finishing it, because the folder is discarded."""
        self._sink.close()


class _Hashed(ByteSink):
    """A write-only file object with the methods that pyarrow needs."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self.path = path
        self.digest = hashlib.sha256()
        self.size = 0

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file.closed

    def write(self, data: bytes, /) -> int:
        """Write bytes, and hash them."""
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Do nothing; `finish` flushes."""

    def finish(self) -> None:
        """Sync and close the file."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
