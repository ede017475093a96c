"""Pictures in an export: files with a list, or Parquet with a column of images.

Each picture is included once, with the articles that show it, its caption, its credit line and the rights holder.
"""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from archive import pictures
from archive.captures.read_captures import CaptureReader, find
from archive.captures.warc_records import Unreadable
from archive.export.export_stats import ExportFacts
from archive.export.ids_file import NAME as IDS
from pipelines.picture_type import SUFFIXES

FOLDER = "pictures"
"""Name of the folder of the pictures in an export."""
LIST = "metadata.jsonl"
"""The list in the format of `datasets`: `load_dataset("imagefolder", data_dir="DIR/pictures")`."""
PARQUET = f"{FOLDER}/train.parquet"
"""Path of the Parquet file in an export."""

COLUMNS = (
    *("article", "content_url", "sha256", "type", "width", "height"),
    *("caption", "credit_text", "copyright_holder"),
)
"""The fields of a picture in the list and in Parquet."""
GROUP = 16 * 2**20
"""Maximum number of bytes of pictures held in memory, plus one picture."""


def write_pictures(db: Database, captures: Path, made: Path, facts: ExportFacts, *, as_parquet: bool) -> None:
    """Write the stored pictures of the articles of the export in `made`, in the order of the export.

    The numbers of pictures written, and of those that cannot be read, are added to `facts`. `captures` is the folder of
    the captures.
    """
    folder = made / FOLDER
    folder.mkdir()
    with CaptureReader(db, captures) as reader:
        rows = _rows(db, made, reader, facts)
        if as_parquet:
            _write_parquet(rows, made / PARQUET)
        else:
            _write_files(rows, folder)


def _rows(
    db: Database, made: Path, reader: CaptureReader, facts: ExportFacts
) -> Iterator[tuple[dict[str, Any], bytes | None]]:
    """Yield (metadata, bytes) of each picture of each article; without bytes if it was yielded before."""
    seen: set[str] = set()
    for line in (made / IDS).read_text("utf-8").splitlines()[1:]:
        article = line.partition("\t")[0]
        for metadata in pictures.of_article(db, article):
            suffix = SUFFIXES.get(metadata["type"] or "")
            body = None
            if suffix is None:
                continue
            if metadata["sha256"] not in seen:
                body = _body(db, reader, metadata["capture"])
                if body is None:
                    facts.withheld["unreadable"] += 1
                    continue
                seen.add(metadata["sha256"])
                facts.pictures += 1
            named = {"file_name": f"{metadata['sha256']}.{suffix}", "article": article}
            yield named | {name: metadata[name] for name in COLUMNS if name != "article"}, body


def _body(db: Database, reader: CaptureReader, record_id: str) -> bytes | None:
    row = find(db, record_id)
    try:
        return None if row is None else reader.body(row)
    except Unreadable:
        return None


def _write_files(rows: Iterator[tuple[dict[str, Any], bytes | None]], folder: Path) -> None:
    with (folder / LIST).open("wb") as listed:
        for metadata, body in rows:
            listed.write(orjson.dumps(metadata, option=orjson.OPT_APPEND_NEWLINE))
            if body is not None:
                (folder / metadata["file_name"]).write_bytes(body)


def _write_parquet(rows: Iterator[tuple[dict[str, Any], bytes | None]], path: Path) -> None:
    """Write a table with a column `image` of the type Image in `datasets`: a struct of bytes and path."""
    pa, pq = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    kinds = {"width": pa.int64(), "height": pa.int64()}
    image = pa.struct([pa.field("bytes", pa.binary()), pa.field("path", pa.string())])
    dtypes = {name: {"dtype": "int64" if name in kinds else "string", "_type": "Value"} for name in COLUMNS}
    features = {"info": {"features": {"image": {"_type": "Image"}, **dtypes}}}
    schema = pa.schema(
        [pa.field("image", image), *(pa.field(name, kinds.get(name, pa.string())) for name in COLUMNS)],
        metadata={"huggingface": orjson.dumps(features).decode()},
    )
    waiting: list[dict[str, Any]] = []
    size = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for metadata, body in rows:
            if body is None:
                continue  # one row per picture: the first article that shows it
            name = metadata.pop("file_name")
            waiting.append({"image": {"bytes": body, "path": name}, **metadata})
            size += len(body)
            if size >= GROUP:
                writer.write_table(pa.Table.from_pylist(waiting, schema))
                waiting, size = [], 0
        writer.write_table(pa.Table.from_pylist(waiting, schema))
