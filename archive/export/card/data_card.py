"""README.md: the data card in the form that Hugging Face reads, with figures computed from the data."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from archive.export.card import features_file
from archive.export.card.card_header import front_matter
from archive.export.card.citation import bibtex
from archive.export.card.dataset_facts import NOTICE, TITLE, Dataset
from archive.export.card.shared_descriptions import ABOUT, COLLECTION, LIMITS, PEOPLE, RAW, TAKEDOWN
from archive.export.pieces import BY_DATE

_CUT = {
    "size": "Files of about one size",
    "month": "A file for each month",
    "year": "A file for each year",
    "one": "One file for each split",
}

_LINES = {
    "jsonl": (
        ("datasets.load_dataset(str(Path.cwd()))", "datasets"),
        ('pandas.concat(pandas.read_json(f, lines=True) for f in sorted(glob("data/*.jsonl")))', "pandas"),
        ('polars.read_ndjson("data/*.jsonl")', "polars"),
        ("duckdb.sql(\"SELECT * FROM 'data/*.jsonl'\")", "DuckDB"),
    ),
    "jsonl.zst": (
        ("datasets.load_dataset(str(Path.cwd()))", "datasets"),
        ("duckdb.sql(\"SELECT * FROM read_json('data/*.jsonl.zst')\")", "DuckDB"),
    ),
    "csv": (
        ("datasets.load_dataset(str(Path.cwd()))", "datasets"),
        ('pandas.concat(pandas.read_csv(f) for f in sorted(glob("data/*.csv")))', "pandas"),
        ('polars.read_csv("data/*.csv", try_parse_dates=True)', "polars"),
        ("duckdb.sql(\"SELECT * FROM 'data/*.csv'\")", "DuckDB"),
    ),
    "parquet": (
        ("datasets.load_dataset(str(Path.cwd()))", "datasets"),
        ('pandas.read_parquet("data")', "pandas"),
        ('polars.read_parquet("data")', "polars"),
        ("duckdb.sql(\"SELECT * FROM 'data/*.parquet'\")", "DuckDB"),
    ),
}
"""File suffix → expressions that load the articles from the folder of the card, each with its library.

The tests run all of them.
"""

_IMPORTS = (
    ("glob(", "from glob import glob"),
    ("json.loads", "import json"),
    ("Path", "from pathlib import Path"),
)
"""Maps each name of the standard library that such an expression may use to the line that imports it."""

FEW = 5
"""Maximum number of gaps that the card lists."""

MANY = 20
"""Maximum number of rows of a table; the others are added up in a row `others`."""


def card(dataset: Dataset) -> str:
    """Return the whole card: the YAML header, then the text."""
    return f"---\n{front_matter(dataset)}---\n\n" + "\n".join(_sections(dataset))


def _rows(dataset: Dataset, side: str | None) -> int:
    return sum(file.rows for file in dataset.facts.files if file.split == side)


def _sections(dataset: Dataset) -> Iterable[str]:
    yield from _beginning(dataset)
    yield from _splits(dataset)
    yield from _figures(dataset)
    if dataset.plan.kind.is_table:
        yield from _fields(dataset)
    yield from _duplicates(dataset)
    yield from _gaps(dataset)
    yield from _end(dataset)


def _beginning(dataset: Dataset) -> Iterable[str]:
    plan, version = dataset.plan, dataset.version
    yield f"# {TITLE}\n"
    yield f"Version {version.number}: {version.change}\n"
    if plan.credit.creators:
        yield f"Compiled by {', '.join(plan.credit.creators)}.\n"
    if plan.credit.doi:
        yield f"DOI: {plan.credit.doi}\n"
    yield f"{ABOUT[plan.has_texts]} {_span(dataset)}\n"
    yield f"**Rights: {NOTICE} says whose the texts are. Read it first.**\n"
    yield "## What is in it\n"
    yield from _files(dataset)
    yield f"Format `{plan.format}`, profile `{plan.profile}`. The query, whole:\n"
    yield f"```json\n{plan.query()}\n```\n"
    yield (
        "`manifest.json` has the sha256 of each file; `croissant.json` and `datapackage.json` describe the files for "
        "Croissant and Frictionless.\n"
    )
    if plan.kind.is_table:
        yield "## Loading\n\nEach paragraph loads all articles, run in this folder:\n"
        yield f"```python\n{_loading(dataset)}\n```\n"
        yield "Days are Beijing's; moments have their time zone (ISO8601, RFC 3339).\n"


def _figures(dataset: Dataset) -> Iterable[str]:
    found = dataset.figures
    yield "## Figures\n"
    yield "### By year\n"
    yield from _table(("year", "articles"), sorted(found.years.items()), cut=False)
    for title, counts in (("section", found.sections), ("source", found.sources)):
        yield f"### By {title}\n"
        yield from _table((title, "articles"), _by_size(counts))
    yield "### Lengths\n"
    yield f"{found.characters} characters in all, white space not counted. Of one text:\n"
    yield from _table(("", "characters"), found.lengths.items())
    yield "### Layouts\n"
    yield "Which of the site's layouts a page had; `dump` is a saved text, `generic` a page that fitted none.\n"
    yield from _table(("layout", "articles"), _by_size(found.layouts))


def _end(dataset: Dataset) -> Iterable[str]:
    yield "## How it was made\n"
    yield f"{COLLECTION}\n\n{RAW}\n"
    yield "Made by: " + "; ".join(_makers(dataset)) + ".\n"
    yield f"## People\n\n{PEOPLE}\n"
    yield "## Limits\n"
    yield "\n".join(f"- {limit}" for limit in LIMITS) + "\n"
    yield f"## Rights\n\nSee {NOTICE}. Nothing is granted. `license` is empty in every row: none is known.\n"
    yield f"## Taking articles out\n\n{TAKEDOWN}\n"
    yield _tombstones(dataset)
    yield "## Versions\n"
    yield (
        "A MAJOR version: articles were taken down, or the fields or the options are others. MINOR: articles were "
        "added. PATCH: articles were corrected, checked again, or left out.\n"
    )
    yield "## Citing\n\nCite the articles by their `url`, and this export by its version (`CITATION.cff`):\n"
    yield f"```bibtex\n{bibtex(dataset)}\n```"
    yield ""


def _span(dataset: Dataset) -> str:
    facts = dataset.facts
    if not facts.rows:
        return "It holds no articles."
    text = f"{facts.rows} articles"
    if facts.earliest and facts.latest:
        text += f", published from {facts.earliest[:10]} to {facts.latest[:10]}"
    return f"{text}, last checked on {dataset.day}." if dataset.day else f"{text}."


def _files(dataset: Dataset) -> Iterable[str]:
    files = dataset.facts.files
    lines = []
    for side in dict.fromkeys(file.split for file in files):
        of_side = [file for file in files if file.split == side]
        names = ", ".join(f"`{pattern}`" for pattern in dataset.patterns(side))
        lines.append((names, len(of_side), _rows(dataset, side), sum(file.bytes for file in of_side)))
    yield f"{_CUT[dataset.plan.files]}, in the order of publication.\n"
    yield from _table(("files", "how many", "articles", "bytes"), lines, cut=False)


def _loading(dataset: Dataset) -> str:
    """Return a paragraph of Python per library, which loads the articles if it is run in the folder of the card."""
    lines = list(_LINES[dataset.plan.kind.suffix])
    if not dataset.plan.kind.has_types and (dataset.plan.files in BY_DATE or dataset.plan.split is not None):
        # A column may be empty in one file, and readers cannot infer its type from that file.
        lines[0] = (features_file.load_code(dataset), "datasets")
    return "\n\n".join(_paragraph(line, reader) for line, reader in lines)


def _paragraph(expression: str, reader: str) -> str:
    """Return the lines that import what the expression uses, and evaluate it."""
    imports = [line for name, line in _IMPORTS if name in expression]
    return "\n".join((f"# {reader}", *imports, f"import {reader.lower()}", f"articles = {expression}"))


def _splits(dataset: Dataset) -> Iterable[str]:
    split = dataset.plan.split
    if split is None:
        return
    yield "## Splits\n"
    yield from _table(("split", "articles"), [(name, _rows(dataset, name)) for name in split.names])
    out = sorted(dataset.facts.left_out_of_split)
    listed = f", all listed in `manifest.json`: {', '.join(out[:3])} …" if out else ""
    yield (
        f"`{split}`: near duplicates and excerpts stand on one side, and no article ever changes sides. Articles that "
        f"are like others on several sides are left out: {len(out)}{listed}.\n"
    )


def _fields(dataset: Dataset) -> Iterable[str]:
    yield "### Fields\n"
    yield "How many rows hold something in a field: no null, no empty list.\n"
    rows = dataset.facts.rows
    lines = []
    for column in dataset.columns:
        full = dataset.figures.filled.get(column.name)
        share = "" if full is None or not rows else f"{full / rows:.1%}"
        lines.append((f"`{column.name}`", share, column.sentence.replace("|", "\\|")))
    yield from _table(("field", "filled", ""), lines, cut=False)


def _duplicates(dataset: Dataset) -> Iterable[str]:
    facts, found = dataset.facts, dataset.figures
    yield "### Duplicates\n"
    left = facts.left_out
    if dataset.plan.selection.duplicates:
        yield (
            f"Copies were kept: {found.same_text} rows have the text of another article (`duplicate_of`), and "
            f"{found.clustered} are in a cluster of near duplicates (`cluster`).\n"
        )
    else:
        yield (
            f"Left out as copies: {left['same_text']} articles with the very text of another, and "
            f"{left['near_duplicate']} near duplicates. {found.clustered} rows stand for a cluster.\n"
        )


def _gaps(dataset: Dataset) -> Iterable[str]:
    found, facts = dataset.figures, dataset.facts
    yield "### Known gaps\n"
    yield f"- {facts.undated} articles have no date."
    yield f"- Months without an article between the first and the last: {_spans(found.missing_months)}."
    yield f"- {found.statuses['gone']} articles were gone from the site when it was last asked."
    yield from (f"- Left out: {n} ({why.replace('_', ' ')})." for why, n in sorted(facts.left_out.items()))
    yield from (
        f"- Not handed out of the captures: {n} ({what.replace('_', ' ')})."
        for what, n in sorted(facts.withheld.items())
    )
    yield from (
        f"- Changed so that the format can hold it: {n} values ({why})."
        for why, n in sorted(facts.mended.items())
    )
    yield ""
    if found.warnings:
        yield "What is wanting or in doubt in an article is named in `warnings`:\n"
        yield from _table(("warning", "articles"), _by_size(found.warnings))


def _spans(spans: list[str]) -> str:
    """Return the gaps, only the first FEW if there are many; the manifest counts each month."""
    if len(spans) <= FEW:
        return ", ".join(spans) or "none"
    return f"{', '.join(spans[:FEW])}, and {len(spans) - FEW} more spans (`months` in `manifest.json`)"


def _makers(dataset: Dataset) -> Iterable[str]:
    facts = dataset.facts
    yield f"kepu-archive {facts.tool_version}, record schema {facts.schema_version}"
    for what, versions in (
        ("extractor", facts.extractor_versions),
        ("normalizer", facts.normalizer_versions),
    ):
        named = ", ".join(f"{name or 'unnamed'} ({n})" for name, n in sorted(versions.items()))
        if named:
            yield f"{what} {named}"
    if facts.tokenizer:
        yield f"words by {facts.tokenizer['name']} {facts.tokenizer['version']}"
    yield from (f"{name} {number}" for name, number in sorted(facts.libraries.items()))


def _tombstones(dataset: Dataset) -> str:
    gone = sorted(dataset.facts.tombstones)
    if not gone:
        return "None were taken out so far.\n"
    return f"{len(gone)} were taken out so far; `manifest.json` lists them all: {', '.join(gone[:MANY])}.\n"


def _by_size(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]], *, cut: bool = True) -> Iterable[str]:
    """Yield a table. If `cut`, a table of two columns has at most MANY rows; the others are added up in one."""
    listed = list(rows)
    if cut and len(listed) > MANY + 1:
        rest = listed[MANY:]
        listed = [*listed[:MANY], (f"{len(rest)} others", sum(row[1] for row in rest))]
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(_cell(value) for value in row) + " |" for row in listed)
    yield ""


def _cell(value: object) -> str:
    text = " ".join(str(value).split())
    return text if "\\|" in text else text.replace("|", "\\|")
