"""Find names that lost a whole letter, which left nothing or only blank columns: `（责编：赵恩泽、王  ）`.

w3m leaves the two columns of a letter outside the charset of its output blank, and deletes the single spaces between
Han that were typed; a segmenter deletes the blank columns too.
"""

import re

from pipelines.chrome.fields.person_names import SURNAMES_OF_TWO, join_padding
from pipelines.segmentation.dumps.names.surnames import has_surname
from pipelines.segmentation.text.traditional_characters import simplified

_PARTS = re.compile("[、，,；;/／]|\\s*(?:责任编辑|责编|编辑|校对|审校|审核|监制|统筹|实习生?)\\s*[：:]")
_HAN = "[\u4e00-\u9fff]"
_NOTHING = re.compile("(?:^|[、，,])\\s*(?=[、，,]|$)")
"""A place between separators with nothing in it."""
_BLANK_END = re.compile(f"[ \u00a0\u3000]?({_HAN}{{2}}) {{2}}")
"""A name that has two letters left, and its last letter blank."""
_BLANK_START = re.compile(f"\\s* {{2}}({_HAN}{{1,2}})\\s?")
"""The letters of a name whose first letter may be blank."""
_BLANK_INSIDE = re.compile(f"\\s?(?:{_HAN}|{'|'.join(sorted(SURNAMES_OF_TWO))}) {{2}}{_HAN}\\s?")
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
        if whole in SURNAMES_OF_TWO or end or (start and not has_surname(simplified(start[1]))):
            found.add(whole)
    return found


def may_lack_letter(names: str) -> bool:
    """Return whether a list of names has an incomplete or empty one, or one with two spaces for a letter."""
    if names.strip() and _NOTHING.search(names):
        return True
    return bool(incomplete_names(names)) or any(map(_BLANK_INSIDE.fullmatch, _PARTS.split(names)))
