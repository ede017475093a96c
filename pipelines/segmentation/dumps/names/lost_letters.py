"""Find characters that a GB2312 decoder damaged because they are outside its set, and list the candidates for each.

A letter of GBK that GB2312 lacks has a lead byte that a strict decoder drops, and a trail byte that is often ASCII:
峣 is 8D 69, so 刘峣 comes out as 刘 i (a real page of December 2023). Many letters share a trail byte.
"""

import re
from dataclasses import dataclass
from functools import cache

from pipelines.chrome.fields.bylines import SIGNS


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where a letter may have been lost."""

    start: int
    """Offset at which the place begins in the text that was searched."""
    end: int
    """Offset of its end, exclusive."""
    left: str
    """The characters that are left at this place."""
    candidates: str
    """The characters that may have been lost, those most common in names first; empty if the damage extends to the
    next characters."""


_HALF = re.compile("(?<=[\u4e00-\u9fff])[ \u00a0\u3000]*([@-~])(?![A-Za-z0-9@-~])")
_RUN_ON = re.compile(
    "[∶∷⊥⌒≮≯♂♀§№☆★○●◎◇◆□■△▲※〓ⅰ-ⅹ①-⑩⑴-⒛㈠-㈩ぁ-ゖァ-ヺΑ-Ωα-ωА-яё\u3105-\u3129āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü《》￣￠￡]"
)


_OPENING = re.compile(
    rf"^\s*[{SIGNS}]+|(?<=\s)[{SIGNS}]+(?=\s*(?:本[报刊网]|[\u4e00-\u9fff]{{0,8}}(?:记者|通讯员|实习生)|作者|[文图摄][/／]))"
)
"""Signs that open a byline or one of its roles, which are no parts of letters."""
_ROLE = "文|图|摄|摄影|作者|记者|通讯员|实习生|编辑|校对|审核|监制|统筹"
_BETWEEN = re.compile(
    rf"(?:{_ROLE})[ \u00a0\u3000]*\|(?=[ \u00a0\u3000]*[\u4e00-\u9fff])"
    rf"|\|(?=[ \u00a0\u3000]*(?:{_ROLE}))|《[\u4e00-\u9fff]{{2,12}}》"
)
"""Bars beside a role, and the name of a newspaper in its marks, which are no parts of letters either."""


def find_damage(byline: str) -> list[Damage]:
    """Return the places in a byline where a GB2312 decoder lost a character, each with its candidates.

    A single ASCII character after Han is half of a character; symbols, kana and phonetic letters between names show
    that the damage extends over several characters. The byline is not repaired.
    """
    signs = {
        at for form in (_OPENING, _BETWEEN) for sign in form.finditer(byline) for at in range(*sign.span())
    }
    found = [
        Damage(m.start(1), m.end(1), m[1], candidates(m[1]))
        for m in _HALF.finditer(byline)
        if candidates(m[1]) and m.start(1) not in signs
    ]
    found += [
        Damage(m.start(), m.end(), m[0], "") for m in _RUN_ON.finditer(byline) if m.start() not in signs
    ]
    return sorted(found, key=lambda damage: damage.start)


_IN_NAMES = (
    "玥祎珺昇璟瑄旸赟烜燚昉昺頔镕翾瀞禕媞琤琎珅瑀璠璘瓅玙玭玚琇婳媖焜旻昳釭鋆鑑锳镠峣峂濬淏瀅汭沄翯骉骙骎鹓鵬竑琀"
    "琲祐禛禩禔禤颋飏飖馡鹍俍儁侹俶凱塏奡媜孖宬廙弢抃旼昪昰晊朏杕杬桭榞橪沚渟焮爔玕玘玠玹琯瑆瑊璈"
)
"""Characters outside GB2312 that occur in given names today, the most common first (our own list)."""


@cache
def candidates(left: str) -> str:
    """Return the Han characters of GBK outside GB2312 whose last byte is this ASCII character.

    Those that occur in names come first (`_IN_NAMES`), the others in the order of GBK.
    """
    trail = ord(left)
    found = []
    for lead in range(0x81, 0xFF):
        try:
            char = bytes((lead, trail)).decode("gbk")
        except UnicodeDecodeError:
            continue
        if "\u4e00" <= char <= "\u9fff":
            found.append(char)
    return "".join(sorted(found, key=lambda char: _IN_NAMES.find(char) % (len(_IN_NAMES) + 1)))
