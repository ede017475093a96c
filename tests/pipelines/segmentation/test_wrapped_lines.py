"""Lines of lynx, links, elinks and pandoc are joined where the page shows that they are one paragraph."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.segmentation import normalize
from pipelines.segmentation.dumps.forms.program_forms import plain_form
from pipelines.segmentation.dumps.restored_blocks import form_doubts

TEXTS = [
    "科普网北京11月8日电（记者 林禾）入冬以来，北方地区流感活动水平开始上升，疫苗该不该打、什么时候打、谁最应该打？",
    "参考网9月12日报道 据一家周刊的网站近日报道，研究人员发现，座头鲸的歌声在统计上与人类语言相似，长的声音少。",
    "低温下电解液变稠，锂离子（Li+）在正负极之间走得很慢，内阻可以增加到常温的三倍，所以汽车在冬天只能跑夏天的一半路程，Li"
    "+在正负极之间走得慢，内阻可以增加到常温的三倍。",
    "望远镜首先要找的是脉冲星。 试观测阶段，它收到了一千多光年外一颗脉冲星的信号，周期是一秒多。",
    "从山顶往下看，这口锅的反射面积约25万平方米，足足有30个足球场大，由4450块三角形的面板拼成，每一块都可以单独转动。",
]
COMMANDS = {
    "lynx": ["lynx", "-dump", "-display_charset=utf-8", "-assume_charset=utf-8", "-width={}"],
    "links": ["links", "-dump", "-codepage", "utf-8", "-html-assume-codepage", "utf-8", "-width", "{}"],
    "elinks": ["elinks", "-dump", "-dump-charset", "utf-8", "-dump-width", "{}"],
    "pandoc": ["pandoc", "-f", "html", "-t", "plain", "--columns={}"],
}


@pytest.mark.parametrize("columns", [72, 80, 100])
@pytest.mark.parametrize("program", COMMANDS)
def test_indented_paragraphs_are_whole(tmp_path: Path, program: str, columns: int) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    body = "".join(f"<p>　　{text}</p>" for text in TEXTS)
    page = (
        "<html><head><meta charset=utf-8></head><body><ul><li>首页</li><li>科技</li></ul><h1>天上和地下的消息</h1>"
        f"<p>2019年03月05日07:12 来源：科普网</p>{body}<p>（责编：林禾）</p></body></html>"
    )
    (tmp_path / "page.html").write_text(page, "utf-8")
    command = [part.format(columns) for part in COMMANDS[program]]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)}
    dump = subprocess.run(
        [*command, "page.html"], cwd=tmp_path, env=environment, capture_output=True, check=True
    ).stdout.decode()
    form = plain_form(dump)
    blocks = normalize(form.text)
    form_doubts.lower(blocks, form.doubts, lossy=form.lossy)
    texts = ["".join(block.text.split()) for block in blocks]
    assert [text for text in TEXTS if "".join(text.split()) not in texts] == []
    assert [
        block.text
        for block in blocks
        if block.certificate in ("trivial", "unique", "likely")
        and len(block.text) > 30
        and block.text.strip("　") not in TEXTS
    ] == []


@pytest.mark.parametrize("indent", [0, 3, 14, 37])
def test_a_closing_mark_belongs_to_the_paragraph_above(indent: int) -> None:
    first = "　　“过去水坝挡住了去路，鱼群只能在坝下打转。”巡护员说，“现在修了阶梯一样的水道，它们歇一歇，再往上跳。"
    second = "　　专家提醒，产卵的时候不要下河捕捞和投喂，也不要向河里丢垃圾。"
    page = "\n".join(f"   {line}" for line in (first, " " * indent + "”", "", second, "", second))
    form = plain_form(f"   首页\n\n{page}\n\nReferences\n\n   1. http://a.example/\n")
    blocks = normalize(form.text)
    form_doubts.lower(blocks, form.doubts, lossy=form.lossy)
    texts = [block.text.strip("　") for block in blocks]
    assert f"{first}”".strip("　") in texts
    apart = normalize(f"{first}\n\n”\n\n{second}\n")
    form_doubts.lower(apart, (), lossy=False)
    assert [block.certificate == "unresolved" for block in apart] == [True, True, False]
