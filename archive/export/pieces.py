"""Split the articles of an export into files, and name the files."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from archive.export.export_stats import File

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions

Files = Literal["size", "month", "year", "one"]
"""How an export is split into files."""

FILES: tuple[Files, ...] = get_args(Files)
"""Values of `--files`: how the articles are split into files."""

BY_DATE = frozenset({"month", "year"})
"""Ways to split by date: articles stay in their file as the archive grows, so an update leaves finished files
unchanged.
"""

LIMIT = 256 << 20
"""Bytes of rows, before compression, after which a file of `--files size` is closed.

Hugging Face's hub recommends shards below 500 MB; 20,000 articles with their texts are one or two such files.
"""

DATA = "data"
"""Folder, within an export, of the files with articles, so that programs which read a whole folder find only them."""


def piece_of(files: Files, month: str | None) -> str:
    """Return the file group of a month's articles: `2023-12`, `2023`, `undated`; empty for one or size."""
    if files not in BY_DATE:
        return ""
    return "undated" if month is None else month if files == "month" else month[:4]


def name(plan: "ExportOptions", piece: str, side: str | None) -> str:
    """Return the path of a file: `data/articles-2023-12.jsonl`, `data/test-00000-of-00002.csv`, `data/articles.csv`.

    Without a split, the files of `hf` are named `train`, as `datasets` does.
    """
    base = side or plan.kind.whole_name
    return f"{DATA}/{base}{piece and '-'}{piece}.{plan.kind.suffix}"


def pattern(plan: "ExportOptions", side: str | None) -> str:
    """Return a glob pattern that matches the files of one part of the split only."""
    return name(plan, "" if plan.files == "one" else "*", side)


def number(made: Path, plan: "ExportOptions", files: Iterable[File]) -> None:
    """Rename the files of `--files size` once their number is known: `00000-of-00002`. Their `File` is changed too."""
    of_side: dict[str | None, list[File]] = {}
    for file in files:
        of_side.setdefault(file.split, []).append(file)
    for side, its in of_side.items():
        for n, file in enumerate(its):
            before, file.piece = file.name, f"{n:05}-of-{len(its):05}"
            file.name = name(plan, file.piece, side)
            (made / before).rename(made / file.name)
