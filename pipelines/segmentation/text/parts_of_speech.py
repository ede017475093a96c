"""Parts of speech of the tokens of `words`, by rjieba's dictionary, and the form in which tokens are counted."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pipelines.segmentation.text.known_names import NO_NAMES, KnownNames
from pipelines.segmentation.text.token_rules import half_width

_HAN = re.compile("[㐀-鿿]+")
_KINDS = (
    (
        "t",
        re.compile(
            r"\d{2,4}年代?|\d{1,2}(?:月份?|[日时分秒])|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}:\d{2}(?::\d{2})?"
        ),
    ),
    ("m", re.compile(r"[+\-±−]?[\d.,/％%‰⁰¹²³⁴-₉]+[百千万亿兆]*")),
    ("nr", re.compile(r".*[㐀-鿿].*[·•‧・･∙⋅].*|.*[·•‧・･∙⋅].*[㐀-鿿].*|[A-Z.]+[㐀-鿿]+")),
    ("eng", re.compile(r"[A-Za-zÀ-ӿ].*")),
)
"""What the tokens by rule are, in the tags of jieba: t time, m numeral, nr name of a person, eng Latin, x other."""


@lru_cache(maxsize=1 << 17)
def _tag(token: str, names: KnownNames) -> str:
    found = names.dictionary.tag(token, False)
    if len(found) == 1 and found[0][1] not in {"x", "m", "eng"}:
        return str(found[0][1])
    half = half_width(token)
    for kind, pattern in _KINDS:
        if pattern.fullmatch(half):
            return kind
    if len(found) == 1:
        return str(found[0][1])
    # With the HMM off, several Han that the dictionary does not know are one token by the list of names alone.
    return ("nr" if len(token) <= 4 else "nt") if _HAN.fullmatch(token) else "x"


def tagged(tokens: Iterable[str], names: KnownNames = NO_NAMES) -> list[str]:
    """Return the parts of speech of tokens, in jieba's tags, which are those of ICTCLAS.

    A dictionary's answer: the same token has the same tag wherever it stands. x is punctuation and what is unknown.
    """
    return [_tag(token, names) for token in tokens]


@lru_cache(maxsize=1 << 17)
def norm(token: str) -> str:
    """Return the form that is counted: NFC, letters and digits in half width, Latin in lower case.

    Traditional characters stay: which form a text has is a finding.
    """
    return (
        token
        if token.isascii() and token.islower()
        else half_width(unicodedata.normalize("NFC", token)).lower()
    )
