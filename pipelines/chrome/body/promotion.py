"""Recognise lines of promotion and page tools by the form of the whole line.

A form has both what readers are asked to do and the channel to follow: 扫描二维码，关注科普中国公众号 is promotion,
扫描二维码时，摄像头先找三个角上的方块。 is a sentence about codes. The forms are from text dumps
(更多精彩内容，请下载科普中国客户端。, 返回人民网科普频道), from a page of 2024 (分享让更多人看到), and from the
replica.
"""

import re

from pipelines.chrome.body.chrome_vocabulary import is_call, is_notice_of_rights
from pipelines.chrome.body.gallery_tools import is_gallery_bar
from pipelines.chrome.body.related_lists import is_label

LONGEST, LONGEST_NOTICE = 80, 200
"""Maximum number of characters of a line of promotion, and of a notice."""

_BRAND = (
    r"(?:人民网|人民日报|人民视频|人民科普|科普中国|本[网报刊频道]+|我们|官方|新闻|手机|移动"
    r"|[“《‘「][^”》’」]{2,12}[”》’」])"
)
"""Who is to be followed: a medium of the publisher, a general word for it, or a name in quotation marks."""
_OWN = r"(?:人民网|人民日报|人民科普|科普中国|[“《‘「](?:人民|科普)[^”》’」]{1,8}[”》’」])"
"""One of the publisher's own media."""
_CHANNEL = (
    r"(?:(?:官方)?(?:微信|微博|抖音|快手|头条)?(?:公众号|公众平台|订阅号|服务号|视频号|头条号|抖音号|快手号|百家号)"
    r"|官方微[信博]|微信号|客户端|小程序|手机版|[Aa][Pp][Pp])"
)
"""Where to follow it: an account, an app or the mobile site."""
_CODE = (
    r"(?:(?:上|下|左|右|文末|图中|本|此|以上|以下|上方|下方|左侧|右侧|下图|上图|图片|海报|屏幕)*(?:的|中)?"
    r"(?:二维码|小程序码))"
)
"""A code to scan, with its place on the page."""
_DO = (
    r"(?:即可|可|便可|立即|马上|就能|来|并|快来|一键|进行)?"
    r"(?:关注|下载|订阅|查看|观看|收看|收听|加入|进入|获取|了解|阅读|分享|报名|参与|领取|看|读|听)"
)
"""The action that a line requests of its readers, such as 关注 or 下载."""
_OBJECT = r"(?:我们|更多|视频|专题|原文|全文|直播|详情|活动|精彩|专栏|朋友|好友|资讯|频道)"
"""The thing that the request offers, such as 更多 or 视频."""
_INVITATION = r"(?:敬?请|欢迎|快来|赶快|记得|别忘了|点击|长按|打开|用|使用)"
"""Words that open a request."""
_TARGET = rf"(?:{_BRAND}{{0,3}}{_CHANNEL}|{_CODE}|{_OBJECT})"
"""The aim of a request: an account, a code, or what readers get."""
_END = r"(?:更多的?)?[^。！？了是者过比的]{0,16}[。！!]?"
"""What may follow the call: no continued sentence, that is, no 的, 是, 了 or comparison."""

FORMS = (
    # 扫描二维码，关注科普中国公众号; 长按识别二维码，下载人民日报客户端; 扫码下载人民日报客户端，阅读更多精彩内容
    rf"{_INVITATION}{{0,2}}(?:手机|微信|浏览器|支付宝){{0,2}}[，,]?(?:微信)?(?:扫一扫|扫码|扫描|长按|识别|扫){{1,2}}(?:识别|扫描)?"
    rf"(?:{_CODE}(?:[，,、\s]*{_DO}{_END})?|{_CODE}?[，,、\s]*{_DO}[^，。]{{0,6}}{_TARGET}{_END})",
    r"(?:请)?打开微信扫一扫",
    r"(?:扫一扫|扫码|扫描二维码)[，,]?(?:用)?手机(?:看|阅读|观看|浏览)(?:新闻|本文|全文)?",
    # 更多精彩内容，请下载科普中国客户端。; （更多精彩内容请关注“科普中国”微信公众号）
    rf"(?:(?:想|欲|要)?(?:了解|查看|获取|看|知)?更多|欲知)[^，。]{{0,10}}[，,]?{_INVITATION}{{0,2}}(?:您|大家)?"
    rf"(?:下载|关注|点击|扫码|登录|登陆|扫描|搜索|访问|订阅|锁定){{1,2}}[^，。]{{0,6}}{_TARGET}{_END}(?:https?:[\w/.:-]+|www[\w/.-]+)?",
    # 关注“科普中国”公众号; 下载人民网客户端; 请点击下载客户端
    rf"{_INVITATION}{{0,2}}(?:关注|下载|订阅){_BRAND}{{0,3}}\+?{_CHANNEL}(?:[，,][^，。]{{0,12}})?[。！!]?",
    rf"{_INVITATION}{{0,2}}(?:关注|下载|订阅|打开){_BRAND}{{1,3}}\+?{_CHANNEL}?[，,]?{_DO}(?:更多|全文|精彩)[^。，]{{0,10}}[。！!]?",
    rf"{_INVITATION}{{0,2}}(?:微信)?(?:扫码|扫一扫|扫描)?关注(?:{_OWN}|我们){{1,2}}{_CHANNEL}?(?:微信|微博)?",
    rf"{_INVITATION}{{0,2}}(?:微信)?(?:扫码|扫一扫)关注(?:{_BRAND}{_CHANNEL}?)?",
    rf"(?:微信)?搜索(?:微信)?{_CHANNEL}{_BRAND}(?:并?关注(?:我们)?)?",
    r"(?:用)?手机扫码(?:看|阅读|观看|浏览)?|(?:点击)?阅读原文|(?:想)?了解更多[^。，]{0,8}[，,]?请?点击(?:这里|此处|链接|下方)?",
    rf"{_BRAND}{{0,2}}客户端(?:下载|扫码下载)",
    # 返回人民网科普频道
    r"返回(?:人民网|科普中国|科普|原){0,3}(?:频道|首页|主页|专题|列表|顶部|上一页)?(?<!返回)[>》]{0,3}",
    r"分享(?:让更多人看到|到朋友圈)[!！]?",
    # —— END ——
    r"[-—–=·*~]{0,6}(?:[Tt][Hh][Ee])?[Ee][Nn][Dd][-—–=·*~.]{0,6}",
    # 投稿邮箱：kepu@example.org; 商务合作请联系：010-00000000
    r"(?:投稿|征稿|商务|合作|爆料|转载|报料){1,2}(?:请|欢迎)?(?:联系|发送?至|邮箱|电话|热线|微信|信箱|联系方式|请联系){1,2}[：:]?[\w@.+\-（）()转]{5,40}",
    # 点击进入专题; >>点击查看更多; 点击图片进入下一页
    r"[>》]{0,2}(?:请)?点击(?:图片|这里|此处|链接|标题|下方链接|上图|下图)?(?:进入|查看|下载|播报|收听|收看|观看|阅读|订阅|放大)"
    r"(?:专题|原图|大图|详情|全文|原文|更多|链接|视频|直播|频道|下一页|下一张|本文|报道|内容|专栏|精彩|全部|往期|此处|这里){1,3}[>》。！]{0,2}",
    r"[>》]{0,2}(?:请)?点击(?:进入|查看|阅读)[“《‘「]?[^。，！？”》]{2,20}[”》’」]?(?:专栏|专题|频道|网站|页面|专版)[>》。！]{0,2}",
    r"[>》]{0,2}(?:请)?点击(?:进入|查看)(?:专栏|专题|频道)[：:>》]{1,3}[^。，]{0,20}",
    rf"[>》]{{0,4}}(?:请)?点击(?:进入|查看|访问){_BRAND}{{1,2}}(?:科普)?(?:频道|专题|专栏|首页|网站)[>》]{{0,3}}",
    r"点击(?:图片|上图|下图)(?:可|即可)?(?:查看|看|放大|进入)?(?:大图|原图|高清图|下一页)?",
    r"[>》]{0,2}点击(?:放大|查看|进入|下载|图片|这里|此处|链接)[>》]{0,2}",
    r"(?:关注|点赞|转发|收藏|在看|分享|三连|一键三连)(?:[、，+]?(?:关注|点赞|转发|收藏|在看|分享)){1,4}[！!]?",
)
"""Forms of whole lines, after removing white space and enclosing brackets."""

NOTICES = (
    r"人民网(?:股份有限公司)?版权所有.{0,40}",
    r"(?:免责|版权|特别|郑重)?声明[：:].{0,40}(?:不代表|仅供参考|版权|转载|侵权).{0,60}",
)
"""Forms of copyright notices, which follow the text, or are read if the body's element is not closed."""

TOOLS = (
    "小字号", "大字号", "字号", "取消订阅", "订阅", "已收藏", "收藏", "打印", "关闭",
    "我要纠错", "纠错", "推荐", "网摘", "手机看新闻", "分享到", "分享",
    "微信好友", "微信", "新浪微博", "腾讯微博", "微博", "QQ好友", "QQ空间",
    "朋友圈", "复制链接", "点赞",
    "写留言", "写评论", "评论", "转发", "在看", "阅读", "赞", "放大", "缩小", "默认", "商城", "举报",
)  # fmt: skip
"""Words of toolbars. A single one may be a subhead, such as 打印 or 收藏."""

PAGES = (
    "上一页",
    "下一页",
    "上一张",
    "下一张",
    "上一篇",
    "下一篇",
    "首页",
    "尾页",
    "末页",
    "查看原图",
    "返回顶部",
)
"""Words of links from page to page."""

LABELS_OF_NOTHING = re.compile(r"(?:责任编辑|责编)[：:]?|广告|推广|AD", re.IGNORECASE)
"""Matches a label without a value. 广告 may also be a subhead."""

_MAY_BE = re.compile(
    "[扫码按识载端返享击赞转藏订印号错荐页【权责广推微评放缩默商举摘闭张篇侵留稿群]|关注|在看|参考|登[录陆]|频道|访问"
    r"|原文|声明|链接|手机|QQ|AD|E\s?N\s?D|全文完|允许|谢绝|©|素材|替代|代替|晒|预告|热线|邮箱|回顾|本平台|立场|无关",
    re.IGNORECASE,
)
"""Matches every line that one of the above may match, as a fast check that rejects most lines."""

_FORM = re.compile("|".join(FORMS))
"""Matches a line that has one of FORMS."""
_NOTICE = re.compile("|".join(NOTICES))
"""Matches a line that has one of NOTICES."""
_BESIDE = r"[|｜/、：:>\s·\[\]【】（）()\d+\-.万]*+"
"""What may stand between the words of a toolbar."""
_READ_ALOUD = r"点击播报本文，约[\d.]{1,4}(?:分钟|秒)?"
"""The button that reads the article aloud."""
_SIZES = r"字[号体][：:]?(?:[大中小][|｜/]?){1,3}"
"""The buttons for the font size."""
_TOOL = re.compile("|".join([_READ_ALOUD, _SIZES, *sorted(map(re.escape, TOOLS), key=len, reverse=True)]))
"""Matches one tool, the longest word first."""
# The quantifier is possessive: otherwise the many ways to split 字号大|字号大|… would all be tried.
_TOOL_BAR = re.compile(rf"{_BESIDE}(?:(?>{_TOOL.pattern}){_BESIDE})*+")
"""Matches a line that consists of tools."""
_PAGE = re.compile("|".join(PAGES))
"""Matches one word of PAGES."""
_PAGE_BAR = re.compile(rf"[【\[]?(?:(?:{_PAGE.pattern})[】\]|>\d【\[\s]*)+")
"""Matches a line that consists of links from page to page."""
_PAGE_NUMBERS = re.compile(r"(?:【\d{1,3}】)+")
"""Matches a line of links to numbered pages: `【1】【2】`."""
_BRACKETS = ("（）", "()", "【】", "[]", "“”")
"""Pairs of brackets and quotation marks that may enclose a whole line."""


def may_be_chrome(text: str) -> bool:
    """Return quickly whether a line can have any form of this module."""
    return len(text) <= LONGEST_NOTICE and _MAY_BE.search(text) is not None


def bare(text: str) -> str:
    """Return a line without white space and without brackets that enclose all of it."""
    text = "".join(text.split())
    if len(text) > 2 and text[0] + text[-1] in _BRACKETS and text[0] not in text[1:]:
        return text[1:-1]
    return text


def promotion_rule(text: str) -> str | None:
    """Return the rule for a line that only asks readers to follow, download, scan, return or share; else None.

    It is `promotion` if the line has one of FORMS, and `promotion_by_words` if its vocabulary suggests it.
    """
    if len(text) > LONGEST:
        return None
    line = bare(text)
    if _FORM.fullmatch(line):
        return "promotion"
    return "promotion_by_words" if is_call(line) and not tools_in(text) else None


def is_no_title(text: str) -> bool:
    """Return whether a line beside a headline is a tool, a call to readers, a notice or a label, and no title."""
    is_bar = tools_in(text) > 0 or pages_in(text) > 0 or is_gallery_bar(text)
    return is_bar or is_label(text) or promotion_rule(text) == "promotion" or notice_rule(text) is not None


def notice_rule(text: str) -> str | None:
    """Return the rule for a line that is only a copyright notice or a disclaimer; else None.

    It is `notice` if the line has one of the forms of NOTICES, and `notice_by_words` if its vocabulary suggests it.
    """
    line = bare(text)
    if _NOTICE.fullmatch(line):
        return "notice"
    return "notice_by_words" if len(line) <= LONGEST_NOTICE and is_notice_of_rights(line) else None


def tools_in(text: str) -> int:
    """Return the number of different tools in a line that consists of them; 0 for any other line."""
    short = "".join(text.split())
    if not short or len(short) > LONGEST or not _TOOL_BAR.fullmatch(short):
        return 0
    return len(set(_TOOL.findall(short)))


def pages_in(text: str) -> int:
    """Return the number of links to other pages in a line that consists of them; 0 for any other line."""
    short = "".join(text.split())
    if _PAGE_NUMBERS.fullmatch(short):
        return 2
    return len(set(_PAGE.findall(short))) if _PAGE_BAR.fullmatch(short) else 0
