"""The blocks of a dump's body as the extractor's lines: what of bold, centred and linked a dump still shows."""

import re
from itertools import groupby

from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.boilerplate import rules_of
from pipelines.chrome.body.related_lists import is_label
from pipelines.segmentation.dumps.drawn_marks import undo
from pipelines.segmentation.dumps.restore_paragraphs import DumpBlock

TOOLS = re.compile(
    r"(?:\[[^\[\]]*\]|【字号[大中小]*】|【?(?:打印|关闭|留言|论坛|网摘|订阅|收藏|纠错|提交|评论|转发|分享|推荐|点赞|复制链接)】?|手机点评"
    r"|增大字体|减小字体|字号|大|中|小|E-?mail推荐[:：]?|手机看新闻|分享到[:：]?|微信好友|微信|微博|QQ空间|QQ|取消订阅|已收藏"
    r"|[^，。]{1,12}广告位|点击播报本文.*|语音播报.*|约\d+分\d*秒?|[|｜·])+"
)
"""The page's tools between time and text, without white space."""

_TABLE_FRAME = re.compile("^[┌├└┏┣┗]")
_NUMBERED = re.compile(r"(\d{1,2})[.．]\s*(?=\S)")
_LINE_OF_VERSE = re.compile("[\u4e00-\u9fff，]{4,16}[，。；？！、]?")
_STOPS = frozenset("。！？；：…”’）)!?;:.，,")


def article_lines(found: list[DumpBlock]) -> tuple[list[BodyLine], list[BodyLine]]:
    """The lines of the article alone, and those left out, with their rules: promotion, and lists of other articles."""
    lines = body_lines(found)
    kept = _drop_related(lines)
    chosen = {id(line) for line in kept}
    for line in lines:
        if id(line) not in chosen:
            line.rule = "related_list"
    for line, rule in zip(kept, rules_of(kept, None), strict=True):
        if rule is not None:
            line.rule = rule if rule.endswith("_by_words") else "promotion"
    return [line for line in kept if line.rule is None], [line for line in lines if line.rule is not None]


def is_tool(block: DumpBlock) -> bool:
    """Tell whether a block is one of the page's tools: a letter size, a button to share or to print."""
    return TOOLS.fullmatch("".join(block.text.split())) is not None and block.role != "image"


def body_lines(found: list[DumpBlock]) -> list[BodyLine]:
    """The body's blocks as lines of the extractor, without the page's tools: text, pictures, lists, tables."""
    lines: list[BodyLine] = []
    kept = [block for block in found if not is_tool(block)]
    for kind, run in groupby(kept, key=_kind):
        members = list(run)
        if kind == "table":
            lines.append(_table(members))
        elif kind == "list":
            items = [undo(block.text)[0] for block in members if block.text]
            if items:
                lines.append(BodyLine("list", "\n".join(items), items=items, ordered=False))
        else:
            lines += [_line(block, kind) for block in members]
    _number(lines)
    _centre(lines)
    return lines


def _kind(block: DumpBlock) -> str:
    if block.text[:1] in ("┌", "├", "└", "│", "┃", "┏", "┣", "┗"):
        return "table"
    if block.mark:
        return "list"
    return "figure" if block.role == "image" else "text"


def _line(block: DumpBlock, kind: str) -> BodyLine:
    text, marks, _ = undo(block.text.strip())
    if kind == "figure":
        return BodyLine("figure", url=re.sub(r"[\s\[\]]", "", text) or "picture")
    if text == "kplogo":
        return BodyLine("figure", url="kplogo")
    return BodyLine("text", text, bold=block.role == "heading", marks=marks)


def _table(members: list[DumpBlock]) -> BodyLine:
    rows: list[list[str]] = []
    fresh = True
    for block in members:
        if _TABLE_FRAME.match(block.text):
            fresh = True
            continue
        cells = [cell.strip() for cell in re.split("[│┃]", block.text)[1:-1]]
        if fresh or len(cells) != len(rows[-1]):
            rows.append(cells)
        else:
            rows[-1] = [above + below for above, below in zip(rows[-1], cells, strict=True)]
        fresh = False
    return BodyLine("table", "\n".join("\t".join(row) for row in rows), rows=rows)


def _number(lines: list[BodyLine]) -> None:
    """Make one list of lines that are numbered from 1 on."""
    at = 0
    while at < len(lines):
        run: list[str] = []
        while at + len(run) < len(lines) and lines[at + len(run)].kind == "text":
            text = lines[at + len(run)].text
            match = _NUMBERED.match(text)
            if not match or int(match[1]) != len(run) + 1:
                break
            run.append(text[match.end() :])
        if len(run) >= 2:
            lines[at : at + len(run)] = [BodyLine("list", "\n".join(run), items=run, ordered=True)]
        at += 1


def _centre(lines: list[BodyLine]) -> None:
    """Mark as centred what a dump shows of it: verse by its equal lines, captions by their place below a picture."""
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
    """The lines without labels and the titles below them, and without the titles of other articles that end a body."""
    kept: list[BodyLine] = []
    below = False
    for line, after in zip(lines, [*lines[1:], None], strict=False):
        # Above prose a label is a subhead of the text's own.
        heads = after is None or after.kind != "text" or _is_title(after.text)
        below = line.kind == "text" and ((is_label(line.text) and heads) or (below and _is_title(line.text)))
        if not below:
            kept.append(line)
    lines = _without_dotted(kept)
    end = len(lines)
    while end and lines[end - 1].kind == "text" and _is_title(lines[end - 1].text):
        if _CREDIT.match(lines[end - 1].text):
            # Who wrote a text and where it was printed stands below it, and above no list.
            return lines
        end -= 1
    if len(lines) - end < 3:
        return lines
    return lines[: end - 1] if end and lines[end - 1].kind == "figure" else lines[:end]


_CREDIT = re.compile("[（(]|《[^《》]+》\\s*[（(]|(?:来源|作者|记者|原标题|供稿|摄影)\\s*[：:]")
_LABEL = re.compile("【.{2,20}】")


def _without_dotted(lines: list[BodyLine]) -> list[BodyLine]:
    """The lines without the titles of other articles that a dot marks at the end, and without the label above them."""
    end = len(lines)
    while end and lines[end - 1].kind == "text" and lines[end - 1].text.startswith("·"):
        end -= 1
    if end < len(lines) and end and _LABEL.fullmatch(lines[end - 1].text):
        end -= 1
    return lines[:end]


def _is_title(text: str) -> bool:
    return len(text) <= 36 and text[-1:] not in "。！…；，"
