"""The Chinese catalogue is complete, and is used with a Chinese locale."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from babel.messages.pofile import read_po

from kepu.locale.update_catalogue import HEADER, PO, mo_bytes, po_bytes, texts, update

Run = Callable[..., CompletedProcess[str]]
HAN = re.compile(r"[\u4e00-\u9fff]")
FILLED = re.compile(r"{(\w+)[^}]*}")
NAMES, WORDS = re.compile(r"{\w[^}]*}|`[^`]*`"), re.compile("[A-Za-z]{3}")


def test_every_message_has_a_chinese_translation_with_the_same_placeholders() -> None:
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="zh")
    for text in set(texts()):
        message = catalogue.get(text)
        assert message is not None, f"{text!r}: run `make messages`"
        if WORDS.search(NAMES.sub("", text)):
            assert HAN.search(str(message.string)), text
        assert sorted(FILLED.findall(text)) == sorted(FILLED.findall(str(message.string))), text


def test_the_mo_file_is_compiled_from_the_po_file() -> None:
    po = PO.read_bytes()
    assert PO.with_suffix(".mo").read_bytes() == mo_bytes(po)
    assert po_bytes(read_po(BytesIO(po), locale="zh")) == po


def test_an_update_keeps_the_translations_of_the_file_that_it_updates(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    path.write_bytes(HEADER + b'msgid "Aborted!"\nmsgstr "\xe5\x81\x9c"\n')
    update(path)
    with path.open("rb") as file:
        message = read_po(file, locale="zh").get("Aborted!")
    assert message is not None
    assert message.string == "停"


@pytest.mark.parametrize("locale", [{"KEPU_LANG": "zh"}, {"LANG": "zh_CN.UTF-8"}])
def test_help_and_errors_are_chinese(run: Run, tmp_path: Path, locale: dict[str, str]) -> None:
    assert "建立存档" in run("kepu", "--help", **locale).stdout
    missing = run("kepu", "verify", "--db", tmp_path / "no.db", **locale)
    assert "没有存档" in missing.stderr


def test_help_of_commands_wrong_options_and_summaries_are_chinese(run: Run, tmp_path: Path) -> None:
    locale = {"KEPU_LANG": "zh"}
    assert "只输出错误。" in run("kepu", "crawl", "--help", **locale).stdout
    assert "没有选项" in run("kepu", "crawl", "--nosuch", **locale).stderr
    (tmp_path / "no-article.html").write_text("<p>no article</p>")
    read = run("kepu", "import", tmp_path / "no-article.html", "--db", tmp_path / "a.db", **locale)
    assert "读取了 1 个文件" in read.stdout


def test_english_is_english_also_under_a_chinese_locale(run: Run, tmp_path: Path) -> None:
    told = run("kepu", "--help", KEPU_LANG="en", LANG="zh_CN.UTF-8").stdout
    assert "Fill an archive" in told
    assert not HAN.search(told.replace("人民网科普中国", ""))
    missing = run("kepu", "verify", "--db", tmp_path / "no.db", KEPU_LANG="en", LANG="zh_CN.UTF-8")
    assert "there is no archive" in missing.stderr
