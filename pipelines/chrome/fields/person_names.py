"""Recognise the names of persons in lists, and tell spaces that separate names from spaces that pad them."""

import re

SURNAMES_OF_TWO = {
    "欧阳", "司马", "上官", "诸葛", "夏侯", "司徒", "皇甫", "尉迟", "公孙", "慕容", "长孙", "宇文", "令狐",
    "东方", "西门", "南宫", "独孤", "端木", "轩辕", "闻人", "赫连", "澹台", "公冶", "钟离", "呼延", "万俟",
    "完颜", "纳兰", "拓跋", "百里", "东郭", "濮阳", "申屠", "太史", "鲜于", "淳于",
}  # fmt: skip
"""Surnames of two characters."""


NOT_NAMES = re.compile(
    r"科普|事业部|大院|疾控|气象局|工作室|课题组|大学|学院|研究|中心|公司|医院|协会|学会|频道|委员|编辑部|评论员|日报|晚报|电视|新闻|中国|人民|"
    r"^本[报网刊社版]|报道|来源|原标题|责编|责任编辑|(?:本报|本网|本刊|综合|供稿|摄影|编译|整理|全文|院士|教授|研究员|工程师|医师|讲师)$"
)
"""Matches words that do not occur in names: offices, posts, newspapers, and other words of bylines."""

SPACES = re.compile(r"[ \t\r\n\u00a0\u2002\u2003\u2009\u3000]+")
"""Matches white space of any width."""
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Inside of a character class: Han characters."""
POSTS = (
    "院士|教授|研究员|实习员|工程师|设计师|医师|药师|药剂师|护师|护士|护士长|技师|兽医师?|医生|大夫|营养师|心理师|咨询师|治疗师|康复师|检验师|农艺师|园艺师|畜牧师"
    "|林业师|经济师|会计师|统计师|规划师|建筑师|测绘师|教师|讲师|助教|导师|博导|博士生?|博士后|硕士生?|研究生|馆员|技术员|农技员|预报员|观测员|飞行员|航天员|潜航员|讲解员|饲养员|护林员|巡护员"
    "|主任|馆长|所长|院长|校长|台长|站长|会长|理事长|秘书长|科长|处长|局长|队长|组长|总工|首席科学家|科学家|科普作家|律师|主播|主持人|技工|技术总监|校友|理事"
)
"""Alternatives: words for jobs, ranks and degrees, with which a word beside a name ends."""
_JOB = re.compile(rf"(?P<before>[{HAN}]*?)(?:{POSTS}|专家|学者|作家|画家|志愿者|爱好者|摄影师|插画师|编导)")
_OF_JOBS = "副正总主女男原前老大名兼"
"""Characters that belong to the name of a job if they stand before it: 副主任 is a job, but 张医生 is a person."""


def is_job(word: str) -> bool:
    """Return whether a word is a job, a rank or a degree (`主管药师`), and no surname with one (`张医生`)."""
    job = _JOB.fullmatch(word)
    if job is None:
        return False
    return len(job["before"]) != 1 or job["before"] in _OF_JOBS or len(word) > LONGEST_WITH_SURNAME


LONGEST_WITH_SURNAME = 4
"""The most letters of a surname and a job, with which people are called."""
_HAN_NAME = re.compile(rf"[{HAN}]{{2,4}}")
"""Matches a Chinese name: two to four Han characters."""
_FOREIGN_NAME = re.compile(rf"[{HAN}]+(?:[·•‧・][{HAN}A-Za-z.]+)+|[A-Z][A-Za-z.'’-]*(?: [A-Z][A-Za-z.'’-]*)*")
"""Matches a foreign name: Han with middle dots, or capitalised Latin words."""
_NAME_END = re.compile(r"(?:摄影报道|综合报道|采访整理|采写|采访|整理|报道|供图|供稿|等)$")
"""Matches a word that may be or follow a name without a space and is not part of it."""
BRACKETED = re.compile(
    r"[（(][^（()）]*[)）]|《[^》]*》|【[^】]*】|[\[［〔][^\]］〕]*[\]］〕]|[□■◎●○◇◆△▲★☆▪]"
)
"""Matches text in brackets of any kind, and symbols that open a line."""
_PART = re.compile(r"[、，,；;/／|｜&]")
"""Matches a separator between names."""
TRADITIONAL = str.maketrans(
    "記訊員實習約資頭執筆編譯採寫訪攝圖責輯審讀稿劃監製設計繪翻視頻剪後總報網電華聞專學會國醫術臺館綜顧問導",
    "记讯员实习约资头执笔编译采写访摄图责辑审读稿划监制设计绘翻视频剪后总报网电华闻专学会国医术台馆综顾问导",
)
"""Map the traditional characters of roles, media and datelines to the simplified ones; names keep theirs."""


def join_padding(text: str) -> list[str]:
    """Split `text` at spaces and return the words, with the parts of padded names joined.

    Names of two characters are padded to the width of three: `方　敏`, `刘 峣`. So a single character is joined with
    its neighbour: with the next single character, with a surname of two characters before it or, if it is a surname,
    with the two characters after it. Three consecutive single characters are one name.
    """
    words = [word for word in SPACES.split(text) if word]
    joined: list[str] = []
    at = 0
    while at < len(words):
        take = _padded(words, at)
        joined.append("".join(words[at : at + take]))
        at += take
    return joined


def _padded(words: list[str], at: int) -> int:
    """Return the number of words from index `at` on that form one name."""
    lone = 0
    while lone < 4 and at + lone < len(words) and len(words[at + lone]) == 1:
        lone += 1
    following = words[at + 1] if at + 1 < len(words) else ""
    if lone == 0:
        return 2 if words[at] in SURNAMES_OF_TWO and len(following) == 1 else 1
    if lone == 1:
        return 2 if len(following) == 2 else 1
    return 3 if lone == 3 else 2


def parse_names(text: str) -> list[str]:
    """Return the names in a list such as `王乐文　方　敏` or `宋晨、田中全、胡喆`; text in brackets is ignored."""
    names: list[str] = []
    for chunk in _PART.split(BRACKETED.sub(" ", text)):
        if _FOREIGN_NAME.fullmatch(chunk.strip()):
            names.append(chunk.strip())
            continue
        for word in join_padding(chunk):
            name = _NAME_END.sub("", word.strip("：:.。·"))
            if name and is_name(name):
                names.append(name)
    return list(dict.fromkeys(names))


def is_name(word: str) -> bool:
    """Return whether a word can be a person's name: two to four Han characters, or a foreign name.

    A foreign name has middle dots (`玛丽·李`), or consists of capitalised Latin words.
    """
    if _FOREIGN_NAME.fullmatch(word):
        return len(word) > 1
    plain = word.translate(TRADITIONAL)
    return bool(_HAN_NAME.fullmatch(word)) and not NOT_NAMES.search(plain) and not is_job(plain)
