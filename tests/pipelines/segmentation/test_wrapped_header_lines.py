"""The line with time, source and tools is read whole wherever a program wrapped or cut it."""

import pytest

from kepu.records import Article, Page
from pipelines.segmentation.dumps.dump_article import article_from_dump

TEXT = ["　　潮水每天涨落两次，渔民照着月亮出海。", "　　退潮以后，滩涂上的小蟹便出来觅食。"]
TOOLS = "【字号大中小】【留言】【论坛】【打印】【关闭】"


def article(*header: str) -> Article:
    lines = ["人民网>>科技>>正文", "", "潮水与月亮", "", *header]
    dump = "\n".join([*lines, TEXT[0], "", TEXT[1], "", "（责任编辑：林禾）", ""])
    return article_from_dump(Page(body=dump.encode(), path="dump.txt"))


@pytest.mark.parametrize("at", range(2, len(TOOLS) - 1))
@pytest.mark.parametrize("apart", [False, True], ids=["beside the time", "below the time"])
def test_tools_that_wrap_anywhere_are_no_text(at: int, apart: bool) -> None:
    time = "2004年04月19日08:57　来源：南江日报"
    above = [time, "", TOOLS[:at]] if apart else [f"{time}　{TOOLS[:at]}"]
    found = article(*above, " " * 30 + TOOLS[at:], "")
    assert [block.text for block in found.blocks] == [line.strip() for line in TEXT]
    assert (found.headline, found.source and found.source.name) == ("潮水与月亮", "南江日报")


@pytest.mark.parametrize(
    "time",
    [
        "2016年 0 9月 26日 08 : 31",
        "20 16年 09月 26日 08 : 3 1",
        "2016 年 0 9 月 2 6 日 0 8 : 31",
        "2016 年 09 月 26 日 08:31",
    ],
)
@pytest.mark.parametrize("columns", [60, 90, 130])
def test_a_time_that_a_segmenter_cut_is_read(time: str, columns: int) -> None:
    text = "今天 的 潮水 很 大 ， 渔民 没有 出海 ， 孩子 们 在 滩涂 上 找 小 蟹 。"
    width = columns // 2
    words = " ".join(text for _ in range(5)).split(" ")
    lines, line = [], ""
    for word in words:
        if len(line.replace(" ", "")) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    dump = [
        "人民网 >> 科技",
        "",
        "潮水 与 月亮",
        "",
        f"{time} 来 源 ： 南江 日报",
        "",
        *lines,
        line,
        "",
        "（ 责编 ： 林禾 ）",
    ]
    found = article_from_dump(Page(body="\n".join(dump).encode(), path="dump.txt"))
    assert found.datetime_published == "2016-09-26T08:31:00+08:00"
    assert found.source
    assert found.source.name == "南江日报"


def test_the_page_in_pandocs_boxes_within_boxes_is_read() -> None:
    inner = [
        "潮水与月亮",
        None,
        "2004年04月19日08:57　来源：南江日报",
        None,
        "　　潮水每天涨落两",
        "次，渔民照着月亮出海。",
    ]
    inner += ["", TEXT[1], None, "（责任编辑：林禾）"]
    columns = 60
    rule = "+" + "-" * columns + "+"
    box = [rule]
    for line in inner:
        width = sum(1 + (char > "\u2e80") for char in line or "")
        box.append(rule if line is None else f"| {line}{' ' * (columns - 2 - width)} |")
    outer = "+" + "-" * (columns + 4) + "+"
    dump = "\n".join(["人民网>>科技>>正文", "", outer, *(f"| {line} |" for line in [*box, rule]), outer, ""])
    found = article_from_dump(Page(body=dump.encode(), path="dump.txt"))
    assert found.headline == "潮水与月亮"
    assert [block.text for block in found.blocks] == [line.strip() for line in TEXT]
    assert [editor.name for editor in found.editor] == ["林禾"]
