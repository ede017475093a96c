"""Find names that lost a whole letter, which left nothing or only blank columns: `（责编：赵恩泽、王  ）`.

w3m leaves the two columns of a letter outside the charset of its output blank, and deletes the single spaces between
Han that were typed; a segmenter deletes the blank columns too.
"""

import re

from pipelines.chrome.fields.bylines import join_padding
from pipelines.segmentation.dumps.dump_names import COMPOUND_SURNAMES, has_surname
from pipelines.segmentation.text.traditional_characters import simplified

_PARTS = re.compile("[、，,；;/／]")
_HAN = "[\u4e00-\u9fff]"
_BLANK_END = re.compile(f"[ \u00a0\u3000]?({_HAN}{{2}}) {{2}}")
"""A name that has two letters left, and its last letter blank."""
_BLANK_START = re.compile(f"\\s* {{2}}({_HAN}{{1,2}})\\s?")
"""The letters of a name whose first letter may be blank."""
_BLANK_INSIDE = re.compile(f"\\s?(?:{_HAN}|{'|'.join(sorted(COMPOUND_SURNAMES))}) {{2}}{_HAN}\\s?")
"""A name whose second letter is blank, or which was padded with two spaces."""


def incomplete_names(names: str) -> set[str]:
    """Return what is left of the names in a list that surely lost a letter: surnames alone, and names beside a blank.

    `names` is the text behind the label, with its spaces but without brackets.
    """
    found: set[str] = set()
    for part in _PARTS.split(names):
        found |= {word for word in join_padding(part) if re.fullmatch(_HAN, word)}
        whole = "".join(part.split())
        start, end = _BLANK_START.fullmatch(part), _BLANK_END.fullmatch(part)
        if whole in COMPOUND_SURNAMES or end or (start and not has_surname(simplified(start[1]))):
            found.add(whole)
    return found


def may_lack_letter(names: str) -> bool:
    """Return whether a list of names has an incomplete one, or one with two spaces in the place of a letter."""
    return bool(incomplete_names(names)) or any(map(_BLANK_INSIDE.fullmatch, _PARTS.split(names)))
