"""Exports for corpus tools: each is read back and equals the text."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import conllu
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archive.export.export_options import ExportOptions
from archive.export.exporter import export
from archive.export.formats import conllu_format, tei_format, vrt_format
from archive.export.formats.txt_format import spaced, unspaced
from archive.export.formats.vrt_reader import BadVrt, texts
from kepu import Archive
from pipelines.segmentation import sentences, words
from pipelines.tei.validate_tei import tei_errors

TEXT = st.text(
    st.sampled_from("冰湖星。！”“a1&<>\"' \t\n\r\u3000\u2028\u0085\x07\x0b·👍🏽,\\|=_"), max_size=60
)

TEI = "{http://www.tei-c.org/ns/1.0}"


def record(text: str) -> dict[str, Any]:
    return {
        "id": "n1/40148467",
        "headline": 'A & "B" <C>\x07',
        "date_published": "2023-12-28",
        "author": [{"name": "赵一白"}],
        "source": {"name": "湖泊报"},
        "article_section": None,
        "url": "http://kpzg.people.com.cn/n1/2023/1228/c404214-40148467.html",
        "content_sha256": "ab" * 32,
        "text": text,
        "words": words(text),
        "sentences": sentences(text),
    }


def from_tei(document: str) -> str:
    body = f"{TEI}body/{TEI}p"
    return "\n".join(
        _text(paragraph) for paragraph in etree.fromstring(document.encode()).findall(f".//{body}")
    )


def _text(element: Any) -> str:
    if not isinstance(element.tag, str):  # a character that XML does not have
        return chr(int(element.text, 16))
    return (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)


def from_conllu(document: str) -> str:
    unescape = {"s": " ", "t": "\t", "r": "\r", "n": "\n"}

    def spaces(value: str) -> str:
        return re.sub(
            r"\\(?:u([0-9a-f]{4})|(.))", lambda m: chr(int(m[1], 16)) if m[1] else unescape[m[2]], value
        )

    out = []
    for sentence in conllu.parse(document):
        for token in sentence:
            misc = token["misc"]
            after = "" if misc.get("SpaceAfter") == "No" else spaces(misc.get("SpacesAfter", "\\s"))
            out.append(spaces(misc.get("SpacesBefore", "")) + token["form"] + after)
    return "".join(out)


@settings(max_examples=80, deadline=None)
@given(TEXT)
def test_every_format_reproduces_the_text_exactly(text: str) -> None:
    made = record(text)
    (read,) = texts(
        vrt_format.render(made).splitlines(keepends=True)
        if text.isascii()
        else _lines(vrt_format.render(made))
    )
    assert read.text == text
    assert len(read.tokens) == len(made["words"])
    assert unspaced(spaced(made)) == text
    document = conllu_format.render(made)
    if made["words"]:
        assert from_conllu(document) == text
    assert from_tei(f'<x xmlns="http://www.tei-c.org/ns/1.0">{tei_format.render(made)}</x>') == text


def _lines(document: str) -> list[str]:
    return [f"{line}\n" for line in document.split("\n")[:-1]]


@pytest.fixture
def out(path: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of exports of the archive of awkward texts."""

    def make(name: str, *layers: Any) -> Path:
        folder = tmp_path / f"{name}{len(layers)}"
        export(path, folder, ExportOptions(format=name, texts=("exact", *layers)))
        return folder

    return make


@pytest.fixture
def wanted(path: Path) -> dict[str, str]:
    """Return the texts that an export keeps, by safe id."""
    return {article.id.replace("/", "_"): article.text or "" for article in Archive(path).articles()}


def test_the_strict_reader_accepts_vrt(out: Callable[..., Path], wanted: dict[str, str]) -> None:
    folder = out("vrt")
    (file,) = (folder / "data").iterdir()
    with file.open(encoding="utf-8", newline="\n") as lines:
        found = {each.attributes["id"]: each for each in texts(lines)}
    assert {id_: each.text for id_, each in found.items()} == wanted
    rows = list(
        csv.DictReader(
            (folder / "metadata.tsv").open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE
        )
    )
    assert [row["text_id"] for row in rows] == list(found)
    assert all(
        re.fullmatch("[A-Za-z0-9_]+", row[name])
        for row in rows
        for name in ("section", "source", "year", "month")
    )
    assert "湖泊报" in (folder / "metadata-labels.tsv").read_text("utf-8")
    assert "STRUCTURE text_id" in (folder / "kepu.registry").read_text("utf-8")
    assert "VERTICAL" in (folder / "kepu.nosketch").read_text("utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "冰\tn\t冰\n",
        "a&b\tn\ta\t_\n",
        "冰\tn\t冰\t0x20\n",
        "<s>\n",
        "</text>\n",
        "<p Tail='_'>\n",
        "冰\tn\t冰\t_",
    ],
)
def test_the_strict_reader_rejects_damaged_vrt(line: str) -> None:
    good = _lines(vrt_format.render(record("冰湖。\n星。")))
    at = next(n for n, each in enumerate(good) if each.startswith("冰"))
    with pytest.raises(BadVrt, match="line"):
        list(texts([*good[:at], line, *good[at + 1 :]]))


@pytest.mark.parametrize(
    ("tag", "old", "new"),
    [
        ("<p", ' tail="_"', ""),
        ("<p", ' tail="_"', ' tail="_" tail="_"'),
        ("<p", ' tail="_"', ' tail="110000"'),
        ("<s>", "<s>", '<s n="1">'),
        ("<text", ' source="', ' source="A & B'),
        ("<text", ' source="', ' source="&nbsp;'),
        ("<text", ' source="', ' source="&#99999999999;'),
        ("<text", ' source="', ' source="" source="'),
    ],
)
def test_the_strict_reader_refuses_damaged_attributes(tag: str, old: str, new: str) -> None:
    good = _lines(vrt_format.render(record("冰湖。\n星。")))
    at = next(n for n, each in enumerate(good) if each.startswith(tag) and old in each)
    with pytest.raises(BadVrt, match=f"line {at + 1}:"):
        list(texts([*good[:at], good[at].replace(old, new), *good[at + 1 :]]))


def test_the_package_conllu_reads_conllu(out: Callable[..., Path], wanted: dict[str, str]) -> None:
    (file,) = (out("conllu") / "data").iterdir()
    document = file.read_text("utf-8")
    found = conllu.parse(document)
    ids = [sentence.metadata["sent_id"] for sentence in found]
    assert len(set(ids)) == len(ids)
    starts = [sentence.metadata["newdoc id"] for sentence in found if "newdoc id" in sentence.metadata]
    assert starts == [id_ for id_, text in wanted.items() if text]
    for sentence in found:
        text = wanted[sentence.metadata["sent_id"].rpartition("-")[0]]
        assert sentence[0]["upos"] == "_" or sentence[0]["upos"] is None
        for token in sentence:
            start, end = map(int, token["misc"]["TokenRange"].split(":"))
            assert text[start:end] == token["form"]


def test_tei_is_valid_against_tei_all(out: Callable[..., Path], wanted: dict[str, str]) -> None:
    (file,) = (out("tei") / "data").iterdir()
    document = file.read_bytes()
    assert tei_errors(document) == []
    assert tei_errors(document.replace(b"<fileDesc>", b"<fileDesc><w/>", 1))
    parsed = etree.fromstring(document)
    found = {
        str(each.get("{http://www.w3.org/XML/1998/namespace}id")): from_tei(
            etree.tostring(each, encoding="unicode")
        )
        for each in parsed.iter(f"{TEI}TEI")
    }
    assert found == wanted
    assert "湖泊报" in document.decode()


def test_txt_has_a_file_per_text(out: Callable[..., Path], wanted: dict[str, str]) -> None:
    folder, with_words = out("txt"), out("txt", "words")
    rows = list(
        csv.DictReader(
            (folder / "metadata.tsv").open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE
        )
    )
    found = {row["text_id"]: (folder / row["file"]).read_bytes().decode() for row in rows}
    assert found == wanted
    assert {
        row["text_id"]: unspaced((with_words / row["file"]).read_bytes().decode()) for row in rows
    } == wanted
    assert " " in (with_words / rows[0]["file"]).read_text("utf-8")
    assert re.fullmatch(r"texts/n1_\d+_\d{4}-\d\d-\d\d\.txt", rows[0]["file"])
