"""Find dateline and byline in the text: at its beginning, at its end, or in a line of their own."""

import re
from typing import NamedTuple

from kepu.records import Author, Block
from pipelines.chrome.fields.bylines import authors_of, is_credit_line, parse_byline, signed_by
from pipelines.chrome.fields.closing_byline import (
    DATED,
    MEDIUM,
    closing_byline,
    closing_dateline,
    starts_with_role,
)
from pipelines.chrome.fields.person_names import SURNAMES_OF_TWO, TRADITIONAL

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Inside of a character class: Han characters."""
_DATELINE = re.compile(
    rf"(?P<open>[【\[])?(?P<line>{DATED}|{MEDIUM}[{_HAN}·、]{{0,12}}?(?:电|(?<!通)讯|消息)"
    r"(?=[ \u3000\u00a0（(】\]：:]|(?:本报)?(?:记者|通讯员)))(?(open)[】\]])"
)
"""Matches a dateline at the beginning of a text: the medium, and place or day before 电, 讯 or 消息."""
_BRACKET = re.compile(r"[ \u3000\u00a0]*[（(]([^（）()]{2,60})[）)]")
"""Matches the brackets after a dateline, and what is in them (group 1)."""
_SPACE = "[ \\u3000\\u00a0]"
_ROLED = rf"(?:本[报网刊社]|[{_HAN}]{{1,6}}?[报网社])?(?:特约|见习|实习|首席|全媒体)?(?:记者|通讯员|实习生){_SPACE}*"
_NAME = rf"(?:(?:(?!记者|通讯员|实习生)[{_HAN}·]){{2,8}}?|[{_HAN}]{_SPACE}[{_HAN}])"
_NAMES = rf"{_ROLED}{_NAME}(?:(?:、|{_SPACE}+){_NAME}){{0,5}}?"
"""A role with names, which commas or spaces separate. The numbers are limited, so that no text takes long."""
_REPORTS = re.compile(
    rf"{_SPACE}*({_NAMES}(?:[、，]?{_SPACE}*{_NAMES}){{0,3}})(?=(?:综合|摄影)?报道|从|获悉|在|{_SPACE}*[：:])"
)
"""Matches the reporters who are named in the first sentence (group 1)."""
_REPORTS_FIRST = re.compile(rf"({_NAMES}(?:[、，]?{_SPACE}*{_NAMES}){{0,3}})(?=(?:综合|摄影)?报道[：:，,])")
"""Matches the same at the beginning of a text without a dateline."""
_SPACED = re.compile(rf"{_SPACE}*((?:{_NAMES}{_SPACE}+){{1,4}})(?=[^ \u3000\u00a0])")
"""Matches reporters between a dateline and the first sentence, from which only spaces part them (group 1)."""
_CUT_TAIL = re.compile(r"[（(]([^（）()]{2,40}\ufffd[^（）()]*)$")
"""Matches brackets at the end of a text that are not closed and contain a character that was not decoded."""
_CUT_HEAD = re.compile(
    rf"{_SPACE}*[（(](?![^（()）]{{0,60}}[）)])(?P<letters>[{_HAN}·、 \u3000\u00a0]{{2,40}})"
    r"(?P<sign>[^，。；：？！“”‘’《》—…,;:\"'\s\w（）()]?)"
)
"""Matches brackets after a dateline that are not closed, because their end was lost together with a letter."""
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
            return block.text[match.start("line") : match.end("line")]
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
    heads = [head for block in texts[:OPENING] if (head := _cut_opening(block.text))]
    if heads and heads[0].authors:
        return heads[0]
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
    return heads[0] if heads else TextByline(None, [], False)


def _cut_opening(text: str) -> TextByline | None:
    """Return the byline after a dateline whose brackets are not closed, or None if they do not begin with people.

    Its last name is not whole, or the text follows it without a sign, so that the authors are those before it.
    """
    dateline = _DATELINE.match(text.translate(TRADITIONAL))
    cut = _CUT_HEAD.match(text, dateline.end()) if dateline else None
    if cut is None:
        return None
    whole = cut["letters"].rpartition("、")[0].strip()
    has_role = starts_with_role(cut["letters"])
    if not (whole or cut["sign"]) or not (has_role or (cut["sign"] and whole and _only_names(whole))):
        return None
    printed = f"{cut['letters']}{cut['sign']}" if cut["sign"] else whole
    return TextByline(printed.strip(), authors_of(whole), True)


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
    simple = text.translate(TRADITIONAL)
    forms = (_REPORTS, _SPACED) if dateline else (_REPORTS_FIRST,)
    said = (
        text[found.start(1) : found.end(1)].strip() for form in forms if (found := form.match(simple, at))
    )
    return next((line for line in said if _only_people(line)), None)


def _only_people(line: str) -> bool:
    """Return whether a line has only roles and names of up to four letters, or with middle dots."""
    return is_credit_line(line) and all(_may_be_named(each.name) for each in parse_byline(line))


def _may_be_named(name: str) -> bool:
    """Return whether what follows 记者 in a sentence can be a name: 记者近日从… tells when, and 记者从海口… where."""
    if name[:2] in SURNAMES_OF_TWO or "·" in name:
        return True
    return len(name) <= LONGEST and not _NO_NAME.match(name)


_NO_NAME = re.compile(
    "[近日昨今当上下目最随了走来独实多深跟先早傍此本这那再又已正刚还也都就把被对与在从由到自经通注看采发探约获综据按赶前驱乘登站身赴住坐守"
    "团们会只没未不是有要将为]|连日|连续|周[一二三四五六日末]|一[早路直线行]"
)
"""Matches the beginning of words that follow 记者 in sentences, with which few names begin."""
LONGEST = 4
"""The most letters of a name without a middle dot."""


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
