"""Write raised and lowered characters in plain text.

`10<sup>14</sup>` becomes 10¹⁴ and `CO<sub>2</sub>` becomes CO₂. A run with a character that Unicode lacks in that form
is written `^{…}` or `_{…}`, as in TeX. A raised `[3]` or ① marks a note and is not changed.
"""

import re
from typing import Literal

Height = Literal["sup", "sub"]
"""Superscript or subscript."""

_PLAIN = "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ"
_PLAIN_OF_LOWERED = "0123456789+-=()aehijklmnoprstuvxβγρφχ"
_LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
_SAME = dict(zip("０１２３４５６７８９＋－−–＝（）", "0123456789+---=()", strict=True))
"""Map full-width characters and other minus signs to the characters that replace them."""

FORMS: dict[Height, dict[str, str]] = {
    "sup": dict(zip(_PLAIN, _RAISED, strict=True)),
    "sub": dict(zip(_PLAIN_OF_LOWERED, _LOWERED, strict=True)),
}
"""Map characters to their raised and lowered forms in Unicode (Superscripts and Subscripts, Phonetic Extensions)."""

_NOTE_MARK = re.compile(
    r"[\[［【〔（(]\s*(?:注|note)?\s*[\d０-９,，、\-–~～\s]{0,12}[\]］】〕）)]|[①-⑳⑴-⒇*＊†‡§®™©℠°′″]+|注\d*"
)
_LONGEST = 40
"""Maximum number of characters of a run that is converted; a longer raised run is layout."""


def shown(run: str, height: Height) -> str:
    """Return a raised or lowered run of characters as plain text."""
    bare = run.strip()
    if not bare or len(bare) > _LONGEST or _NOTE_MARK.fullmatch(bare):
        return run
    forms = FORMS[height]
    letters = [forms.get(_SAME.get(letter, letter)) for letter in bare if not letter.isspace()]
    if None not in letters:
        return "".join(filter(None, letters))
    return f"{'^' if height == 'sup' else '_'}{{{bare}}}"
