"""Make `pipelines/segmentation/dumps/character_widths.toml`: the number of columns that w3m uses for each character.

    python -m bench.segmentation.character_widths

Every assigned character is put into a cell of a table next to a wider cell, so that the padding shows its width. This
is done on pages in UTF-8, and on pages in GB2312 with each two-byte code as servers send it (A1A4 is U+00B7 and A1AA is
U+2014 in w3m, in browsers and in Python's gb18030, but not in Python's gb2312). The script needs w3m and takes about
ten seconds. Run it with the newest Python, because an older one lacks the newest characters.
"""

import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "pipelines" / "segmentation" / "dumps" / "character_widths.toml"
ROWS = 3000
FIELD = "0123456789"
UNASSIGNED = ("Cn", "Cs", "Co", "Cc")

HEAD = """\
# How many columns w3m 0.5.3 gives a character, measured by bench/segmentation/character_widths.py.
# Ranges of code points, in hexadecimal, first-last; what is in none of them takes one column.
"""


def shown(page: bytes, charset: str, columns: int = 80) -> str:
    """Return the text that w3m prints for a page in this charset."""
    command = ["w3m", "-dump", "-cols", str(columns), "-T", "text/html", "-I", charset, "-O", "UTF-8"]
    return subprocess.run(command, input=page, capture_output=True, check=True).stdout.decode()


def page_of(body: bytes, charset: str) -> bytes:
    """Return an HTML page in this charset with this body."""
    return b'<html><head><meta charset="%b"></head><body>%b</body></html>' % (charset.encode(), body)


def widths(characters: dict[str, bytes], charset: str) -> dict[str, int]:
    """Map each character that w3m prints unchanged to its number of columns.

    `characters` maps characters to their bytes in the charset.
    """
    found: dict[str, int] = {}
    items = list(characters.items())
    for at in range(0, len(items), ROWS):
        found |= _widths(items[at : at + ROWS], charset)
    return found


def _widths(items: list[tuple[str, bytes]], charset: str) -> dict[str, int]:
    rows = [FIELD.encode(), *(b"#" + code + b"y" for _, code in items)]
    cells = b"\n".join(b"<tr><td>%b</td><td>|</td></tr>" % row for row in rows)
    table = b"<table border=0 cellspacing=0 cellpadding=0>%b</table>" % cells
    lines = [line for line in shown(page_of(table, charset), charset).split("\n") if line.strip()]
    if len(lines) != len(rows):
        # A character has broken the table; it is found by bisection.
        half = len(items) // 2
        return _widths(items[:half], charset) | _widths(items[half:], charset) if half else {}
    padding = len(lines[0]) - len(lines[0].rstrip("|").rstrip()) - 1
    found = {}
    for (character, _), line in zip(items, lines[1:], strict=True):
        cell = line.rstrip("|")
        inner = cell.rstrip(" ")
        if inner == f"#{character}y":
            found[character] = len(FIELD) + padding - 2 - (len(cell) - len(inner))
    return found


def unicode_characters() -> dict[str, bytes]:
    """Map every assigned non-ASCII character, except private-use ones, to its bytes in UTF-8."""
    characters = (chr(code) for code in range(0x80, sys.maxunicode + 1))
    return {
        character: character.encode()
        for character in characters
        if unicodedata.category(character) not in UNASSIGNED
    }


def gb2312_characters() -> dict[str, bytes]:
    """Map every character of GB2312 to its two bytes as servers send them."""
    found = {}
    for lead in range(0xA1, 0xF8):
        for trail in range(0xA1, 0xFF):
            code = bytes((lead, trail))
            character = code.decode("gb18030", errors="ignore")
            if len(character) == 1 and unicodedata.category(character) not in UNASSIGNED:
                found[character] = code
    return found


def ranges(characters: Iterable[str]) -> str:
    """Return characters as ranges of code points: `2010-2016 2018 …`."""
    codes = sorted(map(ord, characters))
    runs = [list(run) for _, run in groupby(enumerate(codes), key=lambda each: each[1] - each[0])]
    return " ".join(f"{run[0][1]:x}" if len(run) == 1 else f"{run[0][1]:x}-{run[-1][1]:x}" for run in runs)


def table() -> Iterator[str]:
    """Yield the lines of the data file."""
    utf8 = widths(unicode_characters(), "utf-8")
    gb2312 = widths(gb2312_characters(), "gb2312")
    assert set(utf8.values()) == {0, 1, 2}
    assert set(gb2312.values()) == {2}
    yield HEAD
    for name, columns in (("zero", 0), ("two", 2)):
        yield f'{name} = "{ranges(c for c, width in utf8.items() if width == columns)}"'
    yield "\n# Two columns on pages in GB2312 only."
    yield f'two_on_gb2312 = "{ranges(c for c in gb2312 if utf8.get(c) == 1)}"'


if __name__ == "__main__":
    TABLE.write_text("\n".join(table()) + "\n", encoding="utf-8")
