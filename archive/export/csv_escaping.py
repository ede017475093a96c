"""Escape values as cells of CSV, so that spreadsheets compute nothing; replace control characters."""

import re
from collections import Counter

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""First characters that are escaped (OWASP, CSV injection): also their full-width forms, which Chinese spreadsheets
treat alike, and the apostrophe, so that removing one restores the value.
"""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""C0 and C1 control characters except tab and line ends; U+0085 is a line end too."""

_C0 = bytes([*range(9), 11, 12, *range(14, 32), 127])
"""The bytes of C0, for a fast test; those of C1 begin with C2."""


def cell(value: bytes | int | float | None, mended: Counter[str]) -> str | int | float:
    """Return a value as a cell; `mended` counts the changes.

    Null is the empty cell. A text that begins with `=`, `+`, `-` or `@` of either width, with a tab, CR, LF or `'`,
    gets one `'` before it: spreadsheets show the text and compute nothing (OWASP, CSV injection). Control characters,
    and bytes that are not UTF-8, become U+FFFD.
    """
    if value is None:
        return ""
    if not isinstance(value, bytes):
        return value
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("utf-8", "replace")
        mended["surrogate"] += 1
    if (b"\xc2" in value or len(value.translate(None, _C0)) != len(value)) and _CONTROL.search(text):
        text = _CONTROL.sub("\ufffd", text)
        mended["control"] += 1
    if text.startswith(_FORMULA):
        text = "'" + text
        mended["formula"] += 1
    return text


def plain(text: str) -> str:
    """Return the original text of a cell."""
    return text.removeprefix("'")
