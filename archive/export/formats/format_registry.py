"""All export formats by name; a new format is added to this list."""

from collections import Counter
from typing import TYPE_CHECKING

from archive.export.background_writer import BackgroundWriter
from archive.export.formats.conllu_format import CONLLU
from archive.export.formats.csv_format import CSV
from archive.export.formats.format_base import ByteSink, CaptureWriter, Format, FormatWriter
from archive.export.formats.json_lines import JSONL, JSONL_ZST
from archive.export.formats.parquet_format import HF, PARQUET
from archive.export.formats.tei_format import TEI
from archive.export.formats.txt_format import TXT
from archive.export.formats.vrt_format import VRT
from archive.export.formats.wacz_format import WACZ
from archive.export.formats.warc_format import WARC
from kepu.errors import ArchiveError

if TYPE_CHECKING:
    from archive.export.capture_source import CaptureSource
    from archive.export.export_options import ExportOptions

FORMATS: dict[str, Format] = {
    each.name: each for each in (JSONL, JSONL_ZST, CSV, PARQUET, HF, VRT, CONLLU, TEI, TXT, WARC, WACZ)
}
"""Name → format, in the order of `--help`."""


class NoCaptures(ArchiveError):
    """A format of captures was requested where there are no captures."""

    code = "usage"


def writer(
    plan: "ExportOptions",
    sink: ByteSink,
    counter: Counter[str],
    behind: BackgroundWriter,
    source: "CaptureSource | None" = None,
) -> FormatWriter | CaptureWriter:
    """Return a writer of the format of `plan`. It counts the values that it changes in `counter`.

    Raises MissingExtra if a required package is not installed, and NoCaptures if `source` is missing for a format of
    captures.
    """
    kind = plan.kind
    if kind.from_captures is not None:
        if source is None:
            raise NoCaptures(
                "--format {format} needs the captures of an archive: `kepu export`.", format=kind.name
            )
        return kind.from_captures(plan, sink, source)
    assert kind.writer is not None
    return kind.writer(plan, sink, counter, behind)
