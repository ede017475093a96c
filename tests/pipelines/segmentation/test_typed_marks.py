"""Marks and numbers that an author typed stay in the text; those that the browser draws for lists are left out."""

import pytest

from kepu.records import Article, Page
from pipelines.segmentation.dumps.dump_article import article_from_dump

SPACE, LINE = "\u3000" * 2, "把水装到杯子的一半，称出它的重量，记在纸上。"
ABOVE = "盐场的早晨从一阵风开始，风把卤水吹出细细的皱纹。"
BELOW = "研究所的温度计在池边排成一行，每小时记下一次水温和风速。"


def article(*lines: str, indent: str = SPACE, end: str = "\n\n") -> Article:
    body = "".join(
        f"{line}{end}" for line in (f"{indent}{ABOVE}", *lines, f"{indent}{BELOW}", f"{indent}{ABOVE}")
    )
    page = (
        f"人民网>>科普中国\n\n水有多重\n\n2024年05月10日06:58 | 来源：科技日报\n\n{body}(责编：林禾、程远)\n"
    )
    return article_from_dump(Page(body=page.encode(), path="dump.txt"))


BULLETS = ("● ", "■ ", "○ ", "□ ", "• ", "◆ ", "★", "- ", "* ", "·")
TYPED = ("{}.", "{}．", "{}. ", "{})", "（{}）", "A{}.", "1.{}", "0{}.", *BULLETS)


@pytest.mark.parametrize("indent", ["", SPACE, "    "], ids=["none", "full-width", "no-break"])
@pytest.mark.parametrize("mark", TYPED)
def test_a_typed_mark_stays_in_its_paragraph(mark: str, indent: str) -> None:
    typed = [f"{mark.format(n)}{LINE}" for n in (1, 2, 3)]
    found = article(*(f"{indent}{line}" for line in typed), indent=indent)

    assert [block.text for block in found.blocks] == [ABOVE, *typed, BELOW, ABOVE]
    assert "text_unread" not in found.warnings


DRAWN = {
    "w3m": (" {}. ", "  • "),
    "lynx": ("    {}. ", "     * "),
    "elinks": ("   \u00a0{}.\u00a0", "     •\u00a0"),
    "html2text": ("   {}. ", "    * "),
}


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("program", DRAWN)
def test_the_browsers_own_marks_and_numbers_are_no_text(program: str, ordered: bool) -> None:
    margin = "   " if program in ("lynx", "elinks") else ""
    mark = DRAWN[program][not ordered]
    lines = "\n".join(mark.format(n) + LINE for n in (1, 2, 3))
    heading = "****** 水有多重 ******" if program == "html2text" else "水有多重"
    body = f"{margin}{SPACE}{ABOVE}\n\n{lines}\n\n{margin}{SPACE}{BELOW}\n\n{margin}{SPACE}{ABOVE}"
    page = (
        f"{margin}人民网>>科普中国\n\n{margin}{heading}\n\n{margin}2024年05月10日06:58 | 来源：科技日报\n\n"
        f"{body}\n\n{margin}(责编：林禾、程远)\n"
    )
    found = article_from_dump(Page(body=page.encode(), path="dump.txt"))

    (own,) = (block for block in found.blocks if block.type == "list")
    assert (own.items, own.ordered) == ([LINE] * 3, ordered)
    assert found.text.count(ABOVE) == 2
    assert BELOW in found.text
    assert "text_unread" not in found.warnings


def test_a_numbered_list_counts_on_beyond_nine_and_contains_the_lists_within_it() -> None:
    items = [f"{n:2}. {LINE}" for n in range(1, 12)]
    items[4:4] = [f"     {n}. {BELOW}" for n in (1, 2)]
    found = article("\n".join(items))

    (own,) = (block for block in found.blocks if block.type == "list")
    assert own.items == [LINE] * 4 + [BELOW] * 2 + [LINE] * 7


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["1 . 看 颜色 ， 少 加 盐 。", "2 . 选 好 水 ， 少 加 糖 。"], "看颜色，少加盐。\n选好水，少加糖。"),
        (["　1 . 看 颜色 ， 少 加 盐 。", "　2 . 选 好 水 ， 少 加 糖 。"], "1.看颜色，少加盐。\n2.选好水，少加糖。"),
        (["　● 看 颜色 ， 少 加 盐 。", "　● 选 好 水 ， 少 加 糖 。"], "●看颜色，少加盐。\n●选好水，少加糖。"),
        (["• 看 颜色 ， 少 加 盐 。", "• 选 好 水 ， 少 加 糖 。"], "看颜色，少加盐。\n选好水，少加糖。"),
    ],
    ids=["drawn numbers", "typed numbers", "typed bullets", "drawn bullets"],
)  # fmt: skip
def test_in_a_segmented_dump_a_full_width_space_shows_what_was_typed(lines: list[str], text: str) -> None:
    above = "　 盐场 的 早晨 从 一 阵风 开始 ， 风 把 卤水 吹 出 细细 的 皱纹 。"
    end = "\n\n" if "　" in lines[0] else "\n"
    body = f"{above}\n\n{above}\n\n{end.join(lines)}\n\n{above}"
    page = (
        "人民网 >> 科普 中国\n\n水 有 多 重\n\n2024 年 05 月 10 日 06 : 58 | 来源 ： 科技 日报\n\n"
        f"{body}\n\n( 责编 ： 林禾 、 程远 )\n"
    )
    found = article_from_dump(Page(body=page.encode(), path="dump.txt"))

    assert f"\n{text}\n" in found.text
    assert "text_unread" not in found.warnings
