"""Tag the tokens of `words` with parts of speech from rjieba's dictionary, and normalise tokens for counting."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pipelines.segmentation.text.known_names import NO_NAMES, KnownNames
from pipelines.segmentation.text.token_rules import half_width
from pipelines.segmentation.text.traditional_characters import simplified_words

_HAN = re.compile("[㐀-鿿]+")
_KINDS = (
    (
        "t",
        re.compile(
            r"\d{2,4}年代?|\d{1,2}世纪|\d{1,2}(?:月份?|[日时分秒])|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}:\d{2}(?::\d{2})?"
        ),
    ),
    ("m", re.compile(r"[+\-±−]?[\d.,/％%‰⁰¹²³⁴-₉]+[百千万亿兆]*")),
    ("nr", re.compile(r".*[㐀-鿿].*[·•‧・･∙⋅].*|.*[·•‧・･∙⋅].*[㐀-鿿].*|[A-Z.]+[㐀-鿿]+")),
    ("nr", re.compile(r"[㐀-鿿]+(?:[-－‐][㐀-鿿]+)+")),
    ("nz", re.compile(r"[㐀-鿿]+[-－‐‑–]\d+[A-Za-z0-9]*")),
    ("eng", re.compile(r"[⁰¹²³⁴-⁹]*[A-Za-zÀ-ӿ].*")),
)
"""Tags of jieba for tokens by rule, with their patterns: t time, m numeral, nr name of a person, nz other name, eng
Latin. x is everything else.
"""


@lru_cache(maxsize=1 << 17)
def _tag(token: str, names: KnownNames) -> str:
    token = simplified_words(token)
    found = names.dictionary.tag(token, False)
    if len(found) == 1 and found[0][1] not in {"x", "m", "eng"}:
        return str(found[0][1])
    half = half_width(token)
    for kind, pattern in _KINDS:
        if pattern.fullmatch(half):
            return kind
    if len(found) == 1:
        return str(found[0][1])
    # Without HMM, several Han characters that are not in the dictionary are one token only if they are a known name.
    return ("nr" if len(token) <= 4 else "nt") if _HAN.fullmatch(token) else "x"


def tagged(tokens: Iterable[str], names: KnownNames = NO_NAMES) -> list[str]:
    """Return the parts of speech of tokens, as tags of jieba, which are those of ICTCLAS.

    They are looked up in a dictionary, so a token has the same tag in every context. x is punctuation and unknown
    words.
    """
    return [_tag(token, names) for token in tokens]


@lru_cache(maxsize=1 << 17)
def norm(token: str) -> str:
    """Return the form of a token that is counted: NFC, letters and digits in half width, Latin in lower case.

    Traditional characters are not converted, because their use is itself a finding.
    """
    return (
        token
        if token.isascii() and token.islower()
        else half_width(unicodedata.normalize("NFC", token)).lower()
    )
