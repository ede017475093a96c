"""Surnames of one character, and the length of names with a surname."""

from pipelines.chrome.fields.person_names import SURNAMES_OF_TWO

SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧阮安甘游章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时"
    "舒耿牟卜詹关苗凌费纪靳盛童翟闻卓温景项邬裴骆季冉栗牛卫肖闫覃"
)
"""The most common surnames: a line between headline and time is a byline if its words begin with them."""

RARER_SURNAMES = frozenset(
    "费卞柏水窦云奚昌苗凤花俞任袁鲍史岑滕罗毕安于傅皮卞齐元卜平和穆尹湛汪狄贝明臧计伏成谈茅庞纪项董梁杜席麻强路娄危颜郭盛林刁钟徐骆樊凌霍虞"
    "支柯昝管莫房缪干解应宗丁宣贲邓郁杭洪包左石吉钮嵇滑荣翁荀羊於惠甄麴家封羿储靳汲邴糜松段富巫乌焦巴弓牧隗谷车宓蓬全郗班仰仲伊宫宁仇栾暴"
    "厉戎符景束幽司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍卓蔺屠蒙池阴胥能苍闻党谭贡劳逄姬扶堵冉宰郦雍璩桑桂濮寿通边扈燕冀郏浦尚农晏柴瞿阎充慕连茹习"
    "宦艾鱼容古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆游竺权逯盖益桓公"
    "乐佟仝冼练帅亓麦年舍苟褚施严华戚喻郎廉倪殷陶芮裘单诸秋祖幸溥双莘屈付曲丛迟佘谌綦亢苑"
    "楚仉乜粟隋晋尧墨郄笪呙琚敬佴苌闵闪矫拓钭檀戢隽仵雒皋庹缑逄昝冮鄢郇晁岑缪郜亓揭笃仫冉芦訾銮麴邝鄢谌丘璩闾撒荀晏蔺"
)
"""Surnames of the *Hundred Family Surnames* and a few others that are rarer, and partly common words."""
ALL_SURNAMES = SURNAMES | RARER_SURNAMES
"""The common and the rarer surnames of one character."""
RAREST_SURNAMES = frozenset(
    "商战衣铁修展宛盘阳植税淡原由占青火海母鲜库延信补德门底折种令但庚代竹木光尉佐米英敖玉刀岩奉念禤侬桑寸才拜昌是操过颉"
)
"""Surnames that are mostly common words."""


def has_surname(name: str) -> bool:
    """Return whether a name in simplified characters has a surname, and the length of a name with it."""
    if "·" in name or name.isascii():
        return True
    if name[:2] in SURNAMES_OF_TWO:
        return len(name) in (3, 4)
    return name[0] in ALL_SURNAMES and len(name) in (2, 3)
