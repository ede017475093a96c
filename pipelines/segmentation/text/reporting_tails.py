"""Recognise reporting tails: clauses after a quotation that say who spoke (`……。”张欣说。`) and end its sentence."""

import re

from pipelines.segmentation.text.traditional_characters import simplified

_SPEAKS = (
    "说道|回答说|介绍说|解释说|笑着说|告诉|表示|认为|指出|介绍|回忆|坦言|直言|笑言|强调|解释|补充|感叹|感慨|"
    "总结|呼吁|提醒|透露|建议|承认|反驳|辩解|嘀咕|抱怨|评价|回应|警告|宣布|分析|追问|反问|发问|询问|质问|"
    "提问|高呼|惊呼|呼喊|大喊|高喊|打趣|调侃|逗趣|惊叹|赞叹|嘟囔|嘟哝|咕哝|吩咐|命令|催促|鼓励|勉励|夸奖|"
    "夸赞|称赞|训斥|怒斥|呵斥|抗议|纠正|提议|断言|预言|吆喝|招呼|央求|请求|恳求|哀求|告诫|劝说|劝告|自嘲|"
    "点评|解说|讲解|叙述|汇报|报告|吐槽|接话|搭话|答话|发话|回话|嚷嚷|叫嚷|低语|耳语|作答|批评|责备|责怪|"
    "质疑|打听|交代|道谢|致谢|问候|许诺|承诺|保证|发誓|开玩笑|哭诉|诉说|念叨|唠叨|播报|留言|发帖|回复|答复|"
    "坦承|坦陈|直呼|疾呼|自问|朗诵|朗读|朗声念|自称|声称|宣称|断定|判断|推测|猜测|估计|预测|寄语|祝愿|喝彩|"
    "喝道|应道|赞道|宣告|说明|阐述|谈道|谈起|忆道|插嘴|搭腔|开腔|帮腔|插话|附和|安慰|嘱咐|叮嘱|自言自语|"
    "喃喃自语|写道|评论|描述|形容|讲述|回答"
)
"""Verbs of two or more characters that end a reporting clause."""

_SPEAKS_SHORTLY = (
    "(?<![演听宣开主串评])讲|(?<![规奉])劝|(?<![赞称盛夸点礼])赞|"
    "(?<![小传学假演邪据听再难好的解图])说|(?<![访顾学疑慰过拷一])问|(?<!报应解)答|喊|(?<!鸣)叫|嚷|吼|骂|叹"
    "|(?<![名简职全昵对俗统著堪号宣据])称|念"
)
"""Verbs of one character, without those that end a noun (小说, 顾问, 名称)."""

_WAY = (
    "(?:(?<=声)(?<![双单左右多体]声)|(?<=声音)|(?<=[怒惊喜肩眉头嘴])"
    "|(?<=[说问答喊叫写笑叹骂吼嚷哭回接念想咕喃地充释醒劝慰诉侃赞他她我你斥令议慨叹吟唱骂语言夸嘲讽述诵诫励]))道"
)
"""`道` as in 喊道, 轻声道; after most other characters it is a noun (街道) or part of a verb (知道)."""

_OBJECT = "[^，。！？；：“”‘’「」『』\"'\n]"
_TAIL = re.compile(
    rf"\s*(?P<who>{_OBJECT}{{0,30}}?)"
    rf"(?:(?:{_SPEAKS})(?:道|说|着|起来)?(?:(?<=告诉){_OBJECT}{{1,12}}|(?<=[问醒慰劝答咐嘱])(?![题世候卷责号]){_OBJECT}{{1,6}})?"
    rf"|(?:{_SPEAKS_SHORTLY})(?:(?<=问)(?![题世候卷责号的路]){_OBJECT}{{1,4}}|[着完了罢]{_OBJECT}{{0,10}}|起来)?"
    rf"|{_WAY})(?P<stop>[。，！？；,.!?;…])"
)
_PERSON = (
    "[他她我]们?|[老小][\u4e00-\u9fff]"
    "|[^，。]{0,10}(?:[师长人员者生民家授士爷奶妈爸导总姐哥嫂叔婶伯友孩子匠工])们?"
)
_TWO_CLAUSES = re.compile(
    rf"(?P<who>(?:{_PERSON}){_OBJECT}{{2,14}}，{_OBJECT}{{0,6}}"
    rf"(?:[地声笑又才便就续]|着{_OBJECT}{{0,3}}|(?=[问答说喊叫]道)))"
    rf"(?:说|问|答|喊|叫|讲|告诉{_OBJECT}{{1,6}}|问{_OBJECT}{{1,4}}|{_SPEAKS})道?(?P<stop>[。，！？])"
)
"""Matches a tail of two clauses, which begins with a person and tells what they did and how they spoke."""
_DENIES = re.compile("[没未无别谁莫]|不(?!禁|由|住|满|解|甘|屑|紧|慌|服|忘|断|耐|停)")
"""Matches negation: `没有人回答。` does not report speech, but is the next sentence."""
_STATES = re.compile("(?<![于总老还倒像但只可就要])是|的$|[一这那][个份条种项句]$|有[^，]{0,6}的$")
"""Matches the beginning of a clause that ends with a noun or does not report: `这是专家的建议。`"""
_NOUNS = (
    "介绍|表示|回忆|解释|补充|感叹|感慨|总结|呼吁|提醒|建议|评价|回应|警告|分析|评论|描述|形容|回答|命令|"
    "鼓励|提议|预言|请求|告诫|点评|解说|讲解|叙述|汇报|报告|批评|质疑|交代|问候|许诺|承诺|保证|留言|回复|"
    "答复|判断|推测|猜测|估计|预测|寄语|祝愿|播报|追问|提问|说明|阐述|抗议"
)
_NOUN_OR_VERB = re.compile(f"(?:{_NOUNS})[。！？；.!?;…]$")
_CITES = re.compile("据|按照|根据")


_LONGEST = 64
"""Maximum number of characters of a tail."""
_IN_ENGLISH = re.compile(
    r"\s*[A-Za-z .'-]{0,40}?\b(?:said|says|asked|asks|replied|answered|added|shouted|cried)\b"
)


def has_tail(line: str, at: int) -> bool:
    """Return whether there is a reporting clause at an offset directly after a quotation.

    The clause ends with a verb of speaking (possibly with its object: 告诉记者, 问他) and a stop or a comma, and is not
    negated. It has no comma inside, unless it begins with a person and what they do (`他指着窗外，轻轻地说。`).
    `据专家介绍，` introduces what follows it, and is not a tail.
    """
    if line.isascii() or line[at : at + 1].isascii():
        return _IN_ENGLISH.match(line, at) is not None
    after = simplified(line[at : at + _LONGEST])
    tail = _TAIL.match(after) or _TWO_CLAUSES.match(after)
    if tail is None or _DENIES.search(tail["who"]):
        return False
    if _STATES.search(tail["who"]) and _NOUN_OR_VERB.search(tail[0]):
        return False
    return not (tail["stop"] in "，," and _CITES.match(tail["who"]))
