"""Beijing time, in which the site dates its articles and in which every moment is shown to a person."""

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def beijing(moment: str) -> datetime | None:
    """Return a moment (ISO 8601, UTC where it names no offset) in Beijing time; None where it is not a moment."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(BEIJING)


def beijing_minute(moment: str | None) -> str:
    """Return `2026-11-26 08:59`, in Beijing time, for a moment; a day, or text that is no moment, as it is."""
    if not moment or len(moment) <= 10:
        return moment or ""
    read = beijing(moment)
    return f"{read:%Y-%m-%d %H:%M}" if read else moment


def beijing_day(moment: str | None) -> str:
    """Return the day in Beijing on which a moment falls: `2026-11-26`; a day as it is."""
    return beijing_minute(moment)[:10]
