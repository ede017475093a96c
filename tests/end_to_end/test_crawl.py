"""A crawl of the replica stores the expected records, is polite, and requests nothing twice."""

import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import demo
from archive.store import reading
from archive.verify import verify
from tests.fork_server import Popen

KEPU = Path(sys.executable).with_name("kepu")
OF_THE_RUN = {"appearances", "revision", "provenance"}
"""Fields that differ between two crawls of the same pages: times, and the list on which an article was found first."""


def test_every_article_is_archived_and_nothing_else(crawled: SimpleNamespace) -> None:
    assert set(crawled.records) == {demo.truth(story)["id"] for story in demo.articles()}


@pytest.mark.parametrize(
    "field", [name for name in demo.truth(demo.articles()[0]) if name not in {"layout", "blocks"}]
)
def test_fields_equal_the_truth(crawled: SimpleNamespace, field: str) -> None:
    wrong = {}
    for story in demo.articles():
        true = demo.truth(story)
        kept = crawled.records[true["id"]][field]
        if field == "parts":
            kept = [{"n": part["n"], "url": part["url"]} for part in kept]
        if field == "appearances":  # lists of other hosts are not asked, so that not all of them are seen
            kept = true[field] if {a["url"] for a in kept} <= {a["url"] for a in true[field]} else kept
        if kept != true[field]:
            wrong[true["id"]] = (kept, true[field])
    assert not wrong


def test_blocks_equal_the_truth(crawled: SimpleNamespace) -> None:
    for story in demo.articles():
        true = demo.truth(story)
        kept = crawled.records[true["id"]]
        assert [
            {k: block[k] for k in wanted}
            for block, wanted in zip(kept["blocks"], true["blocks"], strict=True)
        ] == (true["blocks"]), true["id"]
        assert kept["provenance"]["layout"] == true["layout"]


def test_duplicates_are_kept_and_explained(crawled: SimpleNamespace) -> None:
    copies = {
        record["id"]: record["duplicate_of"] for record in crawled.records.values() if record["duplicate_of"]
    }
    assert copies, "the replica has an exact repost"
    for copy, original in copies.items():
        assert crawled.records[copy]["content_sha256"] == crawled.records[original]["content_sha256"]
        assert crawled.records[original]["duplicate_of"] is None
    with reading(crawled.database) as db:
        rows = db.execute("SELECT article, duplicate_of, reason FROM duplicates").fetchall()
    assert {(copy, original, "same_text") for copy, original in copies.items()} <= set(rows)
    twice = {record["id"] for record in crawled.records.values() if len(record["appearances"]) > 1}
    assert {article for article, _, reason in rows if reason == "same_content_id"} == twice


def test_summary_and_progress(crawled: SimpleNamespace) -> None:
    out = crawled.result.stdout
    match = re.search(
        r"(\d+) pages fetched: (\d+) new, 0 changed, 0 unchanged, (\d+) duplicate, 0 failed", out
    )
    assert match, out
    pages, new, _ = map(int, match.groups())
    assert pages == len(crawled.log)
    copies = sum(record["duplicate_of"] is not None for record in crawled.records.values())
    # If a copy is fetched before its original, it counts as new.
    assert len(crawled.records) - copies <= new <= len(crawled.records)
    assert str(crawled.database) in out
    assert "Traceback" not in crawled.result.stderr


def test_the_crawl_is_polite(crawled: SimpleNamespace) -> None:
    """robots.txt is requested first on each host, no page twice, no forbidden page; the User-Agent has a contact."""
    asked = [(entry["host"], entry["path"]) for entry in crawled.log]
    assert len(asked) == len(set(asked))
    for host in {host for host, _ in asked}:
        assert next(path for h, path in asked if h == host) == "/robots.txt"
    assert not [path for _, path in asked if path.startswith(("/2015m2/", "/n/2015m2/", "/img/"))]
    agents = {entry["user_agent"] for entry in crawled.log}
    assert len(agents) == 1
    assert re.fullmatch(r"kepu-archive/\S+ \(research archive; contact: tests@example\.org\)", agents.pop())


def test_a_second_run_sends_few_requests_and_finds_nothing_new(
    crawled: SimpleNamespace, replica: demo.RunningReplica, run: Callable[..., Any], tmp_path: Path
) -> None:
    for name in ("kepu.db", "kepu.jsonl"):
        (tmp_path / name).write_bytes(crawled.database.with_name(name).read_bytes())
    before, lines = len(replica.log()), (tmp_path / "kepu.jsonl").read_bytes()
    result = run("kepu", "crawl", "--db", tmp_path / "kepu.db", proxy=replica.proxy_url)
    assert result.returncode == 10, result.stderr
    assert not [entry for entry in replica.log()[before:] if re.search(r"\d{6,}\.html", entry["path"])]
    assert (tmp_path / "kepu.jsonl").read_bytes() == lines


def test_scrapy_crawl_does_the_same(
    crawled: SimpleNamespace,
    replica: demo.RunningReplica,
    run: Callable[..., Any],
    read_jsonl: Callable[[Path], dict[str, Any]],
    tmp_path: Path,
) -> None:
    result = run("scrapy", "crawl", "channel", proxy=replica.proxy_url, KEPU_DB=str(tmp_path / "kepu.db"))
    assert result.returncode == 0, result.stderr
    again = read_jsonl(tmp_path / "kepu.db")
    assert again.keys() == crawled.records.keys()
    for number, record in again.items():
        same = crawled.records[number]
        assert {k: v for k, v in record.items() if k not in OF_THE_RUN} == {
            k: v for k, v in same.items() if k not in OF_THE_RUN
        }


@pytest.mark.parametrize("command", [("kepu", "crawl", "--db"), ("scrapy", "crawl", "channel", "-s")])
@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:9"])
def test_a_run_without_network_leaves_the_archive_unchanged(
    crawled: SimpleNamespace, run: Callable[..., Any], tmp_path: Path, command: tuple[str, ...], proxy: str
) -> None:
    for name in ("kepu.db", "kepu.jsonl"):
        (tmp_path / name).write_bytes(crawled.database.with_name(name).read_bytes())
    before = {path.name: path.read_bytes() for path in tmp_path.glob("kepu.*l")} | {
        "kepu.db": (tmp_path / "kepu.db").read_bytes()
    }
    database = str(tmp_path / "kepu.db")
    result = run(
        *command, database if command[0] == "kepu" else f"KEPU_DB={database}", proxy=proxy, timeout=120
    )
    assert result.returncode == 16
    assert "is this machine on the network?" in result.stderr
    assert "Traceback" not in result.stderr
    if command[0] == "kepu":
        assert len(result.stderr.strip().splitlines()) == 1
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_a_run_without_network_creates_no_archive(run: Callable[..., Any], tmp_path: Path) -> None:
    assert (
        run("kepu", "crawl", "--db", tmp_path / "new" / "kepu.db", proxy="http://127.0.0.1:9").returncode
        == 16
    )
    assert not list((tmp_path / "new").glob("kepu.db"))
    assert not list((tmp_path / "new").glob("kepu.jsonl"))


STARVED = """
import asyncio, time
from crawler import request_commits
from kepu.cli.main import main

def sends(self, request, sends=request_commits.RequestCommits.sends):
    sends(self, request)
    asyncio.get_running_loop().call_soon(time.sleep, request_commits.UNANSWERED_SECONDS * 1.2)

request_commits.RequestCommits.sends = sends
main()
"""


def test_a_busy_machine_without_network_creates_no_archive(run: Callable[..., Any], tmp_path: Path) -> None:
    """The process has no turn between its first request and the time at which that counts as sent."""
    script = tmp_path / "starved.py"
    script.write_text(STARVED, encoding="utf-8")
    database = tmp_path / "new" / "kepu.db"
    assert run(sys.executable, script, "crawl", "--db", database, proxy="http://127.0.0.1:9").returncode == 16
    assert not database.exists()


@pytest.mark.campaign
def test_a_killed_crawl_is_resumed(
    crawled: SimpleNamespace,
    replica: demo.RunningReplica,
    run: Callable[..., Any],
    environment: Callable[..., dict[str, str]],
    read_jsonl: Callable[[Path], dict[str, Any]],
    tmp_path: Path,
) -> None:
    database = tmp_path / "kepu.db"
    for seconds in (0.9, 1.3):
        process = Popen(
            [KEPU, "crawl", "--quiet", "--db", database], env=environment(replica.proxy_url), cwd=tmp_path
        )
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert run("kepu", "crawl", "--db", database, proxy=replica.proxy_url).returncode in {0, 10}
    assert verify(database).whole
    resumed = read_jsonl(database)
    assert resumed.keys() == crawled.records.keys()
    for number, record in resumed.items():
        assert record["text"] == crawled.records[number]["text"]
        assert record["duplicate_of"] == crawled.records[number]["duplicate_of"]


def test_a_second_crawl_of_the_same_archive_ends_with_one_line(
    replica: demo.RunningReplica, run: Callable[..., Any], tmp_path: Path
) -> None:
    from archive.store import Store

    with Store(tmp_path / "kepu.db"):
        result = run("kepu", "crawl", "--db", tmp_path / "kepu.db", proxy=replica.proxy_url)
    assert result.returncode == 15
    assert result.stderr.splitlines() == [
        f"kepu: {tmp_path}/kepu.db is being written by process {os.getpid()}: wait until it ends."
    ]


def on_terminal(command: list[str | Path], environment: dict[str, str]) -> str:
    """Return the output of a command on a terminal with a hundred columns."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], [str(word) for word in command], environment)
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    shown = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # the other side is closed
            break
    os.waitpid(pid, 0)
    return shown.decode()


def test_a_progress_bar_is_shown_on_a_terminal(
    replica: demo.RunningReplica, environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    shown = on_terminal([KEPU, "crawl", "--db", tmp_path / "kepu.db"], environment(replica.proxy_url))
    assert re.search(r"\d+%\|.*\d+/\d+ \[.*pages", shown), shown
    assert "new" in shown
    assert "Traceback" not in shown
