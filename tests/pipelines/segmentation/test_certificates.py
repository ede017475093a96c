"""Certificates: the level of single paragraphs, and the share of certified paragraphs that are exact."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.segmentation.__main__ import own_sentences
from bench.segmentation.channels import CHANNELS, dump, pages
from pipelines.segmentation import normalize
from pipelines.segmentation.dumps.certificates.certify import SURE_MARGIN, are_told, risk_of_paragraph
from pipelines.segmentation.dumps.certificates.gap_risks import risk_of_all
from pipelines.segmentation.dumps.certificates.habit_votes import Votes
from pipelines.segmentation.dumps.certificates.open_gaps import OpenGap
from pipelines.segmentation.dumps.certificates.page_habits import Habits
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
from pipelines.segmentation.dumps.style import estimate_style
from pipelines.segmentation.dumps.style.style_evidence import typed_blocks

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared" / "segbench"
CERTIFIED = ("trivial", "unique", "likely")


@pytest.fixture(autouse=True)
def _without_thulac(monkeypatch: pytest.MonkeyPatch) -> None:
    """The floors hold without the extra, and loading its model takes a second."""
    monkeypatch.setattr(estimate_style, "thulac", lambda: None)


def only(text: str) -> DumpBlock:
    (block,) = normalize(text)
    return block


def test_a_paragraph_without_latin_has_one_reading() -> None:
    assert only("雪线 是 一 条 看 不 见 的 线 。").certificate == "trivial"


def test_a_paragraph_with_latin_on_its_last_line_is_not_certain_by_itself() -> None:
    block = only("团队 用 AI 画画 。")
    assert block.certificate in ("consistent", "unresolved")
    assert [each.alternatives for each in block.undecided] == [
        ("团队用AI画画。", "团队用 AI画画。"),
        ("团队用AI画画。", "团队用AI 画画。"),
    ]


def test_gaps_of_one_habit_are_wrong_together_and_gaps_between_runs_one_by_one() -> None:
    habits = Habits()

    def risk(kind: str, count: int) -> float:
        gap = OpenGap(0, kind, -2.0, space=False, regret=2.0, margin=None, left="x", right="7")
        return risk_of_all([replace(gap, at=at) for at in range(count)], habits, frozenset())

    assert risk("digit", 1) < risk("digit", 5) < 2 * risk("digit", 1)
    assert risk("model", 5) > 2 * risk("model", 1)


def test_a_habit_is_told_by_a_page_that_clearly_excludes_the_other_and_never_by_one_that_has_both() -> None:
    gap = OpenGap(0, "digit", -5.0, space=False, regret=5.0, margin=None, left="有", right="7")
    clear, weak = ((0.0, margin, 0.0) for margin in (SURE_MARGIN, SURE_MARGIN - 1.0))
    assert are_told([gap], Habits(margins=clear), frozenset())
    assert not are_told([gap], Habits(margins=weak), frozenset())
    assert not are_told([gap], Habits(margins=clear, votes=Votes(Counter({("digit", True): 1}))), frozenset())


def test_the_foreign_name_at_the_end_of_a_quotation_follows_no_habit_of_the_page() -> None:
    habits = Habits(
        margins=(SURE_MARGIN, SURE_MARGIN, SURE_MARGIN), votes=Votes(Counter({("letter", True): 9}))
    )
    gap = OpenGap(5, "letter", 4.5, space=True, regret=4.5, margin=None, left="式", right="Classic")
    assert are_told([gap], habits, frozenset())
    assert not are_told([replace(gap, is_gloss=True)], habits, frozenset())


def test_few_paragraphs_decide_a_gap_with_a_greater_risk_and_none_do_if_the_page_shows_both_habits() -> None:
    gap = OpenGap(5, "letter", -5.0, space=False, regret=5.0, margin=None, left="式", right="Classic")
    few = Habits(margins=(15.0, 15.0, 15.0), votes=Votes(Counter({("letter", False): 2})))
    enough = replace(few, votes=Votes(Counter({("letter", False): 4})))
    both = replace(few, votes=Votes(Counter({("letter", False): 2, ("digit", True): 1})))
    assert are_told([gap], few, frozenset())
    assert not are_told([gap], both, frozenset())
    assert risk_of_paragraph([gap], few, frozenset()) > risk_of_paragraph([gap], enough, frozenset()) + 0.01


def judged(dump: str, texts: list[str]) -> Counter[tuple[str, bool]]:
    """Return how many blocks have each certificate, and are, or are not, the very paragraph that stood there."""
    truth: dict[tuple[int, int], str] = {}
    at = 0
    for text in texts:
        size = len(re.sub(r"\s", "", text))
        truth[at, at + size] = text.strip()
        at += size
    found = Counter[tuple[str, bool]]()
    at = 0
    for block in normalize(dump):
        text = f"{block.mark} {block.text}".strip()
        size = len(re.sub(r"\s", "", text))
        found[block.certificate, truth.get((at, at + size)) == text] += 1
        at += size
    return found


def precision(found: Counter[tuple[str, bool]], names: tuple[str, ...]) -> float:
    right = sum(found[name, True] for name in names)
    return right / max(1, right + sum(found[name, False] for name in names))


def test_certified_paragraphs_of_our_own_sentences_are_exact() -> None:
    found = Counter[tuple[str, bool]]()
    for channel in CHANNELS:
        if channel.segmenter != "thulac":
            for page in pages(own_sentences()):
                found += judged(*dump(page, channel))
    assert precision(found, CERTIFIED) >= 0.99
    assert precision(found, ("trivial", "unique")) >= 0.995


def test_nothing_tells_whether_a_space_is_behind_the_number_of_a_reference() -> None:
    gap = OpenGap(5, "beside_han", -5.0, space=False, regret=5.0, margin=5.0, left="]", right="中")
    sure = Habits(margins=(SURE_MARGIN, SURE_MARGIN, SURE_MARGIN))
    assert not are_told([gap], sure, frozenset())
    assert are_told([replace(gap, at=30)], sure, frozenset())


FOOTER = """

关于 本 站 | 本 站 招聘 | 人才 招聘 | 广告 服务 | 合作 加盟 | 供稿 服务 | 数据 服务 | 网站 声明 |
网站 律师 | 信息 保护 | 联系 我们

互联网 新闻 信息 服务 许可证 1012001 | 增值 电信 业务 经营 许可证B1 - 2006 | 广播 电视 节目
制作 经营 许可证 字 第17 号
"""


def test_the_footer_of_a_page_tells_nothing_of_its_typist() -> None:
    channel = next(channel for channel in CHANNELS if channel.name == "crf-80-gb")
    for page in list(pages(own_sentences()))[:4]:
        text, _ = dump(page, channel)
        alone = [(block.text, block.certificate) for block in normalize(text)]
        assert [(block.text, block.certificate) for block in normalize(text + FOOTER)][: len(alone)] == alone


@pytest.mark.parametrize(("name", "least"), [("dev", 0.48), ("hard", 0.45), ("middot_dev", 0.88)])
def test_certified_paragraphs_of_the_shared_bench_are_exact(name: str, least: float) -> None:
    path = SHARED / f"{name}.jsonl"
    if not path.exists():
        pytest.skip("the shared bench lies in ../shared, which is not here")
    found = Counter[tuple[str, bool]]()
    for row in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(row)
        found += judged(record["dump"], [paragraph["text"] for paragraph in record["paras"]])
    for level in CERTIFIED:
        assert precision(found, (level,)) >= 0.99 or not found[level, True]
    assert precision(found, CERTIFIED) >= 0.997
    assert sum(found[level, True] for level in CERTIFIED) >= least * found.total()


def test_a_paragraph_without_a_mark_at_its_end_shows_the_typist_too_but_a_footer_does_not() -> None:
    text = "浮标 在 清晨 被 拖 回 旧港 ， 缆绳 已经 磨 断 。"
    blocks = [
        [text] * 3,
        [f"{text} 守夜人 把 它 记 进 账本 。", "这 是 第 12 次 。 雪坡 气象站"],
        ["关于 旧港 | 联系 守夜人 。 版权 所有 ， 未经 许可", "不 得 转载 。 旧港 2021 | 备案"],
        ["雪坡 上 的 灯塔 。"] + ["茶园 的 风车"] * 7,
    ]
    assert typed_blocks(blocks * 2, half=False) == [0, 1, 4, 5]
