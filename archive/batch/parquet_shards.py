"""Parquet shards: written atomically, read by column and bucket; and the output folder of a batch."""

import hashlib
import importlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.export import atomic_folder as folders
from archive.export.atomic_folder import InTheWay
from kepu.errors import ArchiveError
from kepu.missing_extra import missing_extra

STAGES = "stages"
"""Folder within the unfinished output, for files that one stage leaves for the next."""


class BadShards(ArchiveError):
    """Shards are missing or truncated."""

    code = "damaged"


@dataclass(frozen=True, slots=True)
class BadShard:
    """A shard that cannot be read, or not to its end."""

    shard: str
    """Path of the shard."""
    why: str
    """Why it cannot be read."""


def arrow() -> tuple[Any, Any]:
    """Return the modules pyarrow and pyarrow.parquet. Raises MissingExtra if pyarrow is not installed."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise missing_extra("kepu batch", "pyarrow") from error


def bucket(text: str | bytes, number: int) -> int:
    """Return the bucket of a text, from 0 to `number` - 1, which is the same on every machine."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") % number


def write(path: Path, columns: dict[str, tuple[str, Sequence[Any]]]) -> None:
    """Write a shard atomically; `columns` maps a name to the name of its pyarrow type and its values.

    If there is a column `bucket`, rows are sorted by it, so that a reader of one bucket skips the others.
    """
    pa, parquet = arrow()
    schema = pa.schema([(name, getattr(pa, kind)()) for name, (kind, _) in columns.items()])
    table = pa.table({name: values for name, (_, values) in columns.items()}, schema=schema)
    if "bucket" in columns:
        table = table.sort_by("bucket")
    with whole(path) as made:
        parquet.write_table(table, made, row_group_size=1 << 14, compression="zstd")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a temporary name, which is renamed to `path` at the end of the block; two writers do not collide."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        yield made
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def read(paths: Iterable[Path], columns: Sequence[str] | None = None, filters: Any = None) -> Any:
    """Return a pyarrow.Table of several shards; `filters` as in pyarrow.parquet.read_table, which raises the errors."""
    pa, parquet = arrow()
    names = None if columns is None else list(columns)
    tables = [parquet.read_table(path, columns=names, filters=filters, partitioning=None) for path in paths]
    return pa.concat_tables(tables)


def check_records(paths: Sequence[Path]) -> list[BadShard]:
    """Return the shards of records that are missing, truncated, or lack columns of the record, each with the reason."""
    pa, parquet = arrow()
    from archive.schema import ARTICLE_FIELDS

    bad = []
    for path in paths:
        try:
            names = set(parquet.read_schema(path).names)
        except (OSError, pa.ArrowInvalid) as error:
            bad.append(
                BadShard(str(path), "it is not there" if not path.exists() else f"no whole Parquet: {error}")
            )
            continue
        if lacking := [name for name in ARTICLE_FIELDS if name not in names]:
            bad.append(BadShard(str(path), f"it holds no whole records: `{lacking[0]}` is missing"))
    return bad


def raise_for_bad(bad: Sequence[BadShard], *, keep_going: bool) -> None:
    """Raise BadShards for these shards, unless `keep_going`."""
    if bad and not keep_going:
        named = "; ".join(f"{each.shard}: {each.why}" for each in bad)
        raise BadShards("{named}. Restore the shards, or go on without them by --keep-going.", named=named)


@contextmanager
def output(folder: Path, what: str, *, force: bool) -> Iterator[Path]:
    """Yield a temporary folder, which replaces `folder` at the end of the block.

    `what` is the command that makes it, which the first line of its checksum list repeats. Raises
    InTheWay if `folder` exists, unless `force` and it is the output of a batch.
    """
    if folder.exists() and not force and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise InTheWay(
            "{folder} is there already: choose another folder, or --force to replace it.", folder=folder
        )
    folders.check(folder, what, force=True, update=False)
    with folders.partial(folder) as made:
        yield made
        clean(made)
        folders.write_sums(made, what, {})


def clean(made: Path) -> None:
    """Delete the files of finished stages and those of killed workers."""
    for path in sorted((made / STAGES).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    if (made / STAGES).is_dir():
        (made / STAGES).rmdir()
    for path in made.rglob(".*"):
        path.unlink()
