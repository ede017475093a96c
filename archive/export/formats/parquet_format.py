"""Parquet: pyarrow converts lines of JSON to columns, one row group at a time."""

import dataclasses
import importlib
import typing
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from archive.export.background_writer import BackgroundWriter
from archive.export.formats.format_base import ByteSink, Format, Lines, packages_missing
from archive.export.map_fields import NAMES
from archive.export.profile_fields import fields
from archive.export.time_types import TIMES, is_valid
from kepu.errors import Damaged

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions

GROUP = 16 << 20
"""Bytes of JSON per row group, which the writer holds in memory."""

_REPEATED = frozenset(
    {"schema_version", "publisher", "article_section", "node", "in_language", "date_precision"}
)
"""Columns with few distinct values, which get dictionary encoding."""

_LONG = frozenset({"text", "text_canonical", "content"})
"""Columns without minimum and maximum in the statistics, since nobody filters by them."""


class Parquet(Lines):
    """Writer of a Parquet file with zstd compression."""

    limit = GROUP

    def __init__(
        self, plan: "ExportOptions", sink: ByteSink, counter: Counter[str], behind: BackgroundWriter
    ) -> None:
        super().__init__(counter, behind)
        try:
            pa = importlib.import_module("pyarrow")
            self._json = importlib.import_module("pyarrow.json")
            parquet = importlib.import_module("pyarrow.parquet")
        except ImportError as error:
            raise packages_missing(plan.kind) from error
        self._pa: Any = pa
        self.schema = schema(plan)
        self._read_as = schema(plan, as_read=True)
        flat = [field.name for field in self.schema if not pa.types.is_nested(field.type)]
        self._file = parquet.ParquetWriter(
            sink,
            self.schema,
            compression="zstd",
            compression_level=1,  # Level 3 takes five times as long and saves 3%.
            use_dictionary=[name for name in flat if name in _REPEATED],
            write_statistics=[name for name in flat if name not in _LONG],
            store_schema=True,  # Without this, time zones become UTC.
        )

    def put(self, data: bytes) -> None:
        """Write a row group; an invalid time becomes null and is counted. Raises Damaged for a wrong type."""
        try:
            table = self._table(data)
        except self._pa.ArrowInvalid:
            table = self._table_of_valid_times(data)
        self._file.write_table(table)

    def _table(self, data: bytes) -> Any:
        """Return the rows as a table of the schema. Raises ArrowInvalid for an invalid time or a wrong type."""
        table = self._json.read_json(
            self._pa.BufferReader(data),
            read_options=self._json.ReadOptions(use_threads=False, block_size=len(data)),
            parse_options=self._json.ParseOptions(
                explicit_schema=self._read_as, unexpected_field_behavior="ignore"
            ),
        )
        return table.select(self.schema.names).cast(self.schema)

    def _table_of_valid_times(self, data: bytes) -> Any:
        """Return the rows as a table, with null for each invalid time. Raises Damaged for a wrong type."""
        try:
            return self._table(self._without_bad_times(data))
        except self._pa.ArrowInvalid as error:
            raise Damaged(
                "the record of an article has a wrong type: {error}; run `kepu verify`.", error=error
            ) from error

    def _without_bad_times(self, data: bytes) -> bytes:
        """Return the rows with null for each invalid time, and count those."""
        records = [self._mended("", orjson.loads(line)) for line in data.splitlines()]
        return b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)

    def _mended(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._mended(key, inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._mended(name, inner) for inner in value]
        if isinstance(value, str) and name in TIMES and not is_valid(TIMES[name], value):
            self._counter["time"] += 1
            return None
        return value

    def close(self) -> None:
        """Write the last row group and the footer."""
        super().close()
        self._file.close()


def schema(plan: "ExportOptions", *, as_read: bool = False) -> Any:
    """Return the pyarrow.Schema of an export, which follows from the types of the fields alone.

    If `as_read`, days are strings, because pyarrow cannot read days from JSON.
    """
    pa = importlib.import_module("pyarrow")
    return pa.schema([pa.field(field.name, _type(field.name, field.hint, as_read)) for field in fields(plan)])


@cache
def _type(name: str, hint: Any, as_read: bool) -> Any:
    """Return the pyarrow type of a field, which is made once, since an export by month writes hundreds of files."""
    pa = importlib.import_module("pyarrow")
    if (time := TIMES.get(name)) and (time != "day" or not as_read):
        zone = {"beijing": "Asia/Shanghai", "utc": "UTC"}
        return pa.date32() if time == "day" else pa.timestamp("us", zone[time])
    inner = [member for member in typing.get_args(hint) if member is not type(None)]
    origin = typing.get_origin(hint)
    if origin is list:
        return pa.list_(_type("", inner[0], as_read))
    if origin is typing.Literal:
        return pa.string()
    if origin is dict:
        return pa.struct([pa.field(key, _type(key, inner[1], as_read)) for key in NAMES[name]])
    if origin is not None:
        return _type("", inner[0], as_read)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return pa.struct([pa.field(name, _type(name, member, as_read)) for name, member in hints.items()])
    return {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}[hint]


PARQUET = Format(
    name="parquet",
    sentence="Parquet with nested columns, for pandas, polars and DuckDB",
    suffix="parquet",
    media_type="application/x-parquet",
    writer=Parquet,
    streams=False,
    libraries=("pyarrow",),
    extra="parquet",
    table="parquet",
)
"""The format `parquet`."""

HF = dataclasses.replace(
    PARQUET,
    name="hf",
    sentence="Parquet in a folder that `datasets.load_dataset` and the Hugging Face hub read",
    default_profile="metadata",
    whole_name="train",
)
"""The format `hf`."""
