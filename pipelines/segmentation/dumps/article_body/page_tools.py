"""Recognise the tools of a page in a dump (letter size, print, share), and leave them out."""

import re

from pipelines.segmentation.dumps.article_body.block_places import has_indents, is_sentence
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.tables.dump_tables import BORDERS

TOOLS = re.compile(
    r"【字号.{0,60}|(?:分享(?:到|至)[:：]?|\[(?!(?:DEL|S|INS):)[^\[\]。！？；，]*+\]|【字号[大中小]*】|【?(?:打印|关闭|留言|论坛|网摘|订阅|收藏|纠错|提交|评论|转发|分享|推荐|点赞|复制链接)】?|手机点评"
    r"|增大字体|减小字体|字号|大|中|小|E-?mail推荐[:：]?|_+|-{2,}|提交|】|手机看新闻|微信好友|微信|微博|QQ空间|QQ|取消订阅|已收藏"
    r"|点击播报本文.*|语音播报.*|约\d{1,3}分\d{0,3}秒?|点评|[|｜·\[\]]|[^，。]{1,12}?广告位)++"
)
"""Lines of page tools (letter size, print, share) between time and text, without white space.

The possessive quantifier avoids backtracking, which would try 2^n divisions of a line of n tools.
"""

_LONE_TOOL = re.compile("[\u4e00-\u9fff]{2,4}")
"""The name of a tool that can also be a subheading: 打印, 留言."""
NO_TEXT = re.compile(
    r"(?:您的|你的|当前)?浏览器(?:版本过低|不支持).*|请(?:换|更换|升级|使用).{0,8}浏览器.{0,24}|广告"
)
"""Messages about the browser, and 广告: chrome on a page with indented paragraphs, possibly text on a page without."""


def is_tool(block: DumpBlock) -> bool:
    """Return whether a block is a tool of the page, such as a letter size or a button to share or print."""
    return TOOLS.fullmatch("".join(block.text.split())) is not None and block.role != "image"


def is_form(text: str) -> bool:
    """Return whether a line has fields to fill in, with their labels and buttons: `____ [ 搜索 ]`, `密码：[      ]`."""
    labels = re.sub(r"[\s_\[\]]", "", text)
    return (
        _FIELD.search(text) is not None and len(labels) <= LONGEST_LABELS and not set(labels) & set("。，；")
    )


def without_tools(found: list[DumpBlock]) -> list[DumpBlock]:
    """Return the blocks without the page's tools; between two sentences, a single tool word is kept as a subheading."""
    prose = [i for i, block in enumerate(found) if is_sentence(block)]
    indents = has_indents(found)
    kept: list[DumpBlock] = []
    listed = _between_tools(found[: prose[0]] if prose else [])
    for i, block in enumerate(found):
        if id(block) in listed:
            continue
        if indents and not block.indented and NO_TEXT.fullmatch(block.text):
            continue
        if prose and i < prose[0] and not block.indented and is_broken_bar(block.text):
            continue
        between = bool(prose) and prose[0] < i < prose[-1]
        if not between and (is_form(block.text) or _CLOSE.fullmatch(block.text.strip())):
            continue
        if not is_tool(block) or (between and _LONE_TOOL.fullmatch(block.text)):
            kept.append(block)
    return kept


def _between_tools(found: list[DumpBlock]) -> set[int]:
    """Return the short items (by `id`) of the lists above the text that have a tool above and a tool below them."""
    tools = [i for i, block in enumerate(found) if block.mark and is_tool(block)]
    inside = range(tools[0], tools[-1]) if len(tools) > 1 else range(0)
    return {id(found[i]) for i in inside if found[i].mark and len(found[i].text) <= LONGEST_TOOL}


LONGEST_TOOL = 6
"""The most letters of a tool that is known by its place alone."""


def is_tool_table(table: list[DumpBlock]) -> bool:
    """Return whether a table contains only tools of the page."""
    letters = "".join("".join(block.text.split()) for block in table)
    return TOOLS.fullmatch(letters.translate(_WITHOUT_BORDERS)) is not None


_WITHOUT_BORDERS = str.maketrans("", "", BORDERS)


_WORDS = (
    "【字号大中小】 【打印】 【关闭】 【留言】 【论坛】 【网摘】 【订阅】 【收藏】 "
    "【纠错】 【评论】 【转发】 【分享】 【推荐】 【点赞】 "
    "手机点评 手机看新闻 E-mail推荐： 增大字体 减小字体 复制链接 提交 微信好友 分享到："
)
"""The words of tools of which a narrow cell may show a part."""
LONGEST_PART, FEWEST_TOOLS = 3, 2
"""The most characters of a part of a word, and the fewest pieces of a broken bar that are whole tools."""
_BUTTON = re.compile(r"\[\s?(?:提\s?交|搜\s?索|确\s?定|发\s?送|登\s?录|发表评论|评\s?论)\s?\]")
"""Matches a button of a form, as elinks draws it."""
_FIELD = re.compile(r"_{3,}|\[[ \u00a0_]{3,}\]")
"""Matches a field to fill in, as the programs draw it."""
LONGEST_LABELS = 24
"""The most letters of the labels and buttons beside the fields of a form."""
_CLOSE = re.compile("[xX×✕✖╳]")
"""The button that closes a box."""


def is_broken_bar(text: str) -> bool:
    """Return whether a line above the text is a button, or a bar of tools in cells so narrow that words are broken.

    elinks draws the cells of pages from before 2012 so: `中 小】 打印 留言 论坛 网摘 评        纠错 ____`. Such a line
    must be no sentence and have several whole tools.
    """
    if _BUTTON.fullmatch(text.strip()):
        return True
    pieces = text.split()
    whole = [piece for piece in pieces if TOOLS.fullmatch(piece)]
    parts = [piece for piece in pieces if len(piece) <= LONGEST_PART and piece in _WORDS]
    return len(whole) >= FEWEST_TOOLS and len({*whole, *parts}) == len(set(pieces))
