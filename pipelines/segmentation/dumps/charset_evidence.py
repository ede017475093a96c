"""Whether a dump's page was served as GB2312 or as UTF-8: what its date and its letters say."""

import re

BY_DATE = 3.0
"""How much the page's date says, as log-odds."""
BY_LETTER = 4.0
"""How much a Han letter says that GB2312 lacks: a strict decoder would have damaged it."""

_TIME = re.compile(
    r"(?<![0-9])([12][0-9]{3})(?: ?年 ?|[-/.])([01]?[0-9])(?: ?月 ?|[-/.])[0-3]?[0-9] ?日?[ \u3000]*"
    r"[0-2]?[0-9] ?[:：] ?[0-9]{2}"
)
LAST_GB2312, FIRST_UTF8 = (2024, 5), (2025, 4)
"""The last month of which pages in GB2312 are known, and the first of which pages in UTF-8 are."""


def wide_by_evidence(text: str) -> float:
    """The log-odds that the page was in GB2312, by the first time of publication in the dump and its rare letters."""
    time = _TIME.search(text)
    month = (int(time[1]), int(time[2])) if time else None
    by_date = 0.0
    if month and month <= LAST_GB2312:
        by_date = BY_DATE
    elif month and month >= FIRST_UTF8:
        by_date = -BY_DATE
    rare = not _in_gb2312("".join([char for char in set(text) if "\u4e00" <= char <= "\u9fff"]))
    return by_date - BY_LETTER * rare


def _in_gb2312(letters: str) -> bool:
    try:
        letters.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
