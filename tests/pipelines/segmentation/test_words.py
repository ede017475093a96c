"""Sentences and words: sentence ends, tokens by rule, and offsets that cover every letter."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.segmentation.text.known_names import KnownNames
from pipelines.segmentation.text.parts_of_speech import norm, tagged
from pipelines.segmentation.text.sentences import sentences
from pipelines.segmentation.text.words import segmenter_version, tokenizer_facts, tokens, words

DUMP = Path(__file__).resolve().parents[3] / ".." / "shared" / "dump" / "people-kepu-20231228.json"

SPLIT = [
    ["雪停了。", "天晴了！", "谁先出门？"],
    ["“冰花不是冻出来的。”周研究员说。", "她指着窗子。"],
    ["他问：“真的吗？”", "没有人回答。"],
    ["“一方面，样本太少。", "另一方面，年份太近。”沈岚说。"],
    ["屏幕上显示“你好，世界！”后，程序就停了。", "重启也没有用。"],
    ["《海底有什么？》出版了。", "书很薄。"],
    ["办法（试行。征求意见稿）发布。"],
    ["“走吗……”", "他没有动。"],
    ["水温是3.5摄氏度。", "盐度是35。"],
    ["样品取自湖底.", "含量为3.5%,偏高.", "分析如下."],
    ["地址是https://example.org/a?b=1。", "欢迎来信。"],
    ["雪线又退了。", "2019年的标志桩已经看不见。", "GPS给出了新的位置？", "还没有。"],
    ["“快看！”小周喊。", "“看什么？”同伴问他，“天上什么也没有。”"],
    ["“谁记得？”", "没有人回答。"],
    ["告示写着：“请走小路。”", "据村民介绍，大路还没修好。"],
    ["“這是什麼鳥？”她問道。", "「是海雀。」老陳答。"],
    ['"水开了。"他说。', '"还没有!"她答。'],
    ["材料由Dr. Hale送来。", "1. 先称重。", "2. 再拍照。"],
    ["常数记作2。5，单位见表。", "装好了？？", "3天后见！！"],
    ["街上有小说、有传说。", "“走吧。”", "这条街道很长。"],
    [
        "“雾散了。”他低声道。",
        "“开船！”船长打趣。",
        "“急什么。”老渔民笑呵呵地讲。",
        "“慢点。”她推开窗，轻轻地说。",
    ],
    [
        "“雾散了。”",
        "问卷收齐了。",
        "“开船！”",
        "叫声很远。",
        "“好。”",
        "表示感谢的信到了。",
        "“好。”",
        "这是大家的建议。",
    ],
    ["“鱼会睡觉吗？”的疑问、“别动！”之类的话都有。", "“能吃吗？”这个问题难住了他。", "“饿了？”是句问候。"],
    [
        "“谁？”",
        "的确有人。",
        "“谁？”",
        "等他回头，没人。",
        "他说：“看图。”",
        "这句话很短。",
        "“谁？”",
        "是的，有人。",
    ],
    ["“雪去哪儿了？”——没有人知道。", "“知之为知之。”——古语"],
    ["成功了！🎉🎉", "“太好了！😀”大家喊。", "湖已干涸。[2]", "后来下了雨。¹", "测年还在做。", "¹⁴C够用。"],
    ["她在Yahoo!上班。", "6!等于720。", "快看GPS！", "它亮了。"],
]


@pytest.mark.parametrize("pieces", SPLIT)
def test_a_text_is_divided_into_the_stated_sentences(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert [text[a:b] for a, b in sentences(text)] == pieces


def test_the_real_article_is_divided_into_the_stated_sentences() -> None:
    if not DUMP.exists():
        pytest.skip("the real dump lies in ../shared, which is not here")
    truth = json.loads(DUMP.read_text(encoding="utf-8"))
    found = [[b["text"][s:e] for s, e in sentences(b["text"])] for b in truth["body"]]
    assert found == truth["sentences"]


BY_RULE = [
    "于|2023年|12月|28日|07:56|，|埃隆·马斯克|的|xAI|发布|v2.1.3|，|占|85%|、|100亿|元|，|见|https://people.cn/n1/1.html",
    "让|约翰·史密斯|、|玛丽·斯克沃多夫斯卡-居里|和|J.K.罗琳|读|《|星空|·|海洋|》",
    "2019年|埃隆·马斯克|说|5G|、|3D|打印|与|90年代|的|5|kg|不同",
    "CO₂|、|Ca(OH)₂|与|SO₄²⁻|：|2H₂+O₂=2H₂O|，|P<0.05|，|约|1/3|，|10²³|个|，|kW·h|，|ＡＩ",
    "电话|010-65000001|或|400-800-0001|，|见|https://kepu.cn/a_(b)/|。",
    "👨\u200d👩\u200d👧|、|🇨🇳|、|👍🏽|、|1️⃣|各|一",
    "致信|kepu@people.cn|，|J·K·罗琳|用|51.2|GB/s|的|RTX|画|-12|℃|的|雪",
    "歼-15|、|长征-8R|与|东风-26B|，|含|碳-13|、|钚-239|，|图片|-|6|，|2|-|7|米|，|5月|-|9月|，|20%|-|40%",
    "气温|-9.5|℃|，|降到|-7|，|从|8|℃|-|12|℃|，|(|-3|)|，|编号|978-7-5000-0001-2",
    "3|架|歼-15|和|2|枚|东风-26|，|3|米|-|5|米",
    "¹³C|与|⁴He|，|kJ/(kg·K)|，|（0931）8000001|，|(021)50000003|，|20世纪|70年代",
    "见|https://kepu.cn/wiki/火星_(行星)|，|打开|https://kepu.cn/n1/|查看",
    "安托万·拉瓦锡|和|玛丽·居里|都|来|了",
    "博尔赫施塔特-居里|、|D·H·莫捷斯基|、|珍・古道爾|与|尼尔•玻尔|，|北京|-|上海",
    "候鳥|遷徙|，|濕地|發展|，|乾坤|與|乾燥",
]


@pytest.mark.parametrize("row", BY_RULE)
def test_rules_make_the_stated_tokens(row: str) -> None:
    text = row.replace("|", "")
    assert [text[a:b] for a, b in words(text)] == row.split("|")


TEXT = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("。！？“”（）《》…·2023年月3.%ABc@/: \n，"))
)


def test_known_names_stay_whole_and_change_the_version() -> None:
    names = KnownNames(["沈雁禾", "雁栖科普报", "沈雁禾", "A"])
    assert names.names == ("沈雁禾", "雁栖科普报")
    for text in ("沈雁禾来了", "据雁栖科普报沈雁禾报道", "雁来，沈雁禾看"):
        assert "沈雁禾" in tokens(text, names=names)
        assert "沈雁禾" not in tokens(text)
    assert "蘇雁禾" in tokens("蘇雁禾來了", names=KnownNames(["蘇雁禾"]))
    assert tokenizer_facts(names)["names_sha256"] == names.version == KnownNames(names.names[::-1]).version
    assert str(names.version) in segmenter_version(names=names)


def test_least_merging_separates_numbers_from_their_units() -> None:
    assert tokens("1998年12月卖100亿元", merging="least") == ["1998", "年", "12", "月", "卖", "100", "亿元"]


@given(TEXT)
def test_tokens_are_the_strings_at_the_offsets_of_words(text: str) -> None:
    assert tokens(text) == [text[a:b] for a, b in words(text)]


def test_norms_and_parts_of_speech_belong_to_the_tokens() -> None:
    found = tokens("１９９８年，ＡＩ与埃隆·马斯克")
    assert [norm(token) for token in found] == ["1998年", "，", "ai", "与", "埃隆·马斯克"]
    assert tagged(found) == ["t", "x", "eng", "p", "nr"]
    assert tagged(["發展", "歼-15", "20世纪", "博尔赫施塔特-居里", "¹³C"]) == ["vn", "nz", "t", "nr", "eng"]
    assert tagged(["沈雁禾", "雁栖科普报"]) == [
        "nr",
        "nt",
    ]  # names of a list, also where the list is not given


def test_the_time_for_sentences_grows_linearly() -> None:
    for piece in ("（好。）", "“好。”", '"好。', "。a", "1.", "'好。", "Yahoo!水"):
        short, long = (min(_seconds(sentences, piece * n) for _ in range(3)) for n in (1_000, 8_000))
        assert long < 40 * short + 0.1  # quadratic would be 64 times as long, and more
    for piece in ("尔-尔", "尔·尔尔-尔尔，", "歼-20", "m/(", "（0"):
        short, long = (_seconds(words, piece * n) for n in (100, 800))
        assert long < 40 * short + 0.1


def _seconds(split: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    split(text)
    return time.process_time() - start


@given(TEXT)
def test_sentences_and_words_cover_every_letter(text: str) -> None:
    for spans in (sentences(text), words(text)):
        assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
        flat = [offset for span in spans for offset in span]
        assert flat == sorted(flat)
        assert all(a < b for a, b in spans)


class Letters:
    """A segmenter that knows no words: whatever it does, the tokens by rule are the same."""

    def cut(self, text: str) -> Sequence[str]:
        return list(text)

    def version(self) -> str:
        return "letters 1"


@given(TEXT)
def test_rules_do_not_depend_on_the_segmenter(text: str) -> None:
    by_rule = {"2023年", "3.2023", "AB"}
    ours = {text[a:b] for a, b in words(text)} & by_rule
    assert ours == {text[a:b] for a, b in words(text, Letters())} & by_rule


def test_a_segmenter_that_changes_a_letter_is_an_error() -> None:
    class Editor(Letters):
        def cut(self, text: str) -> Sequence[str]:
            return [text.replace("雪", "霜")]

    with pytest.raises(ValueError, match="token"):
        words("下雪了", Editor())


def test_version_names_package_and_dictionary() -> None:
    assert segmenter_version().startswith("rjieba ")
    assert "hmm=off" in segmenter_version()
    assert segmenter_version(Letters()) == "letters 1"


def test_the_facts_of_the_tokenizer_describe_its_dictionary() -> None:
    facts = tokenizer_facts()
    assert facts["name"] == "rjieba"
    assert facts["hmm"] is False
    assert str(facts["version"]) in segmenter_version()
    assert str(facts["dictionary_sha256"]) in segmenter_version()
    assert len(str(facts["dictionary_sha256"])) == 64
