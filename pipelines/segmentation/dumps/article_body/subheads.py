"""Tell which short lines of a dump's text are its subheads, by what is below them and by their siblings.

A dump does not show bold letters. Of 18 lone questions in the texts of ordinary pages that somebody else wrote for
tests, none was a subhead; and lines of which only some could be subheads are items of one list.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from pipelines.chrome.body.captions import is_credit
from pipelines.segmentation.dumps.article_body.block_places import is_sentence
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.tables.dump_tables import BORDERS

LONGEST = 30
"""The most letters of a subhead."""
FEWEST_QUESTIONS, FEWEST_SIBLINGS = 3, 2
"""How many questions are subheads on a page without other subheads, and how many subheads show that others are."""
_NO_END = frozenset("。！…；：，、’!;:,|*.")
"""Marks with which no subhead ends."""
_CREDIT = re.compile(
    "[^，。：:]{1,8}(?:把关|专家|顾问|审核|审校|作者|记者|编辑|供图|供稿|来源|摄影|制图|整理|校对)[：:].*|.{2,20}\\d日(?:电|讯).*"
)
"""Matches a line of people or of a news agency: 专家：…, 新华社北京1月6日电."""
_NUMBER = re.compile(
    "(?:(?P<ordinal>第[一二三四五六七八九十]{1,3})|(?P<han>[一二三四五六七八九十]{1,3})(?=[、．.：:是问])"
    "|(?P<bracketed>[（(](?:[一二三四五六七八九十]{1,3}|\\d{1,2})[）)])|(?P<digits>\\d{1,2})(?=[.．、])|(?P<circled>[①-⑳]))"
)
"""Matches the number of a line; the name of the group is the kind of number."""


def subheads(body: Sequence[DumpBlock]) -> set[int]:
    """Return the blocks of a text (by `id`) that are subheads.

    Lines with the role of headings are some of these, but credits, and lines below which there is no text. A question
    is a subhead beside other subheads only, or beside two other questions. Numbered lines are all subheads, or none.
    """
    last = max((i for i, block in enumerate(body) if is_sentence(block)), default=-1)
    found = {
        id(block)
        for i, block in enumerate(body)
        if block.role == "heading"
        and block.text[:1] not in BORDERS
        and (i < last or _heads_list(body, i))
        and not _is_credit(block)
    }
    numbered = _numbered(body)
    found -= {each for run in numbered for each in run}
    found |= {each for run in numbered for each in run if _are_subheads(body, run)}
    questions = [block for block in body if id(block) in found and block.text.rstrip()[-1:] in "？?！!"]
    others = len(found) - len(questions)
    if not others and len(questions) < FEWEST_QUESTIONS:
        found -= set(map(id, questions))
    if others >= FEWEST_SIBLINGS:
        found |= _siblings(body, last)
    return found


def _heads_list(body: Sequence[DumpBlock], at: int) -> bool:
    """Return whether a list, a table or a picture is directly below a line."""
    below = body[at + 1] if at + 1 < len(body) else None
    return below is not None and (bool(below.mark) or below.role == "image" or below.text[:1] in BORDERS)


def _is_credit(block: DumpBlock) -> bool:
    text = block.text.strip()
    return is_credit(text) or _CREDIT.fullmatch(text) is not None or text.endswith("摄")


def _could_head(block: DumpBlock) -> bool:
    """Return whether a line may be a subhead by its length and its end."""
    text = block.text.strip()
    is_text = block.role in ("heading", "paragraph") and not block.mark
    return is_text and 0 < len(text) <= LONGEST and text[-1] not in _NO_END and not _is_credit(block)


def _siblings(body: Sequence[DumpBlock], last: int) -> set[int]:
    """Return the lines above a sentence that announces something (成绩如下：), on a page with other subheads."""
    return {
        id(block)
        for i, block in enumerate(body[:-1])
        if i < last and _could_head(block) and _announces(body[i + 1]) and _HAN_END.search(block.text)
    }


_HAN_END = re.compile("[\u4e00-\u9fff”》]\\s*$")
"""Matches a line that ends with a Han character or a closing mark."""


def _announces(block: DumpBlock) -> bool:
    text = block.text.strip()
    return not block.mark and "，" in text and text.endswith(("：", "——"))


def _numbered(body: Sequence[DumpBlock]) -> list[list[int]]:
    """Return the runs of lines (by `id`) that begin with numbers of one kind."""
    runs = defaultdict[str, list[int]](list)
    for block in body:
        number = _NUMBER.match(block.text.strip())
        if number and number.lastgroup and not block.mark:
            runs[number.lastgroup].append(id(block))
    return [run for run in runs.values() if len(run) > 1]


def _are_subheads(body: Sequence[DumpBlock], run: list[int]) -> bool:
    """Return whether the numbered lines of a run are subheads: short, each with other text below, and not all items."""
    places = [i for i, block in enumerate(body) if id(block) in run]
    below = [body[i + 1] for i in places if i + 1 < len(body)]
    if len(below) < len(run) or any(id(block) in run for block in below):
        return False
    headed = sum(body[i].role == "heading" for i in places)
    return 2 * headed >= len(run) and all(_could_head(body[i]) for i in places)
