"""Pages that answer with status 200 in an article's place: missing pages, firewalls, challenges.

They are told by their form and never by a word alone: 基因复制出错啦 and 验证码为什么越来越难认 are headlines. An
answer of this kind is short and has nothing that an article has: no id in its metas, no time, no source, no editor.
"""

import re
from typing import NoReturn

from kepu.messages import Text
from kepu.records import Page
from pipelines.chrome.excluded import letters_in
from pipelines.chrome.fields.meta_tags import Metas
from pipelines.refusals import Blocked, MissingPage, NotAnArticle, name_of

LONGEST = 300
"""Letters from which a text is longer than any notice of an error or a firewall."""

SHORT, SHORTEST = 100, 40
"""Letters up to which a page with one mark of an article may still be such an answer; and what is hardly a word."""

FIELDS_OF_WALL = 2
"""Marks that the answer of a firewall can show too: a time, and its own host as a source."""

ENOUGH = 2
"""Marks of an article from which a page is one, however short it is and whatever it says."""

MISSING = re.compile(
    r"(?:网页|页面|文章|内容|信息|稿件|资源|地址|链接|新闻)[^。，]{0,6}?(?:不存在|已?被?删除|已下线|找不到|没有找到|未找到|失效|走丢|丢失)"
    r"|找不到[^。，]{0,8}(?:网页|页面|文章|内容)|无法(?:访问|显示|找到)|Page not found|404 Not Found",
    re.IGNORECASE,
)
"""What pages say that stand for one that is not there."""

SORRY = re.compile(r"出错[啦了]|出现错误|抱歉|对不起|\b404\b|Not Found", re.IGNORECASE)
"""What such pages say, and many texts too: it counts in a title, or where there is hardly a word beside it."""

WALL = re.compile(
    r"(?:访问|请求|攻击)[^。；]{0,6}(?:被|受到)(?:[^。；，]{0,4})(?:拦截|阻断|限制|拒绝)"
    r"|(?:访问|请求|操作)(?:过于|太)频繁|安全(?:验证|检查|防护|拦截)"
    r"|人机(?:验证|识别)|请(?:输入|完成|点击|拖动)[^。]{0,12}验证|网站防火墙|创宇盾|安全狗|云防护|您的请求(?:存在|可能)"
    r"|Web Application Firewall|Access Denied|Request (?:blocked|denied)|403 Forbidden|Too Many Requests"
    r"|Just a moment|_jsluid|captcha|系统繁忙"
    r"|(?:系统|网站|服务器?|平台)[^。]{0,8}(?:维护|升级)[^。]{0,30}(?:无法|暂停|不能|稍后)"
    r"|(?:节点|源站|回源)[^。]{0,8}(?:异常|错误|超时|失败|不可用|无法)|Bad Gateway|Service Unavailable",
    re.IGNORECASE,
)
"""What firewalls, challenges and servers under maintenance say.

The site's CDN is 知道创宇 (its cookie is `__jsluid_h`).
"""

LISTING = re.compile(r"^\s*Index of /", re.MULTILINE)
"""The title of a web server's own list of files."""

WALL_FACTS = re.compile(
    r"(?:拦截|阻断|请求|访问|事件)(?:时间|日期|ID|编号|IP)|(?:您的|客户端|用户|访客|Your|Client) ?IP"
    r"|(?:Request|Ray|Event) ID",
    re.IGNORECASE,
)
"""What firewalls print of a request that they refused. Their time is no time of an article."""


def marks_of_article(metas: Metas, dated: bool, sourced: bool, edited: bool) -> int:
    """Return how many things the page has that only articles have: its metas count twice."""
    named = metas.get("contentid") is not None or metas.get("pagetype") == "1"
    return 2 * named + (metas.get("publishdate") is not None) + dated + sourced + edited


def refuse_answer(page: Page, source: str, title: str, text: str, marks: int) -> None:
    """Raise Blocked, MissingPage or NotAnArticle where a page answers in an article's place.

    `source` is all of the page, `title` its title with its headline, `text` that of its body, `marks` as
    `marks_of_article` counts.
    """
    letters = letters_in(text)
    if letters >= LONGEST:
        return
    said = f"{title}\n{text}"
    walled = WALL.search(said) is not None
    if walled and marks <= FIELDS_OF_WALL and WALL_FACTS.search(source):
        marks = 0
    if marks >= ENOUGH or (marks and letters >= SHORT):
        return
    if walled:
        raise _blocked(page)
    if LISTING.search(title):
        raise NotAnArticle(name_of(page), Text("a list of files"))
    if MISSING.search(said) or SORRY.search(title) or (letters < SHORTEST and SORRY.search(text)):
        raise _missing(page)


def refuse_stub(page: Page, source: str) -> NoReturn:
    """Raise the reason why a short page that leads elsewhere by a script or a meta is no article."""
    if WALL.search(source):
        raise _blocked(page)
    if MISSING.search(source):
        raise _missing(page)
    raise NotAnArticle(name_of(page), Text("a redirect in a script or a meta"))


def refuse_nothing(page: Page, title: str, source: str) -> NoReturn:
    """Raise the reason why a page in which nothing reads like an article is none; `source` is all of it."""
    if WALL.search(title) or WALL.search(source[:SEARCHED]):
        raise _blocked(page)
    if MISSING.search(title) or SORRY.search(title) or (len(source) < SEARCHED and _says_missing(source)):
        raise _missing(page)
    raise NotAnArticle(name_of(page), Text("nothing in it reads like an article"))


def _blocked(page: Page) -> Blocked:
    return Blocked(name_of(page), Text("a firewall or a challenge answered"))


def _missing(page: Page) -> MissingPage:
    return MissingPage(name_of(page), Text("says that there is no such page"))


def _says_missing(source: str) -> bool:
    return MISSING.search(source) is not None or (len(source) < STUB and SORRY.search(source) is not None)


STUB = 1_000
"""Letters of a source that holds nothing but such an answer."""

SEARCHED = 20_000
"""Letters of a source that are searched for what it says."""
