"""Read the line of time, source and author above the text of a dump, and the breadcrumb."""

import re

from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

_SOURCE = re.compile(r"来\s*源\s*[：:]\s*")
_LABELS = (
    "作\\s*者|记\\s*者|撰\\s*[文稿]|执笔|编\\s*辑|责\\s*任?\\s*编\\s*辑?|审\\s*[核校稿读]|校\\s*对|供\\s*稿|摄\\s*影|通讯员|(?:发布|更新|发表|发稿)?(?:时间|日期)"
    "|(?:浏览|阅读|点击|访问|评论|转发)(?:次数|量|数|率)?|人气|字\\s*[号体]|版次|稿源|栏目|分类|标签|关键词"
)
"""Alternatives: the labels beside the source of an article."""
_SOURCE_END = re.compile(
    r"[|｜\[【]|\s{2,}|\u3000|[12]\d{3}\s*[年./-]|分享|手机看新闻|\d+\s*人?\s*(?:参与|评论)|\d+\s*条\s*评论"
    rf"|(?:本报|本刊|本网)记者|打印|小字号|大字号|原创稿|(?:{_LABELS})\s*[：:]"
)
_ITEM_BEHIND = re.compile(
    r"(?<=\S)\s*[■●◆▪►•]|(?<=[》”])\s*·(?=.{4})|\s+·(?=.{4})"
    r"|(?<=\S)·(?=[^·]{5,}$)(?!.*(?:[网报台版]|频道|视窗|在线|中心|客户端|周刊|杂志)$)"
)
"""The mark of a title in a list right of the line, which a segmenter glued to the source."""
AUTHOR = re.compile(
    r"(?:作\s*者|记\s*者|撰\s*[文稿])\s*[：:]\s*([^|｜\[【]+?)"
    rf"(?=\s*(?:[|｜\[【]|\d{{4}}|来\s*源|分\s*享|打\s*印|[小大]?\s*字\s*号|收\s*藏|手\s*机|(?:{_LABELS}|\S{{2}}来源)\s*[：:]|$))"
)
"""Matches the author in the line with the time and the source."""
_CRUMBS = re.compile(
    "(?:(?:人民|中国共产党新闻)网|(?<=位置[：:])\\s*[^\\s>＞»›→|：:]{2,8})"
    "(?:\\s*[>＞»›→]+\\s*(?:(?![12]\\d{3}\\s*[年.-])[^>＞»›→|│\\s])+)+"
)
"""Matches a breadcrumb, which ends before the day of the week on the oldest pages."""


_PAPER_FIRST = re.compile(
    "\\s*([\u4e00-\u9fff“”《》·—-]{1,14}(?:[网报社刊台]|在线|客户端|中国|周刊|杂志)》?)[\\s|]*(?:(?:发布)?时间[：:]\\s*)?[12]\\d{3}"
)
"""A newspaper without a label before the time."""


def source_of(time: str) -> str | None:
    """Return the source of the line with the time, or None."""
    match = _SOURCE.search(time)
    if not match:
        # Pages of 2003 have a line with the site's name and the time.
        paper = _PAPER_FIRST.match(time)
        return paper[1] if paper else None
    rest = _SOURCE_END.split(time[match.end() :], maxsplit=1)[0]
    rest = _ITEM_BEHIND.split(rest, maxsplit=1)[0]
    return re.sub(r"\d+$", "", rest.rstrip()).strip() or None


def read_breadcrumb(above: list[DumpBlock]) -> list[str]:
    """Return the names of the lowest breadcrumb, such as `人民网>>科普中国>>正文`, from home to section."""
    for block in reversed(above):
        match = _CRUMBS.search(block.text)
        if match:
            crumbs = [crumb.strip().removesuffix("返回") for crumb in re.split("[>＞»›→]+", match[0])]
            return [crumb for crumb in crumbs if crumb and crumb != "正文"]
    return []
