"""The two languages of the reading room: choose the reader's, and translate the texts of texts.toml."""

import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from kepu.records import WARNINGS

LANGUAGES = {"zh": "zh-Hans", "en": "en"}
"""Value of `?lang=` → BCP 47 tag of the page."""

COOKIE = "kepu_lang"
"""Name of the cookie that stores the language that the reader chose."""


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return key → language → text. The English texts of warnings are those of kepu/records/warnings.py."""
    with (Path(__file__).parent / "texts.toml").open("rb") as file:
        found: dict[str, dict[str, str]] = tomllib.load(file)
    for name, sentence in WARNINGS.items():
        found[f"warning.{name}"]["en"] = sentence
    return found


def translator(language: str) -> Callable[..., str]:
    """Return a function `t(key, **values)` that returns the text of a key in a language with each `{name}` replaced.

    `t` raises KeyError for an unknown key.
    """

    def t(key: str, **values: object) -> str:
        return texts()[key][language].format(**values)

    return t


@contextmanager
def gettext_language(language: str) -> Iterator[None]:
    """Set the environment variable LANGUAGE, which gettext reads, during the block.

    It affects the whole process, so do not await inside.
    """
    before = os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def preferred(accept: str) -> str:
    """Return `zh` or `en`, whichever an Accept-Language header rates higher, or `zh` if it accepts neither.

    A quality of 0 means that a language is not acceptable (RFC 9110, 12.4.2). Only the first 500 characters are read.
    """
    liked = []
    for entry in accept[:500].split(","):
        tag, _, weight = entry.partition(";")
        language = tag.strip().lower().split("-")[0]
        quality = _weight(weight)
        if language in LANGUAGES and quality > 0:
            liked.append((quality, language))
    # max returns the first of two languages with the same quality.
    return max(liked, key=lambda each: each[0])[1] if liked else "zh"


def _weight(parameter: str) -> float:
    """Return the quality of an entry (RFC 9110, 12.4.2): 1 if none is given, 0 if it is not a number."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
