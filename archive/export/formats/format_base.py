"""The description of a format (file names, kind of rows, requirements), and base classes of writers."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import orjson

from archive.export.background_writer import BackgroundWriter
from archive.export.json_chunks import piece
from kepu.missing_extra import MissingExtra, missing_extra

if TYPE_CHECKING:
    from archive.export.capture_source import CaptureSource
    from archive.export.export_options import ExportOptions
    from archive.export.export_rows import ExportRow

PIECE = 1 << 20
"""Number of bytes that are buffered before they are written."""


class ByteSink(Protocol):
    """An object with a `write` method for bytes."""

    def write(self, data: bytes, /) -> object:
        """Write bytes."""
        ...


class FormatWriter(Protocol):
    """Writes the rows of one file. Errors of the sink, such as a full disk, are raised by `add` or `close`."""

    def add(self, row: "ExportRow") -> None:
        """Add a row that is not left out."""
        ...

    def close(self) -> None:
        """Write buffered data; the sink stays open."""
        ...


class CaptureWriter(FormatWriter, Protocol):
    """Writes the captures of the rows of one file."""

    @property
    def size(self) -> int:
        """Number of bytes of captures written so far."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """Everything that the exporter, the describing files and the command line need to know about a format.

    Each module of this folder defines one or more; `format_registry` lists them: see docs/add-a-format.md.
    """

    name: str
    """Its name in `--format`."""
    sentence: str
    """A description of its files, for `--help` and the documentation."""
    suffix: str
    """The suffix of its files, without the leading dot."""
    media_type: str
    """The media type of its files, as Croissant names it."""
    writer: Callable[["ExportOptions", ByteSink, Counter[str], BackgroundWriter], FormatWriter] | None = None
    """Returns the writer of one file. The writer counts the values that it changes in the counter."""
    from_captures: Callable[["ExportOptions", ByteSink, "CaptureSource"], CaptureWriter] | None = None
    """Used instead of `writer` if the files contain captures."""
    limit: int | None = None
    """Bytes of captures after which a file of `--files size` is closed. None counts bytes of rows, up to pieces.LIMIT.
    """
    rows: Literal["lines", "cells"] = "lines"
    """What `ExportRow.values` has: the whole record as one line of JSON, or one value per column."""
    streams: bool = True
    """Whether it can be written to standard output and read without seeking."""
    libraries: tuple[str, ...] = ()
    """Packages that write its bytes. Another version of them may write other bytes."""
    extra: str | None = None
    """The extra of kepu-archive that installs these packages."""
    has_types: bool = True
    """Whether its files contain the types of the columns. Otherwise readers infer them from the first rows."""
    table: str | None = None
    """The name by which Frictionless reads its files as tables, or None if it only checks their bytes."""
    is_table: bool = True
    """Whether its files have a row per article and the columns of the profile, so that descriptions list the columns.
    """
    default_profile: str = "text"
    """`text`, or `metadata` for a format that is meant for publishing."""
    needs_text: bool = False
    """Whether it requires the text, so that only the profiles `text` and `full` are possible."""
    layers: tuple[str, ...] = ()
    """Layers of the text that it requires in addition to those of `--text`: `sentences`, `words`."""
    tags: bool = False
    """Whether it requires parts of speech, which are computed with the names of the whole archive."""
    beside: Callable[[Path, list[str]], None] | None = None
    """Writes or checks further files in the folder of the export; it gets the folder and the names of the data files.
    """
    whole_name: str = "articles"
    """The beginning of file names in an export without a split."""


def packages_missing(format_: Format) -> MissingExtra:
    """Return the error for a format whose packages are not installed."""
    return missing_extra(f"kepu export --format {format_.name}", *format_.libraries)


class Lines:
    """Joins records, as lines of JSON, to chunks and passes them to `put` in a background thread."""

    limit = PIECE
    """Number of bytes of lines after which a chunk is passed on."""

    def __init__(self, counter: Counter[str], behind: BackgroundWriter) -> None:
        self._counter = counter
        self._behind = behind
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, row: "ExportRow") -> None:
        """Buffer the line of a row; pass the buffered lines on once they have `limit` bytes."""
        line = row.values[0]
        assert isinstance(line, bytes)
        self._lines.append(line)
        self._size += len(line)
        if self._size >= self.limit:
            self.flush()

    def flush(self) -> None:
        """Pass the buffered lines to `put`."""
        lines, self._lines, self._size = self._lines, [], 0
        if lines:
            self._behind.do(lambda: self.put(piece(lines, self._counter)))

    def put(self, data: bytes) -> None:
        """Write a chunk of lines of JSON, each with its newline.

        Subclasses implement it; here it raises NotImplementedError.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Pass the buffered lines to `put`, and wait until everything is written. Raises what `put` raised."""
        self.flush()
        self._behind.wait()


class Rendered(Lines):
    """Writes a text format: the text `begin`, the text that `render` returns for each record, and the text `end`."""

    def __init__(
        self,
        render: Callable[[dict[str, Any]], str],
        sink: ByteSink,
        counter: Counter[str],
        behind: BackgroundWriter,
        *,
        begin: str = "",
        end: str = "",
    ) -> None:
        super().__init__(counter, behind)
        self._render = render
        self._sink = sink
        self._end = end
        if begin:
            behind.do(lambda: sink.write(begin.encode()))

    def put(self, data: bytes) -> None:
        """Write the records of a chunk."""
        self._sink.write("".join(self._render(orjson.loads(line)) for line in data.splitlines()).encode())

    def close(self) -> None:
        """Write buffered records and `end`."""
        super().close()
        if self._end:
            self._sink.write(self._end.encode())
