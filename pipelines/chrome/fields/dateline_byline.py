"""Find dateline and byline in the text: at its beginning, at its end, or in a line of their own."""

import re
from typing import NamedTuple

from kepu.records import Author, Block
from pipelines.chrome.fields.bylines import authors_of, parse_byline, signed_by
from pipelines.chrome.fields.person_names import TRADITIONAL

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Inside of a character class: Han characters."""
_GAP = "[ \\u00a0]?"
"""A space that the typist may have put beside a number."""
_DATELINE = re.compile(
    rf"(?:据)?(?:新华社|新华网|中新社|中新网|人民网|本报|本网|中国[{_HAN}]{{1,4}}[报网社]|[{_HAN}]{{2,5}}?(?:日报|晚报|时报|[报网社]))"
    rf"(?:[{_HAN}·、—\-]{{0,20}}?{_GAP}(?:\d{{4}}{_GAP}年{_GAP})?(?:\d{{1,2}}{_GAP}月{_GAP})?\d{{1,2}}{_GAP}日{_GAP}专?(?:电|讯)"
    rf"|[{_HAN}·、]{{0,12}}?(?:电|讯)(?=[ \u3000\u00a0（(]))"
)
"""Matches a dateline at the beginning of a text: the medium, and place or day before 电 or 讯."""
_BRACKET = re.compile(r"[ \u3000\u00a0]*[（(]([^（）()]{2,60})[）)]")
"""Matches the brackets after a dateline, and what is in them (group 1)."""
_REPORTS = re.compile(
    rf"[ \u3000\u00a0]*((?:本报|人民网|新华社)?记者[ \u3000\u00a0]*"
    rf"[{_HAN}]{{1,2}}[ \u3000\u00a0]?[{_HAN}]{{1,2}}?)(?=报道|从|获悉|在)"
)
"""Matches a reporter who is named in the first sentence (group 1)."""
_TAIL = re.compile(r"[（(]([^（）()]{2,80})[）)]\s*$")
"""Matches the brackets at the end of a text, and what is in them (group 1)."""
_CUT_TAIL = re.compile(r"[（(]([^（）()]{2,40}\ufffd[^（）()]*)$")
"""Matches brackets at the end of a text that are not closed and contain a character that was not decoded."""
_STARTS_WITH_ROLE = re.compile(
    rf"(?:[{_HAN}]{{0,8}}?(?:记者|通讯员|实习生)|作者|撰文|执笔|整理|编译|文\s*[/／:：])"
)
"""Matches the role at the beginning of a byline."""
_NOT_HAN = re.compile(rf"[^{_HAN}·]")
"""Matches a character that is not in a Chinese name."""

OPENING, ENDING = 3, 4
"""Number of blocks at the beginning and at the end in which a dateline or a byline is searched."""


def find_dateline(blocks: list[Block]) -> str | None:
    """Return the dateline at the beginning of the text, such as `新华社北京4月24日电`, or None."""
    for block in _texts(blocks)[:OPENING]:
        match = _DATELINE.match(block.text.translate(TRADITIONAL))
        if match:
            return block.text[: match.end()]
    return None


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

    It is searched after the dateline (`电（冯肖慧、何宁）`, `（记者钱伟）`), then in a block of its own, then at the
    end of the text (`（记者宋晨、田中全）`), then at the end of its first block.
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
        match = _TAIL.search(block.text)
        if match and _starts_with_role(match[1]) and authors_of(match[1]):
            return TextByline(match[1], authors_of(match[1]), False)
        cut = _CUT_TAIL.search(block.text)
        if cut and _starts_with_role(cut[1]):
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
        and (_starts_with_role(match[1]) or (dateline and _only_names(match[1])))
    ):
        return match[1]
    reports = _REPORTS.match(text.translate(TRADITIONAL), at) if dateline else None
    said = text[reports.start(1) : reports.end(1)].strip() if reports else ""
    return said if parse_byline(said) else None


def _starts_with_role(text: str) -> bool:
    """Return whether a text begins with a role, in simplified or traditional characters."""
    return _STARTS_WITH_ROLE.match(text.translate(TRADITIONAL)) is not None


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
