"""Find the line on which a key of a TOML file is set; tomllib returns values without their positions."""

import re

_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*["']?([\w-]+(?:\s*\.\s*[\w-]+)*)["']?\s*=""")


def line_of(text: str, key: str, *, table: str | None = None) -> int | None:
    """Return the number, from 1, of the first line that sets a key or is the header of a table of that name; else None.

    `table` is the table to search, as its header writes it (`batch.rebuild`); an empty string is the part before the
    first header, and None the whole file. A line within a multi-line string may be mistaken for a key.
    """
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _HEADER.fullmatch(line):
            here = re.sub(r"\s|[\"']", "", match[1])
            if here == key and table in {None, ""}:
                return number
        elif (match := _KEY.match(line)) and table in {None, here} and _is(match[1], key):
            return number
    return None


def _is(written: str, key: str) -> bool:
    """Return whether a written key, which may be dotted or quoted, is `key`."""
    return re.sub(r"\s", "", written).split(".")[0] == key
