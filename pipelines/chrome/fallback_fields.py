"""The source and the editors on a page of no known layout: the first `来源：` and `责编：`, wherever they stand."""

import re

from kepu import urls
from kepu.records import Editor, Source
from pipelines.chrome.css_index import Element
from pipelines.chrome.fields.bylines import is_editor_line, parse_editors
from pipelines.chrome.inline_text import SILENT
from pipelines.chrome.whitespace import field

LONGEST_LINE, LONGEST_NAME = 200, 30

_SOURCE = re.compile(
    r"(?<![图片据料章\u4e00-\u9fff])(?:文章|稿件|信息|新闻|本文)?(?:来\s*源|稿\s*源|出\s*处)\s*[：:]\s*"
)
"""图片来源, 数据来源, 资料来源 and 营养来源 name no source of the article."""

_TOOLS = re.compile(r"分享|手机看|打印|字号|评论|关注|收藏|微信|微博|纠错|222$")
"""What stands behind a label without a name."""

_END = re.compile(r"[|｜\n\r\t，。]|[ \u00a0\u3000]+|(?:作者|记者|编辑|责编|责任编辑|时间|发布)[：:]")


def loose_source(page: Element, base: str) -> Source | None:
    """Return the source that a page names, with its link, or None. `base` is what relative addresses go by."""
    for element in page.iter("*"):
        if element.tag in SILENT:
            continue
        for text, following in ((element.text, next(iter(element), None)), (element.tail, element.getnext())):
            found = _SOURCE.search(text) if text and len(text) <= LONGEST_LINE else None
            if text and found:
                return _source(text[found.end() :], following, base)
    return None


def _source(rest: str, following: Element | None, base: str) -> Source | None:
    """Return the name behind the label, or that of the element which follows it at once."""
    name = field(_END.split(rest.strip(), maxsplit=1)[0])
    if name:
        return Source(name) if _is_name(name) else None
    if following is None or following.tag not in ("a", "span", "em", "i", "b", "strong", "font"):
        return None
    name = field(" ".join("".join(following.itertext()).split()))
    anchor = next(following.iter("a"), None)
    href = anchor.get("href") if anchor is not None else None
    return Source(name, urls.resolve(base, href) if href else None) if _is_name(name) else None


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and not _TOOLS.search(name)


def loose_editors(page: Element) -> list[Editor]:
    """Return the editors whom a line of the page names, `(责编：林禾、程远)`, or none."""
    for element in page.iter("*"):
        if element.tag in SILENT:
            continue
        for text in (element.text, element.tail):
            if text and "责" in text and len(text) <= LONGEST_LINE and is_editor_line(text.strip()):
                return parse_editors(text)
    return []
