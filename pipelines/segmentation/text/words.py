"""Words for research: names and tokens by rule, on which every segmenter agrees, then rjieba without HMM."""

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Protocol

from pipelines.segmentation.text.known_names import NO_NAMES, KnownNames
from pipelines.segmentation.text.middle_dot_names import Tag, cached, names_in
from pipelines.segmentation.text.rjieba_dictionary import dictionary_sha256
from pipelines.segmentation.text.token_rules import Merging, half_width, tokens_by_rule

RULES_VERSION = 2
"""Of the rules for names and tokens: it rises when the same text may be cut otherwise."""

_PIECE = re.compile(r"\S+")


class Segmenter(Protocol):
    """Anything that cuts Chinese text into words."""

    def cut(self, text: str) -> Sequence[str]:
        """The tokens of a text without white space: joined, they are the text."""
        ...

    def version(self) -> str:
        """What made the tokens: package, version and dictionary."""
        ...


class Rjieba:
    """rjieba with its HMM off: what is not in its dictionary stays apart, and the same text gives the same words."""

    def __init__(self, names: KnownNames = NO_NAMES) -> None:
        """`names` are words too."""
        self._names = names
        self._cut = names.dictionary.cut

    def cut(self, text: str) -> Sequence[str]:
        """The tokens of a text."""
        tokens: Sequence[str] = self._cut(text, False)
        return tokens

    def version(self) -> str:
        """`rjieba 0.2.2 hmm=off dictionary=sha256:…`, and `names=sha256:…` where it knows names."""
        known = f" names=sha256:{self._names.version}" if self._names.version else ""
        return f"rjieba {version('rjieba')} hmm=off dictionary=sha256:{dictionary_sha256()}{known}"


class Thulac:
    """THULAC, for tokens that equal the dump's; the extra `thulac`. Its model is free for research only."""

    def __init__(self) -> None:
        self._model = importlib.import_module("thulac").thulac(seg_only=True)

    def cut(self, text: str) -> Sequence[str]:
        """The tokens of a text."""
        return str(self._model.cut(text, text=True)).split()

    def version(self) -> str:
        """Package and version."""
        return f"thulac {version('thulac')} seg_only"


def words(
    text: str,
    segmenter: Segmenter | None = None,
    *,
    names: KnownNames = NO_NAMES,
    merging: Merging = "all",
) -> list[tuple[int, int]]:
    """Return the tokens of a text, punctuation included, as (start, end) offsets in order; white space is in none.

    Names with a middle dot, numbers, dates, formulas, Latin runs, URLs, e-mail addresses, telephone numbers, units and
    emoji are tokens by rule (token_rules, middle_dot_names); the segmenter, rjieba without HMM unless another is given,
    cuts what stands between them. `names` are the archive's, which rjieba then knows. `merging="least"` leaves numbers
    apart from 年, 月, 日 and 万, 亿. A segmenter whose tokens do not spell the text raises ValueError.
    """
    cut = (segmenter or _segmenter(names)).cut
    found: list[tuple[int, int]] = []
    at = 0
    for start, end in (*_by_rule(text, merging), (len(text), len(text))):
        if at < start:
            found += _spans(text, at, start, cut)
        if start < end:
            found.append((start, end))
        at = end
    return found


def _spans(text: str, at: int, end: int, cut: Callable[[str], Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Yield the tokens of a stretch without rules as offsets into the text."""
    for piece in _PIECE.finditer(text, at, end):
        at = piece.start()
        for token in cut(piece[0]):
            if not text.startswith(token, at):
                raise ValueError(f"the segmenter's token {token!r} is not what the text has at {at}")
            yield at, at + len(token)
            at += len(token)
        if at != piece.end():
            raise ValueError(f"the segmenter lost what the text has at {at}")


def tokens(
    text: str,
    segmenter: Segmenter | None = None,
    *,
    names: KnownNames = NO_NAMES,
    merging: Merging = "all",
) -> list[str]:
    """Return the strings of which `words` gives the offsets, in less time: the segmenter is not checked."""
    cut = (segmenter or _segmenter(names)).cut
    found: list[str] = []
    at = 0
    for start, end in _by_rule(text, merging):
        if at < start:
            _between(text[at:start], cut, found)
        found.append(text[start:end])
        at = end
    if at < len(text):
        _between(text[at:], cut, found)
    return found


def _by_rule(text: str, merging: Merging) -> list[tuple[int, int]]:
    """Return the tokens that need no segmenter; a name comes before every other rule."""
    half = half_width(text)
    named = names_in(half, _tag())
    found: list[tuple[int, int]] = []
    at = 0
    for name in (*named, (len(half), len(half))):
        if at < name[0]:
            # A copy, so that no rule reaches into the name.
            found += ((at + a, at + b) for a, b in tokens_by_rule(half[at : name[0]], merging))
        if name[0] < name[1]:
            found.append(name)
        at = name[1]
    return found


def _between(text: str, cut: Callable[[str], Sequence[str]], found: list[str]) -> None:
    """Add the tokens of a stretch without rules to those found."""
    for piece in text.split():
        found += cut(piece)


@lru_cache(maxsize=8)
def _segmenter(names: KnownNames) -> Rjieba:
    return Rjieba(names)


@cache
def _tag() -> Tag:
    """Return what tells names from their neighbours: rjieba's own dictionary, whatever cuts the text."""
    dictionary = NO_NAMES.dictionary
    return cached(lambda run: dictionary.tag(run, False))


def segmenter_version(segmenter: Segmenter | None = None, names: KnownNames = NO_NAMES) -> str:
    """Return what the words were made with: to be recorded with every export."""
    return (segmenter or _segmenter(names)).version()


def tokenizer_facts(names: KnownNames = NO_NAMES) -> dict[str, str | int | bool | None]:
    """Return what made the default words, for the description of an export: the same on every machine.

    `name` and `version` of the segmenter's package, `dictionary_sha256` of the words that it knows (None where its
    build does not show them), `hmm` (whether it guesses words that it does not know), `rules_version`, and
    `names_sha256` of the list of names that it was given (None where there was none).
    """
    return {
        "name": "rjieba",
        "version": version("rjieba"),
        "dictionary_sha256": dictionary_sha256(),
        "hmm": False,
        "rules_version": RULES_VERSION,
        "names_sha256": names.version,
    }
