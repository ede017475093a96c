"""JSON Lines: one record per line, plain or compressed with zstd."""

import importlib
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from archive.export.background_writer import BackgroundWriter
from archive.export.formats.format_base import ByteSink, Format, Lines

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions

ZSTD_LEVEL = 3
"""zstd compression level. Level 9 takes 4 times as long and saves 10%."""


class JsonLines(Lines):
    """Writer of JSON Lines."""

    def __init__(self, sink: ByteSink, counter: Counter[str], behind: BackgroundWriter) -> None:
        super().__init__(counter, behind)
        self._sink = sink

    def put(self, data: bytes) -> None:
        """Append bytes, one or more complete lines."""
        self._sink.write(data)

    def close(self) -> None:
        """Write buffered lines and end the zstd frame, if any. The sink stays open. Raises what writing raised."""
        super().close()
        if isinstance(self._sink, Zstd):
            self._sink.finish()


class Zstd:
    """A sink that compresses into another sink: one frame, one thread, a fixed level, a checksum, no date."""

    def __init__(self, sink: ByteSink) -> None:
        self._sink = sink
        zstd: Any = importlib.import_module(
            "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
        )
        option = zstd.CompressionParameter
        self._compressor = zstd.ZstdCompressor(
            options={option.compression_level: ZSTD_LEVEL, option.checksum_flag: 1}
        )

    def write(self, data: bytes) -> None:
        """Compress bytes into the other sink."""
        self._sink.write(self._compressor.compress(data))

    def finish(self) -> None:
        """End the frame. The other sink stays open."""
        self._sink.write(self._compressor.flush())


def _plain(_: "ExportOptions", sink: ByteSink, counter: Counter[str], behind: BackgroundWriter) -> JsonLines:
    return JsonLines(sink, counter, behind)


def _compressed(
    _: "ExportOptions", sink: ByteSink, counter: Counter[str], behind: BackgroundWriter
) -> JsonLines:
    return JsonLines(Zstd(sink), counter, behind)


JSONL = Format(
    name="jsonl",
    sentence="JSON Lines, one article a line; every tool reads it",
    suffix="jsonl",
    media_type="application/jsonlines",
    writer=_plain,
    table="jsonl",
    has_types=False,
)
"""The format `jsonl`."""

JSONL_ZST = Format(
    name="jsonl.zst",
    sentence="the same lines, each file compressed as one zstd frame",
    suffix="jsonl.zst",
    media_type="application/zstd",
    writer=_compressed,
    has_types=False,
)
"""The format `jsonl.zst`."""
