"""How the articles of an export are cut into files, and the names of the files."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from archive.export.export_stats import File

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions

Files = Literal["size", "month", "year", "one"]

FILES: tuple[Files, ...] = get_args(Files)

BY_DATE = frozenset({"month", "year"})
"""Ways in which a file's articles stay in it as the archive grows, so that an update leaves closed files alone."""

LIMIT = 256 << 20
"""Bytes of rows, before compression, with which a file of `--files size` is closed.

The hub of Hugging Face advises shards below 500 MB; 20,000 articles with their texts are one or two such files.
"""

DATA = "data"
"""The folder, within an export, of the files that hold articles: programs that read a whole folder find only them."""


def piece_of(files: Files, month: str | None) -> str:
    """Return the piece that an article of a month belongs to: `2023-12`, `2023`, `undated`; empty for one or size."""
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
    """Return the glob pattern of the files of one side and of no others."""
    return name(plan, "" if plan.files == "one" else "*", side)


def number(made: Path, plan: "ExportOptions", files: Iterable[File]) -> None:
    """Give the files of `--files size`, which were numbered as they came, their names: `00000-of-00002`."""
    of_side: dict[str | None, list[File]] = {}
    for file in files:
        of_side.setdefault(file.split, []).append(file)
    for side, its in of_side.items():
        for n, file in enumerate(its):
            before, file.piece = file.name, f"{n:05}-of-{len(its):05}"
            file.name = name(plan, file.piece, side)
            (made / before).rename(made / file.name)
