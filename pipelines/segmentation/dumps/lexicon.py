"""The lexicon of Latin words, units and phrases, which tells one word that a segmenter cut from two words."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from itertools import pairwise

ARTICLES = frozenset(["a", "A", "I"])
"""Words of one letter."""

_ENDING = re.compile("s is$| us$|i an$|[st] on$|^[A-Z][a-z]+ a$")
"""Endings of names that a segmenter cuts before the last letters (`koraiens is`, `Jacks on`, `Tavir a`)."""
_RUN = re.compile("[A-Za-z][A-Za-z0-9]*")
_PIECE = re.compile("[A-Za-z]+|[0-9]+")
_PHRASE = re.compile("(?<![A-Za-z0-9])[A-Za-z0-9]+(?: [A-Za-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The data of `latin.toml`, and the words and pairs that were learned from clean texts."""

    factors: frozenset[str]
    """Beginnings of units at which segmenters cut them (`15.4k Wh`)."""
    suffixes: frozenset[str]
    """Letters that make one word with the number before them (`5G`, `20th`)."""
    units: frozenset[str]
    """Units of measurement."""
    numbered: frozenset[str]
    """Names that a number follows after a space (`iPhone 15`)."""
    glued: frozenset[str]
    """Names that a number follows directly (`PM2.5`, `IPv6`)."""
    isotopes: frozenset[str]
    """Isotopes, whose number is written directly before or after the element (`14C`)."""
    abbreviations: frozenset[str]
    """Short words that are separate from the longer word before them (`sp`, `al`)."""
    function_words: frozenset[str]
    """Short words of names and titles in several languages (`of`, `de`) that are rarely the ending of a longer word."""
    endings: frozenset[str]
    """Short words that are also the ending of many longer words."""
    seams: frozenset[str]
    """Pairs of letters between which a segmenter may cut a word."""
    words: frozenset[str]
    """Words in lower case."""
    names: frozenset[str]
    """Words with a capital inside, in their own case."""
    phrases: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Neighbours that clean texts separate by a space (`Mate`, `60`)."""
    joined: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Neighbours, letters and digits, that clean texts write as one (`LK`, `99`)."""

    def is_word(self, word: str) -> bool:
        """Return whether the word is in the lexicon, whatever its case."""
        return word.lower() in self.words

    def known(self, left: str, right: str) -> bool | None:
        """Return whether clean texts separate these two by a space; None if they contain neither form or both."""
        parted, one = (left, right) in self.phrases, (left, right) in self.joined
        return parted if parted != one else None


@cache
def builtin() -> Lexicon:
    """Return the lexicon that comes with the package."""
    table = tomllib.loads(
        files("pipelines.segmentation.dumps").joinpath("latin.toml").read_text(encoding="utf-8")
    )
    entries = {name: frozenset(text.split()) for name, text in table.items()}
    names = frozenset(word for word in entries["words"] if not word[1:].islower() and len(word) > 2)
    words = frozenset(word.lower() for word in entries.pop("words"))
    return Lexicon(words=words, names=names, **entries)


def learn(texts: Iterable[str], lexicon: Lexicon | None = None, *, least: int = 2) -> Lexicon:
    """Return the lexicon extended by the words and pairs of clean texts, such as the archive's articles from HTML.

    It adds what occurs at least `least` times: words of three or more letters, pairs with a space between them
    (`RTX 4090`), and letters and digits without one. Pass the result to `paragraphs` or `normalize`.
    """
    base = lexicon or builtin()
    words: Counter[str] = Counter()
    parted: Counter[tuple[str, str]] = Counter()
    joined: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for run in _RUN.findall(text):
            pieces = _PIECE.findall(run)
            words.update(piece for piece in pieces if len(piece) > 2 and piece.isalpha())
            joined.update(pairwise(pieces))
        for phrase in _PHRASE.findall(text):
            pieces = phrase.split(" ")
            parted.update(zip(map(_last, pieces), map(_first, pieces[1:]), strict=False))
    frequent = {word for word, count in words.items() if count >= least}
    return Lexicon(
        **{
            each.name: getattr(base, each.name)
            for each in fields(base)
            if each.name not in ("words", "names", "phrases", "joined")
        },
        words=base.words | {word.lower() for word in frequent},
        names=base.names | {word for word in frequent if not word[1:].islower()},
        phrases=base.phrases | {pair for pair, count in parted.items() if count >= least},
        joined=base.joined | {pair for pair, count in joined.items() if count >= least},
    )


def _last(piece: str) -> str:
    return _PIECE.findall(piece)[-1]  # type: ignore[no-any-return]


def _first(piece: str) -> str:
    return _PIECE.findall(piece)[0]  # type: ignore[no-any-return]


def looks_whole(left: str, right: str, lexicon: Lexicon) -> float:
    """Return the log-odds that two runs of letters are two words, and not one word that a segmenter cut."""
    known = lexicon.is_word(left), lexicon.is_word(right)
    joined = left + right
    parted = all(known) and len(right) > 2 and left[-1].lower() + right[0] not in lexicon.seams
    if joined in lexicon.names or (lexicon.is_word(joined) and len(joined) > 3 and not parted):
        return -5.0
    if (
        right in lexicon.function_words
        and len(left) >= 3
        and left[-1].islower()
        and not lexicon.is_word(joined)
    ):
        return 2.5 if left[0].isupper() or known[0] else 1.5
    if right in lexicon.endings and len(left) >= 3 and left[-1].islower() and not lexicon.is_word(joined):
        return 4.0 if known[0] else -3.0 if _ENDING.search(f"{left} {right}") else -0.5
    if right == "al" and left != "et":
        return -2.0
    if right in lexicon.abbreviations and len(left) >= 4 and left[-1].islower():
        return 2.5
    if all(known) or (right == "et" and left.istitle()):
        return 5.0 if _are_titles(left, right) else 4.0
    if left == "I" and right in ("am", "do"):
        return 2.5
    if left in ARTICLES and len(right) >= 3 and not right.isupper():
        return 2.5 if known[1] else 0.0 if left == "a" else -2.0
    if len(left) == 1:
        return 1.0 if left.isupper() and right.istitle() and len(right) > 3 else -2.0
    return _by_shape(left, right, known)


def _are_titles(left: str, right: str) -> bool:
    """Return whether both are long capitalised words, as in the titles of menus and journals."""
    return left.istitle() and right.istitle() and min(len(left), len(right)) >= 4


_COMPOUND = re.compile("(?=.{4,6}$)(?=.*[a-z])(?:[A-Z][a-z]?){3,}")
"""Matches a word that looks like a chemical formula (`LiFePO`)."""


def _by_shape(left: str, right: str, known: tuple[bool, bool]) -> float:
    if _COMPOUND.fullmatch(left + right):
        return -2.0
    if left[-1].islower() and right[0].isupper():
        return 5.0 if _are_titles(left, right) else 3.0
    if left.isupper() and right.istitle() and len(right) >= 4:
        return 2.0
    if left.isupper() and right.isupper():
        return 0.5 if len(right) >= 3 else -1.5
    if len(right) <= 2:
        return -3.0
    if left[-1].isupper() and right[0].islower():
        return 2.5 if known[1] and left.isupper() else -2.0
    if any(known):
        stranger, friend = (right, left) if known[0] else (left, right)
        return 1.5 if len(stranger) >= 4 and (len(friend) >= 3 or known[0]) else 0.0
    return 0.8 if min(len(left), len(right)) >= 4 else -1.0
