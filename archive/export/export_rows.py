"""The rows of an export, by date, then by id; rows without a date come last."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import orjson
from sqlite_utils import Database

from archive.export.export_field import ExportField
from archive.export.export_options import ExportOptions
from archive.export.profile_fields import fields, line_sql
from archive.filters import in_order, left_out, where
from archive.schema import CHECKED_SQL
from archive.sqlite_codes import MalformedJson
from archive.stored_body import BLOCKS_SQL
from pipelines.segmentation.text.known_names import NO_NAMES, KnownNames

BATCH = 100
"""Rows per query. All rows of a query are in memory, and more rows are hardly faster."""


class RowPlace(NamedTuple):
    """The place of a row in an export."""

    seq: int
    """Number of the row in `articles`."""
    month: str | None
    """Month of publication, `2023-12`, or None without a date."""


class ExportRow(NamedTuple):
    """One article of the export, as bytes of UTF-8 from SQLite."""

    id: bytes
    """Id of the article."""
    date: bytes | None
    """Day of publication."""
    why_not: bytes | None
    """Reason why it is left out, or None; a row that is left out has no values."""
    extractor: bytes | None
    """Version of the extractor."""
    normalizer: bytes | None
    """Version of the normaliser."""
    checked: bytes | None
    """When the article was last checked, ISO 8601 in UTC."""
    url: bytes | None
    """Its canonical URL, or None."""
    digest: bytes | None
    """`content_sha256`."""
    values: tuple[bytes | int | float | None, ...]
    """One value with the record as JSON, or one value per field."""


def places(db: Database, plan: ExportOptions) -> Iterator[RowPlace]:
    """Yield the places of the rows that the filters match, in the order of the export."""
    return (RowPlace(*found) for found in in_order(db, plan.selection))


def count(db: Database, plan: ExportOptions) -> int:
    """Return the number of articles that the filters match, including those that are left out."""
    condition, values = where(plan.selection)
    return db.table("articles").count_where(condition, values)


def reader(
    conn: sqlite3.Connection, plan: ExportOptions, names: KnownNames = NO_NAMES
) -> Callable[[Iterable[RowPlace]], Iterator[tuple[RowPlace, ExportRow]]]:
    """Return a function that takes row places and yields their rows in the same order.

    Articles that were deleted since are skipped. `names` are those that the word segmenter treats as words. The
    connection must have `text_factory = bytes`, so that JSON made by SQLite goes to the file without being decoded. The
    returned function raises MalformedJson if a column of a row is not valid JSON.
    """
    given = fields(plan)
    values = ", ".join(field.sql for field in given) if plan.kind.rows == "cells" else line_sql(given)
    computed = [field.name for field in given if field.computed]
    sql = (
        f"SELECT seq, id, date_published, {left_out(conn, plan.selection)}, provenance ->> '$.extractor_version', "
        f"provenance ->> '$.normalizer.version', coalesce({CHECKED_SQL}, revision) ->> '$.last_checked', "
        f"url, content_sha256, {'text' if computed else 'NULL'}, {_are_json(given)}, {values} FROM articles "
        "WHERE seq IN (SELECT value FROM json_each(?))"
    )

    def read(order: Iterable[RowPlace]) -> Iterator[tuple[RowPlace, ExportRow]]:
        waiting = iter(order)
        while batch := list(islice(waiting, BATCH)):
            wanted = orjson.dumps([place.seq for place in batch])
            found = {row[0]: row for row in conn.execute(sql, (wanted.decode(),))}
            if not all(row[10] for row in found.values()):
                raise MalformedJson("malformed JSON")
            for place in batch:
                if place.seq in found:
                    yield place, _row(found.pop(place.seq), given, computed, names)

    return read


def _are_json(given: tuple[ExportField, ...]) -> str:
    """Return an SQL condition that each column copied as JSON is valid JSON.

    SQLite's own functions of JSON refuse what is not valid, so only columns that are copied as they are need it, and
    `blocks`, whose function leaves what is not JSON as it is.
    """
    copied = [
        field.name
        for field in given
        if field.is_json and not field.computed and field.sql in (field.name, BLOCKS_SQL)
    ]
    checks = [f"({sql} IS NULL OR json_valid({sql}))" for sql in copied]
    return " AND ".join(checks) or "1"


def _row(
    found: tuple[Any, ...], given: tuple[ExportField, ...], computed: list[str], names: KnownNames
) -> ExportRow:
    cells = found[11:]
    if computed and found[3] is None:
        cells = _with_offsets(given, cells, computed, found[9].decode("utf-8", "replace"), names)
    id_, date, why_not, extractor, normalizer, checked, url, digest = found[1:9]
    return ExportRow(id_, date, why_not, extractor, normalizer, checked, url, digest, cells)


def _computed(text: str, wanted: list[str], names: KnownNames) -> dict[str, object]:
    """Return the computed values of a text: offsets of sentences and words; strings, norms and tags of the words."""
    from pipelines.segmentation.text.parts_of_speech import norm, tagged
    from pipelines.segmentation.text.sentences import sentences
    from pipelines.segmentation.text.words import words

    made: dict[str, object] = {"sentences": sentences(text)} if "sentences" in wanted else {}
    if "words" in wanted:
        spans = words(text, names=names)
        tokens = [text[start:end] for start, end in spans]
        made["words"] = spans
        if "pos" in wanted:
            made["pos"] = tagged(tokens, names)
        if "tokens" in wanted:
            made |= {"tokens": tokens, "norm": [norm(each) for each in tokens]}
    return {name: made[name] for name in wanted}


def _with_offsets(
    given: tuple[ExportField, ...],
    cells: tuple[bytes, ...],
    computed: list[str],
    text: str,
    names: KnownNames,
) -> tuple[bytes, ...]:
    """Insert sentences and words, which are computed from the text, into the values."""
    made = {name: orjson.dumps(value) for name, value in _computed(text, computed, names).items()}
    if len(cells) == len(given):
        return tuple(made.get(field.name, cell) for field, cell in zip(given, cells, strict=True))
    more = b"".join(b',"%s":%s' % (name.encode(), offsets) for name, offsets in made.items())
    return (cells[0][:-1] + more + b"}",)
