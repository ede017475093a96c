"""How to cite an export: CITATION.cff and a BibTeX entry."""

import json

from archive.export.card.dataset_facts import PUBLISHER, SITE, TITLE, Dataset
from archive.export.card.shared_descriptions import DATASET

NAME = "CITATION.cff"
"""File name of the citation."""


def citation(dataset: Dataset) -> str:
    """Return the content of CITATION.cff (Citation File Format 1.2.0).

    The authors are the compilers of the export, or the publisher if none is named. There is a DOI only if one was
    given.
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
    text = ", ".join(f"{name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{DATASET.replace('-', '_')}, {text}}}"


def _quoted(text: str) -> str:
    """Return a text quoted so that YAML and JSON parse it alike."""
    return json.dumps(text, ensure_ascii=False)
