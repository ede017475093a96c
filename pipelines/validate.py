"""Check an article before it is stored: replace characters that cannot be stored, and add warnings."""

import dataclasses
import re
from typing import Any

import orjson

from kepu.records import Article

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""Matches NUL, which ends a text in SQLite's functions, and lone surrogates, which UTF-8 cannot encode."""

WANTED = {"headline": "no_headline", "date_published": "no_date", "text": "no_text"}
"""Map each field that should not be empty to the warning if it is. An article of pictures or a video has no text."""


class Unstorable(ValueError):
    """An article that cannot be stored, because it has no id."""


def validate(article: Article) -> Article:
    """Return the article so that it can be stored, with a warning for each field that is missing or was repaired.

    Raises Unstorable if it has no id.
    """
    if not article.id:
        raise Unstorable("the page has neither a content id nor a URL")
    mended = 0
    for field in () if _is_storable(article) else dataclasses.fields(article):
        value, n = _storable(getattr(article, field.name))
        if n:
            setattr(article, field.name, value)
            mended += n
    if mended:
        warn(article, "unstorable_characters")
    for name, warning in WANTED.items():
        if not getattr(article, name) and not (name == "text" and article.blocks):
            warn(article, warning)
    return article


def warn(article: Article, warning: str) -> None:
    """Add a warning unless the article already has it."""
    if warning not in article.warnings:
        article.warnings.append(warning)


def _is_storable(article: Article) -> bool:
    """Return whether nothing must be replaced, by one pass of orjson, which rejects surrogates and escapes NUL."""
    try:
        return b"\\u0000" not in orjson.dumps(article)
    except TypeError:
        return False


def _storable(value: Any) -> tuple[Any, int]:
    """Return a value with U+FFFD instead of characters that cannot be stored, and their number."""
    if isinstance(value, str):
        return _UNSTORABLE.subn("\ufffd", value)
    if isinstance(value, list):
        done = [_storable(member) for member in value]
        return [member for member, _ in done], sum(n for _, n in done)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        mended = 0
        for field in dataclasses.fields(value):
            member, n = _storable(getattr(value, field.name))
            if n:
                setattr(value, field.name, member)
                mended += n
        return value, mended
    return value, 0
