"""datapackage.json and table-schema.json: the files as a Frictionless Data Package, and the columns."""

from typing import Any

from archive.export.card.column_docs import Column
from archive.export.card.dataset_facts import LICENSE, NOTICE, PUBLISHER, SITE, TITLE, Dataset
from archive.export.card.shared_descriptions import DATASET
from archive.export.export_stats import File

TABLE_SCHEMA = "table-schema.json"
"""The file with the columns, which all resources refer to."""

_TYPES = {"list": "array"}


def package(dataset: Dataset) -> dict[str, Any]:
    """Return the package. It has one resource per file, since a resource of several files cannot have their digests."""
    return {
        "profile": "data-package",
        "name": DATASET,
        "title": TITLE,
        "description": f"Articles of {TITLE}, profile {dataset.plan.profile}: see README.md.",
        "version": dataset.version.number,
        **({"created": f"{dataset.day}T00:00:00Z"} if dataset.day else {}),
        "homepage": SITE,
        "licenses": [{"title": f"In copyright; nothing is granted: see {NOTICE}", "path": LICENSE}],
        "contributors": _contributors(dataset),
        **({"id": f"https://doi.org/{dataset.plan.credit.doi}"} if dataset.plan.credit.doi else {}),
        "sources": [{"title": PUBLISHER, "path": SITE}],
        "resources": [_resource(dataset, file) for file in dataset.facts.files if file.rows],
    }


def _contributors(dataset: Dataset) -> list[dict[str, str]]:
    compiled = [{"title": name, "role": "wrangler"} for name in dataset.plan.credit.creators]
    return [*compiled, {"title": PUBLISHER, "role": "publisher", "path": SITE}]


def _resource(dataset: Dataset, file: File) -> dict[str, Any]:
    kind = dataset.plan.kind.table
    made: dict[str, Any] = {
        "name": file.name.partition(".")[0].replace("/", "-").lower(),
        "path": file.name,
        "mediatype": dataset.media_type,
        "encoding": "utf-8",
    }
    if kind != "parquet":
        # For Parquet, Frictionless does not read the file as bytes, so it cannot check the size and the hash.
        made |= {"bytes": file.bytes, "hash": f"sha256:{file.sha256}"}
    if kind is not None:
        made |= {"profile": "tabular-data-resource", "format": kind, "schema": TABLE_SCHEMA}
    return made


def table_schema(dataset: Dataset) -> dict[str, Any]:
    """Return the columns as a Table Schema. Times are strings, since some have a day only."""
    keys = {"id", "news_id"} & {column.name for column in dataset.columns}
    return {
        "fields": [
            _field(column, is_parquet=dataset.plan.kind.table == "parquet") for column in dataset.columns
        ],
        "missingValues": [""],
        **({"primaryKey": sorted(keys)} if keys else {}),
    }


def _field(column: Column, *, is_parquet: bool) -> dict[str, Any]:
    # Frictionless reads Parquet by pandas, in which a list is a numpy array, and rejects it as a list.
    kind = "any" if is_parquet and column.kind == "list" else _TYPES.get(column.kind, column.kind)
    made: dict[str, Any] = {
        "name": column.name,
        "type": kind,
        "description": column.sentence,
    }
    if column.values:
        made["constraints"] = {"enum": list(column.values)}
    return made
