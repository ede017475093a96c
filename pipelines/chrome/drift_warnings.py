"""Drift: what shows on an article that its page was not what its layout expects. Warnings, never a refusal."""

import re
from datetime import date, timedelta

from kepu.records import Account, Article, Block
from pipelines.chrome.charset import PRIVATE_USE

SHORT = 30
"""Letters under which a body without picture, video or verse is short: a notice has two lines."""

_RESIDUE = re.compile(
    r"分享让更多人看到|责编：|责任编辑：|点击播报|客户端下载|人民网版权所有|未经书面授权|小字号|打开微信|扫一扫"
    r"|热门排行|相关新闻|推荐阅读|返回人民网"
)
"""Words of the page round an article. In a sentence they may be the article's own."""

LONGEST_RESIDUE = 40
"""Letters that a line of the page round an article has at most."""

_CODE = re.compile(r"showPlayer\s*\(|function\s*\w*\s*\([^)]*\)\s*\{|document\.write\s*\(")
_ENDS_SENTENCE = frozenset("。！？；，…”")


def warnings_of(article: Article, seen: date | None) -> list[str]:
    """Return the warnings that the finished record gives cause for. `seen` is the day it was fetched, if known."""
    found = []
    whole_when_short = any(block.type in ("figure", "verse") for block in article.blocks)
    if not article.headline:
        found.append("no_headline")
    if not article.date_published:
        found.append("no_date")
    if not article.source:
        found.append("no_source")
    if not article.blocks:
        found.append("empty_body")
    elif article.char_count < SHORT and not whole_when_short:
        found.append("short_body")
    found += _of_text(article)
    if (
        article.date_published
        and seen
        and date.fromisoformat(article.date_published) > seen + timedelta(days=1)
    ):
        found.append("date_future")
    names = [person.name for person in article.author] + [person.name for person in article.editor]
    if "\ufffd" in (article.byline or "") or any("\ufffd" in name for name in names):
        found.append("byline_damaged")
    return found


def of_account(account: Account, layout: str) -> list[str]:
    """Return what the account of a page's letters gives cause for."""
    found = ["outside_text"] if account.outside_runs else []
    doubted = sum(each.letters for each in account.excluded if each.rule not in EXPECTED)
    if doubted >= LEAST_DOUBTED and doubted > USUAL.get(layout, USUAL_SHARE) * (doubted + account.blocks):
        found.append("excluded_much")
    if any(each.rule.endswith("_by_words") for each in account.excluded):
        found.append("line_left_out")
    return found


EXPECTED = frozenset(
    {"script", "style", "template", "hidden", "related_list", "share_bar", "editors_line", "beside_text",
     "page_numbers", "picture_box", "paper_line", "form", "noscript", "repeated_head"}
)  # fmt: skip
"""Rules that take what a template always has; how much that is says nothing of the text."""

USUAL_SHARE, LEAST_DOUBTED = 0.15, 60
"""What share of an article's letters other rules take at most on the pages of a layout that is read rightly, and how
many letters they must take for a warning. Measured (November 2026): of 400 articles of the replica none is above 0.07
but for pages of a picture alone; of the tests' and the real pages none of which so many letters are taken is either."""

USUAL = {"generic": 0.5}
"""The same for a page of no known layout, which has more beside its text: of 23 real pages of other sites 18 are below
0.1, one has 0.33, and the four above 0.5 are pages of which much is not read."""


def _of_text(article: Article) -> list[str]:
    """Return what the letters of the text give cause for."""
    doubts = {
        "damaged_text": "\ufffd" in article.text,
        "private_use": PRIVATE_USE.search(article.text),
        "chrome_suspect": any(map(_is_residue, article.blocks)) or _mostly_links(article),
    }
    return [name for name, is_so in doubts.items() if is_so]


def _is_residue(block: Block) -> bool:
    """Return whether a block reads like a line of the page round an article: by its form, not by a word alone.

    Such a line is short, is no sentence, and begins with words of the page or consists of them for the most part; or it
    is code.
    """
    if _CODE.search(block.text):
        return True
    line = "".join(block.text.split()).strip("（()）[]【】")
    match = _RESIDUE.search(line)
    if match is None or len(line) > LONGEST_RESIDUE or line[-1] in _ENDS_SENTENCE:
        return False
    return match.start() == 0 or 2 * len(match[0]) >= len(line)


def _mostly_links(article: Article) -> bool:
    linked = sum(link.end - link.start for link in article.links)
    return len(article.links) > 5 and 2 * linked > len(article.text)
