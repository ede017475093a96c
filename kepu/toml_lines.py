"""Find the line on which a key of a TOML file is set; tomllib returns values without their positions."""

import re

_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*["']?([\w-]+(?:\s*\.\s*[\w-]+)*)["']?\s*=""")


def line_of(text: str, key: str, *, table: str | None = None) -> int | None:
    """Return the number, from 1, of the first line that has a key, or the header of a table; None where none has.

    `table` is the name of the table that the key stands in, as its header writes it (`batch.rebuild`); empty: before
    the first header; None: wherever it stands. Lines within a text of several lines may be taken for keys.
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
    """Return whether a key, dotted or not, is the one that is looked for."""
    return re.sub(r"\s", "", written).split(".")[0] == key
