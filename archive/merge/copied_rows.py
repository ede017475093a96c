"""Copy the row of an article that is new here and has no earlier version, in one pass over its columns.

The hash of the record, the hash of the row and the line of the JSONL are made from the same pieces of JSON, as they are
stored. A row that this program would have stored in another form is not copied: the full merge converts it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from archive import record_hash, row_hash
from archive.merge.merge_captures import Place, relocate
from archive.merge.merge_runs import Numbers
from archive.schema import ARTICLE_FIELDS, CHECKED_SQL, JSON_FIELDS
from archive.stored_body import decoded_exactly

STORED = ", ".join(
    f"coalesce({CHECKED_SQL}, revision)" if name == "revision" else name for name in ARTICLE_FIELDS
)
"""The columns of a row of `articles` as they are stored, except that `revision` has the time of the last check."""

GROUPED = ("duplicate_of", "cluster", "similarity")
"""Fields that depend on other articles and are recomputed."""

COLUMNS = ("seq", *ARTICLE_FIELDS, "record_sha256")
"""The columns of CopiedRow.values."""

_PASSED = JSON_FIELDS - {"blocks", "revision", "provenance"}
"""JSON columns that are stored as they are."""

_IN_ORDER = tuple((name, name in _PASSED) for name in ARTICLE_FIELDS)
"""For each column, its name and whether it is one of _PASSED."""


@dataclass(slots=True)
class CopiedRow:
    """A row to insert."""

    values: tuple[Any, ...]
    """The values of COLUMNS."""
    row_sha256: bytes
    """Hash of the row."""
    line: bytes
    """Its line of the JSONL, as long as the fields GROUPED are null."""


class OtherForm(Exception):
    """The row is damaged, or this program would store it in another form."""


def copied(seq: int, stored: tuple[Any, ...], numbers: Numbers, places: dict[str, Place]) -> CopiedRow | None:
    """Return the row of an article for this archive, or None if it needs a full merge.

    `stored` has the columns STORED, `numbers` maps the number of its run, and `places` the id of its capture to its
    location here.
    """
    try:
        return _copied(seq, stored, numbers, places)
    except (OtherForm, ValueError, TypeError, KeyError):
        return None


def _copied(seq: int, stored: tuple[Any, ...], numbers: Numbers, places: dict[str, Place]) -> CopiedRow:
    """Return the row of `copied`; raise OtherForm or an error of parsing if it needs a full merge."""
    row: dict[str, Any] = dict(zip(ARTICLE_FIELDS, stored, strict=True))
    for name in GROUPED:
        row[name] = None
    text, canonical = row["text"], row["text_canonical"]
    body = decoded_exactly(row["blocks"], text)
    if body is None or canonical == text or row["schema_version"] == 1:
        raise OtherForm
    revision, provenance = _parsed(row["revision"]), _parsed(row["provenance"])
    relocate(provenance, numbers, places.get)
    row["provenance"] = orjson.dumps(provenance).decode()
    values = tuple(row.values())
    pieces = {
        name: _piece(value) if is_json else value
        for (name, is_json), value in zip(_IN_ORDER, values, strict=True)
    }
    pieces["blocks"] = orjson.Fragment(body[0])
    pieces["text_canonical"] = text if canonical is None else canonical
    pieces["provenance"] = orjson.Fragment(row["provenance"])
    pieces["revision"] = revision | {"last_checked": None}
    line = orjson.dumps(pieces)
    if b"\\u0000" in line:
        raise OtherForm  # SQL functions end a text there.
    short = [pieces[name] for name in record_hash.SHORT]
    fingerprint = record_hash.of_pieces(short, pieces["blocks"], None if body[1] else text, canonical)
    pieces["record_sha256"] = fingerprint
    return CopiedRow((seq, *values, fingerprint), row_hash.of_pieces(pieces), line)


def _parsed(text: str) -> dict[str, Any]:
    """Parse an object in compact JSON. Raises OtherForm if it is anything else."""
    value = orjson.loads(text)
    if not isinstance(value, dict) or orjson.dumps(value).decode() != text:
        raise OtherForm
    return value


def _piece(text: str | None) -> Any:
    """Return compact JSON as a Fragment. Raises OtherForm if it is not compact."""
    if text is None:
        return None
    if text != "[]" and not (_is_compact_again if len(text) < _SHORT else _is_compact)(text):
        raise OtherForm
    return orjson.Fragment(text)


_SHORT = 200
"""Length below which texts are likely to occur again, such as names of sources."""


def _is_compact(text: str) -> bool:
    """Return whether a text is JSON as this program writes it; raise ValueError if it is not JSON."""
    return orjson.dumps(orjson.loads(text)).decode() == text


_is_compact_again = lru_cache(maxsize=4096)(_is_compact)
"""The same function, which remembers its results."""
