"""Recognise text after a stop that belongs to its sentence: 的 after a quotation, a dash, a note or an emoji."""

import re

from pipelines.segmentation.text.traditional_characters import simplified

_QUOTED_TEXT = (
    "问题|疑问|提问|问号|问|话语|话|句子|诗句|名句|句|诗|名言|格言|谚语|俗语|口号|标语|字样|字|词语|词|标题|"
    "题目|说法|观点|论断|结论|道理|理念|原则|信念|回答|答案|解释|呼声|喊声|声音|声|消息|信息|提示|警告|想法|"
    "念头|台词|歌词|广告语|广告|评语|评价|留言|质疑|追问|感慨|感叹|心愿|愿望"
)
"""Nouns for what a quotation is."""
_COUNT = "[一二两三四五六七八九十几数0-9]{1,3}"
_APPOSITION = re.compile(
    "的(?![确士哥])|地(?=一声|一下|叫|响|喊|笑|飞|冲)|一声|之(?=[类问声说称语词句意歌谜]|一[，。])"
    f"|等(?=[等]|(?:[^，。！？；：“”]{{0,6}})(?:{_QUOTED_TEXT}))"
    f"|(?P<deictic>这)(?:样|种|类|个|句|首|条|段|道|番|一|两|三|四|几|{_COUNT})?(?:[个句首条段道种类声番])?"
    f"(?:(?:[^，。！？；：“”]{{0,6}})的)?(?:{_QUOTED_TEXT})"
    f"|{_COUNT}(?:[个句首条段道种]|个?大)(?:[^，。！？；：“”]{{0,4}}的)?(?:{_QUOTED_TEXT})|字样|[一二两三四五六七八九十]字(?=[^，。])"
    '|一(?=[词语句文书说话问类题诗曲歌])(?!句话|说到|问)|(?:和|与|或|及|以及)(?=[“「『‘"《])'
)
"""Matches a continuation that needs the quotation before it: 的, 之类, 等问题, 这个问题, 两个字."""
_COPULA = re.compile(
    "(?:[也就便正则既仍已]|不[仅只再]?|往往|常常)?(?:是(?![的啊吗呀吧呢否，。！？、我你他她它咱谁这那不])|成为|成了|变成了?)"
)
"""Matches a verb that has the quotation as its subject: “你吃了吗？”是一句问候。"""
_DASH = re.compile("\\s?(?:[—–―]{1,2}|--)")
_SOURCE = re.compile("(?:——|—|―)[^。！？!?“”：:]{1,24}$")
"""Matches the source of a saying, which ends the line: ——非洲谚语."""
_OPENING = "“「『‘\"'《"

_PICTURE = "[\U0001f300-\U0001faff](?:[\ufe0e\ufe0f]|[\U0001f3fb-\U0001f3ff])?"
_BULLETS = "[📌📍🔹🔸👉🔴🔵🔺🔻🟢🟠🟡📅📞⏰🚩]"
_EMOJI = (
    f"(?!{_BULLETS})(?:{_PICTURE}(?:\u200d(?:{_PICTURE}|[\u2640\u2642\u2695-\u2764]\ufe0f?))*|[\U0001f1e6-\U0001f1ff]{{2}}"
    "|[\u2600-\u2604\u2607-\u27bf]\ufe0f|[✅✨❌❓❗⚡⭐❤☀☺☹])"
)
"""Matches an emoji that is no bullet."""
_NOTE = (
    r"[\[［〔][0-9０-９]{1,3}(?:[-–—~,，、][0-9]{1,3})*[\]］〕]|\[[a-z]\]|\[注[0-9]*\]"
    r"|[¹²³⁰⁴-⁹]{1,3}(?![⁰¹²³⁴-⁹A-Za-z])"
)
_BELONGS = re.compile(f"(?:{_EMOJI}|{_NOTE}|[~～]+(?![0-9]))+|\\s*(?:{_EMOJI})+(?=\\s*$)")


def goes_on_after_quotation(line: str, at: int, *, introduced: bool) -> bool:
    """Return whether the sentence continues directly after a closing quotation mark at an offset.

    `introduced` says that a colon stands before the quotation, which then is not the subject of what follows: after
    `他说：“先看图。”` a sentence may begin with 这句话.
    """
    dash = _DASH.match(line, at)
    if dash:
        return line[dash.end() : dash.end() + 1] not in (*_OPENING, "")
    after = simplified(line[at : at + 32])
    apposition = _APPOSITION.match(after)
    if apposition:
        return not (introduced and apposition["deictic"])
    return not introduced and _COPULA.match(after) is not None


def names_source(line: str, at: int) -> bool:
    """Return whether the line ends with the source of a saying, a dash and a name, which begins at an offset."""
    return line[at : at + 1] in ("—", "―") and _SOURCE.match(line, at) is not None


def end_of_notes(line: str, at: int) -> int:
    """Return the offset after the emoji and the marks of notes ([1]) that follow a stop directly.

    It is `at`, the offset after the stop, if there are none.
    """
    belongs = _BELONGS.match(line, at)
    return belongs.end() if belongs else at
