"""Find where the header of an article in a dump begins: below the menus, the breadcrumb and other chrome."""

import re
from collections import Counter
from itertools import pairwise

from pipelines.chrome.fields.bylines import SIGNS
from pipelines.chrome.fields.editor_lines import is_editor_line
from pipelines.segmentation.dumps.article_body.page_tools import is_form
from pipelines.segmentation.dumps.article_header.header_tools import is_tool_bar
from pipelines.segmentation.dumps.article_header.time_line import NEAR
from pipelines.segmentation.dumps.article_header.title_halves import OPEN_ENDS, is_halved
from pipelines.segmentation.dumps.names.bare_names import likely_names
from pipelines.segmentation.dumps.names.dump_names import is_byline, is_signature, signs_with_role
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.tables.dump_tables import BORDERS


def header_start(found: list[DumpBlock], at: int) -> int:
    """Return the index of the first block of the header whose time is at index `at`."""
    around = _around(found, at)
    several = Counter(block.group for block in around)
    # Below a breadcrumb the header may begin without a blank line, and a title may have two lines.
    own = {found[at].group} | {block.group for block in around if CRUMB.search(block.text)}
    own |= {block.group for block in found[max(0, at - NEAR) : at] if signs_with_role(bare(block))}
    own |= {one.group for one, two in pairwise(around) if is_halved(one, two) and several[one.group] == 2}
    first = _above_chrome(found, at, several, own)
    if first < at or not at:
        return first
    # The lines of the title may be separated only by line ends, like the items of a menu.
    below = _above_tools(found, at) or at
    group = found[below - 1].group
    title = [i for i in range(max(0, below - MOST_HEADER_LINES), below) if found[i].group == group]
    ends = [i for i in title if is_rule(bare(found[i])) or is_editor_line(bare(found[i]))]
    above = 0
    if ends and ends[-1] < below - 1:
        # What ends the page above shows where this one begins, though no blank line does.
        above = sum(block.group == group for block in around[: around.index(found[ends[-1]]) + 1])
        title = [i for i in title if i > ends[-1]]
    signed = sum(is_byline(bare(found[i])) or bool(likely_names(bare(found[i]))) for i in title)
    parted = several[group] - above <= MOST_TITLE_LINES + signed and not any(
        _is_above(found[i]) for i in title
    )
    spaced = any(" " in found[i].text and not is_byline(bare(found[i])) for i in title)
    return title[0] if parted and not spaced else at


def _around(found: list[DumpBlock], at: int) -> list[DumpBlock]:
    """Return the blocks of all groups that may belong to the header whose time is at index `at`."""
    start, stop = max(0, at - MOST_TOOLS - MOST_HEADER_LINES - 1), at + 1
    while start and found[start - 1].group == found[start].group:
        start -= 1
    while stop < len(found) and found[stop].group == found[at].group:
        stop += 1
    return found[start:stop]


def _above_chrome(found: list[DumpBlock], at: int, several: Counter[int], own: set[int]) -> int:
    """Return the index of the highest title above the time at `at`, with no chrome between them, or `at`.

    `several` counts the lines of each group around the header. A group of several is a menu unless it is in `own`.
    """
    first = lowest = _above_tools(found, at)
    while first and lowest - first < MOST_HEADER_LINES:
        block = found[first - 1]
        crowded = (several[block.group] > 1 or block.ragged) and block.group not in own
        if _is_above(block) or crowded or is_editor_line(bare(block)) or bare(block) in SITE_NAMES:
            break
        halved = first < lowest and is_halved(block, found[first])
        if not halved and not _may_be_title(found, first - 1):
            break
        first -= 1
    return first if first < lowest else at


MOST_HEADER_LINES, MOST_TITLE_LINES = 6, 3
"""The most lines of a header above its time, and of a title."""
SITE_NAMES = ("人民网", "人民网首页")
"""The text of a line in place of the site's logo."""


def _may_be_title(found: list[DumpBlock], at: int) -> bool:
    """Return whether a line is no sentence: one that ends with a comma or a colon may be a title, if it is short.

    So may a short sentence directly below the breadcrumb.
    """
    text = bare(found[at])
    if not text.endswith(NO_TITLE_ENDS):
        return len(text) <= LONGEST_HEADLINE
    below_crumb = at > 0 and CRUMB.search(found[at - 1].text) is not None
    is_open = text.endswith(OPEN_ENDS) and not _NO_TITLE.search(text)
    return len(text) <= LONGEST_OPEN and (is_open or below_crumb)


LONGEST_HEADLINE = 90
"""The most letters of a title."""
LONGEST_OPEN = 36
"""The most letters of a title that ends like a sentence or before its end."""
NO_TITLE_ENDS = ("。", "；", "：", "，")
"""Characters with which no title ends, unless it has two lines."""
_NO_TITLE = re.compile("位置|导航|搜索|登录|专题|链接|进入|查看|标题|浏览器")
"""Matches words of labels above a text that end with a colon: 您的位置："""


def _above_tools(found: list[DumpBlock], at: int) -> int:
    """Return the index of the highest of the lines of tools directly above the time, or that of the time itself."""
    first = at
    while first and at - first < MOST_TOOLS:
        text = found[first - 1].text
        if not is_tool_bar(text) and not is_rule(text):
            break
        first -= 1
    return first


MOST_TOOLS = 12
"""The most lines of tools between the title and the time."""


def below_crumb(found: list[DumpBlock], first: int, at: int) -> int:
    """Return where the header begins below the breadcrumb, whose links may take several lines."""
    crumb = found[first - 1] if first else None
    if crumb is None or not CRUMB.search(crumb.text):
        return first
    below = first
    while below < at and found[below].group == crumb.group and _goes_on(found[below - 1], found[below]):
        below += 1
    titles = sum(not is_byline(bare(block)) for block in found[below:at])
    return below if titles > 1 or (titles and crumb.text.endswith("返回")) else first


def _goes_on(above: DumpBlock, block: DumpBlock) -> bool:
    """Return whether a line continues a breadcrumb; in text copied from a browser, the kicker may be the next line."""
    ends = bare(above).endswith((">", "＞")) or (
        "正文" not in above.text and len(bare(block)) < SHORTEST_KICKER
    )
    return ends or re.search("[>＞]|正文|返回", block.text) is not None


SHORTEST_KICKER = 4
"""The fewest letters of a kicker below a breadcrumb."""


def has_label(found: list[DumpBlock], first: int, at: int) -> bool:
    """Return whether the first line of a header is the label of the box around it, below a breadcrumb with 返回.

    The template of the health channel (artDet) has both; its titles follow.
    """
    if not first or not found[first - 1].text.strip().endswith("返回"):
        return False
    if not CRUMB.search(found[first - 1].text):
        return False
    titles = [block for block in found[first:at] if not is_byline(bare(block))]
    return (
        len(titles) > 1 and re.fullmatch(f"[\u4e00-\u9fff]{{2,{LONGEST_LABEL}}}", bare(titles[0])) is not None
    )


LONGEST_LABEL = 6
"""The most letters of the label of a box."""


def ends_like_sentence(found: list[DumpBlock], at: int) -> bool:
    """Return whether a line above the titles is alone and ends like a sentence, which menus and tools do not."""
    block = found[at]
    alone = all(found[i].group != block.group for i in (at - 1, at + 1) if 0 <= i < len(found))
    ends = bare(block).endswith(NO_TITLE_ENDS) and not _NO_TITLE.search(block.text)
    return alone and ends and not _is_above(block) and not is_tool_bar(block.text)


CRUMB = re.compile(
    ">>|＞＞|^首页 ?[\u4e00-\u9fff]{2,4}$|[>＞»›→]\\s*(?:正文|内容)\\s*$"
    "|^\\s*(?:(?:当前|您的|你的|所在)?位置|您?(?:现在)?所在(?:的?位置)?|首页)\\s*[：:]?.*[>＞»›→]"
)
"""Matches the breadcrumb of a page: `人民网>>科普`, `首页 科普`, `您的位置：…›正文`."""
_MENU = re.compile(r"[^\s|｜]{1,8}(?:\s?[|｜]\s?[^\s|｜]{1,8}){2,}")
"""Matches a menu of at least three short words with bars between them."""
_FORM = re.compile(r"\]\s*\[|\[\s*\]")
"""Matches the empty fields and buttons of a form, as browsers draw them."""


def _is_above(block: DumpBlock) -> bool:
    """Return whether a block above the time is chrome: a mark, a picture, the breadcrumb, a form or a menu."""
    if block.mark and signs_text(block):
        return False
    if (
        block.mark
        or is_rule(block.text)
        or block.role == "image"
        or (block.text and block.text[0] in BORDERS)
        or (_MENU.fullmatch(bare(block)) and not is_byline(bare(block)))
    ):
        return True
    return CRUMB.search(block.text) is not None or is_form(block.text) or _FORM.search(block.text) is not None


def is_rule(text: str) -> bool:
    """Return whether a line has only signs, such as a rule or the mark of a field; a rule may have few words in it."""
    return bool(text.strip()) and (
        not _LETTER.search(text) or _RULE_WITH_WORDS.fullmatch(text.strip()) is not None
    )


_LETTER = re.compile(r"[^\W_]")
_RULE_WITH_WORDS = re.compile(r"([-=*#~_—─═━])(?: ?\1){2,} *[^-=*#~_—─═━]{1,12}? *\1(?: ?\1){2,}")
"""Matches a rule with words in it: `---- 2 ----`."""


def signs_text(block: DumpBlock) -> bool:
    """Return whether a block with a mark names the authors: newspapers open that line with the sign of a list."""
    return signs_with_role(bare(block)) or (
        block.mark in SIGNS and is_signature(f"{block.mark} {bare(block)}")
    )


def bare(block: DumpBlock) -> str:
    """Return the text of a block without white space at its ends."""
    return block.text.strip()
