"""Convert lines of a body to blocks: figures with captions, subheads, verse, quotations and credits."""

import re
from typing import Any

from kepu import urls
from kepu.records import Block, Link, Mark
from kepu.records.article import BlockType
from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.captions import is_caption, is_credit, split_caption
from pipelines.chrome.body.verse import verse_lengths
from pipelines.chrome.fields.bylines import is_credit_line
from pipelines.chrome.fields.dates import credits_paper, is_paper_line
from pipelines.chrome.fields.editor_lines import is_editor_line
from pipelines.chrome.whitespace import Spans

LONGEST_HEADING = 40
"""Maximum number of characters of a bold line that counts as a heading."""

FIRST, LAST = 3, 5
"""Number of lines at the beginning and at the end among which a credit may be a line of its own."""

_NO_HEADING_END = "。；，、：…,;:"
"""Marks with which a heading does not end."""
_SPEAKER = re.compile(r"(?:问|答|记者|主持人|人民网|网友)[：:]")
"""Matches the beginning of a line of an interview, which is not a subhead even if it is bold."""

_CLOSING = re.compile(
    r"[（(]?\s*(?:原标题|来源|原载|本文来源|转自|文章来源|稿件来源)\s*[：:][^。！？]{1,40}[）)]?"
    r"|[（(](?:本文|此文)?(?:原载于?|原刊于?|载于?|刊于?|首发于|摘自|选自|转自|转载自)[^。！？（）()]{0,24}《[^。！？（）()]{1,40}[）)]"
)
"""Matches a line that only names the source, the original headline or the place of publication of the text."""

Piece = tuple[Block, Spans]
"""A block with the links in its text, as (start, end, href as written)."""


def build(lines: list[BodyLine], part: int, base: str) -> list[Piece]:
    """Return the blocks of one part in reading order. `base` is the URL that relative URLs are resolved against.

    Lines that name editors or a printed edition are left out, because they are read as fields. The rules follow the
    habits of the site's editors: a bold line of its own is a subhead; captions are recognised by `captions.is_caption`.
    """
    return build_with_owners(lines, part, base)[0]


def build_with_owners(lines: list[BodyLine], part: int, base: str) -> tuple[list[Piece], dict[int, int]]:
    """Return the blocks of `build`, and a map from the `id()` of each line to the number of its block."""
    pieces: list[Piece] = []
    owners: dict[int, int] = {}
    bold_is_heading = _bold_is_heading(lines)
    verses = verse_lengths(lines)
    at = 0
    while at < len(lines):
        piece, took = _next_piece(lines, at, part, base, bold_is_heading, verses[at])
        if piece:
            owners |= {id(line): len(pieces) for line in lines[at : at + took]}
            pieces.append(piece)
        at += took
    return pieces, owners


def _next_piece(
    lines: list[BodyLine], at: int, part: int, base: str, bold_is_heading: bool, verse: int
) -> tuple[Piece | None, int]:
    """Return the block that begins at index `at`, or None if it is left out, and the number of its lines."""
    line = lines[at]
    if line.kind == "figure":
        return _figure(lines, at, part, base)
    if line.kind == "list":
        return (_block("list", line, part, items=line.items, ordered=line.ordered), line.links), 1
    if line.kind == "table":
        return (_block("table", line, part, rows=line.rows, caption=line.caption), line.links), 1
    if "责" in line.text and is_editor_line(line.text):
        return None, 1
    if is_paper_line(line.text) and _is_outer(lines, at):
        return None, 1
    if _is_credit(lines, at):
        return (_block("credit", line, part), line.links), 1
    if verse:
        return _joined(lines[at : at + verse], part), verse
    level = line.level or (2 if _is_subhead(lines, at, bold_is_heading) else None)
    if level:
        return (_block("heading", line, part, level=level), line.links), 1
    return (_block("quote" if line.quote else "paragraph", line, part), line.links), 1


def _block(type_: BlockType, line: BodyLine, part: int, **fields: Any) -> Block:
    """Return a block with the text and the marks of a line."""
    return Block(type_, line.text, part, [Mark(*mark) for mark in line.marks], **fields)


def join_text(pieces: list[Piece], base: str) -> tuple[str, list[Link]]:
    """Join all blocks except figures and credits by line ends; return the text and its links with their offsets."""
    texts: list[str] = []
    links: list[Link] = []
    at = 0
    for block, spans in pieces:
        if block.type in ("figure", "credit"):
            continue
        for start, end, href in spans:
            url = urls.resolve(base, href)
            if url and start < end:
                links.append(Link(at + start, at + end, url))
        texts.append(block.text)
        at += len(block.text) + 1
    return "\n".join(texts), links


def _figure(lines: list[BodyLine], at: int, part: int, base: str) -> tuple[Piece | None, int]:
    """Return a picture with its caption and credit, or None if its URL is invalid, and the number of its lines."""
    line = lines[at]
    url = urls.resolve(base, line.url or "")
    if url is None:
        return None, 1
    block = Block("figure", "", part, content_url=url, alt=line.alt or None)
    below = at + 1
    if below < len(lines) and not line.video and is_caption(lines, below):
        texts = [lines[below].text]
        below += 1
        if split_caption(texts[0])[1] is None and _is_second_line(lines, below):
            texts.append(lines[below].text)
            below += 1
        block.caption, block.credit_text = split_caption(texts[0])
        if len(texts) == 2:
            block.credit_text = texts[1]
        block.text = " ".join(texts)
    return (block, []), below - at


def _is_second_line(lines: list[BodyLine], at: int) -> bool:
    """Return whether the line below a caption is the picture's credit."""
    line = lines[at] if at < len(lines) else None
    return line is not None and line.kind == "text" and line.align == "center" and is_credit(line.text)


def _is_outer(lines: list[BodyLine], at: int) -> bool:
    """Return whether a line is near the beginning or the end of the part."""
    return at < FIRST or at >= len(lines) - LAST


def _is_credit(lines: list[BodyLine], at: int) -> bool:
    """Return whether a line near the beginning or the end of the part only names people, the source or an edition."""
    line = lines[at]
    if not _is_outer(lines, at) or len(line.text) > 80:
        return False
    closing = at >= len(lines) - LAST
    if closing and (_CLOSING.fullmatch(line.text) or credits_paper(line.text)):
        return True
    return not line.level and is_credit_line(line.text)


def _joined(run: list[BodyLine], part: int) -> Piece:
    """Return lines of verse as one block."""
    links: Spans = []
    marks: list[Mark] = []
    at = 0
    for line in run:
        links += [(at + start, at + end, href) for start, end, href in line.links]
        marks += [Mark(at + start, at + end, kind, source) for start, end, kind, source in line.marks]
        at += len(line.text) + 1
    return Block("verse", "\n".join(line.text for line in run), part, marks), links


def _bold_is_heading(lines: list[BodyLine]) -> bool:
    """Return whether bold lines are subheads in this body, that is, if most of the text is not bold."""
    texts = [line for line in lines if line.kind == "text"]
    return 2 * sum(_could_head(line) for line in texts) <= len(texts) or len(texts) < 3


def _is_subhead(lines: list[BodyLine], at: int, bold_is_heading: bool) -> bool:
    """Return whether a line is a subhead: bold, where that marks subheads, or centred above text that is not."""
    line = lines[at]
    if line.quote or len(lines) == 1:
        return False
    if bold_is_heading and _could_head(line):
        return True
    alone = (
        line.align == "center" and len(line.text) <= 25 and line.text[-1:] not in _NO_HEADING_END + "！？”）)"
    )
    below = lines[at + 1] if at + 1 < len(lines) else None
    above = lines[at - 1] if at else None
    return alone and below is not None and below.align != "center" and (above is None or above.kind == "text")


def _could_head(line: BodyLine) -> bool:
    """Return whether a bold line can be a subhead by its wording."""
    text = line.text
    if not line.bold or len(text) > LONGEST_HEADING or "。" in text:
        return False
    return text[-1:] not in _NO_HEADING_END and not _SPEAKER.match(text)
