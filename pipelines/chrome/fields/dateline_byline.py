"""Find dateline and byline in the text: at its beginning, at its end, or in a line of their own."""

import re
from typing import NamedTuple

from kepu.records import Author, Block
from pipelines.chrome.fields.bylines import authors_of, parse_byline, signed_by
from pipelines.chrome.fields.closing_byline import (
    DATED,
    MEDIUM,
    closing_byline,
    closing_dateline,
    starts_with_role,
)
from pipelines.chrome.fields.person_names import TRADITIONAL

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Inside of a character class: Han characters."""
_DATELINE = re.compile(rf"{DATED}|{MEDIUM}[{_HAN}·、]{{0,12}}?(?:电|讯)(?=[ \u3000\u00a0（(])")
"""Matches a dateline at the beginning of a text: the medium, and place or day before 电 or 讯."""
_BRACKET = re.compile(r"[ \u3000\u00a0]*[（(]([^（）()]{2,60})[）)]")
"""Matches the brackets after a dateline, and what is in them (group 1)."""
_REPORTS = re.compile(
    rf"[ \u3000\u00a0]*((?:本报|人民网|新华社)?记者[ \u3000\u00a0]*"
    rf"[{_HAN}]{{1,2}}[ \u3000\u00a0]?[{_HAN}]{{1,2}}?)(?=报道|从|获悉|在)"
)
"""Matches a reporter who is named in the first sentence (group 1)."""
_CUT_TAIL = re.compile(r"[（(]([^（）()]{2,40}\ufffd[^（）()]*)$")
"""Matches brackets at the end of a text that are not closed and contain a character that was not decoded."""
_NOT_HAN = re.compile(rf"[^{_HAN}·]")
"""Matches a character that is not in a Chinese name."""

OPENING, ENDING = 3, 4
"""Number of blocks at the beginning and at the end in which a dateline or a byline is searched."""


def find_dateline(blocks: list[Block]) -> str | None:
    """Return the dateline at the beginning or at the end of the text, such as `新华社北京4月24日电`, or None."""
    texts = _texts(blocks)
    for block in texts[:OPENING]:
        match = _DATELINE.match(block.text.translate(TRADITIONAL))
        if match:
            return block.text[: match.end()]
    closing = (closing_dateline(block.text) for block in reversed(texts[-ENDING:]))
    return next(filter(None, closing), None)


class TextByline(NamedTuple):
    """The byline in a text."""

    printed: str | None
    """As printed, without enclosing brackets; None if the text has no byline."""
    authors: list[Author]
    """Its authors, in order; empty without a byline."""
    is_damaged: bool
    """Whether some of it could not be decoded, so that `authors` may lack people."""


def find_byline(blocks: list[Block]) -> TextByline:
    """Return the byline in the text.

    It is searched after the dateline (`电（冯肖慧、何宁）`, `（记者钱伟）`), then in a block of its own, then behind
    the last sentence of the text (`（记者宋晨、田中全）`, `本报记者宋晨`), then behind that of its first block.
    """
    texts = _texts(blocks)
    for block in texts[:OPENING]:
        found = _opening_byline(block.text)
        if found:
            return TextByline(found, authors_of(found), False)
    for block in blocks:
        authors = authors_of(block.text) if block.type == "credit" else []
        if authors:
            return TextByline(_unbracketed(block.text), authors, False)
    if texts and (signed := signed_by(texts[-1].text)):
        return TextByline(signed, authors_of(signed), False)
    for block in [*reversed(texts[-ENDING:]), *texts[:1]]:
        closing = closing_byline(block.text)
        if closing:
            return TextByline(*closing, False)
        cut = _CUT_TAIL.search(block.text)
        if cut and starts_with_role(cut[1]):
            return TextByline(cut[1], _before_damage(cut[1]), True)
    return TextByline(None, [], False)


def _texts(blocks: list[Block]) -> list[Block]:
    """Return the blocks of running text."""
    return [block for block in blocks if block.type in ("paragraph", "quote", "heading", "verse")]


def _opening_byline(text: str) -> str | None:
    """Return the byline at the beginning of a text, after the dateline if there is one, or None."""
    dateline = _DATELINE.match(text.translate(TRADITIONAL))
    at = dateline.end() if dateline else 0
    match = _BRACKET.match(text, at)
    if (
        match
        and parse_byline(match[1])
        and (starts_with_role(match[1]) or (dateline and _only_names(match[1])))
    ):
        return match[1]
    reports = _REPORTS.match(text.translate(TRADITIONAL), at) if dateline else None
    said = text[reports.start(1) : reports.end(1)].strip() if reports else ""
    return said if parse_byline(said) else None


def _only_names(text: str) -> bool:
    """Return whether a text has only names and separators."""
    named = "".join(person.name for person in parse_byline(text))
    return len(re.sub(r"[\s\u3000、，,；;]", "", text)) == len(named.replace(" ", ""))


def _unbracketed(text: str) -> str:
    """Return a text without the brackets that enclose it."""
    return text[1:-1].strip() if text.startswith(("（", "(")) and text.endswith(("）", ")")) else text


def _before_damage(text: str) -> list[Author]:
    """Return the people before the first character that cannot be in a name; the rest of the byline is unreliable."""
    people: list[Author] = []
    whole = re.split("[、，]", text)
    for piece in whole:
        if _NOT_HAN.search(piece):
            break
        people.append(parse_byline(text[: text.index(piece) + len(piece)])[-1]) if parse_byline(
            piece
        ) else None
    return people
