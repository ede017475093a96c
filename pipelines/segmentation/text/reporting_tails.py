"""Recognise reporting tails: clauses after a quotation that say who spoke (`……。”张欣说。`) and end its sentence."""

import re

from pipelines.segmentation.text.traditional_characters import simplified

_SPEAKS = (
    "说道|回答说|介绍说|解释说|笑着说|告诉|表示|认为|指出|介绍|回忆|坦言|直言|笑言|强调|解释|补充|感叹|感慨|总结|呼吁|提醒|透露|"
    "建议|承认|反驳|辩解|嘀咕|抱怨|评价|回应|警告|宣布|分析|追问|反问|发问|询问|质问|提问|高呼|惊呼|呼喊|大喊|高喊|"
    "插话|附和|安慰|嘱咐|叮嘱|自言自语|喃喃自语|写道|评论|描述|形容|讲述|回答"
)
"""Verbs of two or more characters that end a reporting clause."""

_SPEAKS_SHORTLY = (
    "(?<![小传学假演邪据听再难好的解图])说|(?<![访顾学疑慰过拷])问|(?<!报应解)答|喊|(?<!鸣)叫|嚷|吼|骂|叹"
    "|(?<![名简职全昵对俗统著堪号宣据])称|念"
)
"""Verbs of one character, without those that end a noun (小说, 顾问, 名称)."""

_WAY = "(?<=[说问答喊叫写笑叹骂吼嚷哭回接念想咕喃地充释醒劝慰诉侃赞他她我你])道"
"""`道` as in 喊道; after most other characters it is a noun (街道) or part of a verb (知道)."""

_OBJECT = "[^，。！？；：“”‘’「」『』\"'\n]"
_TAIL = re.compile(
    rf"\s*(?P<who>{_OBJECT}{{0,30}}?)"
    rf"(?:(?:{_SPEAKS})(?:道|说)?(?:(?<=告诉){_OBJECT}{{1,12}}|(?<=[问醒慰劝答咐嘱])(?![题世候卷责号]){_OBJECT}{{1,6}})?"
    rf"|(?:{_SPEAKS_SHORTLY})(?:(?<=问)(?![题世候卷责号]){_OBJECT}{{1,4}}|[着完了罢]{_OBJECT}{{0,10}}|起来)?"
    rf"|{_WAY})(?P<stop>[。，！？；,.!?;…])"
)
_DENIES = re.compile("[没未无别谁莫]|不(?!禁|由|住|满|解|甘|屑|紧|慌|服|忘|断|耐|停)")
"""Matches negation: `没有人回答。` does not report speech, but is the next sentence."""
_CITES = re.compile("据|按照|根据")


_LONGEST = 64
"""Maximum number of characters of a tail."""
_IN_ENGLISH = re.compile(
    r"\s*[A-Za-z .'-]{0,40}?\b(?:said|says|asked|asks|replied|answered|added|shouted|cried)\b"
)


def has_tail(line: str, at: int) -> bool:
    """Return whether there is a reporting clause at an offset directly after a quotation.

    The clause has no comma inside, ends with a verb of speaking (possibly with its object: 告诉记者, 问他) and a stop
    or a comma, and is not negated. `据专家介绍，` introduces what follows it, and is not a tail.
    """
    if line.isascii() or line[at : at + 1].isascii():
        return _IN_ENGLISH.match(line, at) is not None
    tail = _TAIL.match(simplified(line[at : at + _LONGEST]))
    if tail is None or _DENIES.search(tail["who"]):
        return False
    return not (tail["stop"] in "，," and _CITES.match(tail["who"]))
