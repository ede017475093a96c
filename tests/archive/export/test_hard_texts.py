"""Twenty hard texts in every corpus format: the files of an export reproduce each exactly."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import conllu
import pytest
from lxml import etree

from archive.export.export_options import ExportOptions
from archive.export.exporter import export
from archive.export.formats.txt_format import unspaced
from archive.export.formats.vrt_reader import texts
from archive.store import Store
from kepu import Archive
from kepu.records import Article, Author
from pipelines.tei.validate_tei import tei_errors
from tests.archive.export.test_corpus_formats import TEI, from_conllu, from_tei

HARD = (
    "一家人👨‍👩‍👧‍👦去看极光，旗子🇨🇳🏴󠁧󠁢󠁥󠁮󠁧󠁿在风里。",
    "手势👍🏽👍🏿与心❤️、❤︎，键帽1️⃣#️⃣，零宽\u200d连字\u200c断开。",
    unicodedata.normalize("NFD", "Ångström 与 café、naïve、Dvořák，拼音 lǘ、ǖ。"),
    "拼音叠加：a\u0304\u0301 e\u030c o\u0302\u0300 \u0301孤立，韩文 한국 与 ᄒ\u1161ᆫ。",
    "网址http://example.org/路径?q=a&b=<c>#“节”）和（https://例子.测试/a_(b)）以及 mailto:a.b+c@d.example。",
    "公式 E=mc²，a²+b²≠c²，∮E·dA=Q/ε₀，H₂SO₄→2H⁺+SO₄²⁻，x̄±σ，10⁻²³。",
    "他说：“她问：‘真的吗？’我答：「当然！」『好』”——说完……就走了。",
    "\"直引号\"和'单引号'，“没有收尾，以及”没有开头，\u201c\u201d空的，«法式»„德式“。",
    "标签<b>粗</b>&amp;&lt;已转义&gt;&#8212;，<!-- 注释 -->，<![CDATA[x]]>，]]>，<?pi?>。",
    "控制\x01字符\x02与\x1f混入\x7f，还有\x85和\x9b，BOM\ufeff在中间。",
    "方向\u202e反写\u202c恢复，\u2066隔离\u2069，软连字\u00ad符，\u2060连接。",
    "行一\n\n\n行四\n \n\u3000\u3000缩进\n尾空 \u00a0\n",
    "\u2028行分隔\u2029段分隔\x0b竖表\x0c换页\t制表\t\t两个。",
    "回车\r在中间\r\n混合换行\n\r再来。",
    "史蒂芬·霍金、J.K.罗琳、斯克沃多夫斯卡-居里与阿卜杜拉·本·阿卜杜勒-阿齐兹。",
    "生僻𠮷𡈽𪚥龘㐂，兼容字﨑與﹏，私用\ue000\uf8ff，非字符\ufffe\uffff。",
    "数字１２３，全角ＡＢＣ，½与⅓，№5，㎡、℃、㏒，①②③，Ⅳ，1,234.56元，+86-10-1234-5678。",
    "_下划线_|竖线|\\反斜杠\\s\\u3000，=等号=，SpaceAfter=No，# text = 假的。",
    '# newdoc id = 假\n1\t冰\t_\t_\tn\t_\t_\t_\t_\t_\n<text id="x">\n</text>\n-->',
    "。？！……——，；：、（）《》“”‘’·～￥……\n！？\n）（",
)


@pytest.fixture
def hard(tmp_path: Path, article: Callable[..., Article]) -> Path:
    """Return an archive with an article per hard text, and one whose author's name occurs in its text."""
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n, text in enumerate(HARD):
            archive.put(article(n, text, text_canonical=text, content_sha256=f"{n:064x}"))
        known = article(100, "记者罗雨禾在湖边报道，罗雨禾说冰很厚。", content_sha256="f" * 64)
        known.author = [Author("罗雨禾", "记者")]
        archive.put(known)
        archive.put(article(101, "后来罗雨禾离开了。", content_sha256="e" * 64))
    return path


def exported(path: Path, folder: Path, name: str, *layers: str) -> Path:
    export(path, folder, ExportOptions(format=name, texts=("exact", *layers)))  # type: ignore[arg-type]
    return folder


def test_hard_texts_are_reproduced_exactly(hard: Path, tmp_path: Path) -> None:
    wanted = {article.id.replace("/", "_"): article.text or "" for article in Archive(hard).articles()}
    assert {wanted[f"n1_{n}"] for n in range(len(HARD))} == set(HARD)
    (vrt,) = (exported(hard, tmp_path / "vrt", "vrt") / "data").iterdir()
    with vrt.open(encoding="utf-8", newline="\n") as lines:
        assert {each.attributes["id"]: each.text for each in texts(lines)} == wanted
    (file,) = (exported(hard, tmp_path / "conllu", "conllu") / "data").iterdir()
    document = file.read_bytes().decode()
    parts = re.split("^# newdoc id = ", document, flags=re.MULTILINE)[1:]
    for sentence in conllu.parse(document):
        text = wanted[sentence.metadata["sent_id"].rpartition("-")[0]]
        for token in sentence:
            start, end = map(int, token["misc"]["TokenRange"].split(":"))
            assert text[start:end] == token["form"]
    found = {part.split("\n", 1)[0]: from_conllu("# newdoc id = " + part) for part in parts}
    assert found == wanted
    (file,) = (exported(hard, tmp_path / "tei", "tei") / "data").iterdir()
    assert tei_errors(file.read_bytes()) == []
    xml_id = "{http://www.w3.org/XML/1998/namespace}id"
    assert {
        str(each.get(xml_id)): from_tei(etree.tostring(each, encoding="unicode"))
        for each in etree.fromstring(file.read_bytes()).iter(f"{TEI}TEI")
    } == wanted
    plain = exported(hard, tmp_path / "txt", "txt")
    assert {
        each.name.rpartition("_")[0]: each.read_bytes().decode() for each in (plain / "texts").iterdir()
    } == wanted
    spaced = exported(hard, tmp_path / "words", "txt", "words")
    assert {
        each.name.rpartition("_")[0]: unspaced(each.read_bytes().decode())
        for each in (spaced / "texts").iterdir()
    } == wanted


def test_tags_use_the_names_of_the_whole_archive(hard: Path, tmp_path: Path) -> None:
    name = "罗雨禾"
    (file,) = (exported(hard, tmp_path / "vrt", "vrt") / "data").iterdir()
    with file.open(encoding="utf-8", newline="\n") as lines:
        tags = [tag for each in texts(lines) for word, tag, _ in each.tokens if word == name]
    assert tags == ["nr"] * 3
    (file,) = (exported(hard, tmp_path / "conllu", "conllu") / "data").iterdir()
    found = [token["xpos"] for sentence in conllu.parse(file.read_text("utf-8")) for token in sentence
             if token["form"] == name]  # fmt: skip
    assert found == tags
    (file,) = (exported(hard, tmp_path / "tei", "tei") / "data").iterdir()
    assert [each.get("pos") for each in etree.parse(str(file)).iter(f"{TEI}w") if each.text == name] == tags
