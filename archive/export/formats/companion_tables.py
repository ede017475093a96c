"""metadata.tsv and metadata-labels.tsv, the tables of metadata that corpus tools read beside the texts."""

import re
from pathlib import Path
from typing import Any

from archive.export.formats.token_layout import authors, classes, handle, safe_id

_BREAK = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")

COLUMNS = ("text_id", "date", "year", "month", "section", "source", "characters", "author", "headline", "url")
"""The columns of metadata.tsv."""


def row(record: dict[str, Any]) -> dict[str, str]:
    """Return an article's row of metadata.tsv; classes are ASCII handles."""
    date = record.get("date_published") or ""
    found = {
        "text_id": safe_id(record["id"]),
        "date": date,
        "year": f"y{date[:4]}" if date else "y_none",
        "month": f"m{date[:7].replace('-', '_')}" if len(date) >= 7 else "m_none",
        **{kind: handle(kind, label) for kind, label in classes(record).items()},
        "characters": str(len(record.get("text") or "")),
        "author": "|".join(authors(record)),
        "headline": record.get("headline") or "",
        "url": record.get("url") or "",
    }
    return {name: one_line(found[name]) for name in COLUMNS}


def one_line(text: str) -> str:
    """Return a text for a cell of a table: line ends and tabs become spaces, and all other white space stays."""
    return _BREAK.sub(" ", text).strip(" ")


def labels(record: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return (class, handle, label) of each class of an article."""
    return {(kind, handle(kind, label), label or "（无）") for kind, label in classes(record).items()}


def write(
    folder: Path, rows: list[dict[str, str]], known: set[tuple[str, str, str]], more: tuple[str, ...] = ()
) -> None:
    """Write metadata.tsv, with `more` columns if given, and metadata-labels.tsv.

    `rows` has what `row` returns for each article, and `known` has (class, handle, label) of each label.
    """
    columns = (*COLUMNS, *more)
    lines = ["\t".join(columns), *("\t".join(each[name] for name in columns) for each in rows)]
    (folder / "metadata.tsv").write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    lines = [
        "class\thandle\tlabel",
        *("\t".join(" ".join(part.split()) for part in each) for each in sorted(known)),
    ]
    (folder / "metadata-labels.tsv").write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
