"""Format times as the records have them."""

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the second: `2026-11-23T18:07:48Z`. A time without zone counts as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
