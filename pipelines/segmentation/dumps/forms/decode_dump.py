"""Decode the bytes of a dump: UTF-8 or UTF-16, otherwise GB18030."""

import codecs
import re


def decode_dump(body: bytes) -> tuple[str, str, int]:
    """Return the text of a dump with `\\n` as line ends, its charset, and the number of U+FFFD in it.

    The charset is UTF-16, UTF-8 or otherwise GB18030.
    """
    text, charset, replaced = _decoded(body)
    return _PAGE_BREAK.sub("\n", _LINE_END.sub("\n", text)), charset, replaced


_LINE_END = re.compile("\r\n|[\r\v\x1c-\x1e\x85\u2028\u2029]")
_PAGE_BREAK = re.compile("\n?\f\n?")
"""A form feed, which begins a sheet of paper, and no paragraph."""


def _decoded(body: bytes) -> tuple[str, str, int]:
    """Return the text of a dump, its charset, and the number of U+FFFD in it.

    Programs that cut cells by bytes leave parts of characters, and disks lose blocks: a text with some of them is UTF-8
    all the same. Dumps of several charsets that stand one after the other are decoded line by line.
    """
    if utf16 := utf16_of(body):
        text = body.decode(utf16, errors="replace").removeprefix("\ufeff")
        return text, utf16, text.count("\ufffd")
    body = body.removeprefix(codecs.BOM_UTF8)
    if b"\0" in body and has_lost_blocks(body):
        body = _ZEROS.sub("\ufffd".encode(), body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        if not _is_mostly_utf8(body):
            text = body.decode("gb18030", errors="replace")
            return text, "gb18030", text.count("\ufffd")
        text = b"\n".join(_in_utf8(body)).decode("utf-8", errors="replace")
    return text, "utf-8", text.count("\ufffd")


def _is_mostly_utf8(body: bytes) -> bool:
    """Return whether a text that is not all UTF-8 is so nearly; GB18030 has few sequences of three bytes of UTF-8."""
    text = body.decode("utf-8", errors="replace")
    broken, wide = text.count("\ufffd"), sum(char > "\u2e80" and char != "\ufffd" for char in text)
    beyond = sum(byte > 127 for byte in body)
    return wide > CHARACTERS_A_FAULT * broken or 3 * wide > SHARE * beyond


CHARACTERS_A_FAULT = 20
"""The least wide characters for each part of one in a text that is UTF-8."""
SHARE = 0.5
"""The least share of the bytes beyond ASCII that belong to wide characters in a text that is UTF-8 with damage."""


def _in_utf8(body: bytes) -> list[bytes]:
    """Return the lines of a text in UTF-8: long runs of lines that are GB18030 are converted."""
    lines = body.split(b"\n")
    wide = [n for n, line in enumerate(lines) if not line.isascii()]
    run: list[int] = []
    for n in [*wide, -1]:
        if n >= 0 and not _is(lines[n], "utf-8") and _is(lines[n], "gb18030"):
            run.append(n)
            continue
        for at in run if len(run) >= LONGEST_DAMAGE else ():
            lines[at] = lines[at].decode("gb18030").encode()
        run = []
    return lines


LONGEST_DAMAGE = 12
"""The fewest lines after one another that are GB18030, and no damaged UTF-8."""


def _is(line: bytes, charset: str) -> bool:
    try:
        line.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def has_lost_blocks(body: bytes) -> bool:
    """Return whether a body with bytes of 0 is a text in UTF-8 of which blocks were lost, and no binary file."""
    return (
        not body.startswith(b"\0")
        and len(_ZEROS.findall(body)) <= MOST_BLOCKS
        and _is_mostly_utf8(_ZEROS.sub(b"", body))
    )


_ZEROS = re.compile(b"\\0+")
MOST_BLOCKS = 20
"""The most runs of bytes of 0 in such a text."""


def utf16_of(body: bytes) -> str | None:
    """Return `utf-16-le` or `utf-16-be` if a byte order mark or the share of 0 bytes shows it, otherwise None."""
    if body.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if body.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    head = body[:4096]
    low, high = head[::2].count(0), head[1::2].count(0)
    if len(head) < 16 or max(low, high) * 40 < len(head) or max(low, high) < 4 * min(low, high):
        return None
    return "utf-16-le" if high > low else "utf-16-be"
