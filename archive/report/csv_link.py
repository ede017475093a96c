"""The figures of a chart as CSV in a `data:` link, which needs neither JavaScript nor a server."""

import base64
import csv
import io
from collections import Counter
from collections.abc import Sequence
from html import escape

from archive.export.csv_escaping import cell


def csv_link(name: str, head: Sequence[str], rows: Sequence[Sequence[str | float]]) -> str:
    """Return an HTML link that saves these rows as `NAME.csv`, in UTF-8 with a BOM, which spreadsheets need."""
    lines = io.StringIO()
    written = csv.writer(lines)
    for row in [head, *rows]:
        written.writerow([cell(v.encode() if isinstance(v, str) else v, Counter()) for v in row])
    data = base64.b64encode(("\ufeff" + lines.getvalue()).encode()).decode()
    label = f'<span class="unseen"> {escape(name)}</span>'
    return f'<p><a download="{escape(name)}.csv" href="data:text/csv;charset=utf-8;base64,{data}">CSV{label}</a></p>'
