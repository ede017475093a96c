"""Find lists of other articles within a body: their labels, and the lines of links below them.

The links must lead to other articles: references, sources and a last paragraph that is a link belong to the article.
"""

import re

from kepu import urls
from pipelines.chrome.body.body_line import BodyLine

LABELS = (
    r"[【\[]?(?:相关|延伸|推荐|更多|热点|精彩|往期|其他|其它)(?:新闻|阅读|报道|链接|专题|推荐|文章|内容|回顾|图集|稿件|资讯)[】\]]?[：:]?",
    r"(?:猜你喜欢|您可能感兴趣的?|关键词|专题)[：:]?",
    r"(?:24小时|[日周月]|新闻|点击|热门|热点|阅读|评论)*排行榜?[：:]?",
)
"""Labels of lists of other articles. Such a line is excluded only together with links below it, or at the body's
end.
"""

_LABEL = re.compile("|".join(LABELS))
"""Matches a line that is one of LABELS."""
_BESIDE = re.compile(r"[\s\u3000·•●■◆→>》《【】\[\]（）()|｜\d:：.\-－—]+")
"""Matches the marks and numbers that may stand beside the links of a line."""
REFERENCE = re.compile(
    r"(?:\[\d{1,3}\]|［\d{1,3}］|\d{1,3}[.．、]\s|[①-⑳])|.{0,6}(?:参考|文献|资料|数据|来源|出处|原文|注释|引用|论文|doi)",
    re.IGNORECASE,
)
"""Matches the beginning of a reference; such a link at the end of a text belongs to the article."""


def is_label(text: str) -> bool:
    """Return whether a line is the label of a list of other articles."""
    return len(text) <= 20 and _LABEL.fullmatch("".join(text.split())) is not None


def is_all_links(line: BodyLine) -> bool:
    """Return whether a line consists of links, like titles of other articles, and is not a sentence."""
    if not line.links or "。" in line.text:
        return False
    rest, at = [], 0
    for start, end, _ in line.links:
        rest.append(line.text[at:start])
        at = end
    rest.append(line.text[at:])
    return not _BESIDE.sub("", "".join(rest))


def labelled_lists(lines: list[BodyLine], left: list[int]) -> list[int]:
    """Return the indices of labels and of the lines of links directly below them.

    `left` has the indices of the lines that no rule has excluded yet.
    """
    found: list[int] = []
    n = 0
    while n < len(left):
        below = n + 1
        if lines[left[n]].kind == "text" and is_label(lines[left[n]].text):
            while below < len(left) and is_all_links(lines[left[below]]):
                below += 1
        if below > n + 1:
            found += left[n:below]
        n = below
    return found


def lists_at_the_end(lines: list[BodyLine], left: list[int]) -> list[int]:
    """Return the indices of the list that follows the text: links to other articles, their label, a picture above them.

    `left` has the indices of the lines that no rule has excluded yet.
    """
    end = len(left)
    while end and is_all_links(lines[left[end - 1]]):
        end -= 1
    links = left[end:]
    above = lines[left[end - 1]] if end else None
    labelled = above is not None and above.kind == "text" and (is_label(above.text) or _is_short_label(above))
    labelled = labelled or bool(
        links and end and links[0] - left[end - 1] > 1
    )  # excluded promotion is between them
    if links and not _are_other_articles([lines[at] for at in links], labelled):
        return []
    while end and _is_tail(lines[left[end - 1]], bool(links)):
        end -= 1
    return left[end:]


def _are_other_articles(links: list[BodyLine], labelled: bool) -> bool:
    """Return whether lines of links at the end are a list of other articles.

    They must lead to pages of the site, and have a label, be at least two, or be bold. References are not such a list.
    """
    if any(REFERENCE.match(line.text.strip()) for line in links):
        return False
    own = all(_is_of_site(href) for line in links for _, _, href in line.links)
    return own and (labelled or len(links) > 1 or links[0].bold or links[0].kind == "list")


def _is_of_site(href: str) -> bool:
    """Return whether a link leads to a page of the site; also True for a link that is not a valid URL."""
    url = urls.resolve("http://www.people.com.cn/", href)
    return url is None or urls.on_site(url)


def _is_tail(line: BodyLine, linked: bool) -> bool:
    """Return whether a line near the end belongs to a list of other articles; `linked`: whether links are below it."""
    if line.kind == "figure":
        return linked and line.bare
    return line.kind == "text" and (is_label(line.text) or (linked and _is_short_label(line)))


def _is_short_label(line: BodyLine) -> bool:
    """Return whether a line directly above links can be their label by its form: `往期作品：`, `【一起读诗】`."""
    text = line.text
    return len(text) <= 14 and (text[-1:] in "：:】]" or line.bold)
