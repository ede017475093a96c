"""The last check of an article before it is stored: replaces what cannot be stored, and adds warnings."""

import dataclasses
import re
from typing import Any

import orjson

from kepu.records import Article

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL ends a text in SQLite's own functions; a lone surrogate is no letter and has no UTF-8."""

WANTED = {"headline": "no_headline", "date_published": "no_date", "text": "no_text"}
"""Fields whose want is a warning; an article that is only pictures or a video has blocks and no text, and is kept."""


class Unstorable(ValueError):
    """An article that cannot be stored, because it has no id."""


def validate(article: Article) -> Article:
    """Return the article, fit to be stored, with a warning for each field that is missing or was repaired.

    Raises Unstorable where it has no id.
    """
    if not article.id:
        raise Unstorable("the page tells neither a content id nor a URL")
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
    """Add a warning, once."""
    if warning not in article.warnings:
        article.warnings.append(warning)


def _is_storable(article: Article) -> bool:
    """Return whether nothing has to be replaced. One pass of orjson tells: it rejects surrogates and escapes NUL."""
    try:
        return b"\\u0000" not in orjson.dumps(article)
    except TypeError:
        return False


def _storable(value: Any) -> tuple[Any, int]:
    """Return a value with U+FFFD for each character that cannot be stored, and how many there were."""
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
