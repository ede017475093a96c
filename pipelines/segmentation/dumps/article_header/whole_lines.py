"""Join the lines of a dump that belong together (tools, editors, centred titles), and part chrome from the editors."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipelines.chrome.fields.editor_lines import is_editor_line
from pipelines.segmentation.dumps.article_body.block_places import is_right_below
from pipelines.segmentation.dumps.article_body.page_tools import TOOLS
from pipelines.segmentation.dumps.article_header.time_line import time_of
from pipelines.segmentation.dumps.names.bare_names import likely_names
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

BODY_ENDS = re.compile(
    r"分享让更多人看到.*|客户端下载|推荐阅读|热门排行|相关(?:新闻|阅读|专题|报道)|扫码阅读手机版|微信扫一扫.*|人民日报社概况.*"
    r"|上一页下一页|人民网.{0,6}版权所有.*|返回顶部|广告|(?:本网|版权|免责|特别)声明[:：].*|我要(?:评论|留言)|留言|相关链接"
)
"""Lines, without white space, that end an article without an editors' line."""


def with_whole_tools(found: Sequence[DumpBlock]) -> list[DumpBlock]:
    """Return the blocks in which bars of tools that were wrapped in a bracket, and editors on two lines, are one line.

    For example, `【打印】【关` and `闭】`.
    """
    done: list[DumpBlock] = []
    for block in found:
        above = done[-1] if done else None
        if above is None or above.mark or block.mark:
            done.append(block)
        elif _ends_tools("".join(above.text.split()), block):
            done[-1] = replace(above, text=f"{above.text}{block.text.strip()}")
        elif _ends_editors(above, block):
            done[-1] = replace(above, text=f"{above.text.rstrip()} {block.text.strip()}")
        else:
            done.append(block)
    return done


def with_whole_titles(found: Sequence[DumpBlock]) -> list[DumpBlock]:
    """Return the blocks in which the lines of a centred title that w3m wrapped, above the time, are one block."""
    done: list[DumpBlock] = []
    widths = [
        _width(block.text[one[0] : two[0]]) + (2 * one[2] if block.indented else one[2])
        for block in found
        for one, two in pairwise(block.runs)
        if two[1] == one[1] + 1
    ]
    columns = max(widths, default=0)
    header = next((i for i, block in enumerate(found) if time_of(block)), 0)
    for at, block in enumerate(found):
        above = done[-1] if done else None
        if at < header and above and columns and _is_wrapped(above, block, columns):
            done[-1] = replace(above, text=f"{above.text.rstrip()}{block.text.strip()}")
        else:
            done.append(block)
    return done


def _is_wrapped(above: DumpBlock, block: DumpBlock, columns: int) -> bool:
    """Return whether a centred line continues the line above it, which has no room for its first character."""
    if above.mark or block.mark or not is_right_below(block, above):
        return False
    return block.position(0)[1] > 0 and _width(above.text + block.text.lstrip()[:1]) >= columns


def _width(text: str) -> int:
    return sum(2 if char > "\u2e80" or char in "“”‘’…—·" else 1 for char in text)


def with_editors_apart(block: DumpBlock) -> list[DumpBlock]:
    """Return the line of the editors apart from the line of chrome below it, if no blank line is between them."""
    both = _EDITORS_ABOVE.fullmatch(block.text)
    if both is None or block.mark:
        return [block]
    chrome = block.text[both.end(1) :]
    if BODY_ENDS.fullmatch("".join(chrome.split())) is None:
        return [block]
    return [replace(block, text=both[1]), replace(block, text=chrome.strip(), runs=[])]


_EDITORS_ABOVE = re.compile(
    "(\\s*(?:[（(【\\[]\\s*责\\s?(?:任\\s?编\\s?辑|编)\\s*[：:][^（）()【】\\[\\]]{2,60}[）)】\\]]|责?任?编辑\\s*[：:][^。！？，]{2,60}?))"
    "(?:微信扫一扫|分享|客户端|推荐阅读|热门排行|相关|扫码|返回顶部|上一页|我要).*"
)
"""The line of the editors and what follows it."""


def _ends_editors(above: DumpBlock, block: DumpBlock) -> bool:
    """Return whether a line has more names of the editors' line above it, whose bracket is open or which has none."""
    if above.group != block.group or not is_editor_line(above.text.strip()):
        return False
    start = re.match("[（(【\\[]", above.text.strip())
    if start and above.text.strip()[-1] in "）)】]":
        return False
    ends = block.text.strip()[-1:] in "）)】]"
    return len(block.text.strip()) <= LONGEST_NAMES and (
        ends if start else bool(likely_names(block.text.strip()))
    )


LONGEST_NAMES = 24
"""The most letters of the second line of the editors."""


def _ends_tools(above: str, block: DumpBlock) -> bool:
    """Return whether a block is the rest of the tools at the end of a line, the last bracket of which is open."""
    start = above.rfind("【")
    if start < 0 or "】" in above[start:]:
        return False
    return TOOLS.fullmatch(above[start:] + "".join(block.text.split())) is not None
