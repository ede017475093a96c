"""Find headline, source and editors anywhere on a page whose layout is unknown."""

import re
from itertools import islice

from kepu import urls
from kepu.records import Editor, Source
from pipelines.chrome.fields.editor_lines import is_editor_line, parse_editors
from pipelines.chrome.inline_text import SILENT, plain_text
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.whitespace import field

LONGEST_LINE, LONGEST_NAME = 200, 30
"""Maximum number of characters of a line that names a source or an editor, and of the name of a source."""

_SOURCE = re.compile(
    r"(?<![图片据料章\u4e00-\u9fff])(?:文章|稿件|信息|新闻|本文)?(?:来\s*源|稿\s*源|出\s*处)\s*[：:]\s*"
)
"""Label of a source. 图片来源, 数据来源, 资料来源 and 营养来源 do not label the source of the article."""

MOST_HEADINGS = 60
"""Maximum number of headings that are compared with the page title."""

LEAST_TITLE = 5
"""A title without the site name must have more characters than this to serve as headline."""

_LETTERS = re.compile(r"\w")
_SITE = re.compile(r"\s*(?:[_|｜]|--|——| - | – )")
_MEDIUM = re.compile(
    r"[网报社刊台号院所局部会]$|日报|晚报|新闻|杂志|出版|中心|大学|频道|在线|客户端|中国|科普"
)
"""Parts of names of media and offices."""

_TOOLS = re.compile(r"分享|手机看|打印|字号|评论|关注|收藏|微信|微博|纠错|222$")
"""Words of page tools, which show that a source label has no name after it."""

_END = re.compile(r"[|｜\n\r\t，。]|[ \u00a0\u3000]+|(?:作者|记者|编辑|责编|责任编辑|时间|发布)[：:]")


def loose_headline(page: Element, title: str, found: str | None) -> str | None:
    """Return the longest heading that occurs in the page title.

    Without one, return the title up to the site name if that part has more than LEAST_TITLE letters and `found` does
    not resemble the title; otherwise return `found`. The first `<h1>` of many sites is their logo, which is missing
    from the title or comes after a dash at its end.
    """
    whole = _bare(title)
    best = found if found and _bare(found) and whole.startswith(_bare(found)) else ""
    for heading in islice(page.iter("h1", "h2", "h3"), MOST_HEADINGS):
        text = field(plain_text(heading))
        letters = _bare(text)
        if len(letters) > max(3, len(_bare(best))) and letters in whole:
            best = text
    if best:
        return best
    named = field(_SITE.split(title, maxsplit=1)[0])
    return (
        named
        if len(_bare(named)) > LEAST_TITLE and whole and not (found and _is_like(found, whole))
        else found
    )


def _is_like(heading: str, whole: str) -> bool:
    """Return whether most letters of a heading are in the title, in any order."""
    letters = set(_bare(heading))
    return len(letters) > 3 and 5 * len(letters & set(whole)) >= 4 * len(letters)


def _bare(text: str) -> str:
    return "".join(_LETTERS.findall(text)).lower()


def plausible_source(source: Source | None) -> Source | None:
    """Return a source that was found without a label if it reads like the name of a medium or office, else None."""
    return source if source and _is_name(source.name) and _MEDIUM.search(source.name) else None


def loose_source(page: Element, base: str) -> Source | None:
    """Return the source after the first label such as 来源, or None.

    It returns None if there is no label, or if what follows it does not read like a name. `base` is the URL that
    relative links are resolved against.
    """
    for element in page.iter("*"):
        if element.tag in SILENT:
            continue
        for text, following in ((element.text, next(iter(element), None)), (element.tail, element.getnext())):
            found = _SOURCE.search(text) if text and len(text) <= LONGEST_LINE else None
            if text and found:
                return _source(text[found.end() :], following, base)
    return None


def _source(rest: str, following: Element | None, base: str) -> Source | None:
    """Return the source in the text after the label, or in the element that directly follows it."""
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
    """Return the editors in a line such as `(责编：林禾、程远)`, or an empty list."""
    for element in page.iter("*"):
        if element.tag in SILENT:
            continue
        for text in (element.text, element.tail):
            if text and "责" in text and len(text) <= LONGEST_LINE and is_editor_line(text.strip()):
                return parse_editors(text)
    return []
