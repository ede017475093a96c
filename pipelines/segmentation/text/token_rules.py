"""Find tokens by rules, independently of the segmenter: numbers, dates, formulas, Latin runs, addresses, emoji.

Rules are tried at characters in STARTS, and the first match wins. Full-width letters and digits count as their
half-width forms (`half_width`), which does not change offsets.
"""

import re
from collections.abc import Iterator
from typing import Literal

Merging = Literal["all", "least"]
"""`all`: a number is one token with its unit of time or its power of ten (2023年, 100亿). `least`: they are separate
tokens, as in Universal Dependencies.
"""

_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u0370-\u03ff\u0400-\u04ff"
_RAISED = "\u00b2\u00b3\u00b9\u2070\u2071\u2074-\u208e\u2090-\u209c"
"""Superscripts and subscripts."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_URL = r"A-Za-z0-9\-._~:/?#@!$&'*+,;=%"
_PROSE = "[和与或及的是为上中里内可即就查看点更了下获进报注登浏访在将并也都请来去]"
_HAN_IN_URL = (
    rf"(?:(?<=[=_(])|(?<=[A-Za-z0-9_%]/)(?!{_PROSE}))(?<!:/)[{_HAN}]{{1,12}}(?![{_HAN}])"
    rf"|(?<=[{_HAN}]/)[{_HAN}]{{1,12}}(?![{_HAN}])"
)
"""Matches Han characters within a path: after = _ (, or after a slash, unless prose begins there (…/list/查看)."""
_IN_BRACKETS = rf"\([{_URL}{_HAN}]{{0,99}}\)|\[[{_URL}]{{0,99}}\]"
URL = (
    rf"(?:https?|ftp)://(?:[A-Za-z0-9.:@_-]+(?:/[{_HAN}]{{1,12}}(?=[/_.?=#%]))?|(?=\[)|[{_HAN}]{{1,12}}(?=\.))"
    rf"(?:(?!https?://)[{_URL}]|{_IN_BRACKETS}|(?<!//){_HAN_IN_URL})*(?<![.,;:!?'])"
)
"""Matches a URL, also with Han characters in its path (…/wiki/水星_(行星))."""
_DASH = "[-－‐‑–]"
_EMOJI = (
    "[\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a\u231b\u2328\u23cf-\u23fa\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
    "(?:\ufe0f?\u20e3|[\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff])?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
)
_UNITS = (
    "[cdkmnμu]?m|[kmμun]?g|[mμun]?s|t|h|min|d|ha|[kMGT]?Hz|[kmM]?V|[mkμ]?A|[kMGm]?W|[kMGT]?Wh|[kM]?N|[kM]?J|[kMGh]?Pa"
    "|[mdμ]?L|[mdμ]?l|m?mol|[kMGT]?eV|[KMGTP]?B|[kKMGT]?bps|[kMG]b|dB|lx|lm|cd|rad"
)
"""Units of measurement, which are tokens of their own after a number (5kg), unlike the letters in 5G and 3D."""

_NUMERALS = "0-9一二三四五六七八九十百千万两"
_NOT_COUNTED = "".join(rf"(?<![{_NUMERALS}]{f'[{_HAN}]' * n})" for n in range(4))
_CLOSING = r"A-Za-z0-9)）\]】〕》〉”’」』\"'%％‰℃℉°′″" + _RAISED
_MINUS = (
    rf"−|(?<![{_HAN}])[-－]|(?<=[为是到至于达得在从自约有即或和与及比])(?<!华为)[-－]|{_NOT_COUNTED}(?<![图表式例附第])[-－]"
    r"(?=\d+(?:\.\d+)?\s?(?:[℃℉°%％‰]|摄氏度|华氏度)|\d+\.\d)"
)
_SIGN = rf"(?:(?:±|(?<![{_CLOSING}])(?:\+|{_MINUS}))(?!\d+[DGKP](?![A-Za-z])))?"
"""Matches the sign of a number. A hyphen is no sign after a letter, digit, unit, closing mark or Han character: it
belongs to a range or a designation. The exceptions are words that a value follows (降到-5), and units and fractions,
which no designation has (气温-40℃), unless a number with its unit stands before the hyphen (5度-10℃).
"""

_OPERAND = rf"(?:[{_LETTER}0-9.∑∆√∞π{_RAISED}]|\([{_LETTER}0-9.+\-*/^{_RAISED}]{{1,30}}\)){{1,40}}+"
_OPERATOR = r"[+\-−–·×*÷/^±]"
_RELATION = "(?:[<>]=|[=≈≠≤≥<>→⇌≡∝])"
_TERMS = rf"(?:{_OPERATOR}{_OPERAND}){{0,12}}+"
_FORMULA = rf"(?:{_OPERAND}{_OPERATOR}){{0,12}}+{_OPERAND}(?:{_RELATION}[+\-−]?{_OPERAND}{_TERMS}){{1,4}}"

_UNIT = rf"[{_LETTER}℃°]{{1,4}}[{_RAISED}]*"

_RULES = {
    "url": rf"{URL}"
    r"|www\.[A-Za-z0-9\-._~/?#=&%]+(?<![.?])",
    "e-mail": r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
    "doi": r"10\.\d{4,9}/[A-Za-z0-9\-._;()/:]+(?<![.,;:)/])",
    "keycap": "[0-9#*]\ufe0f?\u20e3",
    "emoji": f"[\U0001f1e6-\U0001f1ff]{{2}}|{_EMOJI}(?:\u200d{_EMOJI})*",
    "formula": _FORMULA,
    "isotope": rf"[⁰¹²³⁴-⁹]{{1,3}}[A-Z][a-z]?(?![a-z])[A-Za-z0-9{_RAISED}]*(?:-[A-Za-z0-9]+)*",
    "compound unit": rf"{_UNIT}/\({_UNIT}(?:[·⋅•.*×/]{_UNIT}){{0,4}}\)",
    "phone": rf"[（(]\+?0?\d{{2,4}}[)）]{_DASH}?(?:0?\d{{2,3}}{_DASH})?"
    rf"(?:\d{{7,8}}|\d{{3,4}}{_DASH}\d{{4}})(?:{_DASH}\d{{1,6}})?(?![0-9])"
    rf"|\+\d{{1,3}}(?:{_DASH}\d{{2,11}}){{1,4}}"
    rf"|(?:[48]00{_DASH}\d{{3,4}}{_DASH}\d{{3,4}}|0\d{{2,3}}{_DASH}\d{{7,8}}(?:{_DASH}\d{{1,6}})?"
    rf"|1[3-9]\d{_DASH}?\d{{4}}{_DASH}?\d{{4}})(?![0-9])",
    "date": r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?![0-9])|\d{1,2}:\d{2}(?::\d{2})?(?![0-9])",
    "decade": r"\d{2,4}年代|\d{1,2}世纪",
    "time": r"\d{2,4}年|\d{1,2}月(?:份)?|\d{1,2}[日时分秒](?!之)",
    "version": r"[vV]?\d+(?:\.\d+){2,}",
    "serial": r"\d+(?:-\d+){2,}(?![0-9A-Za-z])",
    "fraction": r"\d{1,9}/\d{1,9}(?![0-9/])",
    "power": rf"\d+(?:\.\d+)?[{_RAISED}]+",
    "model": rf"\d++(?:\.\d++(?=[A-Z]))?+(?!(?:{_UNITS})(?![A-Za-z0-9]))[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*",
    "number": _SIGN + r"(?<![A-Za-z0-9])\d+(?:,\d{3})*(?:\.\d+)?(?:[%％‰]|MERGED)?",
    "group": r"[A-Z][A-Za-z0-9₀-₉]*(?:\([A-Z][A-Za-z0-9₀-₉]*\)[0-9₀-₉]+[A-Za-z0-9₀-₉]*)+",
    "latin": rf"[{_LETTER}][{_LETTER}0-9{_RAISED}]*(?:[-_.'’&/+·⋅][{_LETTER}0-9{_RAISED}]+)*[+#]*",
    "sign": "°[CF]|[°℃℉]",
}
"""Map the name of each rule to its regular expression, in the order in which they are tried."""

_MERGES = frozenset({"decade", "time"})


def _compiled(*, merging: bool) -> re.Pattern[str]:
    rules = {name: rule for name, rule in _RULES.items() if merging or name not in _MERGES}
    rules["number"] = rules["number"].replace("MERGED", "[百千万亿兆]+" if merging else "(?!)")
    return re.compile("|".join(f"(?:{rule})" for rule in rules.values()))


_PATTERNS: dict[str, re.Pattern[str]] = {"all": _compiled(merging=True), "least": _compiled(merging=False)}

STARTS = re.compile(
    f"[{_LETTER}0-9+\\-±−－（(⁰¹²³⁴-⁹°℃℉√∑∆#*\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23fa\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
"""Matches the characters with which a token by rule can begin; all others are skipped quickly."""

_HALVES = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_HALVES[0xFF0E] = ord(".")
_WIDE = re.compile("[\uff0e\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")


def half_width(text: str) -> str:
    """Return a text of the same length with its full-width letters, digits and points in half width."""
    return text.translate(_HALVES) if _WIDE.search(text) else text


def tokens_by_rule(
    text: str, merging: Merging = "all", start: int = 0, end: int | None = None
) -> Iterator[tuple[int, int]]:
    """Yield the tokens by rule between two offsets of a text as (start, end), in order.

    The text must be in half width (`half_width`) and in simplified characters.
    """
    search, match = STARTS.search, _PATTERNS[merging].match
    stop = len(text) if end is None else end
    at = start
    while first := search(text, at, stop):
        found = match(text, first.start(), stop)
        if found:
            yield found.span()
        at = found.end() if found else first.end()
