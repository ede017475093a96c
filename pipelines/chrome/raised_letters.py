"""Raised and lowered letters: which letters Unicode has in both heights, and how a run of others is written.

`10<sup>14</sup>` is 10¹⁴ and `CO<sub>2</sub>` is CO₂, not 1014 and CO2. A run of which some letter has no such form is
written `^{…}` or `_{…}`, as in TeX. A raised `[3]` or ① is the mark of a note and stays as it is.
"""

import re
from typing import Literal

Height = Literal["sup", "sub"]

_PLAIN = "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ"
_PLAIN_OF_LOWERED = "0123456789+-=()aehijklmnoprstuvxβγρφχ"
_LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
_SAME = dict(zip("０１２３４５６７８９＋－−–＝（）", "0123456789+---=()", strict=True))
"""Full-width letters and the other minus signs, by the letter that stands for them."""

FORMS: dict[Height, dict[str, str]] = {
    "sup": dict(zip(_PLAIN, _RAISED, strict=True)),
    "sub": dict(zip(_PLAIN_OF_LOWERED, _LOWERED, strict=True)),
}
"""Each letter's raised and lowered form: the Unicode blocks Superscripts and Subscripts, and Phonetic Extensions."""

_NOTE_MARK = re.compile(
    r"[\[［【〔（(]\s*(?:注|note)?\s*[\d０-９,，、\-–~～\s]{0,12}[\]］】〕）)]|[①-⑳⑴-⒇*＊†‡§®™©℠°′″]+|注\d*"
)
_LONGEST = 40
"""Letters of the longest run that is written as raised: an editor who raises a sentence means something else."""


def shown(run: str, height: Height) -> str:
    """Return how a raised or lowered run of letters is written in a text."""
    bare = run.strip()
    if not bare or len(bare) > _LONGEST or _NOTE_MARK.fullmatch(bare):
        return run
    forms = FORMS[height]
    letters = [forms.get(_SAME.get(letter, letter)) for letter in bare if not letter.isspace()]
    if None not in letters:
        return "".join(filter(None, letters))
    return f"{'^' if height == 'sup' else '_'}{{{bare}}}"
