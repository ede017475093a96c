"""Escape values for CSV, so that spreadsheets do not evaluate them as formulas; replace control characters."""

import re
from collections import Counter

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""First characters that are escaped (OWASP, CSV injection).

Their full-width forms are included, which Chinese spreadsheets evaluate too, and the apostrophe, so that removing one
apostrophe restores the value.
"""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""C0 and C1 control characters except tab and line ends; U+0085 is a line end too."""

_C0 = bytes([*range(9), 11, 12, *range(14, 32), 127])
"""The bytes of C0 control characters, for a fast test. C1 characters begin with the byte C2 in UTF-8."""


def cell(value: bytes | int | float | None, mended: Counter[str]) -> str | int | float:
    """Return a value as a cell; `mended` counts the changes by kind.

    None becomes an empty cell. A text that begins with `=`, `+`, `-` or `@` of either width, or with a tab, CR, LF or
    `'`, gets a `'` in front, so that spreadsheets show it as text (OWASP, CSV injection). Control characters, and bytes
    that are not UTF-8, become U+FFFD.
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
    """Return the text of a cell that `cell` escaped, with its control characters still replaced."""
    return text.removeprefix("'")
