"""CSV (RFC 4180) with one line per article; lists and objects are JSON in a cell."""

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from archive.export.background_writer import BackgroundWriter
from archive.export.csv_escaping import cell
from archive.export.formats.format_base import PIECE, ByteSink, Format
from archive.export.profile_fields import fields

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions
    from archive.export.export_rows import ExportRow


class Csv:
    """Writes CSV, one line per article."""

    def __init__(
        self, plan: "ExportOptions", sink: ByteSink, counter: Counter[str], behind: BackgroundWriter
    ) -> None:
        self._sink = sink
        self._counter = counter
        self._behind = behind
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text)
        self._text.write("\ufeff" if plan.bom else "")
        self._csv.writerow([field.name for field in fields(plan)])

    def add(self, row: "ExportRow") -> None:
        """Add a row; values that had to be changed for spreadsheets are counted."""
        self._csv.writerow([cell(value, self._counter) for value in row.values])
        if self._text.tell() >= PIECE // 2:
            self._flush()

    def _flush(self) -> None:
        data = self._text.getvalue().encode()
        self._behind.do(lambda: self._sink.write(data))
        self._text.seek(0)
        self._text.truncate()

    def close(self) -> None:
        """Write buffered rows."""
        self._flush()
        self._behind.wait()


CSV = Format(
    name="csv",
    sentence="comma-separated values (RFC 4180), for spreadsheets",
    suffix="csv",
    media_type="text/csv",
    writer=Csv,
    rows="cells",
    table="csv",
    has_types=False,
)
"""The format `csv` of `kepu export`."""
