"""The two languages of the reading room: which one a reader wants, and its texts, which are in texts.toml."""

import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

LANGUAGES = {"zh": "zh-Hans", "en": "en"}
"""What `?lang=` takes, and the BCP 47 tag that goes into the page."""

COOKIE = "kepu_lang"


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return the texts by key and language."""
    with (Path(__file__).parent / "texts.toml").open("rb") as file:
        return tomllib.load(file)


def translator(language: str) -> Callable[..., str]:
    """Return `t(key, **values)`: the text of a key in a language, its `{name}`s filled in.

    Raises KeyError for a key that is not in the catalogue.
    """

    def t(key: str, **values: object) -> str:
        return texts()[key][language].format(**values)

    return t


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Let gettext, whose language is the process's, speak the reader's while something is said."""
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
    """Return the language of ours that an Accept-Language header likes best; `zh` where it names neither."""
    liked = []
    for entry in accept[:500].split(","):
        tag, _, weight = entry.partition(";")
        language = tag.strip().lower().split("-")[0]
        if language in LANGUAGES:
            liked.append((_weight(weight), language))
    # Of two that are liked the same the first one counts.
    return max(liked, key=lambda each: each[0])[1] if liked else "zh"


def _weight(parameter: str) -> float:
    """Return the quality of an entry (RFC 9110, 12.4.2): 1 where none is given, 0 where it is not a number."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
