"""Part a name from the employer or post behind it where w3m deleted the space: `作者：戚桐中国农业大学博士`."""

import re

from pipelines.chrome.fields.person_names import POSTS, SURNAMES_OF_TWO, is_name
from pipelines.segmentation.dumps.names.surnames import has_surname
from pipelines.segmentation.text.parts_of_speech import tagged
from pipelines.segmentation.text.traditional_characters import simplified
from pipelines.segmentation.text.words import words

_LABEL = (
    "(?:(?:本文|文章)?作者|撰文|撰稿|文字|译者|编译|整理|口述|(?:科学性?|专家|学术)?(?:审核|审校|审读|审稿|顾问)|策划|监制|执笔)"
    "\\s*[：:丨｜|]\\s*|文\\s*[/／]\\s*"
)
"""Alternatives: the words before the name."""
_OFFICE = (
    "大学|学院|研究院|研究所|研究中心|科学院|中心|医院|公司|集团|学会|协会|委员会|联合会|基金会|实验室|博物馆|科技馆|天文馆|图书馆"
    "|植物园|动物园|气象台|天文台|观测站|[\u4e00-\u9fff][局站所馆校厂]|编辑部|杂志社|出版社|报社"
)
"""Alternatives: the ends of the names of organisations."""
_GLUED = re.compile(
    f"([（(]?(?:{_LABEL}))([\u4e00-\u9fff]{{2,4}}(?=[\u4e00-\u9fff]{{3}})[\u4e00-\u9fff、（）()]*"
    f"(?:{_OFFICE}|{POSTS}|博士|硕士|医生|编辑|记者)[\u4e00-\u9fff、（）()]*)"
)
"""Matches a label, and a name with an employer or a post directly behind it."""


def with_post_apart(text: str) -> str:
    """Return a line of people (`作者：许未临海大学副教授`) with the space before the employer or post, by a guess.

    A name has two or three characters, or up to four with a surname of two: the division that leaves the fewest words
    in the rest is used.
    """
    found = _GLUED.fullmatch(text)
    if not found:
        return text
    whole = found[2]
    ends = [end for end in (2, 3, 4) if _may_end_name(whole, end)]
    if not ends or _begins_with_word(whole):
        return text
    end = min(ends, key=lambda end: len(list(words(whole[end:]))))
    return f"{found[1]}{whole[:end]} {whole[end:]}"


def _begins_with_word(whole: str) -> bool:
    """Return whether the first word is one of the dictionary and no name, as in `作者：温州医科大学`."""
    start, end = next(iter(words(whole)))
    first = whole[start:end]
    return len(first) > 1 and first not in SURNAMES_OF_TWO and not tagged([first])[0].startswith("nr")


def _may_end_name(whole: str, end: int) -> bool:
    """Return whether the first `end` characters of a name and an employer can be the name."""
    return (
        len(whole) - end >= SHORTEST_EMPLOYER
        and has_surname(simplified(whole[:end]))
        and is_name(whole[:end])
    )


SHORTEST_EMPLOYER = 3
"""The fewest letters of an employer or a post behind a name."""
