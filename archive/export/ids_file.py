"""`ids.tsv`: id, URL and text digest of each article of an export, the publishable form of a text corpus."""

from pathlib import Path

from archive.export.export_rows import ExportRow
from archive.id_lists import HEADER

NAME = "ids.tsv"
"""Name of the file in the folder of an export."""


class IdsFile:
    """The list while it is written: one line per article, in the order of the export."""

    def __init__(self, path: Path, *, header: bool = True) -> None:
        self._file = path.open("wb")
        if header:
            self._file.write("\t".join(HEADER).encode() + b"\n")

    def add(self, row: ExportRow) -> None:
        """Add an article."""
        self._file.write(b"\t".join((row.id, row.url or b"", row.digest or b"")) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def join(folder: Path, parts: list[Path]) -> None:
    """Join the lists that the parts of an export wrote, in this order, and delete them."""
    whole = IdsFile(folder / NAME)
    whole.close()
    with (folder / NAME).open("ab") as file:
        for part in parts:
            file.write(part.read_bytes())
            part.unlink()


def ids(folder: Path) -> set[str] | None:
    """Return the ids in the list of an export, or None if it has no list."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return {line.partition("\t")[0] for line in lines[1:]}
