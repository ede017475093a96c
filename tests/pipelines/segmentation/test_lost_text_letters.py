"""Letters outside GB2312 that w3m left blank or halved in the text are seen, and spaces that were typed are not."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kepu.records import Page
from pipelines.segmentation import normalize
from pipelines.segmentation.dumps.dump_article import article_from_dump

HEAD = "2019年03月05日07:12　　来源：科技日报\n\n"
DAMAGED = [
    "　　课题组的李  说，样品分成了12份，结果一致。",
    "　　课题组的王 h说，样品分成了12份，结果一致。",
    "　　课题组的朱 F、王明说，样品分成了12份，结果一致。",
    "　　课题组的刘培 ^介绍，样品分成了12份。",
    "　　地质大学教授赵 此担??倚颈砻娴奈露却锏 236摄氏度。",
    "　　磨是祖父陈 伊粝碌摹",
    "　　课题组的李\x81说，样品分成了12份。",
    "制图：张  ",
]
TYPED = [
    "　　新华社北京3月5日电  （记者林禾）样品分成了12份。",
    "　　吃了维生素 C，再看图 A。这是 X 光片，用 AI 看。",
    "　　二  二三年，样品分成了12份。",
    "　　关注 @科技日报，留言有奖。",
    "　　记者 邱晨辉和王 明在会上说，徘徊的蜻蜓不见了。",
    "首页 | 科技 | 留言",
    "大豆  齐黄34  302",
]


@pytest.mark.parametrize("line", DAMAGED)
def test_a_missing_letter_is_seen(line: str) -> None:
    block = normalize(f"{HEAD}{line}\n")[-1]
    assert block.lacks_letter
    assert block.certificate == "unresolved"


@pytest.mark.parametrize("line", TYPED)
def test_typed_spaces_are_no_missing_letters(line: str) -> None:
    assert not any(block.lacks_letter for block in normalize(f"{HEAD}{line}\n"))


def test_two_blanks_on_a_page_that_is_typed_so_are_no_missing_letters() -> None:
    lines = [f"　　参加的有{name}  一组和二组，样品分成了12份。" for name in ("植物", "动物", "化学", "天文")]
    assert not any(block.lacks_letter for block in normalize(HEAD + "\n\n".join(lines)))


@pytest.mark.skipif(shutil.which("w3m") is None, reason="w3m is not installed")
@pytest.mark.parametrize("columns", [40, 41, 42, 43, 80])
def test_dumps_of_w3m_warn_of_each_missing_letter(tmp_path: Path, columns: int) -> None:
    names = ["李菂", "王玥", "赵喆", "张珺"]
    texts = [f"　　国家天文台的{name}说，望远镜周围五公里不准带手机，搬了三次家。" for name in names]
    texts.append("　　国家天文台的林禾说，望远镜周围五公里不准带手机，搬了三次家。")
    body = "".join(f"<p>{text}</p>" for text in texts)
    page = (
        '<html><head><meta http-equiv="content-type" content="text/html;charset=GB2312"></head><body>'
        f"<h1>望远镜的邻居们搬家</h1><p>2016年09月25日18:30　　来源：科普网</p>{body}<p>(责编：温青)</p></body></html>"
    )
    (tmp_path / "page.html").write_bytes(page.encode("gb18030"))
    command = ["w3m", "-dump", "-cols", str(columns), "-T", "text/html", "-I", "GB2312", "-O", "UTF-8"]
    dump = subprocess.run([*command, "page.html"], cwd=tmp_path, capture_output=True, check=True).stdout
    blocks = [block for block in normalize(dump.decode()) if "国家天文台" in block.text]
    assert [block.lacks_letter for block in blocks] == [True] * 4 + [False]
    assert "letter_lost" in article_from_dump(Page(body=dump)).warnings


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("　 本报 南江 5月 22日 电 　 （ 记者 冯 矗┘钦 叽庸 ? ? 液教炀 只 裣ぃ 5月 22日 开始 巡视 。", True),
        ("　 至于 清明 @ 里 的 绿色 ， 多 来自 田 边 的 野草 。", True),
        ("　 本报 西昌 8月 25日 电 （ 余 林 、 张 矗┙ 袢 7时 52分 ， 卫星 升空 。", True),
        ("　 据 网友 @ 星空 说 ， 数组 a [ 从 零 开始 ] 更 好 记 ， 变量 x 的 值 不 变 。", False),
        ("　 参数 α 与 β 的 比值 是 3 ， 日语 的 の 读 作 什 么 ？ ？ 没有 人 知道 。", False),
    ],
)
def test_signs_of_several_scripts_in_a_segmented_line_are_lost_letters(line: str, lost: bool) -> None:
    found = normalize(f"{line}\n\n　 雪线 是 一 条 看 不 见 的 线 ， 线 以上 的 雪 终年 不 化 。\n")
    assert [block.lacks_letter for block in found] == [lost, False]
    assert not lost or found[0].certificate == "unresolved"
