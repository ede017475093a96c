"""Parse bylines: recognise names and roles, and tell spaces that separate names from spaces that pad them."""

import re

from kepu.records import Author, Contributor, Editor

SURNAMES_OF_TWO = {
    "欧阳", "司马", "上官", "诸葛", "夏侯", "司徒", "皇甫", "尉迟", "公孙", "慕容", "长孙", "宇文", "令狐",
    "东方", "西门", "南宫", "独孤", "端木", "轩辕", "闻人", "赫连", "澹台", "公冶", "钟离", "呼延", "万俟",
}  # fmt: skip
"""Surnames of two characters."""

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
    "著": "作者",
    "译": "译者",
    "摄影": "摄影",
    "摄": "摄影",
    "图片": "摄影",
    "图": "摄影",
}
"""Map each word for a role in a byline to the role in the record."""

NOT_NAMES = re.compile(
    r"科普|事业部|大学|学院|研究|中心|公司|医院|协会|学会|频道|委员|编辑部|评论员|日报|晚报|电视|新闻|中国|人民|"
    r"^本[报网刊社]|报道|来源|原标题|责编|责任编辑|(?:本报|本网|本刊|综合|供稿|摄影|编译|整理|全文|院士|教授|研究员|工程师|医师|讲师)$"
)
"""Matches words that do not occur in names: offices, posts, newspapers, and other words of bylines."""

_SPACE = re.compile(r"[ \t\r\n\u00a0\u2002\u2003\u2009\u3000]+")
"""Matches white space of any width."""
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Inside of a character class: Han characters."""
_JOBS = (
    "院士|教授|研究员|实习员|工程师|设计师|医师|药师|药剂师|护师|护士|护士长|技师|兽医师?|医生|大夫|营养师|心理师|咨询师|治疗师|康复师|检验师|农艺师|园艺师|畜牧师"
    "|林业师|经济师|会计师|统计师|规划师|建筑师|测绘师|教师|讲师|助教|导师|博导|博士生?|博士后|硕士生?|研究生|馆员|技术员|农技员|预报员|观测员|飞行员|航天员|潜航员|讲解员|饲养员|护林员|巡护员"
    "|主任|馆长|所长|院长|校长|台长|站长|会长|理事长|秘书长|科长|处长|局长|队长|组长|总工|首席科学家|科学家|科普作家|律师|主播|主持人|技工|技术总监"
)
"""Alternatives: words for jobs, ranks and degrees, with which a word beside a name ends."""
_JOB = re.compile(rf"(?P<before>[{_HAN}]*?)(?:{_JOBS}|专家|学者|作家|画家|志愿者|爱好者|摄影师|插画师|编导)")
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
_HAN_NAME = re.compile(rf"[{_HAN}]{{2,4}}")
"""Matches a Chinese name: two to four Han characters."""
_FOREIGN_NAME = re.compile(
    rf"[{_HAN}]+(?:[·•‧・][{_HAN}A-Za-z.]+)+|[A-Z][A-Za-z.'’-]*(?: [A-Z][A-Za-z.'’-]*)*"
)
"""Matches a foreign name: Han with middle dots, or capitalised Latin words."""
_NAME_END = re.compile(r"(?:摄影报道|综合报道|采访整理|采写|采访|整理|报道|供图|供稿|等)$")
"""Matches a word that may follow a name without a space and is not part of it."""
_BRACKETED = re.compile(
    r"[（(][^（()）]*[)）]|《[^》]*》|【[^】]*】|[\[［〔][^\]］〕]*[\]］〕]|[□■◎●○◇◆△▲★☆▪]"
)
"""Matches text in brackets of any kind, and symbols that open a line."""
_OPEN = re.compile(r"[（(][^（()）]*$")
"""Matches a bracket that is not closed, and what follows it."""
_PART = re.compile(r"[、，,；;/／|｜&]")
"""Matches a separator between names."""

_MEDIA = rf"(?:本[报网刊社][{_HAN}]{{0,4}}?|[{_HAN}]{{2,6}}?(?:社|网|报|台|刊|客户端|频道))"
"""A newspaper, agency or other medium before a role."""
_KIND = rf"(?:驻[{_HAN}]{{1,8}}?|特约|特派|见习|实习|首席|高级|资深|融媒体|全媒体|国际|科技)"
"""A word that specifies the role of a reporter."""
_HELPED = "|".join(role for role in HELPING if len(role) > 1)
"""Alternatives: the words of HELPING that have more than one character."""
_WRITING = "(?:本文|文章)?作者|撰文|撰稿人|撰稿|执笔|编译|整理|文字|采写|采访|口述|记者|通讯员|文"
"""Alternatives: words for the roles of writers."""
_ROLE = re.compile(
    r"(?P<both>文[/／]?图|图[/／]?文)(?=[\s、，：:/／]|$)[：:/／]?"
    rf"|(?P<long>(?:{_MEDIA})?{_KIND}*(?:记者|通讯员|实习生|特派员|撰稿人)"
    rf"|(?:(?:本文|文章)?作者|撰文|撰稿|执笔|编译|整理|文字|采写|采访|口述|{_HELPED})(?=[：:\s/／系为]|$))(?:系|为|[：:])?"
    r"|(?P<short>(?<![^\s、，/／])[文图摄])\s*[/／:：]"
    r"|[/／](?P<after>[文图摄]|摄影|撰文|编译|整理)(?=[\s、，]|$)"
    rf"|(?<=[{_HAN}])[ \u3000\u00a0]*(?P<end>摄影|摄)(?=[\s、，]|$)"
    rf"|(?<=[{_HAN}]{{2}})(?:[ \u3000\u00a0]+(?P<behind>编著|著|译|口述|整理|采写|编译|绘)|(?P<close>译))(?=[\s、，]|$)"
)
"""Matches a role: `both` writes and pictures, `long` and `short` before the names, and the other groups after them."""
_BAR = re.compile(rf"(?<=[{_HAN}])[ \u3000]*[丨｜|][ \u3000]*(?=[{_HAN}])")
"""Matches a bar between two words."""
_LABEL = re.compile(
    rf"(?:^|(?<=[\s　|｜丨/／；;，,、。]))({_WRITING}|{_HELPED})(?:\s*[：:丨｜|]\s*|(?<!文)[/／](?=[{_HAN}]{{2}}))"
)
"""Matches a role followed by a separator, as in the last lines of articles of 科普中国: `作者丨甲 监制丨乙`."""

_BRACKETED_CREDIT = re.compile(
    rf"(?:{_MEDIA})?{_KIND}*(?:记者|通讯员|实习生)|作者|撰文|执笔|译者|编译|整理|文\s*[/／:：]"
)
"""Matches the role with which a line in brackets begins if it names the authors."""
_EDITOR_LABEL = re.compile(
    r"(?:本期|本文|值班|实习|责任|网络|执行)*(?:责编|编辑|校对|审核|监制|统筹)\s*[：:]?"
)
"""Matches a role in a line of editors."""
_EDITOR_LINE = re.compile(r"[（(\[【]?\s*(?:责任编辑|责编|责任 编辑)\s*[：:][^。！？]{0,60}[）)\]】]?")
"""Matches a line that only names the editors of the page."""


TRADITIONAL = str.maketrans(
    "記訊員實習約資頭執筆編譯採寫訪攝圖責輯審讀稿劃監製設計繪翻視頻剪後總報網電華聞專學會國醫術臺館綜顧問導",
    "记讯员实习约资头执笔编译采写访摄图责辑审读稿划监制设计绘翻视频剪后总报网电华闻专学会国医术台馆综顾问导",
)
"""Map the traditional characters of roles, media and datelines to the simplified ones; names keep theirs."""
_TRADITIONAL_ROLE = re.compile(
    "記者|通訊員|實習|特約|資深|首席記者|執筆|編譯|採[寫訪]|攝影|譯者|翻譯|審[核校稿讀]|責任編輯|責編|編輯|主編|[供製繪配]圖|圖片"
    "|策劃|監製|製作|設計|視頻|剪輯|後期|顧問|[本]?報(?=記)|本[報網]|[圖攝](?=\\s*[/／:：])|(?<=[/／])[圖攝]|譯$"
)
"""Matches a word for a role in traditional characters."""


def with_simplified_roles(text: str) -> str:
    """Return a text of the same length in which the words for roles are simplified: `記者 麥燕婷` has 记者."""
    return _TRADITIONAL_ROLE.sub(lambda role: role[0].translate(TRADITIONAL), text)


def join_padding(text: str) -> list[str]:
    """Split `text` at spaces and return the words, with the parts of padded names joined.

    Names of two characters are padded to the width of three: `方　敏`, `刘 峣`. So a single character is joined with
    its neighbour: with the next single character, with a surname of two characters before it or, if it is a surname,
    with the two characters after it. Three consecutive single characters are one name.
    """
    words = [word for word in _SPACE.split(text) if word]
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
    for chunk in _PART.split(_BRACKETED.sub(" ", text)):
        if _FOREIGN_NAME.fullmatch(chunk.strip()):
            names.append(chunk.strip())
            continue
        for word in join_padding(chunk):
            name = _NAME_END.sub("", word.strip("：:.。·")) or word
            if is_name(name):
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


def parse_byline(text: str) -> list[Author]:
    """Return the people in a byline with their roles: `本报记者　王乐文　方　敏`, `文/林禾　图/程远`, `（记者宋晨）`.

    A role before names applies to all names up to the next role, and a role after a name to that name: `林禾/文`,
    `林禾 摄`, `林禾　文/图`. Offices and newspapers are not people, so `《人民日报》` and `本报评论员` yield none.
    """
    text = _BAR.sub(_bar, _bare(text))
    found: list[Author] = []
    role: str | None = None
    start = 0
    for match in _ROLE.finditer(text):
        if match["close"] or match["behind"]:  # the role applies only to the names directly before it
            others, start = _apart(text, start, match.start())
            _add(found, parse_names(others), role)
        before = parse_names(text[start : match.start()])
        behind = match["after"] or match["end"] or match["behind"] or match["close"]
        behind = behind or (match["both"] and before and "文")
        is_of_all = match["both"] or match["behind"] or match["close"]
        _add(found, before, _role(behind) if behind and (len(before) == 1 or is_of_all) else role)
        role = role if behind else _role(match["long"] or match["short"] or "文")
        start = match.end()
    _add(found, parse_names(text[start:]), role)
    return found


def _apart(text: str, start: int, end: int) -> tuple[str, int]:
    """Return the text before the last wide space of a run, and the offset at which the rest begins.

    After a name with middle dots, an ordinary space suffices: `玛丽·李 陆知远译` has an author and a translator.
    """
    spaces = list(_WIDE_SPACE.finditer(text, start, end - 1)) or list(
        _BEHIND_DOTS.finditer(text, start, end - 1)
    )
    if not spaces or not parse_names(text[spaces[-1].end() : end]):
        return "", start
    return text[start : spaces[-1].start()], spaces[-1].end()


_WIDE_SPACE = re.compile(r"\u3000+|[ \u00a0]{2,}")
"""Matches a space that separates people: a full-width one, or at least two others."""
_BEHIND_DOTS = re.compile("|".join(rf"(?<=[·•‧・][{_HAN}]{{{n}}})[ \u00a0]" for n in range(1, 7)))
"""Matches a space after a name whose part after the middle dot has one to six characters."""


def _bar(match: re.Match[str]) -> str:
    """Return the replacement of a bar between words: a colon after a role, otherwise the separator between people."""
    return "：" if _ENDS_IN_ROLE.search(match.string, 0, match.start()) else "　"


_ENDS_IN_ROLE = re.compile(rf"(?:{_WRITING}|{_HELPED}|[译图摄])$")
"""Matches a role at the end of a text."""


def is_helping(role: str | None) -> bool:
    """Return whether people with this role are not authors."""
    return role in _HELPING_ROLES


_HELPING_ROLES = frozenset(ROLES.get(role, role) for role in HELPING) | {"摄影", "译者"}
"""Roles of people who are not authors, as they are in the record."""


def authors_of(text: str) -> list[Author]:
    """Return the authors in a byline: the people with a writer's role or with no role."""
    return [person for person in parse_byline(text) if not is_helping(person.role)]


def contributors_of(text: str) -> list[Contributor]:
    """Return the contributors in a byline with their roles; also organisations, if a separator follows the role."""
    found = [
        Contributor(each.name, each.role)
        for each in parse_byline(text)
        if each.role and is_helping(each.role)
    ]
    named = {each.role for each in found}
    for label, value in labelled(text):
        role = _role(label)
        if is_helping(role) and role not in named and 0 < len(value) <= LONGEST_ORGANISATION:
            found.append(Contributor(value, role))
    return found


LONGEST_ORGANISATION = 24
"""Maximum number of characters of an organisation's name after a role."""


def labelled(text: str) -> list[tuple[str, str]]:
    """Return (role, value) for each role that is followed by a separator: `策划：甲 出品丨乙`."""
    text = _bare(text)
    found = list(_LABEL.finditer(text))
    ends = [*(match.start() for match in found), len(text)][1:]
    return [
        (match[1], text[match.end() : end].strip(" \t\u3000\u00a0|｜丨/／；;，,、。"))
        for match, end in zip(found, ends, strict=True)
    ]


def is_labelled_line(text: str) -> bool:
    """Return whether a line has only roles and names: `出品丨科普中国 作者丨程远`, `审核：梁渡 湖泊研究所研究员`."""
    bare = _bare(text)
    if len(bare) > LONGEST_LABELLED or any(stop in bare for stop in "。！？"):
        return False
    first = _LABEL.match(bare)
    return first is not None and all(0 < len(value) <= LONGEST_VALUE for _, value in labelled(bare))


LONGEST_LABELLED, LONGEST_VALUE = 160, 40
"""Maximum number of characters of a line of roles, and of the value of a role."""


def parse_editors(text: str) -> list[Editor]:
    """Return the editors in a line such as `(责编：牛镛、岳弘彬)`, in order and without repeats."""
    text = with_simplified_roles(text)
    _, label, names = text.partition("：") if "：" in text else text.partition(":")
    names = _EDITOR_LABEL.sub("、", names if label else text)
    names = _OPEN.sub("", names.strip("（）()[]【】 \u3000\u00a0\r\n\t"))
    return [Editor(name) for name in parse_names(names)]


def is_editor_line(text: str) -> bool:
    """Return whether a line only names the editors of the page."""
    return _EDITOR_LINE.fullmatch(with_simplified_roles(text.strip())) is not None


_SQUARE = re.compile(r"[□■][ \u00a0\u3000]*")
"""Matches the square that opens the line in which a newspaper names the writer."""
SIGNS = "□■◎●○◇◆△▲▽▼☆★▪▫▶►▷◀◁⊙※¤◦◉❖"
"""Signs with which newspapers open the line that names the writer."""
_SIGN = re.compile(f"[{SIGNS}•]+[ \u00a0\u3000]*")
"""Matches such signs, or the mark of a list, and the white space behind."""


def without_sign(line: str) -> str:
    """Return a line without the signs that open it: `■ 本报记者　林禾` is `本报记者　林禾`."""
    line = line.strip()
    sign = _SIGN.match(line)
    return line[sign.end() :] if sign else line


def signed_by(text: str) -> str | None:
    """Return the names in a line such as `□ 王芳`, with which newspapers sign a text; None for any other line.

    Call it only for the last line of a text, since a subhead may begin with a square too.
    """
    square = _SQUARE.match(text.strip())
    if square is None:
        return None
    rest = text.strip()[square.end() :]
    named = "".join(parse_names(rest)).replace(" ", "")
    return rest if named and len(named) >= len(re.sub(r"[\s、，,]", "", rest)) else None


def is_credit_line(text: str) -> bool:
    """Return whether a line only names the authors: `（作者：程禾）`, `本报记者　林　禾`.

    It must have a role and a name and no other words: `新华社记者` alone is part of the article. In brackets, other
    words are allowed besides the name: `（作者：闻人喆，气象台预报员）`.
    """
    bare = _SQUARE.sub("", without_sign(_bare(text)))
    if is_labelled_line(text) and (authors_of(text) or contributors_of(text)):
        return True
    if (
        text.strip()[:1] in "（("
        and bare != text.strip()
        and len(text) <= 80
        and _BRACKETED_CREDIT.match(bare)
    ):
        return bool(parse_byline(bare))
    match = _ROLE.match(bare)
    if len(text) > 60 or match is None or (not match["long"] and not match["short"]):
        return False
    rest = _SPACE.sub("", _ROLE.sub("", _BRACKETED.sub("", bare)))
    named = "".join(person.name for person in parse_byline(bare)).replace(" ", "")
    return bool(named) and len(re.sub(r"[、，,；;/／]", "", rest)) <= len(named)


def people_only(text: str) -> list[Author]:
    """Return the people of a line that has only names, roles, posts and separators; empty for any other line.

    Text in brackets is ignored, and so are words that end with a post: `詹媛（研究员）`, `水文学院教授　林禾`.
    """
    bare = _SQUARE.sub("", without_sign(_bare(text)))
    if len(bare) > LONGEST_OF_PEOPLE or re.search("[。！？；]", _BRACKETED.sub("", bare)):
        return []
    rest = _WITH_POST.sub(" ", _ROLE.sub(" ", _BRACKETED.sub(" ", bare)))
    people = parse_byline(bare)
    named = "".join(person.name for person in people).replace(" ", "")
    return people if named and len(re.sub(r"[\s、，,；;/／|｜&]", "", rest)) <= len(named) else []


LONGEST_OF_PEOPLE = 80
"""Maximum number of characters of a line that only names people."""
POSTS = _JOBS
"""Alternatives: words for posts, which are beside names of people who are no reporters."""
_WITH_POST = re.compile(rf"(?<![^\s、，,；;/／])[{_HAN}]{{0,24}}(?:{POSTS})(?=[\s、，,；;/／]|$)")
"""Matches a word that is a post, with the office before it."""


def _bare(text: str) -> str:
    """Return a line with simplified roles, without white space at its ends, and without brackets around all of it."""
    text = with_simplified_roles(text).strip(" \t\r\n\u00a0\u3000")
    if len(text) > 1 and text[0] in "（(" and text[-1] in "）)" and text.count(text[0]) == 1:
        return text[1:-1].strip(" \u00a0\u3000")
    return text


def _role(word: str) -> str:
    """Return the role in the record for a word that ends in a key of ROLES; raise StopIteration for any other word."""
    return next(role for ending, role in ROLES.items() if word.endswith(ending))


def _add(found: list[Author], names: list[str], role: str | None) -> None:
    """Append people with a role, except those whose names are in `found` already."""
    known = {person.name for person in found}
    found.extend(Author(name, role) for name in names if name not in known)
