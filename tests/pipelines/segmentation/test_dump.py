"""Articles from dumps: a dump of our own, the real dump, and files that are refused."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu.records import Page
from pipelines.refusals import NotAnArticle, NotText, Refused
from pipelines.segmentation.dumps.dump_article import article_from_dump
from pipelines.segmentation.dumps.names.lost_letters import candidates, find_damage
from pipelines.segmentation.dumps.restore_paragraphs import CERTIFICATES
from pipelines.segmentation.dumps.resynthesis import regenerate
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, wrap

REAL = Path(__file__).resolve().parents[3] / ".." / "shared" / "dump" / "people-kepu-20231228.txt"

OURS = """\
• 首 页
• 党政 [ arrow2 ]
人民网 > > 科普 中国

雪线 为 什么 会 上 升

本报 记者 陆知远 林 i
2024年 1月 9日 08 : 05 | 来 源 ： 人民 网－ 科普 频道
[ icon _ type ] 小字号

[ MAIN202401 ]
图 为 研究 人员 在 雪线 附近 取样 。 贺知山 摄

雪线 是 一 条 看 不 见 的 线 ： 线 以上 的 雪 终年 不 化 ， 线 以下 的 雪 到 夏天 便 化 完 了 。 澜江 大
学 的 团队 用 Snow Line Net 模型 算 出 ， 二十 年 里 它 升高 了 87m 。

怎样 量 它

卫星 每 16 天 拍 一 次 。 “ 阴天 拍 不到 ， 就 用 雷达 。 ” 贺知山 说 。

( 责编 ： 安宁 、 许知白 )

分享 让 更多 人 看到 [ share ]
"""


def test_a_dump_becomes_an_article_with_its_fields() -> None:
    article = article_from_dump(Page(body=OURS.encode(), path="dump.txt"))
    assert article.headline == "雪线为什么会上升"
    assert article.datetime_published == "2024-01-09T08:05:00+08:00"
    assert article.source is not None
    assert article.source.name == "人民网－科普频道"
    assert article.breadcrumb == ["人民网", "科普中国"]
    assert [editor.name for editor in article.editor] == ["安宁", "许知白"]
    assert [(block.type, block.text[:6]) for block in article.blocks] == [
        ("figure", "图为研究人员"),
        ("paragraph", "雪线是一条看"),
        ("heading", "怎样量它"),
        ("paragraph", "卫星每16天"),
    ]
    assert "澜江大学的团队用Snow Line Net模型算出，二十年里它升高了87m。" in article.text
    assert article.image[0].credit_text == "贺知山摄"
    assert article.provenance.normalizer is not None
    assert article.provenance.normalizer.certificate == "consistent"
    shares = article.provenance.normalizer.certified
    assert sum(shares.values()) == pytest.approx(1, abs=0.01)
    assert min(shares, key=CERTIFICATES.index) in ("trivial", "unique")


def test_a_damaged_name_gets_a_warning_and_stays_unchanged() -> None:
    article = article_from_dump(Page(body=OURS.encode(), path="dump.txt"))
    assert article.byline == "本报记者陆知远林i"
    assert "byline_damaged" in article.warnings
    assert article.author == []
    (damage,) = find_damage(article.byline)
    assert (damage.left, "峣" in damage.candidates, len(damage.candidates) > 100) == ("i", True, True)
    assert all(char.encode("gbk")[1:] == b"i" for char in candidates("i"))


def test_names_without_a_space_are_divided_by_a_guess() -> None:
    text = OURS.replace("本报 记者 陆知远 林 i", "林禾 温青")
    article = article_from_dump(Page(body=text.encode(), path="dump.txt"))
    assert [author.name for author in article.author] == ["林禾", "温青"]
    assert article.alternative_headline is None
    assert "byline_guessed" in article.warnings


def test_a_credit_below_an_indented_text_is_not_a_title_of_another_article() -> None:
    body = (
        "人民网 >> 科普中国\n\n雪线为什么会上升\n\n2025年04月07日09:12 | 来源：科学晨报\n\n"
        "\u3000\u3000雪线是一条看不见的线，线以上的雪终年不化。\n\n\u3000\u3000卫星每十六天拍一次，就用雷达补上。\n\n"
        "（本报记者许知白、通讯员安宁参与采写）\n\n一粒稻种走过的路\n\n老图书馆添了新读者\n\n(责编：安宁)\n"
    )
    article = article_from_dump(Page(body=body.encode(), path="credit.txt"))
    assert article.blocks[-1].type == "credit"
    assert [block.text for block in article.blocks][2:] == ["（本报记者许知白、通讯员安宁参与采写）"]


@pytest.mark.parametrize("limit", [101, 105, 109])
def test_an_unusual_width_does_not_cut_the_paragraphs_of_a_short_page(limit: int) -> None:
    told = [
        "卫星每十六天拍一次，阴天拍不到，就用雷达补上，澜江大学的团队把两种图片叠在一起，算出二十年里它升高了多少，误差又有多大。",
        "气象站建在半山腰，每小时记一次温度，记录的人冬天要铲雪，夏天要修栏杆，本子已经写满了三十本，都放在镇里的图书馆，谁都可以看。",
    ]
    wrapped = "\n\n".join("\n".join(wrap(text, Terminal(limit, Ambiguous.NARROW))) for text in told)
    header = "人民网 >> 科普中国\n\n雪线为什么会上升\n\n2025年04月07日09:12 | 来源：科学晨报\n\n"
    article = article_from_dump(Page(body=f"{header}{wrapped}\n".encode(), path="wide.txt"))
    assert article.text.split("\n") == told


def test_both_charsets_give_the_same_article() -> None:
    one, other = (
        article_from_dump(Page(body=OURS.encode(charset), path="x")) for charset in ("utf-8", "gb18030")
    )
    assert one.text == other.text
    assert (one.provenance.charset_used, other.provenance.charset_used) == ("utf-8", "gb18030")
    assert one.id.startswith("file/")
    assert one.id != other.id


@pytest.mark.parametrize(
    ("body", "reason"), [(b"", NotText), (b"a\0b", NotText), ("今天天气好。".encode(), NotAnArticle)]
)
def test_other_files_are_refused_with_their_reason(body: bytes, reason: type[Refused]) -> None:
    with pytest.raises(reason):
        article_from_dump(Page(body=body, path="dump.txt"))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(OURS)), st.integers(0, len(OURS)))
def test_no_bytes_raise_anything_but_a_refusal(junk: bytes, at: int, to: int) -> None:
    with contextlib.suppress(Refused):
        article_from_dump(Page(body=OURS[:at].encode() + junk + OURS[to:].encode(), path="dump.txt"))


@pytest.fixture(scope="module")
def real() -> bytes:
    if not REAL.exists():
        pytest.skip("the real dump lies in ../shared, which is not here")
    return REAL.read_bytes()


def test_the_real_dump_gives_the_expected_record(real: bytes) -> None:
    truth = json.loads(REAL.with_suffix(".json").read_text(encoding="utf-8"))
    article = article_from_dump(Page(body=real, path="dump.txt"))
    body = [(block.type[0], block.text) for block in article.blocks if block.type in ("paragraph", "heading")]
    assert body == [(block["role"], block["text"]) for block in truth["body"]]
    assert article.headline == truth["title"]
    assert article.breadcrumb == truth["breadcrumb"]
    assert article.datetime_published == "2023-12-28T07:56:00+08:00"
    assert [editor.name for editor in article.editor] == truth["editors"]
    assert article.source is not None
    assert article.source.name == truth["source"]
    assert [image.credit_text for image in article.image] == [figure["credit"] for figure in truth["figures"]]
    assert "byline_damaged" in article.warnings


class FromTheDump:
    """The dump's own tokens: what THULAC would say, where THULAC is not installed."""

    def __init__(self, dump: str) -> None:
        self.tokens = {"".join(line.split()): line.split() for line in dump.split("\n")}

    def cut(self, text: str) -> Sequence[str]:
        return self.tokens.get(text, [text])

    def version(self) -> str:
        return "the dump"


def test_the_lines_of_the_real_dump_are_regenerated_from_its_record(real: bytes) -> None:
    dump = real.decode()
    article = article_from_dump(Page(body=real, path="dump.txt"))
    texts = [block.text for block in article.blocks if block.type in ("paragraph", "heading")]
    terminal = Terminal(79, ambiguous=Ambiguous.WIDE)
    assert regenerate(texts, terminal, FromTheDump(dump)) in dump


def test_thulac_regenerates_every_token_of_the_real_dump(real: bytes) -> None:
    pytest.importorskip("thulac", reason="the extra thulac is not installed")
    from pipelines.segmentation.text.words import Thulac

    article = article_from_dump(Page(body=real, path="dump.txt"))
    texts = [block.text for block in article.blocks if block.type in ("paragraph", "heading")]
    assert regenerate(texts, Terminal(79, ambiguous=Ambiguous.WIDE), Thulac()) in real.decode()
