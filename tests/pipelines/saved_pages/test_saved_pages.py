"""Files that other programs saved give the same records as the pages themselves."""

import base64
import gzip
import quopri
from pathlib import Path

import pytest

from kepu.records import Article, Visit
from pipelines.extract_file import records
from pipelines.local_files import read
from pipelines.refusals import NotAnArticle
from pipelines.saved_pages import open_saved
from pipelines.saved_pages.wayback import original

URL = "http://kpzg.people.com.cn/n1/2025/0611/c404214-40500001.html"
PICTURE = "http://kpzg.people.com.cn/NMediaFile/2025/0611/MAIN7.jpg"
TEXT = "雾凇不是雪，也不是霜。江面的水汽遇到零下二十度的树枝，一层一层结成松针一样的冰。"


def page(charset: str = "utf-8", picture: str = PICTURE, link: str = URL) -> bytes:
    """Return an article's page as the site would send it."""
    html = (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"/><title>雾凇怎样长成--科普中国--人民网</title>'
        '<meta name="contentid" content="40500001"/><meta name="publishdate" content="2025-06-11"/></head><body>'
        '<div class="layout rm_txt cf"><div class="col col-1 fl"><h1>雾凇怎样长成</h1><div class="channel cf">'
        '<div class="col-1-1 fl">2025年06月11日08:20 | 来源：<a href="http://www.people.com.cn/">人民网</a></div></div>'
        f'<div class="rm_txt_con cf"><p>　　{TEXT}</p><p><img src="{picture}"/></p>'
        f'<p>　　<a href="{link}">昨天的报道</a>说过江边的人怎样等雾凇。</p><p>　　{TEXT[::-1]}</p>'
        '<div class="edit cf">(责编：林禾)</div></div></div></div></body></html>'
    )
    return html.encode("gb18030" if charset == "gb2312" else charset)


def mhtml(body: bytes, coding: str = "quoted-printable", end: bool = True) -> bytes:
    """Return an MHTML message with a style sheet, the page and a picture in it."""
    packed = quopri.encodestring(body) if coding == "quoted-printable" else base64.encodebytes(body)
    return (
        (
            f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {URL}\r\nDate: Thu, 12 Jun 2025 09:30:00 +0800\r\n"
            'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="--B--"\r\n\r\n'
            "----B--\r\nContent-Type: text/html\r\nContent-Location: http://kpzg.people.com.cn/frame.html\r\n\r\n<p>frame\r\n"
            f"----B--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {coding}\r\n"
            f"Content-Location: {URL}\r\n\r\n"
        ).encode()
        + packed
        + (b"\r\n----B----\r\n" if end else b"")
    )


def article_of(path: Path) -> Article:
    """Return the only article in a file."""
    (record,) = records(str(path))
    assert record.article is not None, record.refused
    return record.article


def wrapped() -> dict[str, bytes]:
    """Map file names to the same page in every format."""
    single = b"<!DOCTYPE html><html lang=zh><!--\n Page saved with SingleFile \n url: %s \n"
    single += b" saved date: Thu Jun 12 2025 09:30:00 GMT+0800 (CST)\n-->"
    pixels = b"data:image/png;base64," + base64.b64encode(bytes(2_000_000))
    embedded = page(picture="data:,").replace(b"<body>", b'<body><img alt="logo" src="' + pixels + b'">')
    copy = page(
        picture="/web/20250612013000im_/" + PICTURE, link=f"https://web.archive.org/web/20250612013000/{URL}"
    )
    toolbar = (
        b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><div>Wayback Machine</div><!-- END WAYBACK TOOLBAR INSERT -->"
        b"<!-- FILE ARCHIVED ON 01:30:00 Jun 12, 2025 AND RETRIEVED -->"
    )
    return {
        "quoted.mht": mhtml(page()),
        "base64.mhtml": mhtml(page("gb2312"), "base64"),
        "single.html": single % URL.encode() + embedded.removeprefix(b"<!DOCTYPE html><html>"),
        "browser.html": b"<!-- saved from url=(0065)%s -->" % URL.encode() + page(),
        "packed.html.gz": gzip.compress(page("gb2312")),
        "wayback.html": copy.replace(b"<body>", b"<body>" + toolbar),
    }


@pytest.mark.parametrize("name", wrapped())
def test_a_saved_page_gives_the_record_of_the_page_itself(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain.html").write_bytes(page())
    (tmp_path / name).write_bytes(wrapped()[name])
    plain, saved = article_of(tmp_path / "plain.html"), article_of(tmp_path / name)
    for field in ("id", "headline", "text", "date_published", "source", "editor"):
        assert getattr(saved, field) == getattr(plain, field), field
    assert [link.url for link in saved.links] == [link.url for link in plain.links]
    if name != "single.html":  # whose pictures are in the page itself
        assert [image.content_url for image in saved.image] == [PICTURE]
    if name in {"quoted.mht", "base64.mhtml", "single.html"}:
        assert saved.provenance.fetched_at == "2025-06-12T01:30:00Z"


def test_a_file_that_is_not_a_page_is_described(tmp_path: Path) -> None:
    cut = mhtml(page(), end=False)[:-400]
    for body, what in (
        (cut, "MHTML cut short"),
        (gzip.compress(page())[:-40], "gzip cut short"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"WARC/1.1\r\n", "WARC"),
    ):
        with pytest.raises(NotAnArticle, match=what):
            open_saved(body)


def test_every_skipped_file_of_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_bytes(page())
    (tmp_path / "one_files").mkdir()
    (tmp_path / "one_files" / "MAIN7.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "two.mht").write_bytes(mhtml(page()))
    (tmp_path / "notes.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "odd.bin").write_bytes(b"?")
    opened: dict[str, str] = {}
    skipped: dict[str, str] = {}
    pages = list(read(tmp_path, opened=opened.__setitem__, skipped=skipped.__setitem__))
    assert not any(isinstance(each, Visit) for each in pages)
    assert [Path(each.path or "").name for each in pages] == ["one.html", "two.mht"]
    assert {Path(path).name: form.partition(",")[0] for path, form in opened.items()} == {"two.mht": "MHTML"}
    assert {Path(path).name: why for path, why in skipped.items()} == {
        "one_files": "1 file that belongs to a saved page",
        "notes.docx": "not read: this is a ZIP file",
        "odd.bin": "not read: its name does not end like that of a page",
    }


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (f"https://web.archive.org/web/20250612013000/{URL}", (URL, "2025-06-12T01:30:00Z")),
        (f"http://web.archive.org/web/20250612013000id_/{URL}", (URL, "2025-06-12T01:30:00Z")),
        (f"https://web.archive.org/web/2025/{URL}", (URL, "2025-01-01T00:00:00Z")),
        (f"https://web.archive.org/web/20251399/{URL}", None),
        (URL, None),
    ],
)
def test_the_addresses_of_the_wayback_machine(url: str, found: tuple[str, str] | None) -> None:
    assert original(url) == found
