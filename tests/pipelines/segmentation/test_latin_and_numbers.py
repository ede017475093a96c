"""Spaces beside Latin words, numbers and units in dumps are restored; units follow the page's habit."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

import pytest

from bench.segmentation.channels import CHANNELS, SEGMENTERS, Channel, dump
from pipelines.segmentation import normalize, paragraphs
from pipelines.segmentation.dumps.dump_article import HOUSE
from pipelines.segmentation.dumps.style import estimate_style
from pipelines.segmentation.dumps.w3m import LIST_INDENT, Ambiguous, Terminal, wrap

CRF = {channel.name: channel for channel in CHANNELS if channel.segmenter == "crf"}
GB, UTF8 = CRF["crf-80-gb"], CRF["crf-72-utf8"]


@pytest.fixture(autouse=True)
def _without_thulac(monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds with the extra holds without it, and loading its model takes a second."""
    monkeypatch.setattr(estimate_style, "thulac", lambda: None)


def segmented(line: str) -> str:
    """Return the line through the simulated THULAC."""
    return " ".join(
        token for piece in line.split() for token in SEGMENTERS["crf"](piece, random.Random(line))
    )


HAN = (
    "馆员在展签上写明出处，",
    "这一段话后来被许多读者抄进了笔记，",
    "会议的第二天，主持人把名单念了一遍，",
    "为了核对年份，他们翻遍了三层楼的书架，",
    "雪线以上的观测站每到冬天都要关闭两个月，",
    "编者在后记里说，",
)
PLACES = ("Rocroi", "Tavira", "Lumen", "Ostrava", "Brenn", "Halvorsund", "Quillon", "Meridor", "Nyrup")
NOUNS = ("battle", "landmark", "raft", "harvest", "lantern", "chronicle", "garden", "shepherd", "moraine")
TITLES = (
    "The {noun} of {place}",
    "{place} and the {noun} by the sea",
    "This is a {noun} for all",
    "A {noun} in the hills of {place}",
    "On the {noun} as it was",
    "I am a {noun} from {place}",
    "To the {noun} or to {place}",
)


def latin(chance: random.Random) -> str:
    """Return a title of our own."""
    return chance.choice(TITLES).format(noun=chance.choice(NOUNS), place=chance.choice(PLACES))


def numbers(chance: random.Random) -> str:
    """Numbers that stand side by side, as model names and telephone numbers have them."""
    tail = f"{chance.randint(1000, 9999)} {chance.randint(1000, 9999)}"
    return chance.choice(
        [
            f"LLaMA {chance.randint(2, 3)} {chance.randint(7, 70)}B",
            f"Ryzen {chance.choice([5, 7, 9])} {chance.randint(5600, 9950)}X3D",
            f"麒麟{chance.randint(820, 990)} 5G",
            f"热线1{chance.randint(30, 99)} {tail}",
            f"RTX {chance.choice([3080, 4090])} {chance.choice([12, 24])}GB",
            f"Windows {chance.choice([10, 11])} {chance.randint(21, 24)}H2",
        ]
    )


def units(chance: random.Random, *, apart: bool) -> str:
    """Return a quantity with its unit."""
    number, unit = chance.choice(
        [
            (f"{chance.randint(60, 180)}", "mmHg"),
            (f"{chance.randint(2, 30)}", "μm"),
            (f"{chance.randint(10, 95)}.{chance.randint(1, 9)}", "μmol/L"),
            (f"{chance.randint(10, 900)}", "km"),
            (f"{chance.randint(10, 90)}", "kg"),
            (f"{chance.randint(2, 40)}", "mL"),
        ]
    )
    return f"{number} {unit}" if apart else number + unit


def page(seed: int, what: str) -> list[str]:
    """Eight paragraphs of Han with three pieces of Latin or numbers each."""
    chance = random.Random(seed)
    makers: dict[str, Callable[[], str]] = {
        "latin": lambda: latin(chance),
        "numbers": lambda: numbers(chance),
        "units apart": lambda: units(chance, apart=True),
        "units joined": lambda: units(chance, apart=False),
    }
    make = makers[what]
    return [
        "".join(f"{chance.choice(HAN)}{chance.choice('如称见用')}{make()}，" for _ in range(3)) + "到此为止。"
        for _ in range(8)
    ]


def gaps_of(what: str, channel: Channel) -> Iterator[tuple[str, str]]:
    """Yield each truth of some pages, and what became of it; habits and segmenters vary by the seed."""
    for seed in range(12):
        text, shown = dump(page(seed, what), channel, seed)
        found = {re.sub(r"\s", "", each): each for each in paragraphs(text)}
        for truth in shown:
            yield truth, found.get(re.sub(r"\s", "", truth), "")


@pytest.mark.parametrize("channel", [GB, UTF8], ids=lambda channel: channel.name)
@pytest.mark.parametrize(
    ("what", "least"), [("latin", 0.97), ("numbers", 0.95), ("units apart", 0.9), ("units joined", 0.9)]
)
def test_each_kind_of_latin_and_number_is_restored(what: str, least: float, channel: Channel) -> None:
    """At least this share of the paragraphs is restored exactly, with all spaces."""
    seen = list(gaps_of(what, channel))
    wrong = [(truth, got) for truth, got in seen if truth != got]
    assert len(wrong) <= (1 - least) * len(seen), wrong[:3]


SHORT = re.compile(r"\b(?:of|a|the|in|is|by|for|to|as|it|or|am|and|from|on|all)\b")


@pytest.mark.parametrize("channel", [GB, UTF8], ids=lambda channel: channel.name)
def test_short_words_keep_the_spaces_beside_them(channel: Channel) -> None:
    counts = [
        (len(SHORT.findall(truth)), len(SHORT.findall(got))) for truth, got in gaps_of("latin", channel)
    ]
    assert sum(got for _, got in counts) >= 0.99 * sum(true for true, _ in counts)


ITEMS = (
    "先把河水倒进量筒静置十分钟，再用滤纸过滤，把滤纸上的泥沙烘干称重，记在表格里，重复三次取平均值",
    "打开Snow Line Reader的设置页，选择Export as a table，把结果存成CSV，再用Python 3读进来，画成一张图",
    "温度计读到小数点后一位，读的时候视线与液面平行，不要用手握住玻璃泡，否则读数会偏高，误差可达半度以上",
    "交给组长",
)


def as_list(items: Sequence[str], depth: int, cut: Callable[[str], str]) -> str:
    """Return the dump of a page with a list, as w3m lays it out; `cut` is the segmenter, which takes indents away."""
    terminal = Terminal(79, Ambiguous.NARROW)
    inside = Terminal(79 - depth * LIST_INDENT, Ambiguous.NARROW)
    lines = wrap("本站的步骤如下，请照着做，做完以后把表格交给组长。" * 4, terminal)
    lines.append("")
    for item in items:
        for n, line in enumerate(wrap(item, inside)):
            indent = " " * (depth * LIST_INDENT)
            lines.append(indent + line if n else f"{indent[:-2]}• {line}")
    return "\n".join(map(cut, lines))


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("cut", [str, segmented], ids=["plain", "segmented"])
def test_wrapped_list_items_are_joined_at_any_depth(depth: int, cut: Callable[[str], str]) -> None:
    """This holds at any depth, with and without a segmenter, and for any line breaks."""
    for shift in range(12):
        items = ["雪" * shift + item for item in ITEMS]
        blocks = normalize(as_list(items, depth, cut))
        assert [block.text for block in blocks if block.mark] == items
        assert len(blocks) == len(items) + 1


@pytest.mark.parametrize(
    "line",
    [
        "她 在 Tiundal and 的 海边 住 了 三 年 。",
        "这 个 模型 叫 LLaMA 2 70 B ， 他们 没有 使用 它 ， 因 为 结 果 不 好 ， 影 响 了 工 作 ， 可 能 要 等 。",
    ],
)
def test_a_possibly_cut_word_or_joined_numbers_are_unresolved(line: str) -> None:
    """Both readings are uncertain: the first may be one word, and the second was cut by chance."""
    (block,) = normalize(line)
    assert block.certificate == "unresolved"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            "一 种 叫 Night-A zurite 的 颜料 ， 由 Ann-A ndrea 调 成 。",
            "一种叫Night-Azurite的颜料，由Ann-Andrea调成。",
        ),
        ("这 种 方法 称为 Self-A ttention 机制 。", "这种方法称为Self-Attention机制。"),
        ("它 是 A nice day 的 意思 ， 不 是 Vitamin-A rich 。", "它是A nice day的意思，不是Vitamin-A rich。"),
    ],
)
def test_a_word_behind_a_hyphen_that_was_cut_behind_its_first_letter_is_whole(line: str, text: str) -> None:
    assert [block.text for block in normalize(line, None, HOUSE)] == [text]
