"""Captures exported as WARC and WACZ: complete, without private data, and readable by other programs."""

import hashlib
import importlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from archive.export.card import check
from archive.export.export_options import BadExportOptions, ExportOptions
from archive.export.exporter import export
from archive.export.formats.cdxj_index import url_key
from archive.filters import Selection
from archive.id_lists import parse
from archive.pictures import Picture
from archive.store import Store
from demo.site import PIXEL
from kepu.cli.main import main
from kepu.records import Article, Capture, Image, Rights, Visit
from pipelines.saved_pages.private_traces import is_logged_in, without_local_paths
from tests.archive.export.replay_server import serving

Make = Callable[..., Article]
LATER = "2026-02-03T04:05:06Z"
SECRET = "sid=q8Zt-geheim"


def url_of(n: int) -> str:
    return f"http://kpzg.people.com.cn/n1/2024/0105/c404214-{n}.html"


def page(n: int, more: str = "") -> bytes:
    numbers = " ".join(hashlib.sha256(f"{n}/{i}".encode()).hexdigest() for i in range(12))
    head = f"<html><head><title>第{n}号观测站</title></head>"
    return f"{head}<body><p>今晨有雾{n}。{numbers}</p>{more}</body></html>".encode()


def answer(n: int, body: bytes, *, at: str = "2026-01-02T03:04:05Z", cookie: bool = False) -> Capture:
    private = f"Cookie: {SECRET}\r\n" if cookie else ""
    sets = f"Set-Cookie: {SECRET};\r\n path=/\r\n" if cookie else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{sets}Content-Length: {len(body)}\r\n\r\n"
    request = f"GET {url_of(n)} HTTP/1.1\r\nHost: kpzg.people.com.cn\r\n{private}\r\n"
    return Capture(
        url_of(n),
        at,
        body,
        request.encode(),
        head.encode(),
        200,
        payload_sha256=hashlib.sha256(body).hexdigest(),
    )


def saved(n: int, body: bytes, url: str) -> Capture:
    return Capture(url, LATER, body, payload_sha256=hashlib.sha256(body).hexdigest())


@pytest.fixture
def filled(tmp_path: Path, article: Make) -> Path:
    """Return an archive with repeats, cookies, saved files, and an article without a capture."""
    path = tmp_path / "kepu.db"
    about = {"operator": "湖泊观测站 <lake@example.org>", "http-header-user-agent": "kepu-test/1"}
    with Store(path, about=about) as archive:

        def put(n: int, *captures: Capture, **more: Any) -> None:
            told = {"headline": f"第{n}号观测站", "rights": Rights(copyright_holder="湖泊报"), **more}
            archive.put(
                article(n, f"今晨有雾{n}。", url=url_of(n), date_published="2024-01-05", **told), captures
            )

        put(1, answer(1, page(1)))
        put(2, answer(2, page(1)))  # the bytes of another article
        put(3, answer(3, page(3), cookie=True))
        put(
            4,
            saved(
                4,
                page(4, '<img src="file:///C:/Users/zhao/湖.png"><a href="D:\\zhao\\x.html">x</a>'),
                url_of(4),
            ),
        )
        put(5, saved(5, page(5, '<a href="/x">退出登录</a>'), url_of(5)))
        put(6, saved(6, page(6), "file:///home/zhao/geheim/6.html"))
        put(7)
        put(8, answer(8, page(8)))
        same = answer(8, b"", at=LATER)
        same.status, same.response = 304, b"HTTP/1.1 304 Not Modified\r\n\r\n"
        same.payload_sha256 = hashlib.sha256(page(8)).hexdigest()
        archive.note(Visit(same.url, "unchanged", LATER, article="n1/8"), [same])
    return path


def records(data: bytes) -> list[Any]:
    """Return (type, fields, payload) of each record as warcio reads it, which finds each digest right."""
    found = []
    for record in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        payload = record.content_stream().read()
        found.append((record.rec_type, dict(record.rec_headers.headers), record.http_headers, payload))
    return found


def only_file(folder: Path) -> Path:
    (file,) = (folder / "data").iterdir()
    return file


def test_a_warc_file_is_self_contained(filled: Path, tmp_path: Path) -> None:
    facts = export(filled, tmp_path / "out", ExportOptions("warc"))
    data = only_file(tmp_path / "out").read_bytes()
    found = records(data)
    kinds = [kind for kind, *_ in found]
    assert kinds[0] == "warcinfo"
    info = found[0][3].decode()
    assert "operator: 湖泊观测站 <lake@example.org>\r\n" in info
    assert "http-header-user-agent: kepu-test/1\r\n" in info
    assert "robots: obey\r\n" in info
    ids = {fields["WARC-Record-ID"] for _, fields, *_ in found}
    assert len(ids) == len(found)
    assert all(fields["WARC-Warcinfo-ID"] == found[0][1]["WARC-Record-ID"] for _, fields, *_ in found[1:])
    for kind, fields, http, payload in found:
        if kind == "revisit":
            assert fields["WARC-Refers-To"] in ids
        if kind == "response":
            assert payload in {page(1), page(3), page(8)}
            assert http.get_statuscode() == "200"
    assert kinds.count("revisit") == 2
    assert kinds.count("resource") == 2
    assert facts.withheld == {"cookie": 1, "set_cookie": 1, "local_path": 3, "logged_in": 1, "no_capture": 1}
    for secret in (SECRET, "zhao", "geheim", "path=/", "退出"):
        assert secret.encode() not in b"".join(payload for *_, payload in found), secret
        assert all(secret not in str(fields) + str(http) for _, fields, http, _ in found)
    assert {"cookie", "set-cookie", "local-path"} == {
        f["Kepu-Withheld"] for _, f, *_ in found if "Kepu-Withheld" in f
    }
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", only_file(tmp_path / "out")],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_a_revisit_is_exported_with_its_payload(filled: Path, tmp_path: Path) -> None:
    export(
        filled,
        tmp_path / "out",
        ExportOptions("warc", selection=Selection(ids=parse(["n1/2"]), duplicates=True)),
    )
    found = records(only_file(tmp_path / "out").read_bytes())
    assert [(kind, fields.get("WARC-Target-URI")) for kind, fields, *_ in found[1:]] == [
        ("response", url_of(2)),
        ("request", url_of(2)),
    ]
    assert found[1][3] == page(1)


def test_a_wacz_file_passes_its_validator_and_matches_cdxj_indexer(filled: Path, tmp_path: Path) -> None:
    from cdxj_indexer.main import CDXJIndexer
    from wacz.validate import Validation

    export(filled, tmp_path / "out", ExportOptions("wacz"))
    file = only_file(tmp_path / "out")
    with zipfile.ZipFile(file) as bundle:
        assert bundle.testzip() is None
        bundle.extractall(tmp_path / "in")
        assert bundle.getinfo("archive/captures.warc.gz").compress_type == zipfile.ZIP_STORED
    judge = Validation(str(file))
    for judged in (
        "frictionless_validate",
        "check_file_paths",
        "check_file_hashes",
        "check_data_package_hash_and_sig",
    ):
        assert getattr(judge, judged)() is True, judged
    assert judge.check_required_contents() == 0
    out = io.StringIO()
    CDXJIndexer(out, [str(tmp_path / "in/archive/captures.warc.gz")], sort=True).process_all()
    ours = subprocess.run(
        ["zcat", tmp_path / "in/indexes/index.cdx.gz"], capture_output=True, check=True
    ).stdout.decode()
    plain = [line.partition(" {") for line in out.getvalue().splitlines() if not line.startswith("- ")]
    made = [line.partition(" {") for line in ours.splitlines()]
    assert [key for key, *_ in made] == [key for key, *_ in plain]
    for (key, _, mine), (_, _, theirs) in zip(made, plain, strict=True):
        one, other = json.loads("{" + mine), json.loads("{" + theirs)
        assert {**other, **one} == one | {k: v for k, v in other.items() if k not in one}, key
        assert (one["offset"], one["length"], one["filename"]) == (
            other["offset"],
            other["length"],
            other["filename"],
        )
    head, *pages = map(json.loads, (tmp_path / "in/pages/pages.jsonl").read_text("utf-8").splitlines())
    assert head["hasText"] is True
    first = next(each for each in pages if each["url"] == url_of(1))
    assert first == {
        "id": "n1/1", "url": url_of(1), "ts": "2026-01-02T03:04:05Z", "title": "第1号观测站", "text": "今晨有雾1。",
        "date": "2024-01-05", "copyright_holder": "湖泊报",
    }  # fmt: skip


def test_url_keys_equal_those_of_surt() -> None:
    from surt import surt

    for url in (
        "http://kpzg.people.com.cn/n1/2024/0105/c404214-1.html",
        "https://WWW.People.com.cn:443/A/b/?b=2&a=1",
        "http://www2.people.com.cn:8080/湖/冰.html?词=雪",
        "http://example.org",
        "http://example.org/a%20b/%E6%B9%96/",
    ):
        assert url_key(url) == surt(url), url


def test_exports_of_captures_require_acceptance_of_the_rights(filled: Path, tmp_path: Path) -> None:
    for kind in ("warc", "wacz"):
        done = CliRunner().invoke(
            main, ["export", str(tmp_path / kind), "--format", kind, "--db", str(filled)]
        )
        assert done.exit_code == 2
        assert "--accept-rights" in done.output
        assert not (tmp_path / kind).exists()
        done = CliRunner().invoke(
            main, ["export", str(tmp_path / kind), "--format", kind, "--db", str(filled), "--accept-rights"]
        )
        assert done.exit_code == 0, done.output
        assert "1 page saved while somebody was logged in" in done.output
        assert (tmp_path / kind / "LICENSE-NOTICE.md").is_file()


@pytest.mark.parametrize(
    ("markup", "logged_in"),
    [
        ('<a href="http://sso.example.org/logout?x">x</a>', True),
        ("<a class=b> 退出 </a>", True),
        ("<a href=/x>他决定退出比赛</a>", False),
        ("<p>退出</p>", False),
        ('<a href="/n1/2024/0105/catalogouts.html">x</a>', False),
    ],
)
def test_pages_saved_while_logged_in_are_withheld(markup: str, logged_in: bool) -> None:
    assert is_logged_in(markup.encode()) is logged_in
    assert is_logged_in(markup.encode("gb18030")) is logged_in


def test_local_paths_are_withheld() -> None:
    told = b"<img src=\"file:///home/a/b.png\"><a href='C:\\Users\\a\\b.html'>C:\\Users stays</a>"
    told += b'<i style="x:url(/Users/a/b/c.png)">'
    assert without_local_paths(told) == (
        b'<img src="about:blank"><a href=\'about:blank\'>C:\\Users stays</a><i style="x:url(about:blank)">',
        3,
    )
    assert without_local_paths(b'<a href="/home/index.html">') == (b'<a href="/home/index.html">', 0)


def test_pictures_come_on_request_with_holder_and_credit(filled: Path, tmp_path: Path, article: Make) -> None:
    """Pictures are files with a list, a column that `datasets` decodes, or records; never in the profile metadata."""
    datasets = importlib.import_module("datasets")
    where, digest = "http://kpzg.people.com.cn/NMediaFile/1.gif", hashlib.sha256(PIXEL).hexdigest()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\n\r\n"
    capture = Capture(where, LATER, PIXEL, b"GET / HTTP/1.1\r\n\r\n", head, 200, payload_sha256=digest)
    with Store(filled) as archive:
        run = archive.run("channel", "refresh")
        shown = [Image(where, "图为冰缝", "赵一白摄", position=0), Image(f"{where}.none", position=1)]
        told = {"url": url_of(9), "date_published": "2024-01-06", "rights": Rights(copyright_holder="湖泊报")}
        for n in (9, 10):
            archive.put(article(n, f"冰缝{n}。", image=shown, headline="冰", **told | {"url": url_of(n)}))
        kept = Picture(
            where, "image", "kept", LATER, sha256=digest, media_type="image/gif", width=1, height=1
        )
        archive.keep_picture(kept, capture, run)
    with pytest.raises(BadExportOptions):
        ExportOptions(profile="metadata", pictures=True)
    row = {
        "article": "n1/9", "content_url": where, "sha256": digest, "type": "image/gif", "width": 1, "height": 1,
        "caption": "图为冰缝", "credit_text": "赵一白摄", "copyright_holder": "湖泊报",
    }  # fmt: skip
    facts = export(filled, tmp_path / "jsonl", ExportOptions("jsonl", pictures=True))
    assert facts.pictures == 1
    assert (tmp_path / f"jsonl/pictures/{digest}.gif").read_bytes() == PIXEL
    listed = [
        json.loads(line)
        for line in (tmp_path / "jsonl/pictures/metadata.jsonl").read_text("utf-8").splitlines()
    ]
    assert listed == [{"file_name": f"{digest}.gif"} | row | {"article": name} for name in ("n1/10", "n1/9")]
    assert check(tmp_path / "jsonl") == []
    export(filled, tmp_path / "hf", ExportOptions("hf", "text", pictures=True))
    (first,) = datasets.load_dataset(
        "parquet",
        data_files=str(tmp_path / "hf/pictures/train.parquet"),
        split="train",
        cache_dir=str(tmp_path / "c"),
    )
    assert first.pop("image").size == (1, 1)
    assert first == row | {"article": "n1/10"}
    for pictures, n in ((False, 0), (True, 1)):
        export(filled, tmp_path / f"warc{n}", ExportOptions("warc", pictures=pictures))
        found = records(only_file(tmp_path / f"warc{n}").read_bytes())
        assert [payload for kind, _, http, payload in found if kind == "response"].count(PIXEL) == n


# --- replay ----------------------------------------------------------------------------------------------------

TOOLS = Path(__file__).resolve().parents[3] / ".replay-tools"
"""What `make replay-tools` fetches: pywb (GPL) and ReplayWeb.page (AGPL) are used by these tests and never shipped."""


def test_pywb_replays_a_wacz_file(filled: Path, tmp_path: Path) -> None:
    manager = TOOLS / "pywb/bin/wb-manager"
    if not manager.exists():
        pytest.skip("pywb is not in .replay-tools: make replay-tools")
    export(filled, tmp_path / "out", ExportOptions("wacz"))
    subprocess.run([manager, "init", "kepu"], cwd=tmp_path, check=True, capture_output=True)
    file = only_file(tmp_path / "out")
    subprocess.run(
        [manager, "add", "--unpack-wacz", "kepu", file], cwd=tmp_path, check=True, capture_output=True
    )
    done = subprocess.run(
        [TOOLS / "pywb/bin/python", "-c", _REPLAY, *(url_of(n) for n in (1, 2, 3, 4, 8))],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    shown = json.loads(done.stdout.splitlines()[-1])
    for n, (url, told) in zip((1, 1, 3, 4, 8), shown.items(), strict=True):
        assert told["status"] == "200 OK", url
        assert f"今晨有雾{n}。" in told["body"], url


def test_replayweb_page_replays_a_wacz_file(
    filled: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    package = TOOLS / "replaywebpage/package"
    if not package.is_dir():
        pytest.skip("ReplayWeb.page is not in .replay-tools: make replay-tools")
    browser = request.getfixturevalue("browser")
    export(filled, tmp_path / "out", ExportOptions("wacz"))
    for name in ("index.html", "ui.js", "sw.js"):
        shutil.copy(package / name, tmp_path)
    only_file(tmp_path / "out").rename(tmp_path / "captures.wacz")
    with serving(tmp_path) as address:
        for n in (2, 8):  # a revisit of the same bytes, and one of an answer that was not modified
            page = browser.new_page()
            asked = quote(url_of(n), safe="")
            page.goto(f"{address}/index.html?source={address}/captures.wacz#view=replay&url={asked}")
            frame = page.frame_locator("replay-app-main iframe").first
            wanted = f"今晨有雾{1 if n == 2 else n}。"
            frame.get_by_text(wanted).first.wait_for(timeout=60_000)
            page.close()


_REPLAY = """
import io, json, sys
from pywb.apps.frontendapp import FrontEndApp
app = FrontEndApp(custom_config={'enable_auto_fetch': False})
shown = {}
for url in sys.argv[1:]:
    said = []
    environ = {'REQUEST_METHOD': 'GET', 'PATH_INFO': '/kepu/mp_/' + url, 'SCRIPT_NAME': '', 'QUERY_STRING': '',
        'SERVER_NAME': 'localhost', 'SERVER_PORT': '80', 'HTTP_HOST': 'localhost', 'wsgi.url_scheme': 'http',
        'wsgi.input': io.BytesIO(), 'SERVER_PROTOCOL': 'HTTP/1.1'}
    body = b''.join(app(environ, lambda status, headers, *more: said.append(status)))
    shown[url] = {'status': said[-1], 'body': body.decode('utf-8', 'replace')}
print(json.dumps(shown))
"""
