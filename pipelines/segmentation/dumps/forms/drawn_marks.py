"""Undo the way in which text browsers draw superscripts, subscripts, deleted and inserted text, where it is certain.

w3m and lynx print `CO[2]`, `H[α]`, `10^6`, `x^n`, `^[3]`, `[DEL:…:DEL]`; links prints `CO_2`, pandoc `H_(α)` and
`5^(th)`. The HTML page gives CO₂, H_{α}, 10⁶, xⁿ, `[3]`, 5ᵗʰ and deleted text with a mark.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from pipelines.chrome.raised_letters import Height, shown

if TYPE_CHECKING:
    from kepu.records.article import MarkKind
    from pipelines.chrome.line_pieces import Marks

_ELEMENTS = (
    "H|D(?=\\[\\d\\]O)|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Sc|Ti|V|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|Ge|As|Se|Br|Kr|Rb|Sr|Y|Zr|Nb|Mo"
    "|Tc|Ru|Rh|Pd|Ag|Cd|In|Sn|Sb|Te|I|Xe|Cs|Ba|La|Ce|Nd|Sm|Eu|Gd|W|Pt|Au|Hg|Pb|Bi|Rn|Ra|Th|U|Pu"
)
_GREEK = "Α-Ωα-ωϕϵ"
_WORDS = "PM|SpO|SaO|PaO|PaCO|FiO|VO|HbA|IC|EC|LD|ED|GI|FEV|FT|log|lg|ln|维生素[BDK]|辅酶Q"
"""Words and signs that have an index: PM₂.₅, SpO₂, HbA₁c, IC₅₀, log₂, 维生素D₃."""
_NUMBER = r"\d{1,3}(?:\s?\.\s?\d)?"
_INDEX = re.compile(rf"\s?\[\s?({_NUMBER}|(?:\d?\s?[-−]\s?)?[nxyzδ]|\d?n\s?[+]\s?\d|\d[a-z])\s?\]")
"""The index of a formula."""
_LOWERED = re.compile(
    rf"(?P<before>(?<![A-Za-z])(?:{_WORDS}"
    rf"|(?<!维生素)(?:(?:{_ELEMENTS})(?:\[[^\[\]]{{1,4}}\])?|\)){{0,24}}(?:{_ELEMENTS}|\)|\])))"
    + _INDEX.pattern
)
_END_OF_BASE = rf"[A-Za-z{_GREEK}°℃℉%)）]|(?<=\w)\]|(?<=\d)"
_RAISED = re.compile(
    rf"(?P<before>{_END_OF_BASE}|[\u4e00-\u9fff])\s?\^\s?"
    r"(?P<high>(?<=10\^)[-−]?\d{1,2}\.\d{1,2}"
    r"|[-+−]/[-+−]"
    r"|\d?[-+−](?=$|[^\w.(\[]|[\u4e00-\u9fff]|[BT] ?(?:淋巴)?细胞)|[-+−]?\s?\d{1,3})(?!\d|\.\d)"
)
"""A number, an electric charge or a pair of alleles: `10^-6`, `Ca^2+`, `p53^-/-`, but not the plus of `x^2+y^2`."""
_RAISED_LETTERS = re.compile(
    rf"(?P<before>(?<=\d)|(?<![A-Za-z])[A-Za-z{_GREEK}]|[)）]|(?<=\w)\])\s?\^\s?"
    rf"(?P<high>(?:(?<=[0-9e]\^)[-−])?[A-Za-z{_GREEK}]|(?<=[0-9]\^)(?:th|st|nd|rd))(?![A-Za-z0-9{_GREEK}^_+−/(\[-])"
    rf"|(?<![A-Za-z])(?P<operand>[A-Za-z{_GREEK}])\^(?P<same>[A-Za-z])(?=[-+−][A-Za-z{_GREEK}]\^(?P=same)(?![A-Za-z0-9]))"
)
"""`x^n`, `5^th`: letters whose end is certain, because no letter, digit or operator follows.

The exponent of `x^n+y^n` ends before the operator, because the next operand has the same.
"""
_RAISED_NOTE = re.compile(
    r"(?P<before>[。，、；：！？…”’」』》,.;:!?\"'](?<!\d[.,:]))\s?\^\s?(?P<high>[1-9]\d?(?:[,，、–-][1-9]\d?)+$|[1-9]\d?(?![\d年月日时分秒%％℃]|\s?[,，、~～–-]\s?\d|\.\d|\s\d))"
)
"""The number of a note behind a punctuation mark: `。^3`.

With more digits, or with a list of numbers inside a paragraph, its end is unknown.
"""
_ISOTOPE = re.compile(rf"\^\s?(?P<high>\d{{1,3}}m?)(?=(?:{_ELEMENTS})(?![a-z]))")
"""The mass number before an element: `^14C`, `^99mTc`."""
_TRADEMARK = re.compile(r"\^\s?(?P<high>TM)(?![A-Za-z])")
_DRAWN_BY_LINKS = re.compile(
    rf"(?<![A-Za-z_])(?:(?:{_ELEMENTS}|\))(?:_(?:\d{{1,2}}|[nx](?![a-z])))?|\()++(?![0-9a-z_]|[-+−][0-9a-zδ])"
)
"""A formula as links draws it: `CO_2`, `C_6H_12O_6`. The possessive quantifier avoids quadratic backtracking."""
_INDEX_OF_LINKS = re.compile(r"(?<=[A-Za-z)])_(\d{1,2}|[nx])")
_LETTER_OF_LINKS = re.compile(
    rf"(?<![A-Za-z_@/.{_GREEK}])(?<![A-Za-z_][0-9])(?P<before>[A-Za-z{_GREEK}]|{_WORDS})_"
    rf"(?!(?<=log_)\d\d)(?P<low>[{_GREEK}⊙☉⊕∞]{{1,3}}|(?<![A-Z]_)[A-Z]|[a-z]{{1,3}}|\d{{1,3}}[a-z]?|\d\.\d)(?![A-Za-z0-9_{_GREEK}+−/(\[@-]|\.\w)"
)
"""A letter and its index as links draws them: `H_α`, `V_max`; where another letter follows, its end is unknown."""
_DRAWN_IN_BRACES = re.compile(r"(?P<sign>[_^])\{(?P<run>[^{}\\$\n]{1,24})\}")
"""`H_{α}`, `Ca^{2+}`, as in TeX: what Markdown writes in HTML."""
_DRAWN_BY_PANDOC = re.compile(
    r"(?<=\S)(?P<sign>[_^])\((?P<run>(?!注?\d*\))[^()\n]{1,24}|[(（][^()（）\n]{1,12}[)）])\)"
)
"""`H_(α)`, `5^(th)`, `^([3])`, as pandoc draws a run that Unicode lacks in that form."""
_LETTER = re.compile(
    rf"(?<![A-Za-z{_GREEK}])(?P<before>[A-Za-z{_GREEK}])\s?\[\s?(?P<low>[0-9A-Za-z{_GREEK}+−=,./-]{{1,8}}|[⊙☉⊕∞])\s?\]"
    r"(?! ?[a-z])"
)
"""A letter and its index; the number of a note follows a word instead."""
_COUNTER = re.compile(
    r"[a-z]\[(?:[ijkmn]\](?!\^)|(?!\d/\d\])[^\[\]]*[-+−,./=].*)|[A-Z]\[(?!\d/\d\])[^\[\]]*[-+−,./=]"
)
"""An index that programs have as well: `a[i]`, `a[n+1]`."""
_KIND_OF_WORK = re.compile(r"[A-Z]\[[JMNDCRSPGZA]\](?=[.．,，/])")
"""The kind of a work in a bibliography, behind a title that ends with a letter: `维生素C[J].`."""
_PROGRAM = re.compile(r"数组|下标|代码|编程|程序|变量|==|;|\bint\b|print")
"""What shows that `a[0]` may be written in a programming language."""
_NOTE = re.compile(
    r"\s?\^\s?(?P<note>(?!\(注)[\[［【〔（(]\s?(?:注|note)?\s?[\d,，、~～–-]{1,12}\s?[\]］】〕）)]"
    r"|[\[［【〔（]注[\]］】〕）]|[①-⑳⑴-⒇*＊†‡§®™©℠°′″]+|注\d++|注(?![\d\u4e00-\u9fff]))"
)
_HAN_INDEX = re.compile(
    r"(?<![A-Za-z])(?P<before>[A-Za-z])\s?"
    r"(?:\[\s?(?P<low>[\u4e00-\u9fff]{1,4})\s?\]|\^\s?(?P<high>[\u4e00-\u9fff])(?![\u4e00-\u9fff]))"
)
"""A letter whose index is a word, `T[最高]`: the article's text has it in TeX's notation."""
_STRUCK = re.compile(r"\[ ?(DEL|S|INS) ?: ?(.{0,2000}?)(?: :\1\] ?| ?: ?\1 ?\])", re.DOTALL)
"""Deleted or inserted text; lynx writes a space of its own behind it and inside, `[DEL: 旧的 :DEL] 新的`."""
_ABOUT_MARKS = re.compile(_PROGRAM.pattern + r"|标签|标记|记号|符号|字符|源码|HTML|字样|打出|写[在出]|键盘")
"""What shows that `[INS:…:INS]` may be an example in a text about such marks."""
_TYPED_POWER = re.compile(
    r"\*\*|==|键盘|[键敲]入|代码|编程语言|Python|Excel|LaTeX|异或|脱字|插入符|乘方号|尖号|尖角号"
)
"""What shows that `2^10` may have been typed as it is."""
_DOUBTFUL_POWER = re.compile(_PROGRAM.pattern + r"|[书]?写[成作为]|记[作为]|输入|符号|记号|(?<![\d.])2\^\d")
"""What leaves a doubt about `2^10`, though a raised number is likelier."""
_YEAR = re.compile(r"(?<![一二三四五六七八九〇])[一二](?:[〇零一二三四五六七八九]|  ){3}(?=年)")
_DOUBT = re.compile(
    rf"[A-Za-z)]\[\d{{1,3}}\]|[A-Za-z{_GREEK})]\[(?![A-Z]+\]|EB/)[^\[\]\s\u2e80-\uffff]{{1,8}}\]"
    rf"|(?:(?<![A-Za-z_@/.])(?<![A-Za-z_][0-9])[A-Za-z{_GREEK}]{{1,3}}|\))_(?:[A-Za-z0-9{_GREEK}]{{1,3}}(?![A-Za-z0-9_@])|[\u4e00-\u9fff])"
    rf"|[A-Za-z0-9)）\]{_GREEK}\u4e00-\u9fff]\^[^\s{{_^]"
    r"|\^\s?\d|\[ ?(?:DEL|S|INS) ?:|: ?(?:DEL|S|INS) ?\]|\A\[[^\[\]]*。[^\[\]]*\]\Z"
)

_DRAWN = re.compile(r"[\[^_]|  ")
"""What every text with drawn runs has."""

Run: TypeAlias = "tuple[int, int, str, MarkKind | None, str]"
"""Start, end, text of the page, kind of mark, and plain letters of a drawn run."""


def undo(text: str) -> "tuple[str, Marks, bool]":
    """Return the text as on its page, the marks of its runs, and whether a drawn form was left because it is doubtful.

    The character 〇, which GB2312 does not have, becomes two spaces in a dump; in a year (二〇四〇年) it is restored.
    """
    if not _DRAWN.search(text):
        return text, [], False
    if "_" in text:
        text = _DRAWN_BY_LINKS.sub(lambda formula: _INDEX_OF_LINKS.sub(r"[\1]", formula[0]), text)
    text = _YEAR.sub(lambda year: year[0].replace("  ", "〇"), text)
    pieces: list[str] = []
    marks: Marks = []
    size = at = 0
    for start, end, run, kind, source in sorted(_runs(text), key=lambda each: (each[0], -each[1])):
        if start < at:
            continue
        pieces += [text[at:start], run]
        size += start - at
        if kind is not None:
            marks.append((size, size + len(run), kind, source))
        size += len(run)
        at = end
    done = "".join([*pieces, text[at:]])
    power = "^" in text and _DOUBTFUL_POWER.search(text) and _RAISED.search(text)
    return done, marks, bool(power) or _DOUBT.search(done) is not None


def _runs(text: str) -> Iterator[Run]:
    """Yield each drawn run that is certain."""
    for match in _STRUCK.finditer(text):
        if not match[2].strip():
            continue
        whole = match.start() == 0 and match.end() == len(text)
        if not whole and _ABOUT_MARKS.search(text):
            continue
        yield match.start(), match.end(), match[2], None if match[1] == "INS" else "del", match[2]
    typed = _TYPED_POWER.search(text)
    for match in chain(() if typed else _RAISED.finditer(text), _RAISED_NOTE.finditer(text)):
        yield _run(match.end("before"), match.end(), match["high"], "sup")
    for match in () if typed else _RAISED_LETTERS.finditer(text):
        base, high = ("operand", "same") if match["same"] else ("before", "high")
        yield _run(match.end(base), match.end(), match[high], "sup")
    for match in chain(_ISOTOPE.finditer(text), _TRADEMARK.finditer(text)):
        yield _run(match.start(), match.end(), match["high"], "sup")
    for match in _NOTE.finditer(text):
        yield match.start(), match.end(), match["note"], "sup", match["note"]
    for match in _HAN_INDEX.finditer(text):
        kind: Height = "sub" if match["low"] else "sup"
        yield _run(match.end("before"), match.end(), match["low"] or match["high"], kind)
    for match in chain(_DRAWN_BY_PANDOC.finditer(text), _DRAWN_IN_BRACES.finditer(text)):
        yield _run(match.start(), match.end(), match["run"], "sub" if match["sign"] == "_" else "sup")
    yield from _lowered(text)


def _lowered(text: str) -> Iterator[Run]:
    """Yield each lowered run that is certain."""
    # Each index makes the next one sure: `H[2]SO[4]`.
    for match in _LOWERED.finditer(text):
        at = match.start("before")
        for index in _INDEX.finditer(text[at : match.end()]):
            yield _run(at + index.start(), at + index.end(), index[1], "sub")
    program = _PROGRAM.search(text) is not None
    for match in _LETTER_OF_LINKS.finditer(text):
        if program and not re.search(f"[{_GREEK}]", match[0]):
            continue
        yield _run(match.end("before"), match.end(), match["low"], "sub")
    letters = list(_LETTER.finditer(text))
    indexes = defaultdict[str, set[str]](set)
    for match in letters:
        indexes[match["before"]].add(match["low"])
    for match in letters:
        base, low = match["before"], match["low"]
        greek = re.search(f"[{_GREEK}]", base + low) is not None
        # A note has a number that is not 0, and does not follow the same letter twice with two numbers.
        number = low.isdecimal() and low != "0" and len(indexes[base]) == 1
        other = _COUNTER.match(text, match.start()) or _KIND_OF_WORK.match(text, match.start())
        if greek or not (program or number or other):
            yield _run(match.end("before"), match.end(), low, "sub")


def _run(start: int, end: int, letters: str, kind: Height) -> Run:
    plain = "".join(letters.split())
    return start, end, shown(plain, kind), kind, plain
