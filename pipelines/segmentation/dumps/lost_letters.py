"""What a GB2312 decoder did to letters outside its set: half of the letter is left, and only candidates can be given.

A letter of GBK that GB2312 lacks has a lead byte that a strict decoder drops, and a trail byte that is often ASCII:
峣 is 8D 69, so 刘峣 comes out as 刘 i (a real page of December 2023). Many letters share a trail byte.
"""

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where a letter may have been lost."""

    start: int
    """Offsets into the text that was searched."""
    end: int
    left: str
    """What stands there."""
    candidates: str
    """The letters that it may have been, those commonest in names first; empty where the damage ran on into the next
    letters."""


_HALF = re.compile("(?<=[\u4e00-\u9fff])[ \u00a0\u3000]*([@-~])(?![A-Za-z0-9@-~])")
_RUN_ON = re.compile(
    "[∶∷⊥⌒≮≯♂♀§№☆★○●◎◇◆□■△▲※〓ⅰ-ⅹ①-⑩⑴-⒛㈠-㈩ぁ-ゖァ-ヺΑ-Ωα-ωА-яё\u3105-\u3129āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü《》￣￠￡]"
)


def find_damage(byline: str) -> list[Damage]:
    """Places in a byline where a decoder for GB2312 lost a letter, each with its candidates. Nothing is repaired.

    A single ASCII character after Han is half a letter; symbols, kana and phonetic letters between names are the
    rest of a line in which the damage ran on.
    """
    found = [
        Damage(m.start(1), m.end(1), m[1], candidates(m[1]))
        for m in _HALF.finditer(byline)
        if candidates(m[1])
    ]
    found += [Damage(m.start(), m.end(), m[0], "") for m in _RUN_ON.finditer(byline)]
    return sorted(found, key=lambda damage: damage.start)


_IN_NAMES = (
    "玥祎珺昇璟瑄旸赟烜燚昉昺頔镕翾瀞禕媞琤琎珅瑀璠璘瓅玙玭玚琇婳媖焜旻昳釭鋆鑑锳镠峣峂濬淏瀅汭沄翯骉骙骎鹓鵬竑琀"
    "琲祐禛禩禔禤颋飏飖馡鹍俍儁侹俶凱塏奡媜孖宬廙弢抃旼昪昰晊朏杕杬桭榞橪沚渟焮爔玕玘玠玹琯瑆瑊璈"
)
"""Letters outside GB2312 that given names are made of today, by our own knowledge, the commonest first."""


@cache
def candidates(left: str) -> str:
    """Return the Han that GBK has and GB2312 has not, and of which the last byte is this ASCII character.

    Those that names are made of come first (`_IN_NAMES`), the others in the order of GBK.
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
