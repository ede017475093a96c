"""Exports: files, fields, order, the same bytes each time, complete or not at all."""

import csv
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.export import atomic_folder as folders
from archive.export.csv_escaping import plain
from archive.export.export_options import BadExportOptions, ExportOptions, profiles_of
from archive.export.export_stats import ExportFacts
from archive.export.exporter import export, stream
from archive.export.formats.format_registry import FORMATS
from archive.export.json_chunks import piece
from archive.filters import NothingFits, Selection
from archive.forget import forget, targets
from archive.readonly import reading, records
from archive.store import Store
from kepu.cli.export import lines as summary
from kepu.errors import Damaged, DiskFull, Locked
from kepu.records import Article, Block
from pipelines.build_article import normalize
from pipelines.segmentation.text.sentences import sentences
from pipelines.segmentation.text.words import words

Make = Callable[..., Article]
Story = Callable[..., str]


def lines(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for file in sorted(folder.rglob("articles-*.jsonl"))
        for line in file.read_bytes().splitlines()
    ]


def content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in folders.files(folder)}


@pytest.mark.parametrize(("query", "hint"), [
    ("", True),
    (ExportOptions("jsonl", "text").query(), True),
    (ExportOptions("jsonl", "text", selection=Selection(duplicates=True)).query(), False),
])  # fmt: skip
def test_the_summary_names_the_option_that_keeps_copies_unless_it_was_given(query: str, hint: bool) -> None:
    facts = ExportFacts(query=query, left_out=Counter(same_text=2))
    (line,) = summary(facts, "-")
    assert line.startswith("left out: 2 with the text of another")
    assert ("--duplicates" in line) == hint


def test_one_file_per_month_in_order(path: Path, tmp_path: Path) -> None:
    facts = export(path, tmp_path / "out", ExportOptions(profile="full", files="month"))
    assert [(file.name, file.piece, file.rows) for file in facts.files] == [
        ("data/articles-2023-12.jsonl", "2023-12", 1),
        ("data/articles-2024-01.jsonl", "2024-01", 2),
        ("data/articles-2024-02.jsonl", "2024-02", 2),
        ("data/articles-2024-03.jsonl", "2024-03", 3),
        ("data/articles-undated.jsonl", "undated", 1),
    ]
    assert (facts.rows, facts.undated, facts.left_out) == (9, 1, {"same_text": 1})
    assert (facts.earliest, facts.latest) == ("2023-12-31", "2024-03-09")
    found = lines(tmp_path / "out")
    assert [each["id"] for each in found] == [f"n1/{n}" for n in (20, 0, 3, 1, 4, 2, 5, 23, 22)]
    with reading(path) as db:
        wanted = {record["id"]: record for record in records(db)}
    for record in wanted.values():
        record["revision"]["last_checked"] = None  # it moves with each look: closed months stay as they are
    assert all(each.pop("datetime_modified") is None for each in found)
    assert all(each == wanted[each["id"]] and list(each) == list(wanted[each["id"]]) for each in found)


def test_sha256sums_match_the_files(path: Path, tmp_path: Path) -> None:
    facts = export(path, tmp_path / "out", ExportOptions("csv"))
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", folders.SUMS], cwd=tmp_path / "out", check=True
    )
    _, listed = folders.read_sums(tmp_path / "out")
    assert listed | {folders.SUMS} == set(folders.files(tmp_path / "out"))
    assert facts.bytes == sum((tmp_path / "out" / file.name).stat().st_size for file in facts.files)


@pytest.mark.parametrize(
    ("kind", "profile"), [(kind, profile) for kind in FORMATS for profile in profiles_of(kind)]
)
def test_the_same_bytes_each_time(path: Path, tmp_path: Path, kind: Any, profile: Any, article: Make) -> None:
    """Tried also with an archive that got the same articles in another order."""
    plan = ExportOptions(kind, profile)
    export(path, tmp_path / "one", plan)
    time.sleep(0.01)
    export(path, tmp_path / "two", plan)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_the_order_of_arrival_does_not_show(tmp_path: Path, article: Make, story: Story) -> None:
    for name, order in (("a", range(40)), ("b", reversed(range(40)))):
        with Store(tmp_path / name / "kepu.db") as archive:
            for n in order:
                archive.put(article(n, story(n), date_published=f"2024-01-{n % 5 + 1:02}"))
        export(tmp_path / name / "kepu.db", tmp_path / name / "out", ExportOptions(profile="full"))
    assert content(tmp_path / "a" / "out") == content(tmp_path / "b" / "out")


def test_the_profile_metadata_has_no_text(path: Path, tmp_path: Path, story: Story) -> None:
    for kind in (kind for kind in FORMATS if "metadata" in profiles_of(kind)):
        export(path, tmp_path / kind, ExportOptions(kind, "metadata"))
        for name, data in content(tmp_path / kind).items():
            for secret in ("图为第一道冰缝", *(story(n)[20:40] for n in (0, 5, 20, 22, 23))):
                assert secret.encode() not in data, (kind, name)
    (first, *_) = lines(tmp_path / "jsonl")
    assert first["char_count"] > 0
    assert not {"text", "text_canonical", "blocks", "text_canonical_offsets"} & set(first)


def test_layers_of_the_text(path: Path, tmp_path: Path) -> None:
    plan = ExportOptions(texts=("exact", "canonical", "sentences", "words"))
    facts = export(path, tmp_path / "out", plan)
    for each in lines(tmp_path / "out"):
        assert [tuple(span) for span in each["sentences"]] == sentences(each["text"])
        assert [tuple(span) for span in each["words"]] == words(each["text"])
        assert each["tokens"] == [each["text"][start:end] for start, end in each["words"]]
        assert len(each["norm"]) == len(each["pos"]) == len(each["tokens"])
        assert "text_canonical" in each
    assert facts.tokenizer is not None
    assert facts.tokenizer["name"] == "rjieba"
    for profile, texts in (("metadata", ("words",)), ("news2016zh", ("exact", "canonical"))):
        with pytest.raises(BadExportOptions):
            ExportOptions(profile=profile, texts=texts)  # type: ignore[arg-type]


def test_news2016zh(path: Path, tmp_path: Path) -> None:
    export(path, tmp_path / "out", ExportOptions(profile="news2016zh"))
    found = {each["news_id"]: each for each in lines(tmp_path / "out")}
    first = found["n1/0"]
    assert list(first)[:7] == ["news_id", "title", "content", "source", "time", "keywords", "desc"]
    assert first["time"] == "2024-01-01 08:00"
    assert first["keywords"] == "湖，冰"
    assert first["source"] == "湖泊报"
    assert all(isinstance(value, str) for each in found.values() for value in each.values())
    assert found["n1/22"]["time"] == found["n1/22"]["title"] == ""


def test_filters_and_what_is_left_out(path: Path, tmp_path: Path) -> None:
    whole = Selection(since="2024", complete_only=True)
    facts = export(path, tmp_path / "a", ExportOptions(selection=whole))
    assert (facts.rows, facts.left_out) == (6, {"same_text": 1, "incomplete": 1})
    facts = export(
        path, tmp_path / "b", ExportOptions(selection=replace(whole, duplicates=True, complete_only=False))
    )
    assert (facts.rows, facts.left_out) == (8, {})
    with pytest.raises(NothingFits, match="no source 没有这家报; there are 湖泊报"):
        export(path, tmp_path / "c", ExportOptions(selection=Selection(sources=("没有这家报",))))
    with pytest.raises(NothingFits, match="from 2023-12-31 to 2024-04-01"):
        export(path, tmp_path / "c", ExportOptions(selection=Selection(since="2030")))


def test_csv_escapes_formulas_reversibly(path: Path, tmp_path: Path) -> None:
    facts = export(path, tmp_path / "out", ExportOptions("csv", bom=True))
    (file,) = (tmp_path / "out" / "data").iterdir()
    assert file.read_bytes().startswith(b"\xef\xbb\xbfschema_version,")
    row = next(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
    assert row["headline"] == "'=SUM(A1:A9)"
    with reading(path) as db:
        text = next(each["text"] for each in records(db) if each["id"] == "n1/20")
    assert plain(row["text"]) == text.replace("\x07", "\ufffd")
    assert facts.mended == {"formula": 2, "control": 1}
    for file in (tmp_path / "out").glob("data/*.csv"):
        for cells in csv.reader(file.open(encoding="utf-8-sig", newline="")):
            assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=30), min_size=1, max_size=5))
def test_every_reader_accepts_the_lines(texts: list[str]) -> None:
    """With lone surrogates, line separators and control characters, a line stays one line of valid UTF-8."""
    given_lines = [
        json.dumps({"raw": text, "escaped": text}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if n % 2
        else json.dumps([text]).encode()
        for n, text in enumerate(texts)
    ]
    counter = ExportFacts().mended
    made = piece(given_lines, counter).decode()
    broken = sum(any(0xD800 <= ord(letter) < 0xE000 for letter in text) for text in texts)
    assert counter["surrogate"] == broken
    assert len(made.splitlines()) == len(texts) or any(mark in made for mark in "\x85\x1c\x1d\x1e")
    assert "\u2028" not in made
    assert "\u2029" not in made
    for text, line in zip(texts, made.rstrip("\n").split("\n"), strict=True):
        if all(not 0xD800 <= ord(letter) < 0xE000 for letter in text):
            assert text in (list(json.loads(line).values()) if line[0] == "{" else json.loads(line))


def test_invalid_utf_8_is_counted(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE articles SET headline = CAST(X'E6B9A6E6' AS TEXT) WHERE id = 'n1/1'")
    kinds: tuple[str, ...] = ("jsonl", "csv", "parquet")
    for kind in kinds:
        facts = export(path, tmp_path / kind, ExportOptions(kind))
        assert facts.mended["surrogate"] == 1
    assert next(each["headline"] for each in lines(tmp_path / "jsonl") if each["id"] == "n1/1") == "湦\ufffd"


# --- whole or not at all ---------------------------------------------------------------------------------------


def test_other_files_are_never_overwritten(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    for force, update in ((False, False), (True, False), (False, True)):
        with pytest.raises(folders.InTheWay, match="other files"):
            export(path, out, ExportOptions(files="month"), force=force, update=update)
    (out / "thesis.txt").unlink()
    export(path, out, ExportOptions())
    with pytest.raises(folders.InTheWay, match="--update"):
        export(path, out, ExportOptions())
    with pytest.raises(folders.InTheWay, match="other options"):
        export(path, out, ExportOptions("csv", files="year"), update=True)
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(folders.InTheWay, match=r"thesis.txt"):
        export(path, out, ExportOptions(), force=True)
    (out / "thesis.txt").unlink()
    export(path, out, ExportOptions("csv"), force=True)
    assert not list(out.glob("data/*.jsonl"))
    assert not list(tmp_path.glob("out.*"))


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.zst", "parquet"])
def test_a_month_that_did_not_change_is_not_rewritten(
    path: Path, tmp_path: Path, kind: Any, article: Make, story: Story
) -> None:
    out, plan = tmp_path / "out", ExportOptions(kind, files="month")
    export(path, out, plan)
    for file in out.glob("data/articles-*"):
        os.utime(file, ns=(1, 1))
    before = {file.name: file.stat() for file in out.glob("data/articles-*")}
    with Store(path) as archive:
        archive.put(article(30, story(30), date_published="2024-02-20"))
        archive.put(article(31, story(31), date_published="2024-05-01"))
    export(path, out, plan, update=True)
    after = {file.name: file.stat() for file in out.glob("data/articles-*")}
    changed = {name for name in after if name not in before or after[name].st_mtime_ns != 1}
    assert changed == {f"articles-2024-02.{kind}", f"articles-2024-05.{kind}"}
    assert all(after[name].st_ino == before[name].st_ino for name in set(after) - changed)


def _endless(path: Path, out: Path) -> None:
    """Export, and block forever when half of it is written."""

    def stop(done: int, total: int) -> None:
        if done:
            Path(f"{out}.here").touch()
            time.sleep(60)

    from archive.export import export_rows

    export_rows.BATCH = 1
    export(path, out, ExportOptions(), force=True, progress=stop)


def _slow_progress_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.export.exporter.EVERY", 1)


@pytest.mark.parametrize("is_there", [False, True])
def test_a_killed_export_leaves_the_old_one_or_nothing(
    path: Path, tmp_path: Path, is_there: bool, monkeypatch: Any
) -> None:
    out = tmp_path / "out"
    if is_there:
        export(path, out, ExportOptions())
    before = content(out) if is_there else None
    _slow_progress_every_row(monkeypatch)
    process = multiprocessing.get_context("fork").Process(target=_endless, args=(path, out))
    process.start()
    while not Path(f"{out}.here").exists():
        time.sleep(0.02)
    with pytest.raises(Locked):
        export(path, out, ExportOptions(), force=True)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert (content(out) if is_there else None) == before
    assert out.exists() == is_there
    assert [each.name for each in tmp_path.glob("out.partial-*")] == [f"out.partial-{process.pid}"]
    export(path, out, ExportOptions(), force=True)
    assert not list(tmp_path.glob("out.partial-*"))
    assert content(out).keys() >= {"data/articles-00000-of-00001.jsonl", folders.SUMS}


def test_an_export_is_replaced_without_renameat2(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    export(path, out, ExportOptions())
    monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    export(path, out, ExportOptions("csv"), force=True)
    assert list(out.glob("data/*.csv"))
    assert not list(tmp_path.glob("out.*"))
    out.rename(tmp_path / "out.replaced")  # as a kill between the two steps leaves it
    export(path, out, ExportOptions("csv"), force=True)
    assert list(out.glob("data/*.csv"))
    assert not list(tmp_path.glob("out.*"))


def test_a_full_disk_leaves_the_old_export(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    export(path, out, ExportOptions())
    before = content(out)

    def full(self: object, data: bytes, /) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("archive.export.hashed_file._Hashed.write", full)
    for kind in FORMATS:
        with pytest.raises(DiskFull):
            export(path, out, ExportOptions(kind), force=True)
    assert content(out) == before
    assert [each.name for each in tmp_path.glob("out*")] == ["out"]


def test_a_damaged_archive_is_reported_and_nothing_is_written(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles'").fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * size : root * size] = bytes(size)
    path.write_bytes(data)
    with pytest.raises(Damaged, match=r"kepu\.db.*kepu verify"):
        export(path, tmp_path / "out", ExportOptions())
    assert not list(tmp_path.glob("out*"))


def test_forgotten_articles_are_not_exported_but_listed(path: Path, tmp_path: Path) -> None:
    plan = ExportOptions(files="month")
    export(path, tmp_path / "out", plan)
    with Store(path) as archive:
        forget(archive, targets(archive.db, ["n1/4"]), reason="asked for")
    facts = export(path, tmp_path / "out", plan, update=True)
    assert facts.tombstones == ["n1/4"]
    assert b"n1/4" not in (tmp_path / "out" / "data/articles-2024-02.jsonl").read_bytes()
    assert b"n1/4" in (tmp_path / "out" / "manifest.json").read_bytes()


# --- beside a crawl, in a pipe, in little memory ---------------------------------------------------------------


def test_an_export_reads_one_snapshot_during_a_crawl(
    path: Path, tmp_path: Path, article: Make, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.export.export_rows.BATCH", 1)
    _slow_progress_every_row(monkeypatch)

    def crawl(done: int, total: int) -> None:
        if done == 2:
            with Store(path) as archive:
                archive.put(article(5, "这一篇在导出的时候" + story(50), date_published="2024-03-06"))
                archive.put(article(40, "这一篇在导出的时候" + story(40), date_published="2024-03-08"))

    facts = export(path, tmp_path / "out", ExportOptions(), progress=crawl)
    assert facts.rows == 9
    assert "这一篇在导出的时候" not in "".join(each["text"] for each in lines(tmp_path / "out"))
    with Store(path) as archive:
        assert archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert export(path, tmp_path / "later", ExportOptions()).rows == 10


def test_a_closed_pipe_ends_the_stream_quietly(tmp_path: Path, article: Make, story: Story) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n in range(250):
            archive.put(article(n, story(n, 3000)))
    kepu = f"{Path(sys.executable).with_name('kepu')} export - --db {path}"
    ended = subprocess.run(
        ["bash", "-c", f"{kepu} --accept-rights | head -n 1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0
    assert ended.stderr.count("\n") == 1
    assert "grants no rights" in ended.stderr, "where there is no folder, the notice is on standard error"
    assert json.loads(ended.stdout)["id"] == "n1/0"
    refused = subprocess.run(
        kepu.split(), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert refused.returncode
    assert len(refused.stderr.splitlines()) == 1
    assert "--accept-rights" in refused.stderr


def test_a_stream_equals_the_files_joined(path: Path, tmp_path: Path) -> None:
    export(path, tmp_path / "out", ExportOptions())
    with (tmp_path / "stream").open("wb") as out:
        facts = stream(path, out, ExportOptions())
    months = [file.read_bytes() for file in sorted((tmp_path / "out").glob("data/articles-*"))]
    assert (tmp_path / "stream").read_bytes() == b"".join(months)
    assert facts.rows == 9
    with pytest.raises(BadExportOptions, match="standard output"):
        stream(path, sys.stdout.buffer, ExportOptions("parquet"))


_PEAK = """
import sys
from pathlib import Path
from archive.export.export_options import ExportOptions
from archive.export.formats.parquet_format import Parquet
from archive.export.exporter import export
Parquet.limit = 2 << 20
kind, *paths = sys.argv[1:]
for n, path in enumerate(paths):
    export(Path(path), Path(f"{path}.{n}.{kind}"), ExportOptions(kind, "full"))
    (peak,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(peak.split()[1])
"""
"""Print the peak of memory in kB after the export of each archive."""


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory, story: Story) -> tuple[Path, Path]:
    """Return an archive, and another with four times as many rows: 22 MB more of text."""
    made = []
    for times in (1, 4):
        path = tmp_path_factory.mktemp("sizes") / f"{times}.db"
        made.append(path)
        with Store(path, derives=False) as archive:
            for n in range(125 * times):
                text = story(n, 5_000)
                archive.put(
                    normalize(
                        Article(
                            id=f"n1/{n}",
                            date_published=f"2024-{n % 4 + 1:02}-01",
                            blocks=[Block("paragraph", text)],
                            text=text,
                        )
                    )
                )
    return made[0], made[1]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
@pytest.mark.parametrize(("kind", "room"), [("jsonl.zst", 12), ("csv", 12), ("parquet", 30)])
def test_memory_does_not_grow_with_the_rows(sizes: tuple[Path, Path], kind: str, room: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PEAK, kind, sizes[0], *sizes], capture_output=True, text=True, check=True
    )
    # What an export keeps in memory for the next one, such as modules, is there after the first.
    _, small, large = (int(line) / 1024 for line in ended.stdout.split())
    assert large - small < room, (small, large)
