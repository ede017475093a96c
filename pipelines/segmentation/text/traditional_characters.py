"""Convert traditional characters to simplified ones, one to one, to compare texts with equal offsets.

The table is OpenCC's TSCharacters (opencc/README.md). If it has several simplified forms, the first is used. That is
sufficient for comparison, where both texts are converted, but not for writing, which depends on phrases.
"""

import re
from functools import cache
from itertools import product
from math import prod
from pathlib import Path

_TABLE = Path(__file__).parent / "opencc" / "TSCharacters.txt"


@cache
def simplified_forms() -> dict[str, str]:
    """Map each traditional character to its simplified form, without characters that stay the same."""
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
    """Return a text of the same length with all traditional characters simplified."""
    return text if text.isascii() else text.translate(_translation())


MOST_SPELLINGS = 256
"""Maximum number of spellings of a name; of a longer name with more, only itself and its simplified form are given."""


@cache
def _traditional_forms() -> dict[str, str]:
    found: dict[str, str] = {}
    for traditional, form in simplified_forms().items():
        found[form] = found.get(form, "") + traditional
    return found


def spellings(name: str) -> set[str]:
    """Return all texts of the same length that have the simplified form of a name.

    If there are more than MOST_SPELLINGS, return only the name and its simplified form.
    """
    made = simplified(name)
    letters = [letter + _traditional_forms().get(letter, "") for letter in made]
    if prod(map(len, letters)) > MOST_SPELLINGS:
        return {name, made}
    return {"".join(each) for each in product(*letters)}


_STAYS = re.compile("乾(?=[坤隆县縣陵卦嘉道元])|(?<=[商角])徵")
"""Matches characters that simplified texts also use, in words in which they are not simplified."""


@cache
def _changing() -> re.Pattern[str]:
    return re.compile(f"[{''.join(simplified_forms())}]")


def simplified_words(text: str) -> str:
    """Return a text of the same length as a dictionary of simplified words knows it: 乾坤 stays, 乾燥 becomes 干燥."""
    if text.isascii() or not _changing().search(text):
        return text
    made = simplified(text)
    for stays in _STAYS.finditer(text):
        made = made[: stays.start()] + stays[0] + made[stays.end() :]
    return made
