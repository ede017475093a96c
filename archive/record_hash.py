"""The hash by which the archive knows that a page says what it said before."""

import hashlib
from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import Any

import orjson

from archive.schema import ARTICLE_FIELDS
from kepu.records import Article

HOW_IT_WAS_HAD = frozenset(
    {
        "url",
        "url_requested",
        "appearances",
        "duplicate_of",
        "cluster",
        "similarity",
        "revision",
        "provenance",
        "rights",
    }
)
"""Fields that say where a page was, how it was fetched, and what other pages it is like."""

COMPARED = tuple(name for name in ARTICLE_FIELDS if name not in HOW_IT_WAS_HAD)
"""The fields whose change makes a revision: what the page says, not how it was had."""

_LONG = ("blocks", "text", "text_canonical")
_SHORT = tuple(name for name in COMPARED if name not in _LONG)

_NOT_IN_TEXT = ("figure", "credit")
"""Blocks that are no part of `text`: see Article.text."""

_short_of_article = attrgetter(*_SHORT)
_short_of_record = itemgetter(*_SHORT)


def of_article(article: Article) -> str:
    """Return the hash of an article's compared fields, as 64 hex digits."""
    lines = [block.text for block in article.blocks if block.type not in _NOT_IN_TEXT]
    return _hash(_short_of_article(article), article.blocks, lines, article.text, article.text_canonical)


def of_record(record: dict[str, Any]) -> str:
    """Return the same of a record read from JSON."""
    lines = [block["text"] for block in record["blocks"] if block["type"] not in _NOT_IN_TEXT]
    return _hash(_short_of_record(record), record["blocks"], lines, record["text"], record["text_canonical"])


def _hash(short: tuple[Any, ...], blocks: Sequence[Any], lines: list[str], text: str, canonical: str) -> str:
    """Hash the compared fields, the long ones once: a text that its blocks spell out already is not said again."""
    whole = orjson.dumps(
        (
            short,
            blocks,
            None if "\n".join(lines) == text else text,
            None if canonical == text else canonical,
        )
    )
    return hashlib.sha256(whole).hexdigest()
