"""Tell the page's tools and calls to readers from the titles among the lines above the text of a dump."""

import re
from collections.abc import Sequence, Set

from pipelines.chrome.body.promotion import pages_in, promotion_rule, tools_in
from pipelines.segmentation.dumps.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.dump_names import is_byline

WAYS = ("返回", "更多", "首页")
"""Texts of links that lead away from the article."""
_COLUMN = re.compile("关注|推荐|评论|阅读|分享|点赞|收藏|在看|转发|订阅|投稿")
"""Words of tools that are also names of columns, which stand above a headline."""
_AROUND = "【】[]［］·•—|｜ \u3000■□◆◇●○◎▲▼★☆"
"""Signs around the name of a column."""
_SHOWN = (
    "原图|大图|全图|高清图?|幻灯片?|缩略图|图片|图集|图库|组图|图文|列表|评论|跟帖"
    "|全屏|模式|播放|浏览|留言|[上下]一[图组张页]"
)
_SHOWS = (
    "手机看图|查看|浏览|观看|播放|显示|隐藏|返回|切换|进入|打开|下载|放大|缩小|全屏|自动|开始|停止|暂停|键盘"
    "|翻页|点击"
)
_GALLERY = re.compile(
    rf"(?=.*(?:{_SHOWS}))(?=.*(?:{_SHOWN}))(?:{_SHOWS}|{_SHOWN}|{'|'.join(WAYS)}|我要发言|[\d/|｜·【】\[\]<>←→-])+"
)
"""Matches a line, without white space, of tools beside a picture: 查看原图 幻灯播放."""
_COUNTER = re.compile(
    r"[（(【\[]?(?:第?\d{1,3}[/／]\d{1,3}[页张]?|(?:图集详情|图片列表)?共\d{1,3}[张幅页组]图?片?)[）)】\]]?"
    r"|(?:(?:浏览|阅读|点击|评论|访问|参与)(?:次数|人数|量|数|率)|人气)[：:]?\d*[次人条]?|支持键盘.{0,8}翻.{0,6}|我要(?:评论|发言|留言)"
)
"""Matches a line, without white space, that counts pictures, readers or comments, or tells the keys for paging."""
_ASKED = re.compile(
    "关注|下载|订阅|扫码|扫一扫|扫描|识别|搜索|点击|转发|分享|收藏|点赞|打赏|留言|投稿|打开|加入|报名|参与|投票|评论|长按|添加|星标|在看|联系"
)
"""What readers are asked to do."""
_CHANNEL = re.compile(
    "公众号|订阅号|服务号|视频号|客户端|小程序|微信|微博|抖音|快手|二维码|[Aa][Pp][Pp]|我们|小编|朋友|好友|邮箱|热线|电话|频道|账号|后台|原文|[交粉][流丝]群"
)
"""Where they are asked to do it, or for whom."""
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
    known = text in WAYS or pages_in(text) > 0 or tools_in(text) > 0
    return known or _GALLERY.fullmatch(text) is not None or _COUNTER.fullmatch(text) is not None


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
