"""Add warnings to an article whose page differs from what its layout expects, as after a redesign of the site."""

import re
from datetime import date, timedelta

from kepu.records import Account, Article, Block
from pipelines.chrome.charset import PRIVATE_USE

SHORT = 30
"""Minimum number of characters of a body without picture, video or verse; real notices of two lines have more."""

_RESIDUE = re.compile(
    r"分享让更多人看到|责编：|责任编辑：|点击播报|客户端下载|人民网版权所有|未经书面授权|小字号|打开微信|扫一扫"
    r"|热门排行|相关新闻|推荐阅读|返回人民网"
)
"""Matches words typical of the page around an article. In a sentence, they may belong to the article."""

LONGEST_RESIDUE = 40
"""Maximum number of characters of a line that is taken for navigation, a notice or the like."""

_CODE = re.compile(r"showPlayer\s*\(|function\s*\w*\s*\([^)]*\)\s*\{|document\.write\s*\(")
_ENDS_SENTENCE = frozenset("。！？；，…”")


def warnings_of(article: Article, seen: date | None) -> list[str]:
    """Return the warnings for a complete article. `seen` is the day it was fetched, or None if that is unknown."""
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
    """Return the warnings that follow from the account of a page's letters; `layout` is the name of its layout."""
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
"""Rules for parts that every page of a template has; how much they exclude says nothing about the text."""

USUAL_SHARE, LEAST_DOUBTED = 0.15, 60
"""Minimum share of an article's letters, and minimum number of letters, excluded by other rules for a warning.

Measured in November 2026: of 400 articles of the replica, only pages with nothing but a picture are above 0.07; so is
none of the tests' pages and of the real pages from which at least that many letters are excluded.
"""

USUAL = {"generic": 0.5}
"""The minimum share by layout where it differs: a page without a known layout has more besides its text.

Of 23 real pages of other sites, 18 are below 0.1, one has 0.33, and on the four above 0.5 much of the text is not read.
"""


def _of_text(article: Article) -> list[str]:
    """Return the warnings about the characters of the text."""
    doubts = {
        "damaged_text": "\ufffd" in article.text,
        "private_use": PRIVATE_USE.search(article.text),
        "chrome_suspect": any(map(_is_residue, article.blocks)) or _mostly_links(article),
    }
    return [name for name, is_so in doubts.items() if is_so]


def _is_residue(block: Block) -> bool:
    """Return whether a block looks like navigation, a notice or the like.

    Such a block is short, is not a sentence, and begins with typical words or consists mostly of them; or it is code.
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
