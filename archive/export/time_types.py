"""Which fields of a record are days and which are times, and the conversion of typed values back to strings.

Days are in Beijing time, as the page prints them. Times of publication have the offset +08:00; times that this program
recorded are in UTC. JSON and CSV have both as strings in the form of RFC 3339; Parquet has the types `date32` and
`timestamp`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

Time = Literal["day", "beijing", "utc"]
"""A day in Beijing, a time in Beijing, or a time in UTC."""

TIMES: dict[str, Time] = {
    "date_published": "day",
    "date_modified": "day",
    "date": "day",
    "paper_date": "day",
    "datetime_published": "beijing",
    "datetime_modified": "beijing",
    "first_seen": "utc",
    "last_seen": "utc",
    "last_changed": "utc",
    "last_checked": "utc",
    "fetched_at": "utc",
    "revision_first_seen": "utc",
    "revision_last_seen": "utc",
    "revision_last_changed": "utc",
    "revision_last_checked": "utc",
    "provenance_fetched_at": "utc",
}
"""Name of a field at any depth, or of a flat column → its kind. Fields that are not listed are no times."""

BEIJING = timezone(timedelta(hours=8))
"""The time zone of times of publication: UTC+8."""

HOLDING = (
    "appearances",
    "date_published",
    "datetime_published",
    "date_modified",
    "paper",
    "revision",
    "provenance",
)
"""The fields of a record that contain times."""


def is_valid(time: Time, text: str) -> bool:
    """Return whether a text is a day or a time as RFC 3339 writes it."""
    try:
        if time == "day":
            return len(text) == len("2024-01-01") and bool(date.fromisoformat(text))
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def untyped(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Convert the typed times in rows from pyarrow to strings; the rows are changed and returned as a list.

    `datetime_modified` becomes `date_modified` again, which is one field in the record.
    """
    found = []
    for row in rows:
        if row.get("datetime_modified") is not None:
            row["date_modified"] = _text("datetime_modified", row["datetime_modified"])
        row.pop("datetime_modified", None)
        normalizer = (row.get("provenance") or {}).get("normalizer")
        if normalizer is not None and normalizer.get("certified") is not None:
            numbers = normalizer["certified"]
            normalizer["certified"] = {name: share for name, share in numbers.items() if share is not None}
        for name in HOLDING:
            if name in row:
                row[name] = _text(name, row[name])
        found.append(row)
    return found


def _text(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _text(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_text(name, inner) for inner in value]
    if isinstance(value, datetime):
        if TIMES.get(name) == "utc":
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return value.astimezone(BEIJING).isoformat()
    return value.isoformat() if isinstance(value, date) else value
