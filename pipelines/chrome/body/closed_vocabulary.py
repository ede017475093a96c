"""Lines made of nothing but the words of a call to readers, or of a notice of rights.

No list of whole sentences can name them all: 别忘了分享给你的朋友哦, 喜欢就点个赞吧, 图片来源网络，侵删. But they
say nothing else. A sentence of popular science always has a word of its own subject, which stands in neither
vocabulary: 扫描二维码时，摄像头先找角上的方块。 or 未经授权，转载他人文章就是侵权。
"""

import tomllib
from pathlib import Path

_WORDS = {
    name: frozenset(text.split())
    for name, text in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
ACTIONS, RIGHTS = _WORDS["actions"], _WORDS["rights"]
"""What readers are asked to do, and what a notice speaks of: a line has to name some of these."""

CALL_WORDS, NOTICE_WORDS = ACTIONS | _WORDS["calls"], RIGHTS | _WORDS["notices"]
"""Every word of calls, and of notices."""

_LONGEST = max(map(len, CALL_WORDS | NOTICE_WORDS))

_MARKS = frozenset("，,。.！!？?；;：:、～~…—–-|｜·*“”\"'‘’（）()【】[]《》「」『』#❤♥★☆👍👇👆↓↑→")
"""Marks between the words."""


def is_call(line: str) -> bool:
    """Tell whether a line, given without white space, is a call to readers to share, follow or comment, and no more."""
    words = _words(line, CALL_WORDS)
    return words is not None and len(words) > 1 and any(word in ACTIONS for word in words)


def is_notice_of_rights(line: str) -> bool:
    """Tell whether a line, given without white space, states rights or no liability, and no more."""
    words = _words(line, NOTICE_WORDS)
    return words is not None and len({word for word in words if word in RIGHTS}) + (len(words) > 2) > 1


def _words(line: str, vocabulary: frozenset[str]) -> list[str] | None:
    """Return the words of a line if all of it is in a vocabulary, as few as possible; None for any other line."""
    ways: list[list[str] | None] = [[]]
    for end in range(1, len(line) + 1):
        ways.append(_shortest(ways, line, end, vocabulary))
    return ways[-1] or None


def _shortest(
    ways: list[list[str] | None], line: str, end: int, vocabulary: frozenset[str]
) -> list[str] | None:
    """Return the fewest words that end at a place, from the fewest that end before it."""
    if line[end - 1] in _MARKS:
        return ways[end - 1]
    found: list[str] | None = None
    for start in range(max(0, end - _LONGEST), end):
        before, word = ways[start], line[start:end]
        if before is not None and word in vocabulary and (found is None or len(before) < len(found) - 1):
            found = [*before, word]
    return found
