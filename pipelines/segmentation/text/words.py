"""Split text into words: first names and tokens by rule, then the rest by a segmenter (rjieba without HMM)."""

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Protocol

from pipelines.segmentation.text.designations import designations_in
from pipelines.segmentation.text.known_names import NO_NAMES, KnownNames
from pipelines.segmentation.text.middle_dot_names import Tag, cached, names_in, overlaps
from pipelines.segmentation.text.rjieba_dictionary import dictionary_sha256
from pipelines.segmentation.text.token_rules import Merging, half_width, tokens_by_rule
from pipelines.segmentation.text.traditional_characters import simplified_words

RULES_VERSION = 3
"""Version of the rules for names and tokens; it increases when some text may be split differently."""

_PIECE = re.compile(r"\S+")


class Segmenter(Protocol):
    """A segmenter of Chinese text into words."""

    def cut(self, text: str) -> Sequence[str]:
        """Return the tokens of a text without white space, which concatenated are the text."""
        ...

    def version(self) -> str:
        """Return the name of the package, its version and its dictionary, as one string."""
        ...


class Rjieba:
    """rjieba without HMM: unknown words are split into characters, and a text always yields the same words."""

    def __init__(self, names: KnownNames = NO_NAMES) -> None:
        """Create the segmenter; `names` are additional words."""
        self._names = names
        self._cut = names.dictionary.cut

    def cut(self, text: str) -> Sequence[str]:
        """Return the tokens of a text without white space."""
        tokens: Sequence[str] = self._cut(text, False)
        return tokens

    def version(self) -> str:
        """Return `rjieba 0.2.2 hmm=off dictionary=sha256:…`, with `names=sha256:…` if it has names."""
        known = f" names=sha256:{self._names.version}" if self._names.version else ""
        return f"rjieba {version('rjieba')} hmm=off dictionary=sha256:{dictionary_sha256()}{known}"


class Thulac:
    """THULAC, whose tokens equal those in dumps; its model is free for research only.

    Raises ImportError when it is created without the extra `thulac`.
    """

    def __init__(self) -> None:
        self._model = importlib.import_module("thulac").thulac(seg_only=True)

    def cut(self, text: str) -> Sequence[str]:
        """Return the tokens of a text."""
        return str(self._model.cut(text, text=True)).split()

    def version(self) -> str:
        """Return the name of the package and its version."""
        return f"thulac {version('thulac')} seg_only"


def words(
    text: str,
    segmenter: Segmenter | None = None,
    *,
    names: KnownNames = NO_NAMES,
    merging: Merging = "all",
) -> list[tuple[int, int]]:
    """Return the tokens of a text, including punctuation, as (start, end) offsets in order; white space is in no token.

    Names with a middle dot, numbers, dates, formulas, Latin runs, URLs, e-mail addresses, telephone numbers, units and
    emoji are found by rules (token_rules, middle_dot_names). The text between them is split by the segmenter, by
    default rjieba without HMM, which knows `names` as additional words. Traditional characters are split as the
    simplified ones are; the segmenter sees only the latter. `merging="least"` separates numbers from 年,
    月, 日 and 万, 亿. Raises ValueError if the tokens of the segmenter do not add up to the text.
    """
    cut = (segmenter or _segmenter(names)).cut
    found: list[tuple[int, int]] = []
    at = 0
    folded = simplified_words(text)
    for start, end in (*_by_rule(folded, merging), (len(text), len(text))):
        if at < start:
            found += _spans(folded, at, start, cut)
        if start < end:
            found.append((start, end))
        at = end
    return found


def _spans(text: str, at: int, end: int, cut: Callable[[str], Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Yield the tokens of a stretch between tokens by rule, as offsets into the text."""
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
    """Return the tokens of `words` as strings. This is faster, because the tokens of the segmenter are not checked."""
    cut = (segmenter or _segmenter(names)).cut
    found: list[str] = []
    at = 0
    folded = simplified_words(text)
    for start, end in _by_rule(folded, merging):
        if at < start:
            _between(folded[at:start], cut, found)
        found.append(folded[start:end])
        at = end
    if at < len(text):
        _between(folded[at:], cut, found)
    return found if folded == text else _own_form(text, found)


def _own_form(text: str, folded: list[str]) -> list[str]:
    """Return tokens of a folded text as the text itself has them."""
    found, at = [], 0
    for token in folded:
        while text[at].isspace():
            at += 1
        found.append(text[at : at + len(token)])
        at += len(token)
    return found


def _by_rule(text: str, merging: Merging) -> list[tuple[int, int]]:
    """Return the tokens by rule; names take precedence over designations, and both over all other rules."""
    half = half_width(text)
    named = _with_designations(half, names_in(half, _tag()))
    found: list[tuple[int, int]] = []
    at = 0
    for name in (*named, (len(half), len(half))):
        if at < name[0]:
            found += tokens_by_rule(half, merging, at, name[0])
        if name[0] < name[1]:
            found.append(name)
        at = name[1]
    return found


def _with_designations(half: str, names: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found = designations_in(half, _tag())
    if not found:
        return names
    free = [one for one in found if not overlaps(names, *one)]
    return sorted((*names, *free))


def _between(text: str, cut: Callable[[str], Sequence[str]], found: list[str]) -> None:
    """Add the tokens of a stretch between tokens by rule to `found`."""
    for piece in text.split():
        found += cut(piece)


@lru_cache(maxsize=8)
def _segmenter(names: KnownNames) -> Rjieba:
    return Rjieba(names)


@cache
def _tag() -> Tag:
    """Return the tagger that separates names from their neighbours: rjieba's own dictionary, for every segmenter."""
    dictionary = NO_NAMES.dictionary
    return cached(lambda run: dictionary.tag(run, False))


def segmenter_version(segmenter: Segmenter | None = None, names: KnownNames = NO_NAMES) -> str:
    """Return the version of the segmenter (by default rjieba with `names`) as one string, which exports record."""
    return (segmenter or _segmenter(names)).version()


def tokenizer_facts(names: KnownNames = NO_NAMES) -> dict[str, str | int | bool | None]:
    """Return a description of the default segmenter for exports, which is the same on every machine.

    Its keys are `name` and `version` of the segmenter's package, `dictionary_sha256` (None if the build does not
    contain the dictionary as text), `hmm` (whether it guesses unknown words), `rules_version`, and `names_sha256` (None
    without names).
    """
    return {
        "name": "rjieba",
        "version": version("rjieba"),
        "dictionary_sha256": dictionary_sha256(),
        "hmm": False,
        "rules_version": RULES_VERSION,
        "names_sha256": names.version,
    }
