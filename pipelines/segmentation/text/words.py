"""Words for research: tokens by rule first, so that every segmenter agrees on them, then rjieba without HMM."""

import importlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Protocol

import rjieba

from pipelines.segmentation.text.rjieba_dictionary import dictionary_sha256

RULES_VERSION = 1
"""Of RULES: it rises when the same text may be cut otherwise."""

SOUNDS = (
    "阿埃艾爱安奥巴班鲍贝本比彼宾波伯博布查达戴丹德迪蒂杜多厄恩尔法菲费芬弗福夫富盖冈戈格古哈海汉豪赫黑亨华怀霍基吉加贾杰卡凯坎"
    "康考科克肯库夸拉莱兰朗劳勒雷里利连林琳隆卢鲁伦罗洛马玛麦曼梅门蒙米密明莫默姆穆娜纳南内尼年宁纽努诺欧帕潘佩彭皮珀普奇齐琪"
    "乔切琼让热日茹若萨塞桑瑟森沙山珊尚舍申圣史什施斯思苏索塔泰坦汤唐特忒滕蒂廷通图托瓦万威维温文沃乌武西希锡夏谢辛欣休逊雅亚"
    "扬耶叶伊因英尤约泽扎詹珍朱兹佐屠娅曦妮莎露茜丝芙黛缇吐孜买提热依木古丽努尔江"
)
"""The Han that foreign names are written with: a run of them beside a middle dot is part of a name."""

_NAME = rf"(?:[{SOUNDS}]{{1,8}}|[A-Z](?:\.[A-Z])*)(?:[-－]?[{SOUNDS}]{{1,8}})*"
RULES = (
    r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%]+(?<![.,;:!?])|www\.[A-Za-z0-9\-._~/?#=&%]+(?<![.,;:!?])",  # URLs
    r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",  # e-mail addresses
    rf"{_NAME}(?:[·•‧]{_NAME})+",  # 埃隆·马斯克, J·K·罗琳
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}:\d{2}(?::\d{2})?",  # 2023-12-28, 07:56
    r"\d{2,4}年|\d{1,2}月(?:份)?|\d{1,2}[日时分秒](?!之)",  # 2023年, 12月, 28日
    r"[vV]?\d+(?:\.\d+){2,}",  # v2.1.3, 127.0.0.1
    r"[+\-±]?(?<![A-Za-z0-9])\d+(?:,\d{3})*(?:\.\d+)?(?:[%％‰]|[百千万亿兆]+)?",  # 100亿, 85%, 1,000,000
    r"[A-Za-z\u00c0-\u024f\u0370-\u03ff]+[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff]*(?:[-_.'’&/+][A-Za-z0-9\u00c0-\u024f]+)*[+#]*",
    r"°C|℃|℉|°",
)
"""What is one token whatever the segmenter, in the order in which it is looked for."""

_RULE = re.compile("|".join(RULES))
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

    def cut(self, text: str) -> Sequence[str]:
        """The tokens of a text."""
        return _rjieba().cut(text, False)

    def version(self) -> str:
        """`rjieba 0.2.2 hmm=off dictionary=sha256:…`."""
        return f"rjieba {version('rjieba')} hmm=off dictionary=sha256:{dictionary_sha256()}"


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


def words(text: str, segmenter: Segmenter | None = None) -> list[tuple[int, int]]:
    """The tokens of a text, punctuation included, as (start, end) offsets in order; white space is in none.

    Numbers, dates, versions, Latin runs, URLs, e-mail addresses, units and middle-dot names are tokens by rule
    (`RULES`); the segmenter, rjieba without HMM unless another is given, cuts what stands between them. A segmenter
    whose tokens do not spell the text raises ValueError.
    """
    chosen = segmenter or Rjieba()
    found: list[tuple[int, int]] = []
    at = 0
    for rule in _RULE.finditer(text):
        if rule.end() == rule.start():
            continue
        found += _between(text, at, rule.start(), chosen)
        found.append(rule.span())
        at = rule.end()
    return found + _between(text, at, len(text), chosen)


def segmenter_version(segmenter: Segmenter | None = None) -> str:
    """What the words were made with: to be recorded with every export."""
    return (segmenter or Rjieba()).version()


def tokenizer_facts() -> dict[str, str | int | bool | None]:
    """What made the default words, for the description of an export: the same on every machine.

    `name` and `version` of the segmenter's package, `dictionary_sha256` of the words that it knows (None where its
    build does not show them), `hmm` (whether it guesses words that it does not know), and `rules_version`.
    """
    return {
        "name": "rjieba",
        "version": version("rjieba"),
        "dictionary_sha256": dictionary_sha256(),
        "hmm": False,
        "rules_version": RULES_VERSION,
    }


def _between(text: str, start: int, end: int, segmenter: Segmenter) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for piece in _PIECE.finditer(text, start, end):
        at = piece.start()
        for token in segmenter.cut(piece[0]):
            if not text.startswith(token, at):
                raise ValueError(f"the segmenter's token {token!r} is not what the text has at {at}")
            found.append((at, at + len(token)))
            at += len(token)
        if at != piece.end():
            raise ValueError(f"the segmenter lost what the text has at {at}")
    return found


@cache
def _rjieba() -> rjieba.Jieba:
    """One of our own: words added to the package's default one by others change nothing here."""
    return rjieba.Jieba()
