"""Imports of real pages and dumps, of replica pages as files, and of files that are not pages."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import demo
from archive.store import Store, reading
from pipelines.segmentation.dumps.lexicon import builtin, learn

Run = Callable[..., subprocess.CompletedProcess[str]]
ReadJsonl = Callable[[Path], dict[str, dict[str, Any]]]


def save_pages(folder: Path) -> None:
    """Save the page of each single-page article of the replica, as its server sends it, without its URL.

    Articles of local channels (`n2`) are left out, because a page without URL does not show this prefix of its id.
    """
    folder.mkdir()
    for story in demo.articles():
        if len(story.parts) == 1 and not story.id.startswith("n2/"):
            (folder / (story.id.replace("/", "-") + ".html")).write_bytes(demo.page(story))


def test_saved_pages_give_the_same_records_as_the_crawl(
    crawled: SimpleNamespace, run: Run, read_jsonl: ReadJsonl, tmp_path: Path
) -> None:
    save_pages(tmp_path / "saved")
    result = run("kepu", "import", "--db", tmp_path / "kepu.db", tmp_path / "saved")
    assert result.returncode == 0, result.stderr + result.stdout
    imported = read_jsonl(tmp_path / "kepu.db")
    assert len(imported) == len(list((tmp_path / "saved").iterdir()))
    said_by_the_page = set(demo.truth(demo.articles()[0])) - {
        "appearances",
        "layout",
        "parts",
        "url",
        "links",
        "image",
        "blocks",
    }
    by_headline = {record["headline"]: record for record in crawled.records.values()}
    unknown = {number for number in imported if number.startswith("file/")}
    assert {imported[number]["provenance"]["layout"] for number in unknown} <= {
        "table"
    }  # which has no content id
    for number, record in imported.items():
        if number in unknown:
            assert record["text"] == by_headline[record["headline"]]["text"]
            continue
        same = crawled.records[number]
        assert [(b["type"], b["text"]) for b in record["blocks"]] == [
            (b["type"], b["text"]) for b in same["blocks"]
        ]
        assert {name: record[name] for name in said_by_the_page} == {
            name: same[name] for name in said_by_the_page
        }


def test_scrapy_crawl_dump(run: Run, read_jsonl: ReadJsonl, tmp_path: Path) -> None:
    save_pages(tmp_path / "saved")
    database = tmp_path / "kepu.db"
    result = run("scrapy", "crawl", "dump", "-a", f"path={tmp_path / 'saved'}", "-s", f"KEPU_DB={database}")
    assert result.returncode == 0, result.stderr
    assert len(read_jsonl(database)) == len(list((tmp_path / "saved").iterdir()))
    again = run("kepu", "import", "--db", database, tmp_path / "saved")
    assert again.returncode == 0
    assert " 0 new, 0 changed" in again.stdout


def test_the_real_dump(shared: Path, run: Run, read_jsonl: ReadJsonl, tmp_path: Path) -> None:
    dump = shared / "dump" / "people-kepu-20231228.txt"
    truth = json.loads(dump.with_suffix(".json").read_text(encoding="utf-8"))
    result = run("kepu", "import", "--db", tmp_path / "kepu.db", dump)
    assert result.returncode == 0, result.stderr
    (record,) = read_jsonl(tmp_path / "kepu.db").values()
    assert record["headline"] == truth["title"]
    assert record["breadcrumb"] == truth["breadcrumb"]
    assert record["datetime_published"] == "2023-12-28T07:56:00+08:00"
    assert record["source"]["name"] == truth["source"]
    assert [editor["name"] for editor in record["editor"]] == ["邢郑", "吴昊"]
    assert [image["credit_text"] for image in record["image"]] == [
        figure["credit"] for figure in truth["figures"]
    ]
    body = [b["text"] for b in record["blocks"] if b["type"] in {"paragraph", "heading"}]
    assert body == [block["text"] for block in truth["body"]]
    assert "".join(record["byline"].split()) == "本报记者刘i"  # no letter is ever edited …
    assert (
        "byline_damaged" in record["warnings"]
    )  # … and what was lost is flagged, with what it may have been
    (lost,) = record["provenance"]["normalizer"]["lost_letters"]
    assert (record["byline"][lost["start"] : lost["end"]], "峣" in lost["candidates"]) == ("i", True)


def test_the_real_pages(shared: Path, run: Run, read_jsonl: ReadJsonl, tmp_path: Path) -> None:
    result = run("kepu", "import", "--db", tmp_path / "kepu.db", shared / "pages")
    assert result.returncode == 0, result.stderr
    records = read_jsonl(tmp_path / "kepu.db")
    old, new = records["GB/10339009"], records["n1/40223222"]
    truth = json.loads(next((shared / "pages").glob("p_content*.json")).read_text(encoding="utf-8"))
    assert [block["text"] for block in old["blocks"]] == truth["paragraphs"]
    assert (old["kicker"], old["headline"]) == (truth["kicker"], truth["headline"])
    assert (old["date_published"], old["date_precision"]) == ("2009-11-09", "day")
    assert old["source"] == {"name": truth["source"], "url": truth["source_url"]}
    assert [author["name"] for author in old["author"]] == truth["authors"]
    assert [editor["name"] for editor in old["editor"]] == truth["editors"]
    assert old["dateline"] == truth["dateline"]
    truth = json.loads(next((shared / "pages").glob("rm_txt*.json")).read_text(encoding="utf-8"))
    assert new["headline"] == truth["title"]
    assert new["datetime_published"] == "2024-04-24T23:52:00+08:00"
    assert new["source"] == {"name": truth["source"], "url": truth["source_url"]}
    assert [editor["name"] for editor in new["editor"]] == truth["editors"]
    assert new["keywords"] == truth["keywords"]
    paragraphs = [block["text"] for block in new["blocks"]]
    assert len(paragraphs) == truth["paragraphs"]
    assert paragraphs[0].startswith(truth["first_paragraph_starts"])
    assert truth["last_paragraph_ends_before_the_mojibake"] in paragraphs[-1]


# --- files that are not articles -----------------------------------------------------------------------------

WAF = (
    "<html><head><title>访问验证</title></head>"
    "<body><script>var token='x';</script>请完成安全验证后继续访问</body></html>"
)
FOREIGN = (
    "<html><head><title>A recipe for bread</title><link rel='canonical' href='http://bread.example/loaf'></head>"
    "<body><h1>A loaf</h1>"
    + "<p>Flour, water, salt and a day of patience make a loaf.</p>" * 9
    + "</body></html>"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def one_page() -> bytes:
    """Return the bytes of a replica page in GB18030."""
    return next(
        demo.page(s) for s in demo.articles() if demo.truth(s)["layout"] == "rm_txt" and len(s.parts) == 1
    )


BAD = {
    "empty.html": (b"", "empty"),
    "picture.html": (PNG, "picture|image|not a page|binary"),
    "cut.html": (one_page()[:9000], "cut|ends|article"),
    "waf.html": (WAF.encode(), "names the site"),
    "foreign.html": (FOREIGN.encode(), "names the site|another site"),
    "noise.txt": (os.urandom(3000) + b"\0", ""),
}


def test_files_without_an_article_are_reported_and_counted(
    run: Run, read_jsonl: ReadJsonl, tmp_path: Path
) -> None:
    database = tmp_path / "kepu.db"
    (tmp_path / "good.html").write_bytes(one_page())
    assert run("kepu", "import", "--db", database, tmp_path / "good.html").returncode == 0
    before = read_jsonl(database)
    for name, (content, _) in BAD.items():
        (tmp_path / name).write_bytes(content)
    result = run(
        "kepu", "import", "--db", database, *(tmp_path / name for name in BAD), tmp_path / "good.html"
    )
    assert "Traceback" not in result.stdout + result.stderr
    assert f", {len(BAD)} failed" in result.stdout, result.stdout
    lines = [line for line in result.stdout.splitlines() if line.strip().startswith("failed:")]
    assert len(lines) == len(BAD)
    for name, (_, words) in BAD.items():
        (line,) = [line for line in lines if str(tmp_path / name) in line]
        assert any(word in line for word in words.split("|")), line
    assert read_jsonl(database).keys() == before.keys()
    with reading(database) as db:
        codes = dict(db.execute("SELECT path, code FROM failures"))
    assert codes.keys() == {str(tmp_path / name) for name in BAD}
    assert all(codes.values())


def test_an_import_with_only_failures_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    result = run(
        "kepu", "import", "--db", tmp_path / "kepu.db", tmp_path / "empty.html", tmp_path / "not-there.html"
    )
    assert result.returncode == 1
    assert "2 failed" in result.stdout
    assert str(tmp_path / "not-there.html") in result.stdout


def test_a_page_in_a_wrong_charset_is_kept_and_flagged(
    run: Run, read_jsonl: ReadJsonl, tmp_path: Path
) -> None:
    page = one_page().replace(b"charset=GB2312", b"charset=UTF-8 ")
    result = run("kepu", "extract", "--json", "--content-type", "text/html; charset=utf-8", "-", cwd=tmp_path)
    assert result.returncode == 1  # standard input is empty here
    (tmp_path / "wrong.html").write_bytes(page)
    result = run("kepu", "import", "--db", tmp_path / "kepu.db", tmp_path / "wrong.html")
    assert "Traceback" not in result.stdout + result.stderr
    for record in read_jsonl(tmp_path / "kepu.db").values():
        lossy = record["provenance"]["decode_replacements"] > 0
        assert lossy == ("lossy_decode" in record["warnings"])
        assert lossy == ("\ufffd" in json.dumps(record, ensure_ascii=False))


def test_a_line_of_two_megabytes(run: Run, read_jsonl: ReadJsonl, tmp_path: Path) -> None:
    letters = "潮水涨落一日两回，" * 80_000
    page = one_page().decode("gb18030")
    (tmp_path / "long.html").write_bytes(page.replace("<p>　　", "<p>　　" + letters, 1).encode("gb18030"))
    assert run("kepu", "import", "--db", tmp_path / "kepu.db", tmp_path / "long.html").returncode == 0
    (record,) = read_jsonl(tmp_path / "kepu.db").values()
    assert letters in record["text"]
    (tmp_path / "long.txt").write_text(letters, encoding="utf-8")
    result = run("kepu", "import", "--db", tmp_path / "dump.db", tmp_path / "long.txt")
    assert "Traceback" not in result.stdout + result.stderr


def test_an_unreadable_folder(tmp_path: Path, environment: Callable[..., dict[str, str]]) -> None:
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not there: root could read the folder all the same")
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o000)
    drop = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command: list[str | Path] = [
        *drop,
        Path(sys.executable).with_name("kepu"),
        "import",
        "--db",
        tmp_path / "kepu.db",
        folder,
    ]
    result = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert result.returncode == 1
    assert f"{folder}: Permission denied" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_an_archive_in_use_and_a_file_that_is_not_an_archive_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.html").write_bytes(one_page())
    (tmp_path / "noise.db").write_bytes(b"no database at all " * 99)
    with Store(tmp_path / "kepu.db"):
        busy = run("kepu", "import", "--db", tmp_path / "kepu.db", tmp_path / "good.html")
    other = run("kepu", "import", "--db", tmp_path / "noise.db", tmp_path / "good.html")
    assert (busy.returncode, other.returncode) == (15, 1)
    for result, words in ((busy, "is being written by process"), (other, "noise.db")):
        assert words in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1


def test_a_full_disk(run: Run, tmp_path: Path, tmpfs: Callable[[str], Path]) -> None:
    small = tmpfs("300k")
    save_pages(tmp_path / "saved")
    result = run("kepu", "import", "--db", small / "kepu.db", tmp_path / "saved")
    assert result.returncode == 14, result.stdout + result.stderr
    assert "free some room and run again" in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    roomy = tmp_path / "roomy"
    shutil.copytree(small, roomy)
    assert run("kepu", "import", "--db", roomy / "kepu.db", tmp_path / "saved").returncode == 0
    assert run("kepu", "verify", "--db", roomy / "kepu.db").returncode == 0


def test_words_are_learnt_from_the_archives_pages(run: Run, read_jsonl: ReadJsonl, tmp_path: Path) -> None:
    """A Latin phrase that is one word in the archive's pages is one in a dump too; a separated one is separated."""
    page = one_page().decode("gb18030")
    for n, phrase in enumerate(("Zorvex QL 7", "Zorvex QL 7")):
        body = f"<p>　　型号为{phrase}的探测器第{n}次下潜，仍旧写作{phrase}。"
        (tmp_path / f"{n}.html").write_bytes(
            page.replace("<p>　　", body + "</p><p>　　", 1)
            .replace('contentid" content="', f'contentid" content="{n + 1}')
            .encode("gb18030")
        )
    database = tmp_path / "kepu.db"
    assert run("kepu", "import", "--db", database, tmp_path / "0.html", tmp_path / "1.html").returncode == 0
    with Store(database) as archive:
        known = learn(archive.clean_texts(10))
    assert known.known("Zorvex", "QL") is True
    assert builtin().known("Zorvex", "QL") is None
    assert read_jsonl(database)
