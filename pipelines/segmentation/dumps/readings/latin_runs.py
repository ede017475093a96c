"""Find the runs of Latin letters or digits beside a gap, and e-mail addresses, URLs and paths, which have no spaces."""

import re

from pipelines.segmentation.dumps.readings.page_style import DATE, HAN, MARK, ORDINAL, Gap

YEAR = re.compile("[12][0-9]{3}(?![0-9])")
"""Matches a year (1000 to 2999) that no digit follows."""

_ADDRESS_STARTS = (
    "[A-Za-z0-9] ?[@_] ?",  # kepu@ …
    ": ?/ ?/ ?",  # https://
    "www ?\\. ?",
    "[a-z] ?\\. ?[a-z]{2,} ?/ ?",  # example.org/
    f"(?:^|[ {HAN}{DATE}{ORDINAL}{MARK}])/ ?[a-z]+ ?/ ?",  # /etc/
)
_ADDRESS_BEFORE = re.compile(f"(?:{'|'.join(_ADDRESS_STARTS)})[A-Za-z0-9 ./_@?=&-]*$")
_ADDRESS_AFTER = re.compile(
    "[A-Za-z0-9 -]*(?:\\. ?[a-z0-9]+ ?)*(?:@|\\. ?(?:com|cn|org|net|edu|gov|io|html?)\\b|_|/ ?/)"
)


def in_address(gap: Gap) -> bool:
    """Return whether the gap is inside an e-mail address, a URL or a path."""
    context = gap.before + gap.after
    if "." not in context and "/" not in context and "@" not in context and "_" not in context:
        return False
    return _ADDRESS_BEFORE.search(gap.before) is not None or _ADDRESS_AFTER.match(gap.after) is not None


_LATIN = "[A-Za-z\u00aa-\u02af\u0370-\u052f\u1e00-\u1fff]*"
_HEAD, _TAIL = re.compile(_LATIN), re.compile(_LATIN + "$")


def tail(token: str) -> str:
    """Return the run of Latin, Greek or Cyrillic letters that ends the token."""
    found = _TAIL.search(token)
    return found[0] if found else ""


def head(token: str) -> str:
    """Return the run of Latin, Greek or Cyrillic letters that begins the token."""
    found = _HEAD.match(token)
    return found[0] if found else ""


def digits_of(token: str) -> str:
    """Return the run of ASCII digits that begins the token."""
    return token[: len(token) - len(token.lstrip("0123456789"))]
