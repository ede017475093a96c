"""Values as cells of CSV: what a spreadsheet would compute is only text, and control characters are gone."""

import re
from collections import Counter

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""What a cell must not begin with (OWASP, CSV injection): full-width forms too, which spreadsheets in Chinese take for
the others, and the apostrophe, so that taking one away again is always right."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""C0 and C1 but for tab and line ends; U+0085 is a line end too."""

_C0 = bytes([*range(9), 11, 12, *range(14, 32), 127])
"""The bytes of the first, to look for quickly; those of C1 begin with C2."""


def cell(value: bytes | int | float | None, mended: Counter[str]) -> str | int | float:
    """Return a value as it stands in a cell, and count in `mended` what was changed for it.

    Null is the empty cell. A text that begins with `=`, `+`, `-` or `@` in either width, with a tab, CR, LF or `'`, has
    one `'` before it: spreadsheets show the text and compute nothing (OWASP, CSV injection). Control characters, and
    bytes that are no UTF-8, are U+FFFD.
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
    """Return the text that a cell stands for: the way back."""
    return text.removeprefix("'")
