"""Decide for how long no request is sent to a host after it refused one, failed, or did not respond.

| the host's response | what follows |
|---|---|
| 429, 503, a firewall's page | a rest of `Retry-After`, or else of `REST_FIRST`, doubled with each further refusal |
| 403, three times in a row | the same; a single 403 may concern only its page |
| 5xx or no response, five times in a row | the same |
| any of these, `GIVE_UP` times in a row | the run ends with the status of a refusal |
| slow | the delay approaches the response time, and shrinks again later: see crawler/crawl_delay.py |

A `Retry-After` longer than `REST_LAST` counts as `REST_LAST`; one that is zero, negative, in the past or not a number
or date counts as absent.
"""

from datetime import datetime
from email.utils import parsedate_to_datetime

REST_FIRST = 60.0
"""Seconds of the first rest of a host if the response has no `Retry-After`."""

REST_LAST = 6 * 3600.0
"""Seconds of the longest rest of a host."""

FORBIDDEN_IN_A_ROW = 3
"""Number of consecutive responses 403 after which a host rests."""

BROKEN_IN_A_ROW = 5
"""Number of consecutive responses 5xx (except 503) or missing responses after which a host rests."""

GIVE_UP = 8
"""Number of consecutive refusals of any kind after which the run ends."""


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3), or None if it has none that are valid."""
    if not header:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])
    else:
        try:
            seconds = (parsedate_to_datetime(text) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return min(seconds, REST_LAST) if seconds > 0 else None


def rest(kind: str, in_a_row: int, retry_after_seconds: float | None) -> float:
    """Return the seconds for which a host rests after `in_a_row` consecutive refusals; 0: it does not rest.

    `kind` is `refused` (429, 503, a firewall), `forbidden` (403) or `broken` (5xx, no response). `retry_after_seconds`
    is the value of `retry_after`, which sets the first rest; later rests are at least as long.
    """
    allowed = {"refused": 1, "forbidden": FORBIDDEN_IN_A_ROW, "broken": BROKEN_IN_A_ROW}[kind]
    if in_a_row < allowed:
        return 0.0
    doubled = REST_FIRST * 2.0 ** min(in_a_row - allowed, 20)
    if retry_after_seconds is not None:
        # A host that still refuses after the rest that it requested needs a longer one.
        doubled = retry_after_seconds if in_a_row == allowed else max(retry_after_seconds, doubled)
    return min(doubled, REST_LAST)


def kind_of(status: int) -> str | None:
    """Return the kind of refusal that a status is, or None if it is not a refusal."""
    if status in {429, 503}:
        return "refused"
    if status == 403:
        return "forbidden"
    return "broken" if status >= 500 else None
