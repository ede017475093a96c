"""Estimate whether a line without a role is the name of an author and no short title: 操秀英, but not 秋之歌.

A name has a surname and one or two characters that are common in given names; a title has words. The weights are our
own estimates. Nothing in a dump proves the result, so whoever uses it must say that it is a guess.
"""

import re
from functools import lru_cache

from pipelines.chrome.fields.bylines import without_sign
from pipelines.chrome.fields.person_names import SURNAMES_OF_TWO, join_padding
from pipelines.segmentation.dumps.names.surnames import ALL_SURNAMES, RAREST_SURNAMES, SURNAMES
from pipelines.segmentation.text.parts_of_speech import tagged
from pipelines.segmentation.text.traditional_characters import simplified
from pipelines.segmentation.text.words import words

_GIVEN = frozenset(
    "亮世家树泉桥影彩进升伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞刚桂英华建玉兰红玲芬萍鹏飞鑫波斌宇浩凯健俊帆雯婷雪琳倩颖佳洁莉欣妍怡萱涵晨轩睿博豪昊泽梓子涵雅琪璐瑶琴"
    "琦瑞瑾瑜珊珍珂珺璇瑛慧惠晓晴晖晗晶曦旭昕昱晔晟晋景曼梅梦楠楚榕槿樱樊彬彤彦彪忠志思怀恒恺恩悦悠惟慎慕懿扬振捷攀政斐新旻昌昭显晏曙朋柏柯栋桐"
    "梁棋森楷槐歆毅沁沛泓泽洲津浚海涓润淑淼清渊湘源溪滢滨潇澄澜灿炎炜烁烨焕煜煊熙燕爽珏琛琨琰璋甜畅盈睦睿硕祥祺禹秋程竹筠策箐维缨罡翔翰翠耀聪"
    "胜胤舒航良艺艾芝芸苑苗若茂茜茵荔荣莎莹菁菊菡菲萌葳蓉蓓蔚蕊蕾薇藜虹蝶裕褚誉诚诗语谦豫贤贵赟超越跃轶辉辰达远迪逸道邦郁醒钊钧铁铭锋锐锦镇镛闯"
    "阔隽雁雄雨霄霆霏霖露靖韵韬颂颜飒飙馨骁骏骥鸣鸿鹃鹤麟黛龙仁仪任伦伯佩侃依俐俏信修倬倪偲傲儒元允先克兢冉冬冰凌凡凤凯刚初利剑劲励功加勋勤化"
    "匡卓博卫厚友双可叶司吉同君吟启周哲唯善嘉国圆坚坤培堃墨士声夏夕奇奎奕好如妮姗姝姣娇娥娴婉婕婧媛媚嫣嬿学宁守安宏宗定宜宝实宸容寅富寒尧岚岩岭"
    "峣峥峰崇川巍帅希常平广庆康庭延弘弛弦强征德心忆念怀情愉意愿成戈才承挺播文斯方旋无昂明易映智月有望朗木本权来杉松林柔柳根梓棣欢正武民永汝江"
    "河洪浪淇深游湛滔潮灵炳焱熠爱牧献玄玥理琼田甫申白皓益真砚祖禄福秉科穆立竞章端笑笛策纯素红纬经维绍绪绮继绿缘群羽翊翎老聆能臻至舜航艳芃芊苏苒茹荷莲"
    "菏蒙薪衡西言讯谊谷贞赫起路辛迅连通逊遥邈金铎锡长闻阳隆雷青音顺颐风馥驰魁鲁黎齐余禾孟乐山芷淮侨瑄莞筱"
)
"""Characters that are common in given names; some of them are common in titles too (`_ALSO_IN_TITLES`)."""
_ALSO_IN_TITLES = frozenset(
    "和世家树泉桥影彩进升天山水花海云月雪春秋夏冬江河林光明星新国文中大小子生人成风雨雷田石金木火土东西南北长老来有心安如好一方本生路可加通起连信化无定能实真理科学电白红青黄绿"
    "寒情爱声音言语道远深利先同意望开千万平常才飞龙凤马鸣根松柳竹莲荷梅兰菊叶谷游至艺士"
)
"""Characters that are about as common in titles as in given names."""
_OF_TITLES = frozenset(
    "的了是在不与吗呢里上下前后等个只座种条次年日夜季村镇县市省篇论记谈录史传谱图表说机味片病库节虫鱼鸟猴熊侠客谜问答解惑物车船灯窗站馆院场线面点"
    "层类量题事师匠员者队组部门局所处代界地区城乡层次体质素酸糖盐油粉药菌毒症癌细胞脑骨血皮肉奶茶酒饭菜果瓜豆麦米粮草叶根种子蛋壳翅尾巢窝洞坑"
    "湖泊岸滩岛礁洋岭沟谷坡崖瀑井渠坝闸塔楼屋墙房床桌纸笔画歌曲舞戏剧视频网端屏盘号码数据算力量子核能热冷温湿暗色形状态势度率值差何"
    "什怎哪谁吃喝住行走跑看听闻想做打拍摄修补防治救护养用造建拆变换移动转向回归去出入退降起落停留别再又还更最很都也就要会能该应须须须误区垩纪"
)
"""Characters that are common in titles and rare in given names."""
_FOREIGN = re.compile(
    "(?:扎西|多吉|索朗|央金|格桑|旦增|丹增|次仁|才让|卓玛|拉姆|平措|顿珠|罗布|尼玛|达瓦|边巴|普布|洛桑|白玛|仁青|巴桑|强巴|嘉措|曲珍|德吉|拉巴|次旦|贡布|才旦|措姆"
    "|巴特尔|那日|苏和?|乌兰|图雅|托娅|其其格|高娃|呼和|格日勒|朝鲁|娜仁|乌云|斯琴|毕力格|宝音|孟和|萨仁|阿古拉|布和|敖登|乌日|娜|塔娜|哈斯|额尔|敦|巴图|吉日|嘎拉|木其|朝克|宝力"
    "|古丽|买买提|艾山|阿依|努尔|艾力|吐尔逊?|热合|木江|帕提|迪丽|热巴|玛依|库尔班|依明|尼亚孜|艾合|买提|阿不都|阿卜杜|古再|麦麦提|江|阿迪力|艾尼|沙拉)+"
)
"""Names of Tibetans, Mongols and Uyghurs, which have no surname."""

NAME = 0.25
"""The score from which on a line is read as a name."""
LEAST = -1.0
"""The score below which letters are no name even beside names."""
CERTAIN_NAME = 2.5
"""The score from which on hardly any short title comes."""


@lru_cache(maxsize=4096)
def name_score(letters: str) -> float:
    """Return the log-odds, by rough estimates, that two to six Han characters are a name and no title."""
    name = simplified(letters)
    if len(name) > SHORTEST_FOREIGN and _FOREIGN.fullmatch(name):
        return CERTAIN_NAME
    size = 2 if name[:2] in SURNAMES_OF_TWO and len(name) > 2 else 1
    given = name[size:]
    if not re.fullmatch("[\u4e00-\u9fff]{1,2}", given):
        return NEVER
    return (
        (2.5 if size == 2 else _of_surname(name[0]))
        + sum(map(_of_given, given))
        - (0.2 if len(given) == 1 else 0.0)
        + _of_words(name, size)
    )


SHORTEST_FOREIGN, NEVER = 2, -9.0
"""Names of two characters without a surname are not recognised. The score of what has not the length of a name."""


def _of_surname(letter: str) -> float:
    """Return the part of a score that a surname of one character has."""
    if letter in SURNAMES:
        return 1.2
    return 0.3 if letter in ALL_SURNAMES else -0.6 if letter in RAREST_SURNAMES else -1.5


def _of_given(letter: str) -> float:
    """Return the part of a score that a character of the given name has."""
    if letter in _GIVEN:
        return 0.5 if letter in _ALSO_IN_TITLES else 1.2
    if letter == "之":
        return -0.5
    if letter in _OF_TITLES:
        return -2.0
    return 0.0 if letter in _ALSO_IN_TITLES or letter in ALL_SURNAMES else 0.3


def _of_words(name: str, surname: int) -> float:
    """Return the part of a score that the dictionary's words in the letters have."""
    parts = [name[start:end] for start, end in words(name)]
    if len(parts) == 1:
        # The dictionary has thousands of names, and titles that were taken for names.
        is_person = tagged(parts)[0].startswith("nr")
        return 0.0 if is_person else -1.5 if len(name) == 2 else -2.5
    if len(parts) != 2 or surname == 2:
        return 0.0
    across = len(parts[0]) > surname
    if tagged([parts[0] if across else parts[1]])[0].startswith("nr"):
        return 0.0
    is_clear = all(letter in _GIVEN and letter not in _ALSO_IN_TITLES for letter in name[surname:])
    return -1.0 if across else 0.0 if is_clear or len(parts[1]) == 1 else -0.7


def is_likely_name(letters: str) -> bool:
    """Return whether Han characters are more likely a name than a title."""
    return name_score(letters) >= NAME


def likely_names(line: str) -> list[str]:
    """Return the names of a line without roles that has only likely names, or an empty list.

    Spaces and separators part names, but a name of two characters may be padded with a space; without a space, the
    letters are divided into the likeliest names. Brackets around the line and signs before it are ignored.
    """
    line = without_sign(line).strip("（）() ")
    if _LATIN.fullmatch(line) or _DOTTED.fullmatch(line):
        return [line]
    letters = "".join(line.split())
    if len(letters) == 2 and is_likely_name(letters):
        return [letters]
    parts = [part for piece in re.split(r"[、，,/／]+", line) for part in join_padding(piece)]
    names = [name for part in parts for name in (divided(part) or [part])]
    if len(names) == 1:
        return names if score_of(names) >= NAME or _has_no_word(names[0]) else []
    # Several words with surnames are rarely anything else.
    scores = list(map(_score_of_any, names))
    return names if names and min(scores) > LEAST and sum(scores) >= NAME * len(names) else []


def _has_no_word(letters: str) -> bool:
    """Return whether three letters begin with a common surname and hold no word, as nearly all short titles do."""
    name = simplified(letters)
    is_whole = re.fullmatch("[\u4e00-\u9fff]{3}", name) is not None and name[0] in SURNAMES
    return is_whole and not _LINKS & set(name) and len(list(words(name))) == len(name)


_LINKS = frozenset("的了是在不与和而之为于吗呢么何什怎哪谁这那里上中下前后内外间又再还更最很都也就去来到")
"""Letters that link the words of a title."""
_LATIN = re.compile("[A-Z][a-z'’-]+(?: (?:[A-Z][A-Za-z'’-]*[.]?|de|van|von|der|di)){1,3}")
_DOTTED = re.compile("[\u4e00-\u9fff]{1,6}(?:[·•‧・][\u4e00-\u9fff]{1,6}){1,3}")
"""Names in Latin letters, and names with middle dots."""


def divided(letters: str) -> list[str]:
    """Return the likeliest names that follow each other without separators; empty if a part can be no name.

    A single name is not divided.
    """
    if (
        is_likely_name(letters)
        or len(list(words(letters))) == 1
        or not re.fullmatch(f"[\u4e00-\u9fff]{{4,{LONGEST_GLUED}}}", letters)
    ):
        return []
    best: list[tuple[float, list[str]] | None] = [(0.0, []), *([None] * len(letters))]
    for end in range(2, len(best)):
        for size in range(2, min(4, end) + 1):
            name, before = letters[end - size : end], best[end - size]
            if before is None or name_score(name) <= LEAST:
                continue
            total, known = before[0] + name_score(name), best[end]
            if known is None or total > known[0]:
                best[end] = total, [*before[1], name]
    whole = best[-1]
    return whole[1] if whole else []


LONGEST_GLUED = 16
"""The most letters that are divided into names."""


def score_of(names: list[str]) -> float:
    """Return the least score of the names of a line."""
    return min(map(_score_of_any, names), default=NEVER)


def _score_of_any(name: str) -> float:
    return NAME if name.isascii() else CERTAIN_NAME if _DOTTED.fullmatch(name) else name_score(name)


_OFFICE = re.compile(
    "(?!走[进近]|.*(?:记者|通讯员|作者)|探[访秘]|[我你他]|为|在|从|向|让|把|关于|一[座个所家]|这|那)[\u4e00-\u9fff“”]{2,24}"
    "(?:大学|学院|科学院|研究[院所]|研究所|研究中心|中心|[科气环农林水卫教文体][象学保业利育健游普]?[局委厅部]|总局|总站|疾控中心|学会|协会|委员会|博物馆|科技馆|天文馆|图书馆|植物园|动物园|气象台"
    "|天文台|观测站|医院|集团|出版社|杂志社|报社|编辑部|评论员|评论部|工作室|课题组|调研组|采访组|报道组|大院|公众号|频道|客户端|实验室|日报|晚报|晨报|时报|早报|周刊|杂志|网)"
)
"""An office, a society or a newspaper, which may sign a text: 中国气象局, 科学大院."""


def is_office(line: str) -> bool:
    """Return whether a line is the name of an organisation, which may sign a text in place of people."""
    return _OFFICE.fullmatch(without_sign(line).strip("（）() ")) is not None
