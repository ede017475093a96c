"""Which writer writes which format."""

from collections import Counter

from archive.export.background_writer import Behind
from archive.export.export_options import Format, Plan
from archive.export.formats.parquet import Parquet
from archive.export.formats.writers import Csv, JsonLines, Sink, Writer, Zstd


def writer(plan: Plan, sink: Sink, counter: Counter[str], behind: Behind) -> Writer:
    """Return a writer of the plan's format. What it changes in values, it counts in `counter`.

    Raises MissingExtra where pyarrow is needed and not there.
    """
    if plan.format in {"parquet", "hf"}:
        return Parquet(plan, sink, counter, behind)
    if plan.format == "jsonl.zst":
        sink = Zstd(sink)
    return Csv(plan, sink, counter, behind) if plan.format == "csv" else JsonLines(sink, counter, behind)


def suffix(format: Format) -> str:  # noqa: A002  the field's own name for it
    """Return how the names of the files end."""
    return "parquet" if format == "hf" else format
