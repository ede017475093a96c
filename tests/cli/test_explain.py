"""`kepu extract --explain` shows where each line of a page ended, as text and as JSON."""

import json
from pathlib import Path

from click.testing import CliRunner

from kepu.cli.extract import extract

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>湖冰为什么先从岸边化--科普中国--人民网</title>
<meta name="contentid" content="40670001"><meta name="publishdate" content="2026-03-02"></head><body>
<div class="rm_txt"><h1>湖冰为什么先从岸边化</h1><div class="author">作者丨林禾 编辑丨程远</div>
<div class="channel"><div class="col-1-1">2026年03月02日08:15 | 来源：望山报</div><span>小字号</span></div>
<div class="rm_txt_con"><div id="rm_txt_zw"><p>湖面上的冰从岸边开始融化，因为岸边的水浅，太阳一晒就暖。</p>
<p>一滴水里有10<sup>21</sup>个分子。</p><p style="display:none">内部稿号八八四三</p>
<video src="/v/1.mp4">请换一个浏览器观看录像。</video><p>更多精彩内容，请下载科普中国客户端。</p>
<div class="edit">(责编：林禾、程远)</div></div></div></div>
<div class="rm_footer"><p>望山报社概况</p></div></body></html>"""

DUMP = """\
人民网 >> 科普中国

湖冰为什么先从岸边化

2026年03月02日08:15 | 来源：望山报
[icon_type]小字号

湖面上的冰从岸边开始融化，因为岸边的水浅，太阳一晒就暖。

广告

湖心的冰厚，化得最晚。人们把它写进了春天的消息里。

更多精彩内容，请下载科普中国客户端。

（责编：林禾、程远）

望山报社概况
"""

URL = "http://kpzg.people.com.cn/n1/2026/0302/c404214-40670001.html"


def run(tmp_path: Path, *flags: str) -> str:
    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    done = CliRunner().invoke(extract, [str(file), "--url", URL, *flags])
    assert done.exit_code == 0, done.output
    return done.output


def test_each_line_is_printed_with_where_it_ended(tmp_path: Path) -> None:
    said = run(tmp_path, "--explain")
    for rule, text in (
        ("hidden", "内部稿号八八四三"),
        ("media_fallback", "请换一个浏览器观看录像。"),
        ("promotion", "更多精彩内容"),
    ):
        assert any(rule in line and text in line for line in said.splitlines()), rule
    assert "10²¹" in said
    lines = said.splitlines()
    order = (
        "= field  湖冰",
        "paragraph  湖面上",
        "paragraph  一滴水",
        "hidden",
        "media_fallback",
        "promotion",
        "望山报社概况",
    )
    places = [
        next(n for n, line in enumerate(lines) if all(w in line for w in each.split("  "))) for each in order
    ]
    assert places == sorted(places), "in page order"
    assert lines[places[-1]].startswith("·")


def test_json_has_the_account_of_the_page(tmp_path: Path) -> None:
    made = json.loads(run(tmp_path, "--explain", "--json"))
    parts = ("in_blocks", "in_fields", "excluded_letters", "outside")
    assert made["letters"] == sum(made[name] for name in parts)
    assert {"hidden", "media_fallback", "promotion"} <= {each["rule"] for each in made["excluded"]}
    assert made["excluded_letters"] == sum(each["letters"] for each in made["excluded"])
    assert "望山报社概况" not in str(made | {"lines": []})
    assert [each["fate"] for each in made["lines"] if each["text"] == "望山报社概况"] == ["outside"]


def test_the_lines_of_a_dump_are_explained(tmp_path: Path) -> None:
    """Each line between the title and the line of editors is in a block, in a field, or excluded by a named rule."""
    file = tmp_path / "dump.txt"
    file.write_text(DUMP, encoding="utf-8")
    done = CliRunner().invoke(extract, [str(file), "--explain", "--json"])
    made = json.loads(done.output)
    assert made["letters"] == len("".join(DUMP.split()))
    assert made["letters"] == sum(
        made[each] for each in ("in_blocks", "in_fields", "excluded_letters", "outside")
    )
    fates = {each["text"]: (each["fate"], each["name"]) for each in made["lines"]}
    assert fates["[icon_type]小字号"] == ("excluded", "tools")
    assert fates["更多精彩内容，请下载科普中国客户端。"] == ("excluded", "promotion")
    assert fates["广告"][0] == "block"
    assert fates["望山报社概况"][0] == "outside"
    assert "unread" not in {name for _, name in fates.values()}
    first = next(n for n, each in enumerate(made["lines"]) if each["text"] == "湖冰为什么先从岸边化")
    last = next(n for n, each in enumerate(made["lines"]) if each["text"].startswith("（责编"))
    assert not [each for each in made["lines"][first : last + 1] if each["fate"] == "outside"]
