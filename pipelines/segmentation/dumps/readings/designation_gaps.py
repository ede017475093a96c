"""Recognise designations that a segmenter cut between letters and digits (`DDR5-6400`, `3I/ATLAS`, `iPhone 6s`)."""

import re
from collections.abc import Container

LONGEST_NAME = 6
"""The most letters of a name that is written together with its number and hyphen."""
_LETTERED = re.compile(r"[0-9]{1,3}(?: ?\. ?[0-9]{1,2})? ?- ?(?:[0-9]+ ?)?[A-Za-z]")
_SPEED = re.compile("[0-9] ?- ?[0-9]{3,}(?! ?-)")
_CELESTIAL = re.compile("[PDXI] ?/")
"""The kind in the designation of a comet or an interstellar object (`67P/`, `3I/ATLAS`)."""
_NAMED = re.compile("(?<![A-Za-z])([A-Za-z]+) ?[0-9]{1,2}$")
"""Matches a name with its number before a gap; group 1 is the name."""
_ONE_LETTER = re.compile("[a-z](?![A-Za-z]| ?[/·0-9])")
"""Matches a letter that belongs to the number before it: `6s`, but not the unit `s/m`."""


def goes_on_behind_number(word: str, after: str) -> bool:
    """Return whether a name and the number after it go on with a hyphen and more: `DDR5-6400`, `Qwen2.5-72B`.

    A range of two numbers (`Windows 7-10`), the number of a standard or a journal (`GB 2762-2017`, `CN 11-0066`) and
    that of a book (`ISBN 7-302-1`) are none.
    """
    goes_on = _LETTERED.match(after) or _SPEED.match(after)
    return goes_on is not None and 2 <= len(word) <= LONGEST_NAME and word[0].isupper()


def belongs_to_number(before: str, after: str, numbered: Container[str]) -> bool:
    """Return whether the letters after a number belong to it: `67P/`, and `6s` behind one of the `numbered` names."""
    if _CELESTIAL.match(after):
        return True
    named = _NAMED.search(before)
    return named is not None and named[1] in numbered and _ONE_LETTER.match(after) is not None
