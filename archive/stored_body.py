"""Convert the body of an article to the form that its row stores, which has each character once, and back.

`text` has the letters. `text_canonical` is null where it equals `text`. A block in `blocks` has, instead of its text,
the place of that text: `at`, the offset of its first character in `text`, and `length`, both in code points, as Python
and SQLite's `substr` count them. Fields that are null, and `type`, `part` and `marks` with their usual value, are left
out. A block whose text is not at that place of `text` (a caption, a credit) has `"at": null` and its text.

A block without `at` is stored as it is, so a row in the form of schema version 27 and before is read by the same
functions, and a record that another program made comes back with the fields that it had.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import orjson

from kepu.records import Block

BODY = ("blocks", "text", "text_canonical")
"""The columns that are stored in another form than the record has them, or are needed to read those."""

BLOCKS_SQL = "kepu_blocks(blocks, text)"
"""SQL expression: `blocks` of a row of `articles` as the record has it. The connection needs `register`."""

CANONICAL_SQL = "coalesce(text_canonical, text)"
"""SQL expression: `text_canonical` of a row of `articles` as the record has it."""

_USUAL: dict[str, Any] = {
    "type": "paragraph",
    "text": None,
    "part": 1,
    "marks": [],
    "level": None,
    "items": None,
    "ordered": None,
    "rows": None,
    "content_url": None,
    "caption": None,
    "credit_text": None,
    "alt": None,
}
"""The fields of a block in their order, each with the value that is left out."""

_NAMES = tuple(_USUAL)
OF_EVERY_BLOCK = frozenset({"type", "text", "part"})
"""Fields that every block has; only some stored blocks have them."""
_NO_TEXT = {"text": None}
_LEFT_OUT = tuple((name, usual) for name, usual in _USUAL.items() if name != "text")
_values = attrgetter(*(name for name, _ in _LEFT_OUT))
_USUAL_VALUES = tuple(usual for _, usual in _LEFT_OUT)
_AT = '"at":'
"""What JSON of stored blocks has, unless all are in full; within a string the quotes would be escaped."""
_BEFORE_TEXT, _AFTER_TEXT = orjson.dumps(_USUAL).decode().split('"text":null')
_BEFORE_TEXT += '"text":'

_NOT_IN_TEXT = ("figure", "credit")
"""Types of blocks whose text is not in `text`: see Article.text."""


def encoded(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of an article with its body as it is stored; unchanged without all columns of BODY."""
    if any(name not in columns for name in BODY):
        return columns
    text, canonical = columns["text"], columns["text_canonical"]
    return columns | {
        "blocks": encoded_blocks(columns["blocks"], text),
        "text_canonical": None if canonical == text else canonical,
    }


def decoded(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of an article with its body as the record has it: the inverse of `encoded`."""
    if any(name not in columns for name in BODY):
        return columns
    text, canonical = columns["text"], columns["text_canonical"]
    return columns | {
        "blocks": decoded_blocks(columns["blocks"], text),
        "text_canonical": text if canonical is None else canonical,
    }


def encoded_blocks(blocks: str | None, text: str | None) -> str | None:
    """Return the JSON of blocks in the form that is stored beside a text; invalid blocks are returned unchanged."""
    if blocks is None or text is None:
        return blocks
    try:
        given = orjson.loads(blocks)
        return _joined(_stored(given, [block["type"] not in _NOT_IN_TEXT for block in given], text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return blocks


def stored_blocks(blocks: list[Block], text: str) -> str:
    """Return the blocks of an article as they are stored beside its text."""
    return _joined(_stored(blocks, [block.type not in _NOT_IN_TEXT for block in blocks], text))


def _stored(blocks: Sequence[dict[str, Any] | Block], are_in_text: list[bool], text: str) -> Iterator[str]:
    """Yield the stored JSON of each block; its place is where the texts of the blocks before it end."""
    at = 0
    can_slice = "\0" not in text  # SQLite's substr ends there
    for block, is_in_text in zip(blocks, are_in_text, strict=True):
        its = block["text"] if isinstance(block, dict) else block.text
        length = len(its)
        is_slice = can_slice and text[at : at + length] == its
        if is_slice and _is_usual(block):
            yield f'{{"at":{at},"length":{length}}}'
        else:
            yield _with_fields(block, {"at": at, "length": length} if is_slice else {"at": None, "text": its})
        if is_in_text:
            at += length + 1


def _is_usual(block: dict[str, Any] | Block) -> bool:
    """Return whether a block is a paragraph with nothing but its text."""
    if isinstance(block, dict):
        return tuple(block) == _NAMES and block | _NO_TEXT == _USUAL and type(block["part"]) is int
    return _values(block) == _USUAL_VALUES and type(block.part) is int


def _with_fields(block: dict[str, Any] | Block, place: dict[str, Any]) -> str:
    """Return the stored JSON of a block that has other fields than its place, or that is kept as it is."""
    its = block if isinstance(block, dict) else orjson.loads(orjson.dumps(block))
    if tuple(its) != _NAMES:
        return orjson.dumps(its).decode()
    more = {
        name: its[name]
        for name, usual in _LEFT_OUT
        if its[name] != usual or type(its[name]) is not type(usual)
    }
    return orjson.dumps(place | more).decode()


def decoded_blocks(blocks: str | None, text: str | None) -> str | None:
    """Return stored blocks as the record has them, in JSON; damaged ones, and those in full, stay as they are."""
    if blocks is None or _AT not in blocks:
        return blocks
    try:
        return _joined(_whole(block, text or "") for block in orjson.loads(blocks))
    except (ValueError, TypeError, KeyError, AttributeError):
        return blocks


def _whole(block: dict[str, Any], text: str) -> str:
    """Return the JSON of a block, given as it is stored."""
    if "at" not in block:
        return orjson.dumps(block).decode()
    at = block.pop("at")
    its = block.pop("text") if at is None else text[at : at + block.pop("length")]
    if not block:
        return f"{_BEFORE_TEXT}{orjson.dumps(its).decode()}{_AFTER_TEXT}"
    return orjson.dumps(_USUAL | block | {"text": its}).decode()


def decoded_exactly(blocks: str, text: str) -> tuple[str, bool] | None:
    """Return stored blocks as the record has them, in JSON, and whether their texts make up `text`.

    Return None if `encoded_blocks` would give other stored blocks for them.
    """
    if (plain := _paragraphs(blocks, text)) is not None:
        return plain, True
    whole = decoded_blocks(blocks, text)
    if whole is None or encoded_blocks(whole, text) != blocks:
        return None
    lines = [block["text"] for block in orjson.loads(whole) if block["type"] not in _NOT_IN_TEXT]
    return whole, "\n".join(lines) == text


def _paragraphs(blocks: str, text: str) -> str | None:
    """Return stored blocks as the record has them if they are usual paragraphs that make up `text`, otherwise None."""
    whole, stored, at = [], [], 0
    try:
        for block in orjson.loads(blocks):
            length = block["length"]
            stored.append(f'{{"at":{at},"length":{length}}}')
            whole.append(f"{_BEFORE_TEXT}{orjson.dumps(text[at : at + length]).decode()}{_AFTER_TEXT}")
            at += length + 1
            if text[at - 1 : at] not in ("\n", ""):
                return None
    except (ValueError, TypeError, KeyError):
        return None
    is_all = at == len(text) + 1 and "\0" not in text and _joined(stored) == blocks
    return _joined(whole) if is_all else None


def _joined(blocks: Iterable[str]) -> str:
    return f"[{','.join(blocks)}]"


def register(conn: sqlite3.Connection) -> sqlite3.Connection:
    """Give a connection the SQL function of BLOCKS_SQL; return the connection."""
    conn.create_function("kepu_blocks", 2, decoded_blocks, deterministic=True)
    return conn
