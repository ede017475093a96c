"""Plain text, one file per article, for AntConc and #LancsBox; `--words` puts spaces between the tokens.

The files in `data/` are lists; the texts are in `texts/`, named by id and date. A text file equals the article's text.
With spaces between tokens, `unspaced` restores it: one space follows each token, then the text's own white space.
"""

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from archive.export.background_writer import BackgroundWriter
from archive.export.formats import companion_tables
from archive.export.formats.format_base import ByteSink, Format, Lines
from archive.export.formats.token_layout import classes, lines, safe_id

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions


def file_name(record: dict[str, Any]) -> str:
    """Return the name of an article's file: `n1_40148467_2023-12-28.txt`."""
    return f"{safe_id(record['id'])}_{record.get('date_published') or 'undated'}.txt"


def spaced(record: dict[str, Any]) -> str:
    """Return a record's text with a space after each token except the last of a line.

    The space comes before the text's own white space.
    """
    return "\n".join(
        " ".join("".join((token.gap, token.text)) for sentence in line.sentences for token in sentence)
        + line.tail
        for line in lines(record)
    )


def unspaced(text: str) -> str:
    """Return a text without the spaces that `spaced` inserted.

    They are the first space after each token except the last of a line.
    """
    return re.sub(r"(?<=\S) (?=[^\S\n]*\S)", "", text)


class Txt(Lines):
    """Writes a text file per article, and a list of them to the sink, which must be a file with a `path`."""

    def __init__(
        self, plan: "ExportOptions", sink: ByteSink, counter: Counter[str], behind: BackgroundWriter
    ) -> None:
        super().__init__(counter, behind)
        self._sink = sink
        self._spaced = "words" in plan.texts
        path = getattr(sink, "path", None)
        assert isinstance(path, Path)
        self._folder = path.parent.parent / "texts"
        self._folder.mkdir(exist_ok=True)
        behind.do(
            lambda: sink.write(("\t".join((*companion_tables.COLUMNS, "file", *_LABELS)) + "\n").encode())
        )

    def put(self, data: bytes) -> None:
        """Write the text files of a chunk."""
        for line in data.splitlines():
            record = orjson.loads(line)
            name = file_name(record)
            text = spaced(record) if self._spaced else record["text"] or ""
            (self._folder / name).write_bytes(text.encode())
            row = companion_tables.row(record) | {"file": f"texts/{name}"}
            row |= {f"{kind}_label": label or "" for kind, label in classes(record).items()}
            self._sink.write(("\t".join(" ".join(each.split()) for each in row.values()) + "\n").encode())


_LABELS = ("section_label", "source_label")


def _beside(folder: Path, files: list[str]) -> None:
    """Write metadata.tsv for all texts, and the labels of its classes."""
    rows = []
    for file in files:
        names, *found = (folder / file).read_text("utf-8").split("\n")
        rows += [dict(zip(names.split("\t"), line.split("\t"), strict=True)) for line in found if line]
    known = {
        (kind, row[kind], row[f"{kind}_label"] or "（无）") for row in rows for kind in ("section", "source")
    }
    companion_tables.write(folder, rows, known, ("file",))


TXT = Format(
    name="txt",
    sentence="a text file for each article, for AntConc and #LancsBox",
    suffix="tsv",
    media_type="text/tab-separated-values",
    writer=Txt,
    streams=False,
    is_table=False,
    needs_text=True,
    whole_name="texts",
    layers=("words", "sentences"),
    beside=_beside,
)
"""The format `txt`."""
