"""Recognise two short texts that are the same form with different days, numbers, places or names filled in."""

import re
from collections import Counter
from difflib import SequenceMatcher

from archive.duplicates.equal_letters import folded

SHORT_TEXT = 280
"""Maximum number of letters of a filled form. In a longer text, a changed number is a correction."""

TINY = 60
"""Maximum number of letters of a text whose sentences are so short that the gaps may be most of a sentence."""

VERY_SHORT = 160
"""Maximum number of letters of a text in which one changed letter may be part of a name. In a longer text it is a
correction.
"""

ALIKE, TINY_ALIKE = 0.55, 0.3
"""Minimum share of letters that two sentences have in common to count as one sentence with different gaps. The second
value applies to texts of at most TINY letters.
"""

_SENTENCE = re.compile(r"[^。！？；…!?;\n]+[。！？；…!?;]*")
_CREDIT = re.compile(
    r"^[(\[【]?(?:责编|责任编辑|编辑|来源|稿件来源|记者|作者|文/|图/|原题|审核|(?:本文)?转自|原载)"
)
_DATELINE = re.compile(
    r"^(?:【[^】]{1,20}】|[^,.]{0,12}?(?:[0-9一二三四五六七八九十]+月[0-9一二三四五六七八九十]+日)?[电讯](?:\([^)]{1,20}\))"
    r"|(?:据|本报|本网|本台|新华社|中新社|人民网|记者|通讯员)[^,.:]{0,20}?(?:消息|报道|报导|电|讯)[,:]?)"
)
_NUMERAL = re.compile(r"[0-9〇零一二三四五六七八九十百千万两]")

Gap = tuple[str, str]
"""The words of one text, and those that the other has in their place."""


def are_gaps(a: str, b: str) -> bool:
    """Return whether two texts are short and differ only in what fills the gaps of the same sentences."""
    longer = max(len(a), len(b))
    if longer > SHORT_TEXT * 1.5:
        return False
    found = gaps(a, b)
    longer = max(_letters(a), _letters(b))
    return found is not None and longer <= SHORT_TEXT and any(_is_telling(gap, longer) for gap in found)


def gaps(a: str, b: str) -> list[Gap] | None:
    """Return the words that differ within the shared sentences, or None if whole sentences differ.

    Credit lines are ignored: an editor's name says nothing about the text. So are words that only one text has before
    its first sentence, which say who sent or printed it.
    """
    all_own, all_others = _without_openings(sentences(a), sentences(b))
    own, others = (
        _without_credits(side) for side in (_without(all_own, all_others), _without(all_others, all_own))
    )
    if not own or len(own) != len(others):
        return None
    alike = TINY_ALIKE if max(_letters(a), _letters(b)) <= TINY else ALIKE
    found: list[Gap] = []
    for one, other in zip(own, others, strict=True):
        replaced = _replaced(one, other, alike)
        if replaced is None:
            return None
        found += replaced
    return found


def _without_credits(sentences: list[str]) -> list[str]:
    """Return the sentences without credit lines and without datelines at their beginning."""
    return [_DATELINE.sub("", each) for each in sentences if not _CREDIT.match(each)]


def _without_openings(own: list[str], others: list[str]) -> tuple[list[str], list[str]]:
    """Return the sentences of two texts without datelines, and without words that only one of them begins with."""
    if not (own and others):
        return own, others
    first, second = (_DATELINE.sub("", each[0]) for each in (own, others))
    if first and second and (first.endswith(second) or second.endswith(first)):
        first = second = min(first, second, key=len)
    return [first, *own[1:]], [second, *others[1:]]


def differences(a: str, b: str) -> tuple[list[str], list[str], list[Gap]]:
    """Return the sentences that only one of the texts has, as printed, and what differs within similar sentences.

    Sentences that differ in some letters only are reported by these letters, normalised for comparison.
    """
    own, others = _printed(a), _printed(b)
    left, right = _without(list(own), list(others)), _without(list(others), list(own))
    replaced: list[Gap] = []
    only_left = []
    for one in left:
        found = next(((other, gaps_) for other in right if (gaps_ := _replaced(one, other, ALIKE))), None)
        if found is None:
            only_left.append(one)
            continue
        right.remove(found[0])
        replaced += found[1]
    return [own[each] for each in only_left], [others[each] for each in right], replaced


def _printed(text: str) -> dict[str, str]:
    """Map the sentences of a text, normalised for comparison, to their printed form."""
    found = ((folded(each).rstrip(".!?;…"), each.strip()) for each in _SENTENCE.findall(text))
    return {letters: each for letters, each in found if letters}


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, normalised for comparison: without white space and end marks."""
    found = _SENTENCE.findall(text)
    return [letters for each in found if (letters := folded(each).rstrip(".!?;…"))]


def _without(these: list[str], those: list[str]) -> list[str]:
    left = Counter(those)
    found = []
    for each in these:
        if left[each] > 0:
            left[each] -= 1
        else:
            found.append(each)
    return found


def _replaced(a: str, b: str, alike: float) -> list[Gap] | None:
    """Return what differs between two sentences, or None if they are different sentences."""
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.real_quick_ratio() < alike or matcher.ratio() < alike:
        return None
    return [(a[i:j], b[k:m]) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def _is_telling(gap: Gap, length: int) -> bool:
    """Return whether the gap has different contents rather than a corrected letter."""
    one, other = gap
    if _NUMERAL.search(one) or _NUMERAL.search(other):
        return True
    return max(len(one), len(other)) >= (1 if length <= VERY_SHORT else 2)


def _letters(text: str) -> int:
    return len("".join(text.split()))
