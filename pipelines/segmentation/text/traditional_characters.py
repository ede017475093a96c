"""Traditional characters made simplified, one for one, so that a text can be compared in either form by offset.

The table is OpenCC's TSCharacters (opencc/README.md). Where it gives several simplified forms, the first is taken: that
is right for comparing, since both sides are folded, and wrong for writing, which needs phrases.
"""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "opencc" / "TSCharacters.txt"


@cache
def simplified_forms() -> dict[str, str]:
    """Return each traditional character with its simplified form."""
    forms: dict[str, str] = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        if "\t" in line and not line.startswith("#"):
            traditional, first = line.split("\t")[0], line.split("\t")[1].split()[0]
            if len(traditional) == len(first) == 1 and traditional != first:
                forms[traditional] = first
    return forms


@cache
def _translation() -> dict[int, str]:
    return {ord(traditional): form for traditional, form in simplified_forms().items()}


def simplified(text: str) -> str:
    """Return a text of the same length with its traditional characters simplified."""
    return text if text.isascii() else text.translate(_translation())
