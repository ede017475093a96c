"""Convert the blocks of a dump's body to the lines of the HTML extractor: text, pictures, lists and tables."""

import re
from dataclasses import replace
from itertools import groupby

from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.boilerplate import rules_of
from pipelines.chrome.body.captions import is_credit
from pipelines.chrome.body.related_lists import is_label
from pipelines.segmentation.dumps.block_places import (
    FEWEST_TITLES,
    PROSE,
    box_above,
    captions_by_place,
    has_indents,
    is_no_title,
    is_right_below,
    is_sentence,
    titles_below,
)
from pipelines.segmentation.dumps.drawn_marks import undo
from pipelines.segmentation.dumps.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.dump_tables import BORDERS, table_lines
from pipelines.segmentation.dumps.name_and_employer import with_post_apart
from pipelines.segmentation.dumps.typed_marks import drawn_numbers, numbered_lists

TOOLS = re.compile(
    r"【字号.{0,60}|(?:分享(?:到|至)[:：]?|\[[^\[\]]*+\]|【字号[大中小]*】|【?(?:打印|关闭|留言|论坛|网摘|订阅|收藏|纠错|提交|评论|转发|分享|推荐|点赞|复制链接)】?|手机点评"
    r"|增大字体|减小字体|字号|大|中|小|E-?mail推荐[:：]?|_+|-{2,}|提交|】|手机看新闻|微信好友|微信|微博|QQ空间|QQ|取消订阅|已收藏"
    r"|点击播报本文.*|语音播报.*|约\d{1,3}分\d{0,3}秒?|点评|[|｜·\[\]]|[^，。]{1,12}?广告位)++"
)
"""Lines of page tools (letter size, print, share) between time and text, without white space.

The possessive quantifier avoids backtracking, which would try 2^n divisions of a line of n tools.
"""

_LONE_TOOL = re.compile("[\u4e00-\u9fff]{2,4}")
"""The name of a tool that can also be a subheading: 打印, 留言."""
_LONE_CAPTION = re.compile(
    "[左右上下]?图(?:为(?!什么)|[一二三四五六①-⑳]?[：:]).*|[^（(].*[\u4e00-\u9fff][ \u3000]?摄(?:（[^（）]{2,12}）)?。?"
    "|[^（(].*(?:[（(][^（）()]{2,20}(?:供图|摄|制图)[)）]|。(?:新华社|中新社|本报|本网|人民网)[发供]图?)。?"
)
"""Lines that are captions by their first or last words."""
NO_TEXT = re.compile(
    r"(?:您的|你的|当前)?浏览器(?:版本过低|不支持).*|请(?:换|更换|升级|使用).{0,8}浏览器.{0,24}|广告"
)
"""Messages about the browser, and 广告: chrome on a page with indented paragraphs, possibly text on a page without."""
LIST_TEXT = 3
"""The fewest columns by which the text of a list item is indented."""
LONGEST_ALT, LONGEST_CAPTION, LONGEST_TABLE_NAME = 20, 80, 60
"""The most letters of a picture's alternative text, of a caption, and of the name above a table."""

_NUMBERED = re.compile(r"(\d{1,2})[.．]\s*(?=\S)")
_LINE_OF_VERSE = re.compile("[\u4e00-\u9fff，]{4,16}[，。；？！、]?")
_STOPS = frozenset("。！？；：…”’）)!?;:.，,")


def article_lines(found: list[DumpBlock]) -> tuple[list[BodyLine], list[BodyLine]]:
    """Return the lines of the article, and the removed lines of promotion and related articles with their rules."""
    lines = body_lines(found)
    kept = _drop_related([line for line in lines if line.rule is None])
    chosen = {id(line) for line in kept}
    for line in lines:
        if id(line) not in chosen:
            line.rule = line.rule or "related_list"
    for line, rule in zip(kept, rules_of(kept, None), strict=True):
        if rule is not None:
            line.rule = rule if rule.endswith("_by_words") else "promotion"
    _drop_list_below_promotion(kept)
    return [line for line in kept if line.rule is None], [line for line in lines if line.rule is not None]


def is_tool(block: DumpBlock) -> bool:
    """Return whether a block is a tool of the page, such as a letter size or a button to share or print."""
    return TOOLS.fullmatch("".join(block.text.split())) is not None and block.role != "image"


def _without_tools(found: list[DumpBlock]) -> list[DumpBlock]:
    """Return the blocks without the page's tools; between two sentences, a single tool word is kept as a subheading."""
    prose = [i for i, block in enumerate(found) if is_sentence(block)]
    indents = has_indents(found)
    kept: list[DumpBlock] = []
    listed = _between_tools(found[: prose[0]] if prose else [])
    for i, block in enumerate(found):
        if id(block) in listed:
            continue
        if indents and not block.indented and NO_TEXT.fullmatch(block.text):
            continue
        between = bool(prose) and prose[0] < i < prose[-1]
        if not is_tool(block) or (between and _LONE_TOOL.fullmatch(block.text)):
            kept.append(block)
    return kept


def _between_tools(found: list[DumpBlock]) -> set[int]:
    """Return the short items (by `id`) of the lists above the text that have a tool above and a tool below them."""
    tools = [i for i, block in enumerate(found) if block.mark and is_tool(block)]
    inside = range(tools[0], tools[-1]) if len(tools) > 1 else range(0)
    return {id(found[i]) for i in inside if found[i].mark and len(found[i].text) <= LONGEST_TOOL}


LONGEST_TOOL = 6
"""The most letters of a tool that is known by its place alone."""


def body_lines(found: list[DumpBlock]) -> list[BodyLine]:
    """Return the body's blocks as lines of the extractor, without the page's tools: text, pictures, lists, tables."""
    lines: list[BodyLine] = []
    plain = _without_tools(found)
    used = set(map(id, plain))
    apart = [(block, "tools") for block in found if id(block) not in used]
    kept = _whole_items(plain)
    box, titles = box_above(kept), titles_below(kept)
    apart += [(block, "excluded") for block in kept[:box]]
    apart += [(block, "related_list") for block in kept[len(kept) - titles :]]
    kept = kept[box : len(kept) - titles]
    captions = captions_by_place(kept)
    names = _names_of_tables(kept)
    numbers = drawn_numbers(kept)
    shows_pictures = any(block.role == "image" for block in kept)
    paragraphs = set[int]()

    def kind_of(block: DumpBlock) -> str:
        return "numbered" if id(block) in numbers else _kind(block)

    for kind, run in groupby((block for block in kept if id(block) not in names), key=kind_of):
        members = list(run)
        if kind == "table":
            for table in _tables(members):
                if is_tool_table(table):
                    apart += [(block, "tools") for block in table]
                    continue
                above = [block.text for block in kept if names.get(id(block)) == id(table[0])]
                lines += table_lines([block.text for block in table], above)
        elif kind == "numbered":
            lines += numbered_lists(members, numbers)
        elif kind == "list":
            items = [undo(block.text)[0] for block in members if block.text]
            if items:
                lines.append(BodyLine("list", "\n".join(items), items=items, ordered=False))
        else:
            own = [_line(block, kind, id(block) in captions) for block in members]
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


def _column(block: DumpBlock) -> int:
    """Return the column in which a block's text begins; after a segmenter, it is always the first."""
    return block.position(0)[1] if block.runs else 0


def _next_column(block: DumpBlock) -> int | None:
    """Return the column in which the second line of a block begins; None if it has one line."""
    first = block.runs[0][1] if block.runs else 0
    return next((column for _, line, column in block.runs if line > first), None)


def _text_column(block: DumpBlock) -> int:
    """Return the column in which the text of a list item begins; 0 for other blocks."""
    if block.mark:
        return _column(block)
    numbered = _NUMBERED.match(block.text)
    return _column(block) + numbered.end() if numbered and _column(block) else 0


def _below_items(found: list[DumpBlock]) -> list[bool]:
    """Return for each block whether it has the column of the text of the list item above it, or is below one that has.

    Such a block belongs to the item, or is a paragraph that the page indents by no-break spaces.
    """
    inside = 0
    below: list[bool] = []
    for block in found:
        may_belong = not (block.indented or block.mark or block.role == "image")
        below.append(may_belong and _column(block) == inside >= LIST_TEXT)
        inside = inside if below[-1] else _text_column(block)
    return below


def _is_padded(found: list[DumpBlock], below: list[bool]) -> bool:
    """Return whether the page indents its paragraphs by no-break spaces to the column of the text of list items.

    Further lines of such a paragraph begin in the first column, those of a list item below its text.
    """
    wrapped = [
        column
        for block, own in zip(found, below, strict=True)
        if own and (column := _next_column(block)) is not None
    ]
    if wrapped:
        return 2 * wrapped.count(0) > len(wrapped)
    prose = [
        _column(block) for block, own in zip(found, below, strict=True) if not own and is_sentence(block)
    ]
    return 2 * sum(column >= LIST_TEXT for column in prose) > len(prose)


def _whole_items(found: list[DumpBlock]) -> list[DumpBlock]:
    """Return the blocks with complete list items: a paragraph with the indent of an item's text belongs to the item."""
    below = _below_items(found)
    padded = _is_padded(found, below)
    done: list[DumpBlock] = []
    open_item = False
    for block, own in zip(found, below, strict=True):
        column = _next_column(block)
        # What follows a paragraph of the page cannot belong to the list above.
        open_item = own and open_item and (column > 0 if column is not None else not padded)
        if open_item:
            done[-1] = replace(done[-1], text=f"{done[-1].text} {block.text}")
        else:
            done.append(block)
            open_item = _text_column(block) > 0
    return done


def _tables(members: list[DumpBlock]) -> list[list[DumpBlock]]:
    """Return the lines of each table; a table ends with its lower border."""
    found: list[list[DumpBlock]] = [[]]
    for block in members:
        found[-1].append(block)
        if block.text[0] in "└┗":
            found.append([])
    return [table for table in found if table]


def is_tool_table(table: list[DumpBlock]) -> bool:
    """Return whether a table contains only tools of the page."""
    letters = "".join("".join(block.text.split()) for block in table)
    return TOOLS.fullmatch(letters.translate(_WITHOUT_BORDERS)) is not None


_WITHOUT_BORDERS = str.maketrans("", "", BORDERS)


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


def _line(block: DumpBlock, kind: str, caption: bool) -> BodyLine:
    text, marks, _ = undo(with_post_apart(block.text.strip()))
    if kind == "figure":
        return BodyLine("figure", url=re.sub(r"[\s\[\]]", "", text) or "picture")
    if text == "kplogo":
        return BodyLine("figure", url="kplogo")
    if caption:
        return BodyLine("text", text, align="center", marks=marks, is_caption=True)
    bold = block.role == "heading" and not _BEFORE_NAMES.fullmatch(text)
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


def _drop_related(lines: list[BodyLine]) -> list[BodyLine]:
    """Return the lines without titles of other articles: those below a label, with the label, and those at the end."""
    kept: list[BodyLine] = []
    below = False
    for line, after in zip(lines, [*lines[1:], None], strict=False):
        # Above prose, a label is a subheading of the text.
        heads = after is None or after.kind != "text" or _is_title(after.text)
        below = line.kind == "text" and ((is_label(line.text) and heads) or (below and _is_title(line.text)))
        if not below:
            kept.append(line)
    lines = _without_dotted(kept)
    end = len(lines)
    while end and lines[end - 1].kind == "text" and _is_title(lines[end - 1].text):
        if _CREDIT.match(lines[end - 1].text):
            # Author and place of publication are named below a text: what is below them is another article's.
            if len(lines) - end < FEWEST_TITLES or not any(map(_is_prose, lines[: end - 1])):
                return lines
            break
        end -= 1
    if len(lines) - end < FEWEST_TITLES:
        return lines
    return lines[: end - 1] if end and lines[end - 1].kind == "figure" else lines[:end]


def _drop_list_below_promotion(lines: list[BodyLine]) -> None:
    """Drop a list at the end that follows promotion, with the picture above: both belong to other articles."""
    end = len(lines)
    while end and (lines[end - 1].rule is not None or lines[end - 1].kind in ("list", "figure")):
        end -= 1
    tail = lines[end:]
    promoted = next((i for i, line in enumerate(tail) if line.rule is not None), len(tail))
    listed = [
        i for i, line in enumerate(tail) if line.kind == "list" and all(map(_is_title, line.items or []))
    ]
    if listed and listed[0] > promoted:
        for line in tail[promoted:]:
            line.rule = line.rule or "related_list"


def _is_prose(line: BodyLine) -> bool:
    return line.kind == "text" and len(line.text) > PROSE and line.text[-1] in "。！？”"


_CREDIT = re.compile("[（(]|《[^《》]+》\\s*[（(]|(?:来源|作者|记者|原标题|供稿|摄影)\\s*[：:]")
_LABEL = re.compile("【.{2,20}】")


def _without_dotted(lines: list[BodyLine]) -> list[BodyLine]:
    """Return the lines without the dotted titles of other articles at the end, and without the label above them."""
    end = len(lines)
    while end and lines[end - 1].kind == "text" and lines[end - 1].text.startswith("·"):
        end -= 1
    if end < len(lines) and end and _LABEL.fullmatch(lines[end - 1].text):
        end -= 1
    return lines[:end]


def _is_title(text: str) -> bool:
    return len(text) <= 36 and text.rstrip("”’」）")[-1:] not in "。！…；，：" and not is_no_title(text)
