"""Find lines of the template before and after the text of a page without a known layout, within its container.

Templates of other sites put the headline, the time, share bars, links to the next article and the copyright notice into
the element of the text. Each is recognised by its position (before the first sentence or after the last) together with
its form; lines between sentences are never excluded.
"""

import re

from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.related_lists import REFERENCE, is_all_links
from pipelines.chrome.fields.dates import is_paper_line, names_a_time
from pipelines.chrome.fields.editor_lines import is_editor_line

PROSE = 25
"""Minimum number of characters of a line with punctuation of a sentence to count as a sentence of the text."""

HEAD, TAIL, LONGEST_META = 12, 12, 90
"""Number of lines examined at the beginning and at the end; maximum number of characters of a line of time and
source.
"""

CRUMBS = re.compile(r"(?:[^>》›»。，]{1,14}\s*[>›»]+\s*){1,6}[^>》›»。，]{0,20}")
"""Matches a breadcrumb: 人民网>>科普中国>>正文."""

TOOLS = re.compile(
    r"(?:分享(?:到|至)?|微信|微博|QQ(?:空间|好友)?|朋友圈|收藏|点赞|赞|举报|打印|复制链接|字号|字体|[大中小]|A[+-]|默认|超大|标准|纠错"
    r"|订阅|关注|已关注|阅读|浏览|点击|次数|人参与|条?评论|播报|编辑|听新闻|手机看|二维码|展开|收起|全文|查看|返回|首页|正文|目录"
    r"|更多|加载|上一[篇页章]|下一[篇页章]|没有了|投稿|反馈|语音|朗读|倍速|[\d万亿.,:：+\-—/|｜>》«»·\s（()）\[\]【】])+"
)
"""Matches a toolbar: a line that consists of such words."""

META = re.compile(
    r"(?:来\s*源|作\s*者|编\s*辑|记\s*者|责\s*编|责任编辑|发布(?:时间|日期)?|更新(?:时间)?|时\s*间|日\s*期|浏览(?:量|次数)?|阅读(?:量|数)?|点击(?:数|量|次数)?"
    r"|稿源|出处|字数|栏目|分类|标签|字号|访问量|频道|所属)\s*[：:]"
)
"""Matches the label of a field (source, author, time …) at any place of a line above a text."""

FOOT = re.compile(
    r"(?:上一[篇页章]|下一[篇页章]|阅读下一篇|相关(?:阅读|新闻|文章|推荐|链接|报道)|推荐阅读|延伸阅读|猜你喜欢|热门(?:推荐|文章|评论)"
    r"|标\s*签|关键[词字]|TAGS?|分享(?:到|至)|责任编辑|责编|编辑|审[核校]|校对|原文(?:链接|地址)|本文(?:链接|地址|网址)|转载请注明)"
    r"\s*(?:[：:].*|$)",
    re.IGNORECASE,
)
"""Matches the beginning of a line that follows a text."""

NOTICE = re.compile(
    r"未经[^。]{0,12}(?:授权|许可|允许|同意)[^。]{0,30}(?:转载|复制|摘编|使用)|(?:仅|不)代表[^。]{0,16}(?:观点|立场|意见)"
    r"|(?:免责|特别|版权|郑重|重要|风险)(?:声明|提示|说明)|版权(?:归|所有|属于)|违者必究|请勿转载|转载请(?:注明|联系)|不构成[^。]{0,10}建议"
    r"|仅提供信息(?:存储|发布)|如有侵权|如涉及?版权|(?:扫描|长按|识别|扫)[^。]{0,12}二维码"
    r"|Copyright|All Rights Reserved|专稿，",
    re.IGNORECASE,
)
"""Matches wording of copyright notices and disclaimers."""

_LETTERS = re.compile(r"\w+")


def furniture_of(lines: list[BodyLine], titles: list[str]) -> dict[int, str]:
    """Map the index of each line that belongs to the template to the rule.

    `titles` are the headline and the title of the page.
    """
    prose = [at for at, line in enumerate(lines) if _is_prose(line)]
    if not prose:
        return {}
    found: dict[int, str] = {}
    known = {_bare(title) for title in titles if title}
    for at in range(min(prose[0], HEAD)):
        rule = _rule_of_head(lines[at], known)
        if rule:
            found[at] = rule
    links = _links_at_the_end(lines)
    found |= dict.fromkeys(range(len(lines) - links, len(lines)), "related_list")
    for at in range(len(lines) - 1 - links, max(len(lines) - 1 - TAIL, prose[0]), -1):
        rule = _rule_of_foot(lines[at])
        if rule:
            found[at] = rule
        elif lines[at].kind != "figure" and (at <= prose[-1] or len(lines[at].text) > 15):
            break
    return found


def _links_at_the_end(lines: list[BodyLine]) -> int:
    """Return the number of lines at the end that are links to other articles: 0, or two or more without references."""
    count = 0
    while count < len(lines) and is_all_links(lines[-1 - count]):
        count += 1
    links = lines[len(lines) - count :]
    return 0 if count < 2 or any(REFERENCE.match(line.text.strip()) for line in links) else count


def _is_prose(line: BodyLine) -> bool:
    if line.kind != "text":
        return False
    return (
        len(line.text) >= PROSE
        and any(mark in line.text for mark in "。！？；，")
        and not NOTICE.search(line.text)
    )


def _rule_of_head(line: BodyLine, titles: set[str]) -> str | None:
    if line.kind != "text":
        return None
    if _bare(line.text) in titles:
        return "repeated_head"
    if (
        len(line.text) <= LONGEST_META
        and "。" not in line.text
        and (names_a_time(line.text) or META.search(line.text))
    ):
        return "repeated_head"
    if CRUMBS.fullmatch(line.text):
        return "breadcrumb"
    return "share_bar" if TOOLS.fullmatch(line.text) else None


def _rule_of_foot(line: BodyLine) -> str | None:
    if line.kind not in ("text", "list"):
        return None
    text = line.text
    if is_paper_line(text) or is_editor_line(text):
        return None
    if TOOLS.fullmatch(text):
        return "share_bar"
    if len(text) <= LONGEST_META and FOOT.match(text.lstrip("【[（( ")):
        return "foot_line"
    if NOTICE.search(text) and len(text) <= 300:
        return "notice"
    return "foot_line" if len(text) <= LONGEST_META and names_a_time(text) and "。" not in text else None


def _bare(text: str) -> str:
    return "".join(_LETTERS.findall(text))
