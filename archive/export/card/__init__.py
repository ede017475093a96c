"""Write the files that describe an export: manifest, data card, Croissant, Data Package, JSON Schema and notice."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive.export.card import (
    citation,
    croissant,
    data_card,
    datapackage,
    features_file,
    json_ld,
    json_schema,
    manifest,
)
from archive.export.card.citation import NAME as CITATION
from archive.export.card.column_docs import columns
from archive.export.card.dataset_facts import NOTICE, Dataset
from archive.export.card.dataset_figures import DatasetFigures, figures
from archive.export.card.dataset_version import version
from archive.export.card.manifest import check
from archive.export.export_options import ExportOptions
from archive.export.export_stats import ExportFacts
from archive.export.ids_file import ids
from archive.export.profile_fields import fields
from archive.verify import Findings

__all__ = ["check", "findings", "write"]


def write(
    folder: Path,
    plan: ExportOptions,
    facts: ExportFacts,
    rows: Database | DatasetFigures,
    previous: Path | None = None,
) -> None:
    """Write all files that describe the export in `folder`, after its files of articles are complete.

    `rows` is the database, in the transaction in which the articles were read, or the figures if they were computed
    before. `previous` is the export that this one replaces, if there is one: its manifest decides the next version. The
    same archive, options and previous version give the same bytes; no file contains the time or the place of the
    export.
    """
    given = fields(plan)
    entries = manifest.facts_of(plan, facts)
    made = version(entries, manifest.read(previous) if previous else None, _added(folder, previous))
    entries |= {"version": made.number, "change": made.change}
    counted = rows if isinstance(rows, DatasetFigures) else figures(rows, plan, facts, given)
    if plan.credit.version is not None:
        made = replace(made, number=plan.credit.version)
        entries |= {"version": made.number}
    dataset = Dataset(plan, facts, columns(given), counted, made, entries)
    (folder / "README.md").write_text(data_card.card(dataset), encoding="utf-8")
    (folder / CITATION).write_text(citation.citation(dataset), encoding="utf-8")
    (folder / NOTICE).write_bytes(Path(__file__).with_name(NOTICE).read_bytes())
    described = {
        "croissant.json": croissant.croissant(dataset),
        "datapackage.json": datapackage.package(dataset),
    }
    if plan.kind.is_table:
        described[json_ld.CONTEXT] = json_ld.context(dataset.columns)
        described["schema.json"] = json_schema.schema(dataset)
        described[datapackage.TABLE_SCHEMA] = datapackage.table_schema(dataset)
        if not plan.kind.has_types:
            described[features_file.NAME] = features_file.features(dataset)
    for name, content in described.items():
        (folder / name).write_bytes(_json(content))
    manifest.write(folder, entries)


def _added(folder: Path, previous: Path | None) -> bool | None:
    """Return whether an export has articles that the previous one did not have, or None if that is unknown."""
    before = ids(previous) if previous else None
    return None if before is None else bool((ids(folder) or set()) - before)


def findings(folder: Path) -> Findings:
    """Return the problems that `check` finds, in the form that `kepu verify` prints."""
    articles = (manifest.read(folder) or {"articles": 0})["articles"]
    return Findings(str(folder), articles, check(folder))


def _json(described: dict[str, Any]) -> bytes:
    return orjson.dumps(described, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
