"""Recognise error pages with status 200: missing pages, firewalls, challenges.

Words alone do not suffice: 基因复制出错啦 and 验证码为什么越来越难认 are headlines. An error page is also short, and
lacks the marks of an article: an id in its meta tags, a time, a source, an editor.
"""

import re
from typing import NoReturn

from kepu.messages import Text
from kepu.records import Page
from pipelines.chrome.fields.meta_tags import Metas
from pipelines.chrome.make_letter_account import letters_in
from pipelines.refusals import Blocked, MissingPage, NotAnArticle, name_of

LONGEST = 300
"""Maximum number of characters of the text of an error page."""

SHORT, SHORTEST = 100, 40
"""Maximum number of characters of an error page with one mark of an article, and of one that is recognised by SORRY."""

FIELDS_OF_WALL = 2
"""Number of marks of an article that a firewall's page may have: a time, and its own host as a source."""

ENOUGH = 2
"""Minimum number of marks with which a page is an article, however short it is and whatever it says."""

MISSING = re.compile(
    r"(?:网页|页面|文章|内容|信息|稿件|资源|地址|链接|新闻)[^。，]{0,6}?(?:不存在|已?被?删除|已下线|找不到|没有找到|未找到|失效|走丢|丢失)"
    r"|找不到[^。，]{0,8}(?:网页|页面|文章|内容)|无法(?:访问|显示|找到)|Page not found|404 Not Found",
    re.IGNORECASE,
)
"""Matches texts of pages for missing articles."""

SORRY = re.compile(r"出错[啦了]|出现错误|抱歉|对不起|\b404\b|Not Found", re.IGNORECASE)
"""Matches words of such pages that articles use too; they count only in a title, or if there is hardly any other
text.
"""

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
"""Matches texts of firewalls, challenges and servers under maintenance.

The site's CDN is 知道创宇 (its cookie is `__jsluid_h`).
"""

LISTING = re.compile(r"^\s*Index of /", re.MULTILINE)
"""Matches the title of a web server's directory listing."""

WALL_FACTS = re.compile(
    r"(?:拦截|阻断|请求|访问|事件)(?:时间|日期|ID|编号|IP)|(?:您的|客户端|用户|访客|Your|Client) ?IP"
    r"|(?:Request|Ray|Event) ID",
    re.IGNORECASE,
)
"""Matches details of a refused request that firewalls print. A time among them is not the time of an article."""


def marks_of_article(metas: Metas, dated: bool, sourced: bool, edited: bool) -> int:
    """Return the number of marks of an article that a page has; an id in the meta tags counts twice.

    `dated`, `sourced` and `edited` are whether it has a time, a source and an editor.
    """
    named = metas.get("contentid") is not None or metas.get("pagetype") == "1"
    return 2 * named + (metas.get("publishdate") is not None) + dated + sourced + edited


def refuse_answer(page: Page, source: str, title: str, text: str, marks: int) -> None:
    """Raise Blocked, MissingPage or NotAnArticle if a page is an error page.

    `source` is the whole page, `title` its title and headline, `text` the text of its body, and `marks` the result of
    `marks_of_article`.
    """
    letters = letters_in(text)
    if letters >= LONGEST:
        return
    shown = f"{title}\n{text}"
    walled = WALL.search(shown) is not None
    if walled and marks <= FIELDS_OF_WALL and WALL_FACTS.search(source):
        marks = 0
    if marks >= ENOUGH or (marks and letters >= SHORT):
        return
    if walled:
        raise _blocked(page)
    if LISTING.search(title):
        raise NotAnArticle(name_of(page), Text("a list of files"))
    if MISSING.search(shown) or SORRY.search(title) or (letters < SHORTEST and SORRY.search(text)):
        raise _missing(page)


def refuse_stub(page: Page, source: str) -> NoReturn:
    """Raise Blocked, MissingPage or NotAnArticle for a short page that redirects by a script or a meta tag."""
    if WALL.search(source):
        raise _blocked(page)
    if MISSING.search(source):
        raise _missing(page)
    raise NotAnArticle(name_of(page), Text("a redirect in a script or a meta"))


def refuse_nothing(page: Page, title: str, source: str) -> NoReturn:
    """Raise Blocked, MissingPage or NotAnArticle for a page without anything like an article; `source` is the page."""
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
"""Maximum number of characters of the source of a page that is only a redirect or an error."""

SEARCHED = 20_000
"""Number of characters of a source that are searched."""
