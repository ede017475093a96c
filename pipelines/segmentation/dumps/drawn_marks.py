"""Undo the way in which text browsers draw superscripts, subscripts, deleted and inserted text, where it is certain.

w3m and lynx print `CO[2]`, `10^6`, `^[3]`, `[DEL:…:DEL]`; the HTML page gives CO₂, 10⁶, `[3]` and deleted text with a
mark.
"""

import re
from itertools import chain

from kepu.records.article import MarkKind
from pipelines.chrome.line_pieces import Marks
from pipelines.chrome.raised_letters import shown

_ELEMENTS = (
    "H|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Sc|Ti|V|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|Ge|As|Se|Br|Kr|Rb|Sr|Y|Zr|Nb|Mo"
    "|Tc|Ru|Rh|Pd|Ag|Cd|In|Sn|Sb|Te|I|Xe|Cs|Ba|La|Ce|Nd|Sm|Eu|Gd|W|Pt|Au|Hg|Pb|Bi|Rn|Ra|Th|U|Pu"
)
_INDEX = re.compile(r"\s?\[\s?(\d{1,3}(?:\s?\.\s?\d)?)\s?\]")
_LOWERED = re.compile(
    rf"(?P<before>(?<![A-Za-z])(?:PM|(?:(?:{_ELEMENTS})(?:\[\d{{1,3}}\])?|\)){{0,24}}(?:{_ELEMENTS}|\)|\])))"
    + _INDEX.pattern
)
_RAISED = re.compile(
    r"(?P<before>(?<![0-9])10|[A-Za-zμΩ°\u4e00-\u9fff)）]|(?<=\[\d)\]|(?<=\d))\s?\^\s?"
    r"(?P<high>[-+−]?\s?\d{1,3}[+-]?|[+-])(?![0-9.])"
)
_DRAWN_BY_LINKS = re.compile(rf"(?<![A-Za-z_])(?:(?:{_ELEMENTS}|\))(?:_\d{{1,2}})?|\()++(?![0-9a-z_])")
"""A formula as links draws it: `CO_2`, `C_6H_12O_6`. The possessive quantifier avoids quadratic backtracking."""
_INDEX_OF_LINKS = re.compile(r"(?<=[A-Za-z)])_(\d{1,2})")
_DRAWN_BY_PANDOC = re.compile(r"\^\(([\[［(（〔]\d{1,3}[\]］)）〕])\)")
"""`^([3])`, as pandoc draws a note."""
_VARIABLE = re.compile(r"(?P<before>(?<![Α-Ωα-ω])[Α-Ωα-ω])" + _INDEX.pattern)
"""A Greek letter and its index; the number of a note follows a word instead."""
_NOTE = re.compile(r"\s?\^\s?(?=[\[［(（〔]\s?\d{1,3}\s?[\]］)）〕]|[①-⑳])")
_HAN_INDEX = re.compile(
    r"(?<![A-Za-z])([A-Za-z])\s?(?:\[\s?([\u4e00-\u9fff]{1,4})\s?\]|\^\s?([\u4e00-\u9fff])(?![\u4e00-\u9fff]))"
)
"""A letter whose index is a word, `T[最高]`: the article's text has it in TeX's notation."""
_STRUCK = re.compile(r"\[ ?(DEL|S|INS) ?: ?(.{0,2000}?) ?: ?\1 ?\]", re.DOTALL)
_YEAR = re.compile(r"(?<![一二三四五六七八九〇])[一二](?:[〇零一二三四五六七八九]|  ){3}(?=年)")
_DOUBT = re.compile(r"[A-Za-z)]\[\d{1,3}\]|\w\^[^\s{]")


def undo(text: str) -> tuple[str, Marks, bool]:
    """Return the text as on its page, the marks of its runs, and whether a drawn form was left because it is doubtful.

    The character 〇, which GB2312 does not have, becomes two spaces in a dump; in a year (二〇四〇年) it is restored.
    """
    if not re.search(r"\[|\^|_|  ", text):
        return text, [], False
    text = _DRAWN_BY_PANDOC.sub(r"\1", text)
    if "_" in text:
        text = _DRAWN_BY_LINKS.sub(lambda formula: _INDEX_OF_LINKS.sub(r"[\1]", formula[0]), text)
    text = _YEAR.sub(lambda year: year[0].replace("  ", "〇"), text)
    text = _NOTE.sub("", text)
    text = _HAN_INDEX.sub(
        lambda found: f"{found[1]}_{{{found[2]}}}" if found[2] else f"{found[1]}^{{{found[3]}}}", text
    )
    pieces: list[str] = []
    marks: Marks = []
    size = at = 0
    for start, end, run, kind, source in sorted(_runs(text), key=lambda each: each[:2]):
        if start < at:
            continue
        pieces += [text[at:start], run]
        size += start - at
        if kind is not None:
            marks.append((size, size + len(run), kind, source))
        size += len(run)
        at = end
    done = "".join([*pieces, text[at:]])
    return done, marks, _DOUBT.search(done) is not None


def _runs(text: str) -> list[tuple[int, int, str, MarkKind | None, str]]:
    """Return (start, end, text of the page, kind of mark, plain letters) for each drawn run that is certain."""
    found: list[tuple[int, int, str, MarkKind | None, str]] = [
        (match.start(), match.end(), match[2], None if match[1] == "INS" else "del", match[2])
        for match in _STRUCK.finditer(text)
    ]
    for match in _RAISED.finditer(text):
        plain = "".join(match["high"].split())
        found.append((match.end("before"), match.end(), shown(plain, "sup"), "sup", plain))
    # Each index makes the next one sure: `H[2]SO[4]`.
    for match in chain(_LOWERED.finditer(text), _VARIABLE.finditer(text)):
        at = match.start("before")
        for low in _INDEX.finditer(text[at : match.end()]):
            plain = "".join(low[1].split())
            found.append((at + low.start(), at + low.end(), shown(plain, "sub"), "sub", plain))
    return found
