"""The figures of an export, computed in the database over the rows that were written."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import orjson
from sqlite_utils import Database

from archive.export.export_field import ExportField
from archive.export.export_options import ExportOptions
from archive.export.export_stats import ExportFacts
from archive.filters import left_out, where
from archive.schema import ARTICLE_FIELDS

UNKNOWN = "?"
"""Stands for a value that an article does not have."""

_QUANTILES = {
    "shortest": 0.0,
    "5%": 0.05,
    "25%": 0.25,
    "median": 0.5,
    "75%": 0.75,
    "95%": 0.95,
    "longest": 1.0,
}


@dataclass(slots=True)
class DatasetFigures:
    """All figures of the data card."""

    years: Counter[str] = field(default_factory=Counter)
    """Year (2024), or UNKNOWN → rows."""
    sections: Counter[str] = field(default_factory=Counter)
    """Section, or UNKNOWN → rows."""
    sources: Counter[str] = field(default_factory=Counter)
    """Source, or UNKNOWN → rows."""
    layouts: Counter[str] = field(default_factory=Counter)
    """Layout of the page, or UNKNOWN → rows."""
    statuses: Counter[str] = field(default_factory=Counter)
    """Status (live, gone) → rows: whether the site still had the article at the last check."""
    warnings: Counter[str] = field(default_factory=Counter)
    """Warning → rows that have it."""
    filled: Counter[str] = field(default_factory=Counter)
    """Column → rows with a value, that is, neither null nor an empty list."""
    characters: int = 0
    """Number of characters of all texts, without white space."""
    rows_of_length: Counter[int] = field(default_factory=Counter)
    """Number of characters of a text → rows. There are few distinct lengths, so memory stays small."""
    lengths: dict[str, int] = field(default_factory=dict)
    """Quantile (shortest, 5%, 25%, median, 75%, 95%, longest) → number of characters of a text."""
    same_text: int = 0
    """Number of rows with the text of another article."""
    clustered: int = 0
    """Number of rows in a cluster of near duplicates."""
    missing_months: list[str] = field(default_factory=list)
    """Ranges of months without an article between the first and the last: `2004-04`, `2004-11 to 2005-02`."""


def figures(
    db: Database, plan: ExportOptions, facts: ExportFacts, fields: tuple[ExportField, ...]
) -> DatasetFigures:
    """Compute the figures of an export and return them.

    It takes four passes over the articles; memory does not grow with their number.
    """
    terms, values = where(plan.selection)
    rows = f"articles WHERE ({terms}) AND ({left_out(db.conn, plan.selection)}) IS NULL"
    if facts.left_out_of_split:
        rows += " AND id NOT IN (SELECT value FROM json_each(:out_of_split))"
        values["out_of_split"] = orjson.dumps(facts.left_out_of_split).decode()
    found = DatasetFigures()
    _count(db, rows, values, found)
    _fill(db, rows, values, found, fields)
    _measure(db, rows, values, found)
    warned = f"SELECT value, count(*) FROM (SELECT warnings FROM {rows}), json_each(warnings) GROUP BY 1"
    found.warnings.update(dict(db.execute(warned, values)))
    found.missing_months = _missing(sorted(facts.months))
    return found


def together(parts: list[DatasetFigures], facts: ExportFacts) -> DatasetFigures:
    """Return the figures of an export from those of its disjoint parts."""
    found = DatasetFigures()
    for part in parts:
        for name in _COUNTED:
            getattr(found, name).update(getattr(part, name))
        found.same_text += part.same_text
        found.clustered += part.clustered
    _rank(found)
    found.missing_months = _missing(sorted(facts.months))
    return found


_COUNTED = (
    "years", "sections", "sources", "layouts", "statuses", "warnings", "filled", "rows_of_length",
)  # fmt: skip


def _count(db: Database, rows: str, values: dict[str, str], found: DatasetFigures) -> None:
    query = f"""
      SELECT coalesce(substr(date_published, 1, 4), '{UNKNOWN}'), coalesce(article_section, '{UNKNOWN}'),
        coalesce(source ->> '$.name', '{UNKNOWN}'), coalesce(provenance ->> '$.layout', '{UNKNOWN}'),
        revision ->> '$.status', count(*), count(duplicate_of), count(cluster)
      FROM {rows} GROUP BY 1, 2, 3, 4, 5
    """
    for year, section, source, layout, status, n, same, clustered in db.execute(query, values):
        found.years[year] += n
        found.sections[section] += n
        found.sources[source] += n
        found.layouts[layout] += n
        found.statuses[status] += n
        found.same_text += same
        found.clustered += clustered


def _fill(
    db: Database, rows: str, values: dict[str, str], found: DatasetFigures, fields: tuple[ExportField, ...]
) -> None:
    """Count the rows with a value in each column. With GROUP BY, SQLite would sort the rows with their texts."""
    named = [each for each in fields if not each.computed]
    # The stored column has a value exactly if the computed one has, and need not be computed.
    as_stored = set(ARTICLE_FIELDS) - {"text_canonical"}
    values_of = [each.name if each.name in as_stored and each.hint is not str else each.sql for each in named]
    filled = ", ".join(f"sum(({value}) NOT IN ('', '[]'))" for value in values_of)
    counts = db.execute(f"SELECT {filled} FROM {rows}", values).fetchone()
    found.filled.update({each.name: count or 0 for each, count in zip(named, counts, strict=True)})


def _measure(db: Database, rows: str, values: dict[str, str], found: DatasetFigures) -> None:
    """Count the characters of the texts."""
    found.rows_of_length.update(
        dict(db.execute(f"SELECT char_count, count(*) FROM {rows} GROUP BY 1", values))
    )
    _rank(found)


def _rank(found: DatasetFigures) -> None:
    """Compute quantiles and total from `rows_of_length`."""
    counted = sorted(found.rows_of_length.items())
    total = found.rows_of_length.total()
    found.characters = sum(length * n for length, n in counted)
    for name, share in _QUANTILES.items():
        place = round(share * (total - 1))
        for length, n in counted:
            place -= n
            if place < 0:
                found.lengths[name] = length
                break


def _missing(months: list[str]) -> list[str]:
    """Return the ranges of missing months between the first and the last."""
    spans = []
    for before, after in pairwise(_number(month) for month in months):
        if after - before == 2:
            spans.append(_month(before + 1))
        elif after - before > 2:
            spans.append(f"{_month(before + 1)} to {_month(after - 1)}")
    return spans


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02}"
