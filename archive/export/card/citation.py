"""How an export is cited: its CITATION.cff, its BibTeX entry, and who is named as the author."""

import json

from archive.export.card.dataset_facts import PUBLISHER, SITE, TITLE, Dataset
from archive.export.card.shared_descriptions import DATASET

NAME = "CITATION.cff"


def citation(dataset: Dataset) -> str:
    """Return the citation file of an export, as the Citation File Format 1.2.0 has it.

    The authors are those who compiled the export, or the publisher where nobody is named. A DOI is there only if one
    was given.
    """
    credit = dataset.plan.credit
    names = credit.creators or [PUBLISHER]
    lines = [
        "cff-version: 1.2.0",
        "message: Cite the articles by their URL, and this export by its version.",
        "type: dataset",
        f"title: {_quoted(TITLE)}",
        "authors:",
        *(f"  - name: {_quoted(name)}" for name in names),
        f"version: {_quoted(dataset.version.number)}",
        f"url: {_quoted(SITE)}",
    ]
    if dataset.day:
        lines.append(f"date-released: {_quoted(dataset.day)}")
    if credit.doi:
        lines.append(f"doi: {_quoted(credit.doi)}")
    return "\n".join(lines) + "\n"


def bibtex(dataset: Dataset) -> str:
    """Return the citation as a BibTeX entry."""
    credit = dataset.plan.credit
    authors = " and ".join(f"{{{name}}}" for name in credit.creators or [PUBLISHER])
    fields = {
        "title": f"人民网科普中国: an archive of articles, version {dataset.version.number}",
        "author": authors,
        "year": (dataset.day or "")[:4],
        "doi": credit.doi or "",
        "howpublished": f"\\url{{{SITE}}}",
    }
    said = ", ".join(f"{name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{DATASET.replace('-', '_')}, {said}}}"


def _quoted(text: str) -> str:
    """Return a text as YAML and JSON both read it."""
    return json.dumps(text, ensure_ascii=False)
