"""A table with results of the corpus and the facts needed to cite it; as text, CSV, JSON and a data frame."""

import csv
import importlib
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from archive.export.csv_escaping import cell
from kepu.messages import Text, said, table
from kepu.missing_extra import missing_extra

Cell = str | int | float | None
"""Value of a cell: words, a count, a measure, or None for nothing."""

HEADS = {
    "rank": Text("rank"),
    "item": Text("item"),
    "word": Text("word"),
    "count": Text("count"),
    "per_million": Text("per_million"),
    "documents": Text("documents"),
    "id": Text("id"),
    "date": Text("date"),
    "left": Text("left context"),
    "node": Text("node"),
    "right": Text("right"),
    "together": Text("times together"),
    "count_a": Text("count_a"),
    "count_b": Text("count_b"),
    "per_million_a": Text("per_million_a"),
    "per_million_b": Text("per_million_b"),
    "log_ratio": Text("log_ratio"),
    "period": Text("period"),
    "query": Text("query"),
    "tokens": Text("tokens"),
    "articles": Text("articles"),
}
"""Column headings that a terminal shows in the user's language. CSV, JSON and data frames have the names as they are.
"""


@dataclass(slots=True)
class CorpusTable:
    """A result: columns, rows, and the facts about the texts that were counted."""

    columns: tuple[str, ...]
    """Names of the columns."""
    rows: list[tuple[Cell, ...]]
    """Rows, each with a cell per column."""
    facts: dict[str, Any] = field(default_factory=dict)
    """tokens, documents, selection, tokenizer, archive, and the arguments of the function that made the table."""

    def records(self) -> list[dict[str, Cell]]:
        """Return each row as a dict by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def frame(self) -> Any:
        """Return a pandas.DataFrame, with the facts in its `attrs`. Raises ArchiveError if pandas is not installed."""
        try:
            pandas = importlib.import_module("pandas")
        except ImportError as error:
            raise missing_extra("a data frame", "pandas") from error
        made = pandas.DataFrame.from_records(self.rows, columns=list(self.columns))
        made.attrs.update(self.facts)
        return made

    def csv(self) -> str:
        """Return the rows as CSV (RFC 4180) with a header line.

        Words that a spreadsheet would compute (=1+1, -5, @x) have an apostrophe before them, as in exports
        (csv_escaping.cell). Frequencies per million are rounded to three decimals.
        """
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(self.columns)
        rounded = [name.startswith("per_million") for name in self.columns]
        writer.writerows([_cell(*each) for each in zip(row, rounded, strict=True)] for row in self.rows)
        return out.getvalue()

    def lines(self) -> list[str]:
        """Return the table as lines for a terminal, with numbers aligned to the right."""
        cells = [tuple(map(_shown, row)) for row in self.rows]
        heads = tuple(said(HEADS.get(name, name)) for name in self.columns)
        numeric = [all(not isinstance(row[n], str) for row in self.rows) for n in range(len(self.columns))]
        return table([heads, *cells], numeric)


def _cell(value: Cell, is_rounded: bool) -> Cell:
    if isinstance(value, str):
        return cell(value.encode("utf-8", "surrogatepass"), Counter())
    return round(value, 3) if is_rounded and value is not None else value


def _shown(value: Cell) -> str:
    if isinstance(value, float):
        return f"{value:.2e}" if 0 < abs(value) < 0.001 else f"{value:,.3f}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else value
