"""Estimate from the date and the letters of a dump whether its page was served as GB2312 or as UTF-8."""

import re
from functools import cache

BY_DATE = 3.0
"""The weight of the page's date, in log-odds."""
BY_LETTER = 4.0
"""The weight of a Han character outside GB2312, in log-odds: a strict decoder would have damaged it."""

# The pattern begins with a digit, so that the engine can jump from one to the next.
_TIME = re.compile(
    r"([12](?<![0-9][12])[0-9]{3})(?: ?年 ?|[-/.])([01]?[0-9])(?: ?月 ?|[-/.])[0-3]?[0-9] ?日?[ \u3000]*"
    r"[0-2]?[0-9] ?[:：] ?[0-9]{2}"
)
LAST_GB2312, FIRST_UTF8 = (2024, 5), (2025, 4)
"""The last month (year, month) with known pages in GB2312, and the first with known pages in UTF-8."""


def wide_by_evidence(text: str) -> float:
    """Return the log-odds that the page was in GB2312, by the first time in the dump and by its rare characters."""
    time = _TIME.search(text)
    month = (int(time[1]), int(time[2])) if time else None
    by_date = 0.0
    if month and month <= LAST_GB2312:
        by_date = BY_DATE
    elif month and month >= FIRST_UTF8:
        by_date = -BY_DATE
    rare = any("\u4e00" <= char <= "\u9fff" for char in set(text) - _han_of_gb2312())
    return by_date - BY_LETTER * rare


def without_times(text: str) -> str:
    """Return the text without its first date with a time of day, which the site's template writes and no typist."""
    return _TIME.sub("", text, count=1)


def is_time_line(line: str) -> bool:
    """Return whether the line has a date with a time of day, as the template of the site writes above the text."""
    return _TIME.search(line) is not None


def parts_dates(text: str) -> bool:
    """Return whether the segmenter separates years from 年, as it did in the date of the site's template."""
    time = _TIME.search(text)
    return time is not None and re.search("[0-9] 年", time[0]) is not None


@cache
def _han_of_gb2312() -> frozenset[str]:
    rows, cells = range(0xB0, 0xF8), range(0xA1, 0xFF)
    return frozenset(
        bytes(pair for row in rows for cell in cells for pair in (row, cell)).decode("gb2312", "ignore")
    )
