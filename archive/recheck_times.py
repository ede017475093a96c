"""Times as the archive writes them, and when a URL is to be asked for again."""

from datetime import datetime, timedelta

REVISIT_FIRST = timedelta(days=1)
REVISIT_LAST = timedelta(days=180)
"""An article is asked for again when half its age has gone by, but within these bounds: edits come early."""

RETRY_FIRST = timedelta(hours=1)
RETRY_LAST = timedelta(days=30)
"""What failed is asked for again after this long, doubled with each failure up to the last."""


def parse_time(text: str) -> datetime:
    """Return the moment of an ISO 8601 text in UTC, as this archive writes them (`…Z`)."""
    return datetime.fromisoformat(text)


def format_time(moment: datetime) -> str:
    """Return a moment as this archive writes it: `2026-11-23T18:07:48Z`."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def revisit_at(fetched_at: str, published: str | None) -> str:
    """Return when an article is to be asked for again, given when it was fetched and when it was published."""
    fetched = parse_time(fetched_at)
    age = REVISIT_FIRST
    if published is not None:
        born = datetime.fromisoformat(published)
        age = fetched - (born if born.tzinfo else born.replace(tzinfo=fetched.tzinfo))
    return format_time(fetched + min(max(age / 2, REVISIT_FIRST), REVISIT_LAST))


def retry_at(failed_at: str, tries: int) -> str:
    """Return when a URL that failed for the `tries`-th time in a row is to be asked for again."""
    pause = min(RETRY_FIRST * 2 ** min(tries - 1, 20), RETRY_LAST)
    return format_time(parse_time(failed_at) + pause)
