"""The hash of a record's content, which tells whether a page has changed."""

import hashlib
from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import Any

import orjson

from archive.record_schema_versions import to_version_1
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
"""Fields that describe where a page was, how it was fetched, and which other pages are similar."""

COMPARED = tuple(name for name in ARTICLE_FIELDS if name not in HOW_IT_WAS_HAD)
"""Fields whose change makes a revision: the content of the page."""

_LONG = ("blocks", "text", "text_canonical")
SHORT = tuple(name for name in COMPARED if name not in _LONG)
"""Compared fields except the body."""
_SHORT_OF_VERSION_1 = tuple(name for name in SHORT if name not in ("datetime_published", "contributor"))

_NOT_IN_TEXT = ("figure", "credit")
"""Types of blocks that are not part of `text`: see Article.text."""

_short_of_article = attrgetter(*SHORT)
_short_of_record = itemgetter(*SHORT)
_short_of_version_1 = itemgetter(*_SHORT_OF_VERSION_1)


def of_article(article: Article) -> str:
    """Return the hash of an article's compared fields, as 64 hex digits."""
    lines = [block.text for block in article.blocks if block.type not in _NOT_IN_TEXT]
    return _hash(_short_of_article(article), article.blocks, lines, article.text, article.text_canonical)


def of_record(record: dict[str, Any]) -> str:
    """Return the same hash for a record read from JSON; a record of version 1 is hashed by the rules of version 1."""
    short = _short_of_version_1 if record["schema_version"] == 1 else _short_of_record
    lines = [block["text"] for block in record["blocks"] if block["type"] not in _NOT_IN_TEXT]
    return _hash(short(record), record["blocks"], lines, record["text"], record["text_canonical"])


def of_version_1(record: dict[str, Any]) -> str:
    """Return the hash that version 1 of the record schema would have given the same article."""
    return of_record(to_version_1(record))


def is_of(record: dict[str, Any], stored: str | None) -> bool:
    """Return whether a hash is that of a record, by its own rules or by those of version 1."""
    return stored in (of_record(record), of_version_1(record))


def of_pieces(short: Sequence[Any], blocks: Any, text: str | None, canonical: str | None) -> str:
    """Return the same hash from the values of SHORT and the blocks, which may be `orjson.Fragment`s of compact JSON.

    `text` is None if it equals the texts of its blocks, and `canonical` if it equals the text.
    """
    return hashlib.sha256(orjson.dumps((short, blocks, text, canonical))).hexdigest()


def _hash(short: tuple[Any, ...], blocks: Sequence[Any], lines: list[str], text: str, canonical: str) -> str:
    """Hash the compared fields, long ones only once: a text that equals its blocks is not hashed again."""
    return of_pieces(
        short,
        blocks,
        None if "\n".join(lines) == text else text,
        None if canonical == text else canonical,
    )
