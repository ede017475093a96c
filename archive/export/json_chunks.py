"""Join lines of JSON in chunks of about a megabyte, which are checked at once and repaired if necessary."""

import re
from collections import Counter

import orjson

_SURROGATE = re.compile(rb"\\u[dD]")
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u[dD][89a-fA-F]..|.)", re.DOTALL)


def piece(lines: list[bytes], counter: Counter[str]) -> bytes:
    """Return the lines as one chunk, each with its newline, in a form that every reader accepts.

    U+2028 and U+2029 are escaped: JSON allows them, but many readers break lines at them. Lone surrogates, and bytes
    that are not UTF-8, become U+FFFD; lines with such characters are counted as `surrogate`.
    """
    made = b"\n".join([*lines, b""])
    if _is_sound(made) and not any(b"\n" in line for line in lines):
        return made
    return b"\n".join([*(_mended(line, counter) for line in lines), b""])


def _is_sound(made: bytes) -> bool:
    """Return whether a chunk needs no repair. Each of these searches was the fastest of five that do the same."""
    try:
        text = made.decode()
    except UnicodeDecodeError:
        return False
    return "\u2028" not in text and "\u2029" not in text and not _SURROGATE.search(made)


def _mended(line: bytes, counter: Counter[str]) -> bytes:
    text = line.decode("utf-8", "replace")
    broken = text.count("\ufffd") - line.count(b"\xef\xbf\xbd")
    line, lone = _without_lone_surrogates(text.encode())
    if broken or lone:
        counter["surrogate"] += 1
    if b"\n" in line:  # Another program wrote a nested field with line breaks.
        line = orjson.dumps(orjson.loads(line))
    return line.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


def _without_lone_surrogates(line: bytes) -> tuple[bytes, int]:
    lone = 0

    def mend(match: re.Match[bytes]) -> bytes:
        nonlocal lone
        if len(match[0]) != len(b"\\ud800"):
            return match[0]
        lone += 1
        return b"\\ufffd"

    return _ESCAPE.sub(mend, line), lone
