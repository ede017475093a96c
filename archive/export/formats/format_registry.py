"""All formats of exports, by name: the one place where a new format is listed."""

from collections import Counter
from typing import TYPE_CHECKING

from archive.export.background_writer import Behind
from archive.export.formats.conllu_format import CONLLU
from archive.export.formats.csv_format import CSV
from archive.export.formats.format_base import Format, Sink, Writer
from archive.export.formats.json_lines import JSONL, JSONL_ZST
from archive.export.formats.parquet_format import HF, PARQUET
from archive.export.formats.tei_format import TEI
from archive.export.formats.txt_format import TXT
from archive.export.formats.vrt_format import VRT

if TYPE_CHECKING:
    from archive.export.export_options import Plan

FORMATS: dict[str, Format] = {
    each.name: each for each in (JSONL, JSONL_ZST, CSV, PARQUET, HF, VRT, CONLLU, TEI, TXT)
}
"""In the order in which `--help` lists them."""


def writer(plan: "Plan", sink: Sink, counter: Counter[str], behind: Behind) -> Writer:
    """Return a writer of the plan's format. What it changes in values, it counts in `counter`.

    Raises MissingExtra where a package that the format needs is not installed.
    """
    return plan.kind.writer(plan, sink, counter, behind)
