"""The format of times in the archive, and the times at which URLs are due again."""

from datetime import datetime, timedelta

REVISIT_FIRST = timedelta(days=1)
"""The shortest time after which an article is checked again; in general it is half the age of the article."""
REVISIT_LAST = timedelta(days=180)
"""The longest time after which an article is checked again."""

RETRY_FIRST = timedelta(hours=1)
"""The time after which a failed URL is retried; it doubles with each failure."""
RETRY_LAST = timedelta(days=30)
"""The longest time after which a failed URL is retried."""


def parse_time(text: str) -> datetime:
    """Parse an ISO 8601 time in UTC, as this archive writes them (`…Z`). Raises ValueError for anything else."""
    return datetime.fromisoformat(text)


def format_time(moment: datetime) -> str:
    """Return a time as this archive writes it: `2026-11-23T18:07:48Z`."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def revisit_at(fetched_at: str, published: str | None) -> str:
    """Return when an article is due again: after half its age, within the bounds above.

    `published` is a day or a time; without it, the article is due after REVISIT_FIRST.
    """
    fetched = parse_time(fetched_at)
    age = REVISIT_FIRST
    if published is not None:
        born = datetime.fromisoformat(published)
        age = fetched - (born if born.tzinfo else born.replace(tzinfo=fetched.tzinfo))
    return format_time(fetched + min(max(age / 2, REVISIT_FIRST), REVISIT_LAST))


def retry_at(failed_at: str, tries: int) -> str:
    """Return when a URL is due again that failed for the `tries`-th time in a row."""
    pause = min(RETRY_FIRST * 2 ** min(tries - 1, 20), RETRY_LAST)
    return format_time(parse_time(failed_at) + pause)
