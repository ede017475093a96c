"""The YAML header of the data card, which the Hugging Face hub and `datasets` read."""

from typing import Any

import yaml  # type: ignore[import-untyped]

from archive.export.card.column_docs import Column
from archive.export.card.dataset_facts import NOTICE, TITLE, Dataset
from archive.export.card.shared_descriptions import GATE

SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
    (10_000_000_000, "1B<n<10B"), (100_000_000_000, "10B<n<100B"), (1_000_000_000_000, "100B<n<1T"),
)  # fmt: skip
"""The size categories of the hub but the last: (number of rows from which the next one applies, name)."""

LARGEST = "n>1T"
"""The last size category of the hub."""

_DTYPES = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool", "date": "date32"}


def size_category(rows: int) -> str:
    """Return the hub's size category for a number of rows."""
    return next((size for limit, size in SIZES if rows < limit), LARGEST)


def header(dataset: Dataset) -> dict[str, Any]:
    """Return the header as plain data.

    For an export whose format is a table, it states the type of each column: in one of several data files, such as that
    of one month, a column may have no value from which a reader could infer its type.
    """
    plan, facts = dataset.plan, dataset.facts
    sides: list[str | None] = list(plan.split.names) if plan.split else [None]
    full = [side for side in sides if dataset.patterns(side)]
    files = [{"split": side or "train", "path": dataset.patterns(side)} for side in full]
    entries: dict[str, Any] = {
        "pretty_name": TITLE,
        "language": ["zh"],
        "license": "other",
        "license_name": "rights-reserved-by-the-publisher",
        "license_link": NOTICE,
        "size_categories": [size_category(facts.rows)],
        "source_datasets": ["original"],
        "annotations_creators": ["no-annotation"],
        "language_creators": ["found"],
        "multilinguality": ["monolingual"],
        "tags": ["news", "popular-science", "people.com.cn"],
    }
    if plan.kind.is_table:
        entries["configs"] = [{"config_name": "default", "data_files": files}] if files else []
        entries["dataset_info"] = {
            "features": [_feature(column, flat=dataset.is_flat) for column in dataset.columns]
        }
    if plan.has_texts:
        entries |= {"task_categories": ["text-generation", "summarization"], "extra_gated_prompt": GATE}
    return entries


def _feature(column: Column, *, flat: bool) -> dict[str, Any]:
    # pandas reads a date column without values as numbers, which can be converted to strings but not to dates.
    if flat and column.kind in {"list", "object", "date", "datetime"}:
        return {"name": column.name, "dtype": "string"}
    return {"name": column.name} | _shape(column)


def _shape(column: Column) -> dict[str, Any]:
    """Return the type of a column as the hub's features write it."""
    if column.fields:
        return {"struct": [_feature(field, flat=False) for field in column.fields]}
    if column.item is None:
        is_moment = column.kind == "datetime"
        return {"dtype": f"timestamp[us, tz={column.zone}]" if is_moment else _DTYPES[column.kind]}
    inner = _shape(column.item)
    return {"list": inner.get("dtype") or inner.get("struct") or inner}


def front_matter(dataset: Dataset) -> str:
    """Return the header as YAML, in the order of `header`, without the lines `---` around it."""
    return str(yaml.safe_dump(header(dataset), allow_unicode=True, sort_keys=False, width=120))
