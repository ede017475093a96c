"""Superscripts, subscripts, deleted and inserted text are undone as text browsers draw them, if that is certain."""

import time

import pytest

from kepu.records import Page
from pipelines.build_article import article_from_page
from pipelines.segmentation.dumps.forms.drawn_marks import undo
from pipelines.segmentation.dumps.forms.program_forms import plain_form
from pipelines.segmentation.dumps.restore_paragraphs import normalize
from tests.pipelines.segmentation.segmented_page import WORDS


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("大气中的CO[2]增加", "大气中的CO₂增加"),
        ("H[2]SO[4]和Ca(OH)[2]", "H₂SO₄和Ca(OH)₂"),
        ("10^6个，5m^2，10^-3", "10⁶个，5m²，10⁻³"),
        ("早有报道^[3]。", "早有报道[3]。"),
        ("[DEL:旧的:DEL]新的", "旧的新的"),
        ("价[DEL: 59 :DEL] [INS: 39 :INS] 元", "价5939元"),
        ("翻到了二  四  年。", "翻到了二〇四〇年。"),
        ("见图[1]和文献[3]", "见图[1]和文献[3]"),
        ("a[n+1]与^_^", "a[n+1]与^_^"),
        ("谱线H[α]和γ[αβ]", "谱线H_{α}和γ_{αβ}"),
        ("V[max]、k[B]T与λ[max]", "Vₘₐₓ、k_{B}T与λₘₐₓ"),
        ("SpO[2]、HbA[1c]与R[0]，T[3]和T[4]", "SpO₂、HbA_{1c}与R₀，T₃和T₄"),
        ("x^2+y^2=z^2，Ca^2+离子，2^n种", "x²+y²=z²，Ca²⁺离子，2ⁿ种"),
        ("CD4^+T细胞，M[⊙]，10^8.5年，℃^-1，云雀^TM", "CD4⁺T细胞，M_{⊙}，10^{8.5}年，℃⁻¹，云雀ᵀᴹ"),
        ("低于限值。^3", "低于限值。³"),
        ("据他说，^12两者“接近”^2。", "据他说，¹²两者“接近”²。"),
        ("已有综述。^3,4", "已有综述。^{3,4}"),
        ("[DEL:写下的符号全部作废。:DEL]", "写下的符号全部作废。"),
        ("测^14C和^99mTc，云雀^®，x[i]^2", "测¹⁴C和⁹⁹ᵐTc，云雀®，xᵢ²"),
        ("x^n+y^n=z^n，p53^-/-小鼠，重水D[2]O", "xⁿ+yⁿ=zⁿ，p53^{-/-}小鼠，重水D₂O"),
    ],
)
def test_drawn_marks_are_undone_if_they_are_certain(drawn: str, text: str) -> None:
    assert undo(drawn)[0] == text


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("二氧化碳（CO_2）的浓度", "二氧化碳（CO₂）的浓度"),
        ("稀H_2SO_4与file_2", "稀H₂SO₄与file_2"),
        ("算了三天^([3])。", "算了三天[3]。"),
        ("谱线H_α，速度V_max，(C_6H_10O_5)_n", "谱线H_{α}，速度Vₘₐₓ，(C₆H₁₀O₅)ₙ"),
        ("谱线H_(α)，第5^(th)，a_(n+1)", "谱线H_{α}，第5ᵗʰ，aₙ₊₁"),
    ],
)
def test_marks_of_links_and_pandoc_are_undone(drawn: str, text: str) -> None:
    assert undo(drawn)[0] == text


@pytest.mark.parametrize(
    "drawn",
    [
        "代码a[i]=b[0]",
        "有人写成2^10，也有人写成2**10",
        "在键盘上键入10^6",
        "把[INS:和:INS]写在黑板上，让学生猜这是什么记号",
        "没有结束的[DEL:旧的",
        "重复了多次。^32019年又有一次",
        "早有人做过，^3、5人参加",
        "推出a_n+1",
        "维生素C[1]和维生素E[2]",
        "取e^ix",
        "在T_最高处",
        "注释^(注1)",
        "k_BT",
        "在lim[x→0]处",
        "TiO_2-x",
        "型号A_B",
        "“s[he] came”",
    ],
)
def test_a_drawn_mark_in_doubt_stays_and_is_not_certified(drawn: str) -> None:
    assert undo(drawn)[::2] == (drawn, True)
    assert [block.certificate for block in normalize(f"　　{drawn}，这一行没有换行。\n")] == ["consistent"]


TITLED = WORDS.replace(" ", "").replace("雪线为什么会上升", "{}")


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("冰里的CO[2]", "冰里的CO₂"),
        ("PM[2.5]和10^15", "PM_{2.5}和10¹⁵"),
        ("“^®”与“^TM”", "“®”与“ᵀᴹ”"),
        ("[组图]雪线", "[组图]雪线"),
    ],
)
def test_drawn_marks_in_a_title_are_undone_as_in_the_text(drawn: str, shown: str) -> None:
    article = article_from_page(Page(body=TITLED.format(drawn).encode(), path="words.txt"))
    assert (article.headline, article.warnings) == (shown, [])


def test_a_drawn_mark_in_doubt_in_a_title_has_a_warning() -> None:
    article = article_from_page(Page(body=TITLED.format("数组a[1]的故事").encode(), path="words.txt"))
    assert (article.headline, article.warnings) == ("数组a[1]的故事", ["marks_in_doubt"])


def test_raised_and_lowered_text_of_markdown_is_that_of_the_page() -> None:
    text = (
        "# 水\n\n**Ca<sup>2+</sup>**、NO<sub>x</sub>、A<sub>2</sub>、见<sup>\\[3\\]</sup>、注<sup>①</sup>\n"
    )
    assert undo(plain_form(text).text)[0].split("\n")[-2] == "Ca²⁺、NOₓ、A₂、见[3]、注①"


def test_formulas_in_one_line_take_linear_time() -> None:
    short, long = (min(_seconds(n) for _ in range(3)) for n in (200, 1_600))
    assert long < 40 * short + 0.1  # quadratic would be 64 times as long


def _seconds(formulas: int) -> float:
    start = time.process_time()
    assert undo("雪C_2" * formulas)[0] == "雪C₂" * formulas
    return time.process_time() - start


def test_a_power_is_raised_with_a_warning_where_it_may_be_typed() -> None:
    done, _, doubt = undo("内存有2^10个字节")
    assert (done, doubt) == ("内存有2¹⁰个字节", True)
    assert not undo("每秒10^6次，面积5m^2")[2]


@pytest.mark.parametrize("mark", ["DEL", "S", "INS"])
def test_a_paragraph_that_is_deleted_or_inserted_as_a_whole_is_kept(mark: str) -> None:
    whole = "咨询电话和报名方式不变，市民可通过网站查询最新的安排。"
    body = "\n\n".join(
        [
            "　　活动改期至下周日，地点不变，已购门票仍然有效。",
            f"　　[{mark}:{whole}:{mark}]",
            "　　[编者按：本文有所更新，供参考。]",
        ]
    )
    dump = f"人民网>>科普\n\n活动改期\n\n2024年10月28日11:45 | 来源：科技日报\n\n{body}\n\n(责编：池鱼)\n"
    article = article_from_page(Page(body=dump.encode(), path="page.txt"))
    assert [block.text for block in article.blocks if block.type == "paragraph"][1:] == [
        whole,
        "[编者按：本文有所更新，供参考。]",
    ]
