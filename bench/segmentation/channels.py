"""Simulate dumps of known originals: lines wrapped as by w3m, then segmented by one of four simulated segmenters."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import rjieba

from pipelines.segmentation.dumps.lexicon import builtin
from pipelines.segmentation.dumps.readings.segmenter_detection import cut_rate_before, cut_rate_behind
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, displayed, wrap
from pipelines.segmentation.text.words import Thulac

Cut = Callable[[str, random.Random], list[str]]

_HAN = re.compile("[\u4e00-\u9fff]+")
_SPACED = re.compile("(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Channel:
    """The parameters of a simulated dump."""

    name: str
    columns: int
    ambiguous: Ambiguous
    segmenter: str
    spaced: bool = False
    """Whether the author separates Han from Latin and digits by a space."""
    airy: bool = True
    """Whether paragraphs are separated by blank lines."""


CHANNELS = (
    *(
        [Channel("thulac-80-gb", 80, ambiguous=Ambiguous.WIDE, segmenter="thulac")]
        if find_spec("thulac")
        else []
    ),
    Channel("crf-80-gb", 80, ambiguous=Ambiguous.WIDE, segmenter="crf"),
    Channel("crf-72-utf8", 72, ambiguous=Ambiguous.NARROW, segmenter="crf"),
    Channel("oversplit-80-utf8", 80, ambiguous=Ambiguous.NARROW, segmenter="oversplit"),
    Channel("neural-100-gb", 100, ambiguous=Ambiguous.WIDE, segmenter="neural"),
    Channel("dictionary-120-utf8", 120, ambiguous=Ambiguous.NARROW, segmenter="dictionary"),
    Channel("crf-80-gb-spaced", 80, ambiguous=Ambiguous.WIDE, segmenter="crf", spaced=True),
    Channel("crf-80-gb-dense", 80, ambiguous=Ambiguous.WIDE, segmenter="crf", airy=False),
)


def dump(paragraphs: list[str], channel: Channel, seed: int = 1) -> tuple[str, list[str]]:
    """Return the dump of some paragraphs, and the paragraphs as shown in it; equal seeds give equal dumps."""
    chance = random.Random(f"{channel.name} {seed}")
    terminal = Terminal(channel.columns - 1, channel.ambiguous)
    cut = SEGMENTERS[channel.segmenter]
    originals = [_SPACED.sub(" ", text) if channel.spaced else text for text in paragraphs]
    shown = [displayed(text, ambiguous=channel.ambiguous) for text in originals]
    blocks = [
        "\n".join(
            " ".join(token for piece in line.split() for token in cut(piece, chance))
            for line in wrap(text, terminal)
        )
        for text in shown
    ]
    return ("\n\n" if channel.airy else "\n").join(blocks), shown


_CRF = re.compile(
    "[\u4e00-\u9fff]+|[0-9]+(?:年|月|日|时|分|[百千万亿]+)?|[A-Za-z\u00c0-\u024f\u0370-\u03ff]+|."
)
_NEURAL = re.compile(
    "[\u4e00-\u9fff]+|[0-9]+(?:[.:/~～-][0-9]+)*(?:%|年|月|日|[百千万亿]+|[A-Za-zμ]+(?:/[a-z]+)?)?|[A-Za-z\u00c0-\u024f\u0370-\u03ff][A-Za-z0-9.-]*|."
)
_DICTIONARY = re.compile("[\u4e00-\u9fff]+|[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff]+(?:\\.[0-9]+)?%?|.")


def _crf(piece: str, chance: random.Random) -> list[str]:
    """Split where scripts change, within some Latin words, and between letters and digits as often as THULAC does.

    Sometimes Latin and Han are joined.
    """
    tokens: list[str] = []
    for token in _CRF.findall(piece):
        tokens += _cut_at_seam(token, chance) if token.isascii() and token.isalpha() else _words(token)
    return _join(_join_numbers(tokens, chance), chance, 0.12)


def _neural(piece: str, chance: random.Random) -> list[str]:
    """Split like `_crf`, but keep decimals, ranges and most units whole, and join scripts more often."""
    tokens: list[str] = []
    for token in _NEURAL.findall(piece):
        tokens += _cut_latin(token, chance, 0.02) if token.isascii() and token.isalpha() else _words(token)
    return _join(tokens, chance, 0.08)


def _dictionary(piece: str, _: random.Random) -> list[str]:
    """Split by a dictionary: keep Latin letters and digits together, and never join them with Han."""
    return [word for token in _DICTIONARY.findall(piece) for word in _words(token)]


def _oversplit(piece: str, chance: random.Random) -> list[str]:
    """Split like `_crf`, and split tokens of all kinds at random."""
    tokens: list[str] = []
    for token in _crf(piece, chance):
        at = chance.randint(1, len(token) - 1) if len(token) > 1 and chance.random() < 0.08 else 0
        tokens += [token[:at], token[at:]] if at else [token]
    return tokens


def _cut_at_seam(word: str, chance: random.Random) -> list[str]:
    """Split a Latin word as THULAC does: one in a hundred between letters that rarely meet, some before the last."""
    seams = builtin().seams
    for at in range(2, len(word) - 1):
        if word[at - 1 : at + 1] in seams and chance.random() < 0.15:
            return [word[:at], word[at:]]
    return [word[:-1], word[-1]] if len(word) > 3 and chance.random() < 0.02 else [word]


def _join_numbers(tokens: list[str], chance: random.Random) -> list[str]:
    joined: list[str] = []
    for token in tokens:
        last = joined[-1] if joined else ""
        if chance.random() < _joins(last, token):
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _joins(last: str, token: str) -> float:
    """Return how often THULAC keeps these two tokens together, which is 1 minus the rates in segmenter_detection.py."""
    if not (last.isascii() and token.isascii() and last.isalnum() and token.isalnum()):
        return 0.0
    if last[-1].isalpha() and token.isdigit():
        return 1.0 - cut_rate_before(last, token)
    return 1.0 - cut_rate_behind(last, token, builtin()) if last.isdigit() and token.isalpha() else 0.0


def _cut_latin(word: str, chance: random.Random, often: float) -> list[str]:
    if len(word) < 5 or chance.random() > often:
        return [word]
    at = len(word) - chance.choice([1, 1, 2, len(word) // 2])
    return [word[:at], word[at:]]


def _join(tokens: list[str], chance: random.Random, often: float) -> list[str]:
    joined: list[str] = []
    for token in tokens:
        mixed = (
            joined
            and joined[-1][-1:].isalnum()
            and token[:1].isalnum()
            and joined[-1][-1].isascii() != token[0].isascii()
        )
        if mixed and chance.random() < often:
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _thulac(piece: str, _: random.Random) -> list[str]:
    """Split by the real THULAC; needs the extra."""
    return list(_thulac_model().cut(piece))


@cache
def _thulac_model() -> Thulac:
    return Thulac()


def _words(token: str) -> list[str]:
    return list(_jieba().cut(token, False)) if _HAN.fullmatch(token) else [token]


@cache
def _jieba() -> rjieba.Jieba:
    return rjieba.Jieba()


SEGMENTERS: dict[str, Cut] = {
    "thulac": _thulac,
    "crf": _crf,
    "neural": _neural,
    "dictionary": _dictionary,
    "oversplit": _oversplit,
}


def pages(sentences: list[str], seed: int = 1, *, size: int = 20) -> Iterator[list[str]]:
    """Yield the sentences as pages of paragraphs with one to three sentences each."""
    chance = random.Random(seed)
    paragraphs: list[str] = []
    at = 0
    while at < len(sentences):
        take = chance.choice([1, 1, 2, 3])
        paragraphs.append("".join(sentences[at : at + take]))
        at += take
        if len(paragraphs) == size:
            yield paragraphs
            paragraphs = []
    if paragraphs:
        yield paragraphs
