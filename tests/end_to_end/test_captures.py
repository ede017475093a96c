"""Captures of complete crawls: every article can be re-extracted from them, and its history can be shown."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

import demo
from archive.captures import CaptureReader, check, files, folder_for, rows, with_parts
from archive.rebuild.driver import rebuild
from archive.store import reading
from demo.stages import edited, taken_away
from kepu.cli.main import main
from kepu.records import Page
from pipelines.build_article import article_from_page, normalize
from pipelines.validate import validate
from tests.fork_server import Popen, run_program

PROGRAMS = Path(sys.executable).parent
Run = Callable[..., subprocess.CompletedProcess[str]]

BY_THE_ARCHIVE = {"appearances", "revision", "duplicate_of", "cluster", "similarity", "rights", "provenance"}


def judged(database: Path) -> dict[str, tuple[str, bytes]]:
    """Map the record id of each response to (URL, payload), read by warcio, and assert that all digests are right."""
    found = {}
    for path in files(folder_for(database)):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests=True):
                payload = record.content_stream().read()
                if record.rec_type != "revisit":
                    assert record.digest_checker.passed is True, record.digest_checker.problems
                if record.rec_type == "response":
                    id_ = record.rec_headers.get_header("WARC-Record-ID").strip("<>")
                    found[id_] = (record.rec_headers.get_header("WARC-Target-URI"), payload)
    return found


def whole(database: Path) -> None:
    with reading(database) as db:
        assert list(check(folder_for(database), db)) == []


def test_every_record_can_be_extracted_from_its_capture(crawled: SimpleNamespace) -> None:
    """The capture is read by warcio from the file and the offset in the record."""
    whole(crawled.database)
    payloads = judged(crawled.database)
    assert len(crawled.records) == len(demo.articles())
    with reading(crawled.database) as db:
        for record in crawled.records.values():
            provenance = record["provenance"]
            parts = with_parts(db, provenance["warc"]["record_id"])
            assert (parts[0].file, parts[0].offset) == (
                provenance["warc"]["file"],
                provenance["warc"]["offset"],
            )
            pages = [
                Page(
                    payloads[row.record_id][1],
                    row.url,
                    record["url_requested"],
                    status=200,
                    fetched_at=provenance["fetched_at"],
                    part=row.part,
                )
                for row in parts
            ]
            assert [row.payload_sha256 for row in parts] == [
                part["payload_sha256"] for part in record["parts"]
            ]
            pages[0].parts = pages[1:]
            made = json.loads(json.dumps(asdict(validate(normalize(article_from_page(pages[0]))))))
            for name in record.keys() - BY_THE_ARCHIVE:
                assert made[name] == record[name], name
    assert rebuild(crawled.database, dry_run=True, jobs=1).same == len(crawled.records)


def test_only_lists_that_led_to_something_new_are_captured(crawled: SimpleNamespace) -> None:
    with reading(crawled.database) as db:
        lists = {row.url for row in rows(db, "kind NOT IN ('article', 'file')")}
        led = {
            url
            for (url,) in db.execute(
                # A further page of the same list does not count as something new.
                "SELECT DISTINCT found_at FROM urls WHERE state <> 'excluded' AND found_kind <> 'page'"
            )
        }
        asked = {url for (url,) in db.execute("SELECT url FROM urls WHERE kind IN ('home', 'section')")}
    assert led & asked <= lists
    assert "http://kpzg.people.com.cn/" in lists
    assert len(lists) < len(asked) + 3


def test_a_run_that_finds_nothing_new_writes_no_capture(
    crawled: SimpleNamespace, replica: demo.RunningReplica, run: Run, tmp_path: Path
) -> None:
    shutil.copytree(crawled.database.parent, tmp_path / "copy")
    database = tmp_path / "copy" / crawled.database.name
    for _ in range(6):  # each of these may be the first to ask a further source, whose robots.txt is kept
        before = [file.read_bytes() for file in files(folder_for(database))]
        assert run("kepu", "crawl", "--db", database, proxy=replica.proxy_url).returncode == 10
        if [file.read_bytes() for file in files(folder_for(database))] == before:
            break
    else:
        pytest.fail("every run wrote captures")
    with reading(database) as db:
        assert {row.kind for row in rows(db, "run > 1")} <= {"robots", "sitemap_index", "sitemap"}


def test_edits_and_removals_become_versions_with_captures(run: Run, tmp_path: Path) -> None:
    """After an edit, a removal and 304 responses, there are versions with times, a diff, and captures of each."""
    database = tmp_path / "kepu.db"
    clocks = ("2026-11-20T15:00:00Z", "2027-06-01T08:00:00Z", "2028-01-01T08:00:00Z")
    with demo.running_replica(start=Popen) as replica:
        for stage, clock in enumerate(clocks):
            replica.stage(min(stage, 1))
            done = run("kepu", "crawl", "--db", database, proxy=replica.proxy_url, KEPU_CLOCK=clock)
            assert done.returncode in {0, 10}, done.stderr
    whole(database)

    def show(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["show", *arguments, "--db", str(database)], env={"KEPU_LANG": "en"})
        assert done.exit_code == 0, done.stderr
        return str(done.stdout_bytes.decode("utf-8", "surrogateescape"))

    article, gone = edited(1)[0], taken_away(1)[0]
    first, second = show(article, "--revisions").splitlines()
    assert first.split()[0] == "1"
    assert "since 2026-11-20T15:0" in first
    assert "last seen 2026-11-20T15:0" in first
    assert "replaced 2027-06-01T08:0" in first
    assert "since 2027-06-01T08:0" in second
    assert "stands" in second
    assert "text" in second
    diff = show(article.rpartition("/")[2], "--diff").splitlines()
    assert diff[0].startswith("--- ")
    assert [line for line in diff if line.startswith("+ ") and "补充：有关数据已按最新一次观测更新" in line]
    assert "\x1b" not in "".join(diff)
    assert (
        f"{article} has no version 7" in run("kepu", "show", article, "--diff", "7", "--db", database).stderr
    )

    assert "gone from the site: last seen 2026-11-20T15:0" in show(gone)
    record = json.loads(show(gone, "--json"))
    assert record["revision"]["status"] == "gone"
    assert record["revision"]["last_seen"] < record["revision"]["last_checked"]
    assert record["text"]

    with reading(database) as db, CaptureReader(db, folder_for(database)) as reader:
        versions = rows(db, "article = ? AND main IS NULL", (article,))
        bodies = [reader.body(row) for row in versions if row.type == "response"]
        assert len(bodies) == len(set(bodies)) == 2
        revisits = rows(db, "type = 'revisit'")
        assert revisits
        assert all(reader.body(row) for row in revisits)
    assert show(article, "1", "--html").encode("utf-8", "surrogateescape") != show(article, "--html").encode()
    assert show(article, "--capture").splitlines()[0] == json.loads(show(article, "--json"))["url"]
    assert rebuild(database, jobs=1).changed == 0


def test_html_writes_the_original_bytes(
    crawled: SimpleNamespace, environment: Callable[..., dict[str, str]]
) -> None:
    """`--html` writes the bytes of the server unchanged."""
    record = next(record for record in crawled.records.values() if len(record["parts"]) == 1)
    story = next(story for story in demo.articles() if story.id == record["id"])
    command = [str(PROGRAMS / "kepu"), "show", record["url"], "--html", "--db", str(crawled.database)]
    out = run_program(command, env=environment(), capture_output=True, check=True)
    assert out.stdout == demo.page(story, 1, record["url"])


def test_an_imported_file_is_a_resource_and_can_be_rebuilt(run: Run, tmp_path: Path) -> None:
    story = next(story for story in demo.articles() if len(story.parts) == 1)
    saved = tmp_path / "保存 页.html"
    saved.write_bytes(demo.page(story))
    (tmp_path / "no.html").write_bytes(b"\x89PNG\r\n" + bytes(99))
    database = tmp_path / "kepu.db"
    run("kepu", "import", "--db", database, saved, tmp_path / "no.html")
    run("kepu", "import", "--db", database, saved)
    whole(database)
    with reading(database) as db, CaptureReader(db, folder_for(database)) as reader:
        (row,) = rows(db, "1")
        assert (row.type, row.kind) == ("resource", "file")
        assert reader.body(row) == saved.read_bytes()
    saved.unlink()
    assert rebuild(database).same == 1


@pytest.mark.parametrize("trial", [0, *(pytest.param(n, marks=pytest.mark.campaign) for n in range(1, 8))])
def test_a_killed_crawl_leaves_a_capture_for_each_article(
    trial: int, tmp_path: Path, environment: Callable[..., dict[str, str]], run: Run
) -> None:
    """Every stored article has its capture, and the next run completes the crawl."""
    database = tmp_path / "kepu.db"
    chance = random.Random(trial)
    with demo.running_replica(start=Popen) as replica:
        command = [str(PROGRAMS / "kepu"), "crawl", "--db", str(database)]
        env = environment(proxy=replica.proxy_url, KEPU_WARC_BYTES="100000")
        process = Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not list(folder_for(database).glob("*.gz")):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        process.wait()
        run("kepu", "crawl", "--db", database, proxy=replica.proxy_url, KEPU_WARC_BYTES="100000")
    whole(database)
    judged(database)
    assert len(files(folder_for(database))) > 1
    report = rebuild(database, dry_run=True, jobs=1)
    assert report.same == len(demo.articles())
