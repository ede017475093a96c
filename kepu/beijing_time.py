"""Convert times to Beijing time, in which the site gives its dates and this program shows all times."""

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The time zone of the site: UTC+8 without summer time."""


def beijing(moment: str) -> datetime | None:
    """Convert an ISO 8601 time (UTC if it has no offset) to Beijing time; return None if it is not a time."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(BEIJING)


def beijing_minute(moment: str | None) -> str:
    """Return a time as `2026-11-26 08:59` in Beijing; return a date or any other text unchanged."""
    if not moment or len(moment) <= 10:
        return moment or ""
    read = beijing(moment)
    return f"{read:%Y-%m-%d %H:%M}" if read else moment


def beijing_day(moment: str | None) -> str:
    """Return the date in Beijing of a time, as `2026-11-26`; return a date unchanged."""
    return beijing_minute(moment)[:10]
