"""Recognise calls to readers and copyright notices by the share of a line that their typical words cover.

Calls and notices cannot all be listed as whole sentences, but they contain little else. A sentence of popular science
may have some of these words, but is mostly about its subject: 扫描二维码时，摄像头先找角上的方块。
"""

import re
import tomllib
from pathlib import Path

_WORDS = {
    name: frozenset(text.split())
    for name, text in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
"""The vocabularies in chrome_vocabulary.toml by name."""
_CALLS, _NOTICES = _WORDS["actions"] | _WORDS["calls"], _WORDS["rights"] | _WORDS["notices"]
"""The words that count for a call, and those that count for a notice."""
_ACTION, _RIGHT = (
    re.compile("|".join(sorted(map(re.escape, _WORDS[name]), reverse=True))) for name in ("actions", "rights")
)
"""Match a word that a call must have, and one that a notice must have."""
_LONGEST = max(map(len, _CALLS | _NOTICES))
"""Number of characters of the longest word."""

_NAMED = re.compile(
    r"[“《‘「][^”》’」]{1,14}[”》’」]|(?:https?:)?[\w.+-]+@[\w.-]+|https?:[\w/.:?=&-]+|www\.[\w./-]+|[A-Za-z\d_-]{4,}"
)
"""Matches names in quotation marks, addresses, numbers and accounts, which are not counted."""

_MAKER = re.compile("出品|监制|供稿|供图")
"""Matches a word that says who made the article."""

_MARK = re.compile(r"[^\w]|_")
"""Matches a character that is not counted: anything but letters and digits."""

CALL_SHARE, NOTICE_SHARE = 0.72, 0.8
"""Minimum share of a line's characters covered by a vocabulary for it to be a call or a notice.

Chosen so that they separate the calls and notices from the sentences in tests/pipelines/chrome/test_boilerplate.py.
"""


def is_call(line: str) -> bool:
    """Return whether a line without white space mostly asks readers to share, follow or write."""
    return _ACTION.search(line) is not None and _share(line, _CALLS) >= CALL_SHARE


def is_notice_of_rights(line: str) -> bool:
    """Return whether a line without white space is mostly a copyright notice or a disclaimer.

    A line that says who made the article is not.
    """
    return (
        _RIGHT.search(line) is not None
        and _MAKER.search(line) is None
        and _share(line, _NOTICES) >= NOTICE_SHARE
    )


def _share(line: str, vocabulary: frozenset[str]) -> float:
    """Return the share of a line's characters, without names and numbers, that words of a vocabulary cover."""
    letters = _MARK.sub("", _NAMED.sub("", line))
    covered = [0]
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - _LONGEST), end)
        words = (covered[start] + end - start for start in starts if letters[start:end] in vocabulary)
        covered.append(max([covered[-1], *words]))
    return covered[-1] / len(letters) if letters else 1.0
