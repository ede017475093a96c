"""What a format is: how its files are named, which rows it takes, what it needs, and the writer of one file."""

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
"""Bytes that are gathered before they are written."""


class ByteSink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""
        ...


class FormatWriter(Protocol):
    """Takes the rows of one file."""

    def add(self, row: "ExportRow") -> None:
        """Take a row that is not left out."""
        ...

    def close(self) -> None:
        """Write what is left; the sink stays open."""
        ...


class CaptureWriter(FormatWriter, Protocol):
    """Takes the rows of one file that holds their captures."""

    @property
    def size(self) -> int:
        """Bytes of captures that were written by now."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """All that exports, their descriptions and the command line know of one format.

    A module of this folder makes one or more, and `format_registry` lists them: docs/add-a-format.md.
    """

    name: str
    """As `--format` takes it."""
    sentence: str
    """What the files are, for `--help` and the documentation."""
    suffix: str
    """How the names of its files end, without the dot in front."""
    media_type: str
    """Of its files, as Croissant names it: it has names of its own for JSON lines and Parquet."""
    writer: Callable[["ExportOptions", ByteSink, Counter[str], BackgroundWriter], FormatWriter] | None = None
    """Makes the writer of one file. What the writer changes in values, it counts in the counter."""
    from_captures: Callable[["ExportOptions", ByteSink, "CaptureSource"], CaptureWriter] | None = None
    """Makes it in place of `writer` where the files hold what the site sent, and not the rows alone."""
    limit: int | None = None
    """Bytes of captures with which a file of `--files size` is closed; None: rows are counted, up to pieces.LIMIT."""
    rows: Literal["lines", "cells"] = "lines"
    """What `Row.values` holds: the whole record as one line of JSON, or one value for each column."""
    streams: bool = True
    """Whether it can go to standard output: it needs no seeking, and is read from the front."""
    libraries: tuple[str, ...] = ()
    """Packages that write its bytes: another version of them may write others."""
    extra: str | None = None
    """The extra of kepu-archive that installs these packages."""
    has_types: bool = True
    """Whether its files say the types of their columns, or have none; else readers take them from the first rows."""
    table: str | None = None
    """The name by which Frictionless reads its files as tables; None where it checks them as bytes alone."""
    is_table: bool = True
    """Whether its files have a row for each article and the profile's columns, which the descriptions then list."""
    default_profile: str = "text"
    """`metadata`, which may be published, where the format is for publishing."""
    needs_text: bool = False
    """Whether it cannot be without the text: then no profile but `text` and `full` goes with it."""
    layers: tuple[str, ...] = ()
    """Layers of the text that it needs beside those that `--text` names: `sentences`, `words`."""
    tags: bool = False
    """Whether it needs the part of speech of each word, which is found with the names of the whole archive."""
    beside: Callable[[Path, list[str]], None] | None = None
    """Writes what else belongs into the folder of the export, or checks it; given the names of its files."""
    whole_name: str = "articles"
    """How the names of its files begin where there is no split."""


def packages_missing(format_: Format) -> MissingExtra:
    """Return the error of a format whose packages are not installed."""
    return missing_extra(f"kepu export --format {format_.name}", *format_.libraries)


class Lines:
    """Gathers records as lines of JSON and hands them on in pieces, which a background thread writes."""

    limit = PIECE

    def __init__(self, counter: Counter[str], behind: BackgroundWriter) -> None:
        self._counter = counter
        self._behind = behind
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, row: "ExportRow") -> None:
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
        """Write a piece: lines of JSON, each with its newline."""
        raise NotImplementedError

    def close(self) -> None:
        """Write what is left."""
        self.flush()
        self._behind.wait()


class Rendered(Lines):
    """A text format: what `render` makes of each record, between a beginning and an end; memory stays flat."""

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
        """Write the records of a piece."""
        self._sink.write("".join(self._render(orjson.loads(line)) for line in data.splitlines()).encode())

    def close(self) -> None:
        """Write what is left, and the end."""
        super().close()
        if self._end:
            self._sink.write(self._end.encode())
