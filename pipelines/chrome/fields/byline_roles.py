"""The words for the roles of the people who made a text, and how they stand beside names in a byline."""

import re

from pipelines.chrome.fields.person_names import HAN, TRADITIONAL

HELPING = (
    "科学性审核", "科学审核", "科学顾问", "学术顾问", "专家审核", "策划制作", "责任校对", "美术编辑",
    "文字编辑", "图片编辑", "视频编辑", "值班编辑", "译者", "翻译", "校译", "审校", "审核", "审稿", "审读",
    "校对", "编审", "编辑", "主编", "监制", "监审", "策划", "出品人", "出品单位", "出品", "制作", "设计",
    "美编", "视觉", "插画", "插图", "绘图", "绘画", "漫画", "手绘", "制图", "配图", "排版", "海报", "动画",
    "供图", "摄像", "摄制", "视频", "音频", "剪辑", "后期", "配音", "播音", "朗读", "统筹", "指导", "顾问",
    "摄影", "图片", "译", "摄", "图",
)  # fmt: skip
"""Roles of people who are not authors."""

ROLES = {
    "记者": "记者",
    "通讯员": "通讯员",
    "实习生": "实习生",
    "特派员": "特派员",
    "撰稿人": "作者",
    "作者": "作者",
    "撰文": "作者",
    "撰稿": "作者",
    "执笔": "作者",
    "编译": "编译",
    "采写": "采写",
    "采访": "采写",
    "口述": "口述",
    "整理": "整理",
    **{role: role for role in HELPING if role not in ("译", "摄影", "摄", "图片", "图")},
    "文字": "作者",
    "文": "作者",
    "编著": "作者",
    "专家": "作者",
    "作家": "作者",
    "评论员": "作者",
    "观察员": "作者",
    "主笔": "作者",
    "著": "作者",
    "译": "译者",
    "摄影": "摄影",
    "摄": "摄影",
    "图片": "摄影",
    "图": "摄影",
}
"""Map each word for a role in a byline to the role in the record."""


_NAMED = (
    rf"《?(?:(?!本[报网刊社]|记者|通讯员)[{HAN}]){{1,6}}?"
    "(?:社|网|报|台|刊|客户端|频道|新闻|视频|中心|央视|央广)》?"
)
"""The name of a newspaper, agency or other medium."""
_MEDIA = rf"(?:本[报网刊社][{HAN}]{{0,4}}?|{_NAMED}(?:[-－—·•/／]{_NAMED})*)"
"""A medium, or several, before a role."""
_KIND = rf"(?:驻[{HAN}]{{1,8}}?|特约|特派|见习|实习|首席|高级|资深|融媒体|全媒体|国际|科技)"
"""A word that specifies the role of a reporter."""
_INVITED = (
    rf"(?:特约|特邀|特聘|签约|专栏|客座|驻站)[{HAN}]{{0,4}}?(?:撰稿人?|撰文|作者|作家|专家|评论员|观察员|主笔|编译)"
    rf"(?=[：:\s/／]|$|(?![谈支解应从查成相能和教为说答提建告揭详推走来到进的与])[{HAN}]{{2,4}}(?:[\s、，]|$))"
)
"""A writer who is not of the staff, before a name, and not before a verb: `特约专家支招` is a title."""
HELPED = "|".join(role for role in HELPING if len(role) > 1)
"""Alternatives: the words of HELPING that have more than one character."""
WRITING = (
    "(?:本文|文章)?作者|撰文|撰稿人|撰稿|执笔|编译|整理|文字|(?:参与|共同|联合)?采写|采访|口述|记者|通讯员|文"
)
"""Alternatives: words for the roles of writers."""
ROLE = re.compile(
    r"(?P<both>文[/／]?图|图[/／]?文)(?=[\s、，：:/／]|$)[：:/／]?"
    rf"|(?P<long>(?:{_MEDIA})?{_KIND}*(?:记者|通讯员|实习生|特派员|撰稿人)|(?:{_MEDIA}|科普中国)?{_INVITED}"
    rf"|(?:(?:本文|文章)?作者|撰文|撰稿|执笔|编译|整理|文字|(?:参与|共同|联合)?采写|采访|口述|{HELPED})(?=[：:\s/／系为]|$))(?:系|为|[：:])?"
    r"|(?P<short>(?<![^\s、，/／])[文图摄])\s*[/／:：]"
    r"|[/／](?P<after>[文图摄]|摄影|撰文|编译|整理)(?=[\s、，]|$)"
    rf"|(?<=[{HAN}])[ \u3000\u00a0]*(?P<end>摄影|摄)(?=[\s、，]|$)"
    rf"|(?<=[{HAN}]{{2}})(?:[ \u3000\u00a0]+(?P<behind>编著|著|译|口述|整理|采写|编译|绘)|(?P<close>译))(?=[\s、，]|$)"
)
"""Matches a role: `both` writes and pictures, `long` and `short` before the names, and the other groups after them."""
BAR = re.compile(rf"(?<=[{HAN}])[ \u3000]*[丨｜|][ \u3000]*(?=[{HAN}])")
"""Matches a bar between two words."""
LABELS = re.compile(
    rf"(?:^|(?<=[\s　|｜丨/／；;，,、。]))({WRITING}|{HELPED})(?:\s*[：:丨｜|]\s*|(?<!文)[/／](?=[{HAN}]{{2}}))"
)
"""Matches a role followed by a separator, as in the last lines of articles of 科普中国: `作者丨甲 监制丨乙`."""

BRACKETED_CREDIT = re.compile(
    rf"(?:{_MEDIA})?{_KIND}*(?:记者|通讯员|实习生)|作者|撰文|执笔|译者|编译|整理|文\s*[/／:：]"
)
"""Matches the role with which a line in brackets begins if it names the authors."""


_TRADITIONAL_ROLE = re.compile(
    "記者|通訊員|實習|特約|資深|首席記者|執筆|編譯|採[寫訪]|攝影|譯者|翻譯|審[核校稿讀]|責任編輯|責編|編輯|主編|[供製繪配]圖|圖片"
    "|策劃|監製|製作|設計|視頻|剪輯|後期|顧問|[本]?報(?=記)|本[報網]|[圖攝](?=\\s*[/／:：])|(?<=[/／])[圖攝]|譯$"
)
"""Matches a word for a role in traditional characters."""


def with_simplified_roles(text: str) -> str:
    """Return a text of the same length in which the words for roles are simplified: `記者 麥燕婷` has 记者."""
    return _TRADITIONAL_ROLE.sub(lambda role: role[0].translate(TRADITIONAL), text)


def is_helping(role: str | None) -> bool:
    """Return whether people with this role are not authors."""
    return role in _HELPING_ROLES


_HELPING_ROLES = frozenset(ROLES.get(role, role) for role in HELPING) | {"摄影", "译者"}
"""Roles of people who are not authors, as they are in the record."""


def role_of(word: str) -> str:
    """Return the role in the record for a word that ends in a key of ROLES; raise StopIteration for any other word."""
    return next(role for ending, role in ROLES.items() if word.endswith(ending))
