"""Tell the page's tools and calls to readers from the titles among the lines above the text of a dump."""

import re
from collections.abc import Sequence, Set

from pipelines.chrome.body.gallery_tools import is_gallery_bar
from pipelines.chrome.body.promotion import pages_in, promotion_rule, tools_in
from pipelines.segmentation.dumps.article_body.page_tools import is_form
from pipelines.segmentation.dumps.names.dump_names import is_byline
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

WAYS = ("返回", "更多", "首页")
"""Texts of links that lead away from the article."""
_COLUMN = re.compile("关注|推荐|评论|阅读|分享|点赞|收藏|在看|转发|订阅|投稿")
"""Words of tools that are also names of columns, which stand above a headline."""
_AROUND = "【】[]［］·•—|｜ \u3000■□◆◇●○◎▲▼★☆"
"""Signs around the name of a column."""
_ASKED = re.compile(
    "关注|下载|订阅|扫码|扫一扫|扫描|识别|搜索|点击|转发|分享|收藏|点赞|打赏|留言|投稿|打开|加入|报名|参与|投票|评论|长按|添加|星标|在看|联系"
)
"""Words for what a tools line asks the reader to do."""
_CHANNEL = re.compile(
    "公众号|订阅号|服务号|视频号|客户端|小程序|微信|微博|抖音|快手|二维码|[Aa][Pp][Pp]|我们|小编|朋友|好友|邮箱|热线|电话|频道|账号|后台|原文|[交粉][流丝]群"
)
"""Words for the channel or the person that a tools line sends the reader to."""
_QUOTED = re.compile("[“《‘「][^”》’」]*[”》’」]")


def tools_above_text(before: Sequence[DumpBlock], bars: Set[str] = frozenset()) -> dict[int, str]:
    """Return the lines above the time (by `id`) that are no titles, each with the rule that leaves it out.

    The rule is `tools`, `promotion` or, for a guess, `promotion_by_words`. `bars` are lines, without white space, that
    have several links and nothing else. A line that only may be a call to readers is a title if there is no other.
    """
    rules = {id(block): rule for block in before if (rule := _rule(block, bars, block is before[0]))}
    others = [block for block in before if id(block) not in rules]
    if len(before) > 1 and others and _may_be_column(before[0], before[1], others):
        rules.pop(id(before[0]), None)
    if others:
        return rules
    return {each: rule for each, rule in rules.items() if rule != "promotion_by_words"}


def is_tool_bar(line: str) -> bool:
    """Return whether a line has only tools of the page, or links that lead away from the article."""
    text = "".join(line.split())
    known = text in WAYS or pages_in(text) > 0 or tools_in(text) > 0 or is_form(line)
    return known or is_gallery_bar(text)


def _rule(block: DumpBlock, bars: Set[str], is_first: bool) -> str | None:
    text = "".join(block.text.split())
    if is_tool_bar(text) or (text in bars and not is_byline(block.text.strip())):
        return "tools"
    rule = promotion_rule(text)
    return None if rule == "promotion_by_words" and not _calls(text, is_first) else rule


def _calls(text: str, is_first: bool) -> bool:
    """Return whether a line asks readers for several things, or names the channel to follow.

    A title may have one such word before a quotation (关注“双碳”), and the first line may have it without.
    """
    plain = _QUOTED.sub("", text)
    asked = set(_ASKED.findall(plain))
    may_be_title = is_first or plain != text
    return len(asked) > 1 or bool(asked and (_CHANNEL.search(plain) or not may_be_title))


def _may_be_column(first: DumpBlock, below: DumpBlock, others: Sequence[DumpBlock]) -> bool:
    """Return whether the first line is the name of a column alone above a title: 关注, 【评论】."""
    alone = first.group != below.group and below is others[0] and not is_byline(below.text.strip())
    return alone and _COLUMN.fullmatch("".join(first.text.split()).strip(_AROUND)) is not None
