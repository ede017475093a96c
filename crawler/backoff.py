"""How long to leave a host alone: plain rules, each with its reason, for delays, rests and slow answers.

| a host answers | then |
|---|---|
| 429 or 503, or a firewall's page | it rests: as `Retry-After` says at first, else a minute, doubled in a row |
| 403 three times in a row | the same; one alone may be about its page only |
| no answer, or 5xx, five times in a row | the same |
| all of that, `GIVE_UP` times in a row | the run ends, with the status of a refusal |
| slowly | the delay grows towards the time that its answers take, and shrinks again, never below what it asked for |

`Retry-After` counts from `REST_FIRST` to `REST_LAST`: 0, negative numbers, days gone by and text count as none, a year
as `REST_LAST`.
"""

from datetime import datetime
from email.utils import parsedate_to_datetime

REST_FIRST = 60.0
REST_LAST = 6 * 3600.0
"""Seconds to leave a host alone: the first time without `Retry-After`, and at most."""

FORBIDDEN_IN_A_ROW = 3
BROKEN_IN_A_ROW = 5
GIVE_UP = 8


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


def rest(kind: str, in_a_row: int, asked: float | None) -> float:
    """Return the seconds for which to leave a host alone after `in_a_row` refusals, or 0 to continue.

    `kind` is `refused` (429, 503, a firewall), `forbidden` (403) or `broken` (5xx, no response).
    """
    allowed = {"refused": 1, "forbidden": FORBIDDEN_IN_A_ROW, "broken": BROKEN_IN_A_ROW}[kind]
    if in_a_row < allowed:
        return 0.0
    doubled = REST_FIRST * 2.0 ** min(in_a_row - allowed, 20)
    if asked is not None:  # a host that still refuses after the rest it asked for needs a longer one
        doubled = asked if in_a_row == allowed else max(asked, doubled)
    return min(doubled, REST_LAST)


def kind_of(status: int) -> str | None:
    """Return the kind of refusal that a status is, or None if it is not a refusal."""
    if status in {429, 503}:
        return "refused"
    if status == 403:
        return "forbidden"
    return "broken" if status >= 500 else None
