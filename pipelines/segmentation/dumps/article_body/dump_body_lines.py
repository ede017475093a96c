"""Convert the blocks of a dump's body to the lines of the HTML extractor: text, pictures, lists and tables."""

import re
from itertools import groupby

from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.boilerplate import rules_of
from pipelines.chrome.body.captions import is_credit
from pipelines.segmentation.dumps.article_body.block_places import (
    box_above,
    captions_by_place,
    is_right_below,
    titles_below,
)
from pipelines.segmentation.dumps.article_body.page_tools import is_tool_table, without_tools
from pipelines.segmentation.dumps.article_body.related_titles import drop_list_below_promotion, drop_related
from pipelines.segmentation.dumps.article_body.subheads import subheads
from pipelines.segmentation.dumps.article_body.typed_marks import drawn_numbers, numbered_lists
from pipelines.segmentation.dumps.article_body.whole_items import whole_items
from pipelines.segmentation.dumps.forms.drawn_marks import undo
from pipelines.segmentation.dumps.names.name_and_employer import with_post_apart
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.tables.dump_tables import BORDERS, table_lines

_LONE_CAPTION = re.compile(
    "[左右上下]?图(?:为(?!什么)|[一二三四五六①-⑳]?[：:]).*|[^（(].*[\u4e00-\u9fff][ \u3000]?摄(?:（[^（）]{2,12}）)?。?"
    "|[^（(].*(?:[（(][^（）()]{2,20}(?:供图|摄|制图)[)）]|。(?:新华社|中新社|本报|本网|人民网)[发供]图?)。?"
    "|[^（(].{3,60}(?:图片来源|图片提供|图源)[：:].{2,20}"
)
"""Lines that are captions by their first or last words."""
LONGEST_ALT, LONGEST_CAPTION, LONGEST_TABLE_NAME = 20, 80, 60
"""The most letters of a picture's alternative text, of a caption, and of the name above a table."""

_LINE_OF_VERSE = re.compile("[\u4e00-\u9fff，]{4,16}[，。；？！、]?")
_STOPS = frozenset("。！？；：…”’）)!?;:.，,")


def article_lines(found: list[DumpBlock]) -> tuple[list[BodyLine], list[BodyLine]]:
    """Return the lines of the article, and the removed lines of promotion and related articles with their rules."""
    lines = body_lines(found)
    kept = drop_related([line for line in lines if line.rule is None])
    chosen = {id(line) for line in kept}
    for line in lines:
        if id(line) not in chosen:
            line.rule = line.rule or "related_list"
    for line, rule in zip(kept, rules_of(kept, None), strict=True):
        if rule is not None:
            line.rule = rule if rule.endswith("_by_words") else "promotion"
    drop_list_below_promotion(kept)
    return [line for line in kept if line.rule is None], [line for line in lines if line.rule is not None]


def body_lines(found: list[DumpBlock]) -> list[BodyLine]:
    """Return the body's blocks as lines of the extractor, without the page's tools: text, pictures, lists, tables."""
    lines: list[BodyLine] = []
    plain = without_tools(found)
    used = set(map(id, plain))
    apart = [(block, "tools") for block in found if id(block) not in used]
    kept = whole_items(plain)
    box, titles = box_above(kept), titles_below(kept)
    apart += [(block, "excluded") for block in kept[:box]]
    apart += [(block, "related_list") for block in kept[len(kept) - titles :]]
    kept = kept[box : len(kept) - titles]
    captions = captions_by_place(kept)
    names = _names_of_tables(kept)
    numbers = drawn_numbers(kept)
    heads = subheads(kept)
    shows_pictures = any(block.role == "image" for block in kept)
    paragraphs = set[int]()
    unnamed = (block for block in kept if id(block) not in names)
    for kind, run in groupby(unnamed, key=lambda block: "numbered" if id(block) in numbers else _kind(block)):
        members = list(run)
        if kind == "table":
            tables = _tables(members)
            apart += [(block, "tools") for table in tables if is_tool_table(table) for block in table]
            for table in tables:
                if not is_tool_table(table):
                    above = [block.text for block in kept if names.get(id(block)) == id(table[0])]
                    lines += table_lines([block.text for block in table], above)
        elif kind == "numbered":
            lines += numbered_lists(members, numbers)
        elif kind == "list":
            if items := [undo(block.text)[0] for block in members if block.text]:
                lines.append(BodyLine("list", "\n".join(items), items=items, ordered=False))
        else:
            own = [_line(block, kind, id(block) in captions, id(block) in heads) for block in members]
            lines += own
            if shows_pictures:
                # Each picture has its mark, so that an indented line with a credit is a paragraph.
                paragraphs |= {id(line) for line, block in zip(own, members, strict=True) if block.indented}
    lines = _with_unseen_pictures(lines, paragraphs)
    _centre(lines)
    return lines + [BodyLine("text", block.text, rule=rule) for block, rule in apart]


def _kind(block: DumpBlock) -> str:
    if block.text[:1] in BORDERS and block.text:
        return "table"
    if block.mark:
        return "list"
    return "figure" if block.role == "image" else "text"


def _tables(members: list[DumpBlock]) -> list[list[DumpBlock]]:
    """Return the lines of each table; a table ends with its lower border."""
    found: list[list[DumpBlock]] = [[]]
    for block in members:
        found[-1].append(block)
        if block.text[0] in "└┗":
            found.append([])
    return [table for table in found if table]


def _names_of_tables(found: list[DumpBlock]) -> dict[int, int]:
    """Return for each block (by `id`) of a table's name the `id` of the frame's first line, directly below the name."""
    names: dict[int, int] = {}
    for at, block in enumerate(found):
        if block.text[:1] not in ("┌", "┏") or not at or not block.runs:
            continue
        group = [each for each in found[max(0, at - 4) : at] if each.group == found[at - 1].group]
        text = "".join(each.text for each in group)
        above = is_right_below(block, found[at - 1]) and _kind(found[at - 1]) == "text"
        if above and len(text) <= LONGEST_TABLE_NAME and text[-1] not in _STOPS:
            names |= dict.fromkeys(map(id, group), id(block))
    return names


def _with_unseen_pictures(lines: list[BodyLine], paragraphs: set[int]) -> list[BodyLine]:
    """Return the lines with a picture inserted above each caption without one; its alternative text may be there.

    `paragraphs` are the lines (by `id`) that are none. A line with only a credit belongs to what is above it.
    """
    done: list[BodyLine] = []
    for line in lines:
        above = done[-1] if done else None
        alone = line.kind == "text" and len(line.text) <= LONGEST_CAPTION and id(line) not in paragraphs
        if alone and above and above.is_caption and is_credit(line.text):
            line.align = "center"
        elif alone and _LONE_CAPTION.fullmatch(line.text) and not (above and above.kind == "figure"):
            alt = above.text if above and _may_be_alt(above) else ""
            if alt:
                done.pop()
            if alt or not is_credit(line.text):
                done.append(BodyLine("figure", url="picture", alt=alt))
        done.append(line)
    return done


def _may_be_alt(line: BodyLine) -> bool:
    """Return whether a line may be the alternative text of a picture."""
    return line.kind == "text" and len(line.text) <= LONGEST_ALT and line.text[-1:] not in _STOPS


def _line(block: DumpBlock, kind: str, caption: bool, subhead: bool) -> BodyLine:
    text, marks, _ = undo(with_post_apart(block.text.strip()))
    if kind == "figure":
        return BodyLine("figure", url=re.sub(r"[\s\[\]]", "", text) or "picture")
    if text == "kplogo":
        return BodyLine("figure", url="kplogo")
    if caption:
        return BodyLine("text", text, align="center", marks=marks, is_caption=True)
    bold = subhead and not _BEFORE_NAMES.fullmatch(text)
    return BodyLine("text", text, bold=bold, marks=marks)


_BEFORE_NAMES = re.compile("[\u4e00-\u9fff]{0,8}记者[：:]?")
"""A line before the names of the authors, such as 新华社记者."""


def _centre(lines: list[BodyLine]) -> None:
    """Mark verse (lines of equal length) and captions below pictures as centred."""
    for at, line in enumerate(lines):
        above = lines[at - 1] if at else None
        if line.kind != "text" or above is None:
            continue
        line.paragraph, above.paragraph = at, at - 1
        if above.kind == "figure" and len(line.text) <= 40 and line.text[-1:] not in _STOPS:
            line.align = "center"
        alike = above.kind == "text" and len(above.text) == len(line.text)
        if alike and _LINE_OF_VERSE.fullmatch(line.text) and _LINE_OF_VERSE.fullmatch(above.text):
            line.align = above.align = "center"
            line.bold = above.bold = False
