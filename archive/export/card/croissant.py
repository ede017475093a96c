"""croissant.json: the export in the vocabulary of Croissant 1.1, by which mlcroissant loads the records."""

from collections.abc import Iterator
from typing import Any

from archive.export.card.citation import bibtex
from archive.export.card.column_docs import Column
from archive.export.card.dataset_facts import LICENSE, PUBLISHER, SITE, Dataset
from archive.export.card.shared_descriptions import ABOUT, COLLECTION, DATASET, LIMITS, PEOPLE, RAW, TAKEDOWN
from archive.export.export_stats import File

CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
"""The versions of Croissant and of its extension for responsible AI that the description follows."""

_CR = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty",
    "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
    "source", "subField", "transform",
)  # fmt: skip
"""Terms of the vocabulary whose names are the same in JSON."""

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    **{word: f"cr:{word}" for word in _CR},
}
"""The JSON-LD context of Croissant 1.1."""

_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}

FILES = "files-of-articles"
"""Id of the file set. With a split, the name of the part follows: `files-of-articles-train`."""
ARTICLES = "articles"
"""Id of the record set. With a split, the name of the part follows: `articles-train`."""


def croissant(dataset: Dataset) -> dict[str, Any]:
    """Return the description: each file with its digest, and for each part of a split a file set and a record set.

    Record sets are also listed for zstd files, which mlcroissant cannot read.
    """
    sides: list[str | None] = list(dataset.plan.split.names) if dataset.plan.split else [None]
    full = [side for side in sides if dataset.patterns(side)]
    plan = dataset.plan
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": DATASET,
        "description": ABOUT[dataset.plan.has_texts],
        "version": dataset.version.number,
        **({"datePublished": dataset.day, "dateModified": dataset.day} if dataset.day else {}),
        "url": SITE,
        "license": LICENSE,
        "citeAs": bibtex(dataset),
        **({"sameAs": f"https://doi.org/{plan.credit.doi}"} if plan.credit.doi else {}),
        "inLanguage": "zh-Hans",
        "keywords": ["科普", "popular science", "news", "Chinese"],
        "creator": _creators(dataset),
        "publisher": {"@type": "sc:Organization", "name": PUBLISHER, "url": SITE},
        "rai:dataCollection": COLLECTION,
        "rai:dataCollectionType": ["Web scraping"],
        "rai:dataCollectionRawData": RAW,
        "rai:dataLimitations": list(LIMITS),
        "rai:personalSensitiveInformation": [PEOPLE],
        "rai:dataReleaseMaintenancePlan": TAKEDOWN,
        "distribution": [
            *(_file(dataset, file) for file in dataset.facts.files),
            *(_file_set(dataset, side) for side in full),
        ],
        **_record_sets(dataset, full),
    }


def _creators(dataset: Dataset) -> list[dict[str, str]] | dict[str, str]:
    """Return the compilers of the export, or the publisher if none is named."""
    named = [{"@type": "sc:Person", "name": name} for name in dataset.plan.credit.creators]
    return named or {"@type": "sc:Organization", "name": PUBLISHER, "url": SITE}


def _record_sets(dataset: Dataset, sides: list[str | None]) -> dict[str, Any]:
    """Return the record sets, or none if the files are no tables."""
    if not dataset.plan.kind.is_table:
        return {}
    return {"recordSet": [_record_set(dataset, side) for side in sides]}


def _file(dataset: Dataset, file: File) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": dataset.media_type,
        "sha256": file.sha256,
    }


def _file_set(dataset: Dataset, side: str | None) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": _named(FILES, side),
        "name": _named(FILES, side),
        "description": "The files of articles.",
        "encodingFormat": dataset.media_type,
        "includes": dataset.patterns(side),
    }


def _record_set(dataset: Dataset, side: str | None) -> dict[str, Any]:
    name, files = _named(ARTICLES, side), _named(FILES, side)
    key = "news_id" if dataset.plan.profile == "news2016zh" else "id"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": "One article a record.",
        "key": {"@id": f"{name}/{key}"},
        "field": [_field(column, name, files, flat=dataset.is_flat) for column in dataset.columns],
    }


def _named(what: str, side: str | None) -> str:
    return f"{what}-{side}" if side else what


def _field(column: Column, record_set: str, files: str, *, flat: bool) -> dict[str, Any]:
    """Return a field; an object, or a list of objects, has its leaves as sub-fields."""
    name = f"{record_set}/{column.name}"
    source = {"fileSet": {"@id": files}, "extract": {"column": column.name}}
    made: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": name,
        "name": column.name,
        "description": column.sentence,
    }
    inner = column.item if column.item and column.item.kind == "object" else column
    if flat and column.kind in {"list", "object"}:
        made["description"] += " As JSON."
        return made | {"dataType": "sc:Text", "source": source}
    if inner.kind != "object":
        return made | _type(column) | {"source": source}
    if column.item:
        made |= {"isArray": True, "arrayShape": "-1"}
    made["subField"] = [
        {
            "@type": "cr:Field",
            "@id": f"{name}/{path}",
            "name": path,
            "description": leaf.sentence,
            **_type(leaf),
            "source": source | {"transform": {"jsonPath": path}},
        }
        for path, leaf in _leaves(inner)
    ]
    return made


def _leaves(column: Column, prefix: str = "") -> Iterator[tuple[str, Column]]:
    """Yield (path, field) of the leaves of an object, without lists of objects, which no path selects."""
    for field in column.fields:
        path = prefix + field.name
        if field.kind == "object":
            yield from _leaves(field, f"{path}.")
        elif field.item is None or field.item.kind != "object":
            yield path, field


def _type(column: Column) -> dict[str, Any]:
    depth = 0
    while column.item:
        column, depth = column.item, depth + 1
    made: dict[str, Any] = {"dataType": _TYPES[column.kind]}
    return made | {"isArray": True, "arrayShape": ",".join(["-1"] * depth)} if depth else made
