"""Decode the bytes of a dump: UTF-8 or UTF-16, otherwise GB18030."""

import codecs


def decode_dump(body: bytes) -> tuple[str, str, int]:
    """Return the text of a dump with `\\n` as line ends, its charset, and the number of U+FFFD in it.

    The charset is UTF-16, UTF-8 or otherwise GB18030.
    """
    text, charset, replaced = _decoded(body)
    return text.replace("\r\n", "\n").replace("\r", "\n"), charset, replaced


def _decoded(body: bytes) -> tuple[str, str, int]:
    """Return the text of a dump, its charset, and the number of U+FFFD in it.

    Programs that cut cells by bytes leave parts of characters: a text with a few of them is UTF-8 all the same.
    """
    if utf16 := utf16_of(body):
        text = body.decode(utf16, errors="replace").removeprefix("\ufeff")
        return text, utf16, text.count("\ufffd")
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError:
        text = body.decode("utf-8", errors="replace")
        broken, wide = text.count("\ufffd"), sum(char > "\u2e80" for char in text)
        if wide > CHARACTERS_A_FAULT * broken:
            return text, "utf-8", broken
        text = body.decode("gb18030", errors="replace")
        return text, "gb18030", text.count("\ufffd")


CHARACTERS_A_FAULT = 20
"""The least wide characters for each part of one in a text that is UTF-8."""


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
