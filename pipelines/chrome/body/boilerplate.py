"""Chrome that stands inside bodies, as data: promotion, page tools, banners, and lists of other articles."""

import re

from kepu import urls
from pipelines.chrome.body.body_line import Line

PROMOTION = (
    r"更多精彩内容，?请?(?:下载|关注|点击|扫码|登录).{0,40}",  # the dump: 更多精彩内容，请下载科普中国客户端。
    r"返回(?:人民网|科普|频道|首页|主页|专题).{0,20}",  # the dump: 返回人民网科普频道
    r"分享让更多人看到.{0,10}",  # the real page of 2024
    r"(?:>>|》)?点击(?:进入|查看|下载|关注|播报|收听|观看|阅读|订阅|放大|图片|这里|此处|链接).{0,40}",
    r"(?:请)?(?:扫码|扫一扫|扫描|长按|微信扫).{0,30}",
    r"(?:请)?(?:点击)?下载.{0,10}客户端.{0,20}",
    r"客户端下载",
    r"(?:小字号|大字号|【?字号[大中小]{0,3}】?|点击播报本文，约[\d.]{1,4}(?:分钟|秒)?|[|｜/]"
    r"|取消订阅|订阅|已收藏|收藏|打印|关闭|纠错|分享|分享让更多人看到)+",
    r"(?:【?\d{1,3}】)+",
    r"(?:[【\[]?(?:上一页|下一页|上一张|下一张|首页|尾页|末页|查看原图|返回顶部)[】\]]?[|>\d]*)+",
    r"(?:广告|责任编辑[：:]?|责编[：:]?)",
    r"人民网(?:股份有限公司)?版权所有.{0,40}",  # the footer, where the body was not closed
    r"声明：.{0,20}(?:不代表|仅供参考|版权).{0,60}",
)
"""Whole lines, without their white space."""

LABELS = (
    r"[【\[]?(?:相关|延伸|推荐|更多|热点|精彩|往期|其他|其它)(?:新闻|阅读|报道|链接|专题|推荐|文章|内容|回顾|图集|稿件|资讯)[】\]]?[：:]?",
    r"(?:猜你喜欢|您可能感兴趣的?|关键词|专题)[：:]?",
)
"""What stands over a list of other articles. Such a line goes only with the links below it, or at the body's end."""

DECORATION = re.compile(
    r"/img/|/c\.gif|kplogo|page_turn|next_page|(?:^|/)(?:logo|share|qr|ewm|icon)[\w-]*\.\w+$", re.IGNORECASE
)
"""Pictures of the template, by their address: `/img/` is decoration (site.md), `kplogo` ends an article in the dump."""

LOGOS = ("kplogo", "logo")
"""Alternative texts of pictures that are none of the article's."""

_PROMOTION = re.compile("|".join(PROMOTION))
_LABEL = re.compile("|".join(LABELS))
_BESIDE = re.compile(r"[\s\u3000·•●■◆→>》《【】\[\]（）()|｜\d:：.\-－—]+")
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp)$", re.IGNORECASE)


def strip_chrome(lines: list[Line], key: str | None) -> list[Line]:
    """Return the lines that are of the article; `key` is the article's own, so that its own parts are no way out."""
    kept = [line for at, line in enumerate(lines) if not _is_chrome(lines, at, key)]
    return _strip_tail(_strip_labelled(kept))


def is_promotion(text: str) -> bool:
    """Tell whether a line is promotion or a page tool and nothing else."""
    return len(text) <= 80 and _PROMOTION.fullmatch("".join(text.split())) is not None


def is_label(text: str) -> bool:
    """Tell whether a line is the label of a list of other articles."""
    return len(text) <= 20 and _LABEL.fullmatch("".join(text.split())) is not None


def is_all_links(line: Line) -> bool:
    """Tell whether a line is links only, as titles of other articles are: no letter beside them and no sentence."""
    if not line.links or "。" in line.text:
        return False
    rest, at = [], 0
    for start, end, _ in line.links:
        rest.append(line.text[at:start])
        at = end
    rest.append(line.text[at:])
    return not _BESIDE.sub("", "".join(rest))


def _is_chrome(lines: list[Line], at: int, key: str | None) -> bool:
    line = lines[at]
    if line.kind == "text":
        return is_promotion(line.text)
    if line.kind != "figure":
        return False
    if DECORATION.search(line.url or "") or line.alt in LOGOS:
        return True
    return _leads_out(line, key) and not _has_caption(lines, at)


def _leads_out(line: Line, key: str | None) -> bool:
    """Tell whether a picture is a link to somewhere else than itself or this very article."""
    href = (line.href or "").strip()
    if not href or href.startswith(("#", "javascript:")) or _PICTURE_FILE.search(href):
        return False
    if key is not None and key.rpartition("/")[2] in href:
        return False
    own = urls.parse(urls.resolve("http://www.people.com.cn/", href) or "")
    return own is None or (key is not None and own.key != key)


def _has_caption(lines: list[Line], at: int) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else None
    if following is None or following.kind != "text" or following.links or is_promotion(following.text):
        return False
    return following.align == "center"


def _strip_labelled(lines: list[Line]) -> list[Line]:
    """Drop each label together with the lines of links right below it."""
    kept: list[Line] = []
    at = 0
    while at < len(lines):
        below = at + 1
        if lines[at].kind == "text" and is_label(lines[at].text):
            while below < len(lines) and is_all_links(lines[below]):
                below += 1
        if below == at + 1:
            kept.append(lines[at])
        at = below
    return kept


def _strip_tail(lines: list[Line]) -> list[Line]:
    """Drop what follows the text: lines of links, their label, and the separating picture above them."""
    end = len(lines)
    linked = False
    while end and _is_tail(lines[end - 1], linked):
        linked = linked or is_all_links(lines[end - 1])
        end -= 1
    return lines[:end]


def _is_tail(line: Line, linked: bool) -> bool:
    """Tell whether a line at the end is of a list of other articles; `linked`: whether links stand right below it."""
    if is_all_links(line):
        return True
    if line.kind == "figure":
        return linked and line.bare
    return line.kind == "text" and (is_label(line.text) or (linked and _is_short_label(line)))


def _is_short_label(line: Line) -> bool:
    """Tell whether a line right above links can be their label, whatever it says: `往期作品：`, `【一起读诗】`."""
    text = line.text
    return len(text) <= 14 and (text[-1:] in "：:】]" or line.bold)
