"""Workers and an archiver over a real Redis: the archive of one local crawl, also where something is killed."""

import contextlib
import json
import random
import shutil
import signal
import socket
import socketserver
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest

import demo

redis_client = pytest.importorskip("redis")
pytest.importorskip("scrapy_redis")

KEPU = Path(sys.executable).with_name("kepu")
KILLS = 20
VOLATILE = {"provenance", "revision", "appearances", "record_sha256", "seq"}


@dataclass
class Cluster:
    """A Redis on loopback, with its append-only file, and what runs against it."""

    folder: Path
    environment: dict[str, str]
    port: int
    flags: tuple[str, ...] = ()
    processes: list["subprocess.Popen[Any]"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def redis(self) -> "subprocess.Popen[bytes]":
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always", *self.flags]
        process = self._start(command)
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return process
            time.sleep(0.05)
        raise RuntimeError("redis-server did not start")

    def archiver(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return self._start([str(KEPU), "archive-worker", "--db", str(self.folder / "kepu.db"), *arguments])

    def worker(self) -> "subprocess.Popen[bytes]":
        return self._start([str(KEPU), "crawl", "--quiet", "--db", str(self.folder / "no.db")])

    def once(self, *command: str) -> "subprocess.CompletedProcess[str]":
        environment = self.environment | {"KEPU_REDIS": self.url}
        return subprocess.run(
            [str(KEPU), *command], env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def pipe(self, *command: str) -> "subprocess.Popen[str]":
        environment = self.environment | {"KEPU_REDIS": self.url}
        process = subprocess.Popen(
            [str(KEPU), *command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def _start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        environment = self.environment | {"KEPU_REDIS": self.url}
        output = (self.folder / f"log-{len(self.processes)}").open("wb")
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        self.processes.append(process)
        return process


@pytest.fixture
def cluster(tmp_path: Path, environment: Callable[..., dict[str, str]]) -> Iterator[Callable[..., Cluster]]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    made: list[Cluster] = []

    def make(proxy: str = "", *flags: str, **more: str) -> Cluster:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        ours = environment(
            proxy, **{"KEPU_PROFILE": "distributed", "KEPU_LEASE": "2", "KEPU_REDIS_WAIT": "20"} | more
        )
        made.append(Cluster(tmp_path, ours, port, flags))
        return made[-1]

    yield make
    for process in (process for one in made for process in one.processes):
        process.kill()
        process.wait()


def rows(db: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as connection:
        names = [
            row[1] for row in connection.execute("PRAGMA table_info(articles)") if row[1] not in VOLATILE
        ]
        return connection.execute(f"SELECT {', '.join(names)} FROM articles ORDER BY id").fetchall()


def local(
    replica: Any, folder: Path, environment: Callable[..., dict[str, str]], *arguments: str
) -> list[tuple[Any, ...]]:
    db = folder / "local.db"
    command = [str(KEPU), "crawl", "--quiet", "--db", str(db), *arguments]
    subprocess.run(command, env=environment(replica.proxy_url), check=True, timeout=60)
    return rows(db)


def report(db: Path) -> dict[str, Any]:
    """Return the report of the last run."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as connection:
        (told,) = connection.execute("SELECT report FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return dict(json.loads(told))


@pytest.mark.parametrize("victim", ["nobody", "worker", "archiver", "redis", "memory", "all keys"])
def test_the_archive_is_that_of_a_local_crawl(
    victim: str, cluster: Any, tmp_path: Path, environment: Callable[..., dict[str, str]]
) -> None:
    with demo.running_replica() as replica:
        one = cluster(replica.proxy_url)
        redis, archiver, workers = one.redis(), one.archiver(), [one.worker(), one.worker()]
        if victim != "nobody":
            before = time.monotonic() + 30
            while len(replica.log()) < 35 and time.monotonic() < before:
                time.sleep(0.02)
            assert archiver.poll() is None
        if victim == "memory":
            client = redis_client.Redis(port=one.port)
            client.config_set("maxmemory", 1)
            time.sleep(2)
            assert len(replica.log()) < 80, "a full Redis hands out nothing"
            client.config_set("maxmemory", 0)
        elif victim == "all keys":
            redis_client.Redis(port=one.port).flushall()
        elif victim != "nobody":
            killed = {"worker": workers[0], "archiver": archiver, "redis": redis}[victim]
            killed.kill()
            killed.wait()
            if victim == "redis":
                time.sleep(1)
                one.redis()  # worker and archiver wait for it
            elif victim == "archiver":
                archiver = one.archiver()
        assert archiver.wait(timeout=60) == 0
        expected = local(replica, tmp_path, environment)
        asked = len(replica.log())
    assert rows(tmp_path / "kepu.db") == expected
    verified = one.once("verify", "--db", str(tmp_path / "kepu.db"))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    ours, theirs = report(tmp_path / "kepu.db"), report(tmp_path / "local.db")
    for name in ("new", "changed", "duplicate", "gone", "failed", "warnings", "layouts", "complete", "urls"):
        assert ours[name] == theirs[name], name
    if victim == "nobody":
        assert ours["requests"] + theirs["requests"] == asked


def test_budgets_hold_for_the_cluster_and_the_next_run_goes_on(
    cluster: Any, tmp_path: Path, environment: Callable[..., dict[str, str]]
) -> None:
    db = tmp_path / "kepu.db"
    with demo.running_replica() as replica:
        one = cluster(replica.proxy_url)
        one.redis()
        for budget, most in (("30", 30), ("60/day", 60)):
            archiver = one.archiver("--budget", budget)
            workers = [one.worker() for _ in range(2)]
            assert archiver.wait(timeout=60) == 11
            ended = {worker.wait(timeout=30) for worker in workers}
            assert 0 in ended
            assert ended <= {0, 1}, "a worker that comes too late finds no run"
            # robots.txt comes before a host's first page, and is not foreseen
            assert most - 1 <= len(replica.log()) <= most + 3
        now = datetime.now(UTC) + timedelta(hours=8)  # of Beijing
        shut = f"{(now + timedelta(hours=4)):%H}-{(now + timedelta(hours=5)):%H}"
        archiver, asked = one.archiver("--hours", shut), len(replica.log())
        assert archiver.wait(timeout=30) == 11
        assert len(replica.log()) == asked
        archiver = one.archiver()
        one.worker()
        assert archiver.wait(timeout=60) == 0
        pages = [line["path"] for line in replica.log() if "/c404214-" in line["path"]]
        expected = local(replica, tmp_path, environment)
    assert len(pages) == len(set(pages)), "no article is asked for twice"
    assert rows(db) == expected


def test_a_backfill_and_a_recheck_by_workers(
    cluster: Any, tmp_path: Path, environment: Callable[..., dict[str, str]]
) -> None:
    db, arguments = tmp_path / "kepu.db", ("--mode", "backfill", "--since", "2023", "--until", "2023-12")
    with demo.running_replica() as replica:
        one = cluster(replica.proxy_url)
        one.redis()
        archiver, _ = one.archiver(*arguments), one.worker()
        assert archiver.wait(timeout=60) == 0
        asked = {line["path"] for line in replica.log()}
        expected = local(replica, tmp_path, environment, *arguments)
        assert asked == {line["path"] for line in replica.log()}, "of the same pages"
        assert rows(db) == expected
        (wanted,) = sqlite3.connect(db).execute("SELECT id FROM articles LIMIT 1").fetchone()
        before = len(replica.log())
        archiver, _ = one.archiver("--id", wanted), one.worker()
        assert archiver.wait(timeout=60) == 10
        (again,) = [line for line in replica.log()[before:] if line["path"] != "/robots.txt"]
    assert wanted.rpartition("/")[2] in again["path"]
    assert report(db)["unchanged"] == 1


def test_what_a_run_is_to_do_is_said_to_its_archiver(cluster: Any) -> None:
    tried = cluster("").once("crawl", "--quiet", "--budget", "30")
    assert tried.returncode == 1
    assert "kepu archive-worker" in tried.stderr


def test_the_delay_of_a_host_holds_for_the_cluster(cluster: Any) -> None:
    with demo.running_replica(crawl_delay=2) as replica:
        one = cluster(replica.proxy_url, KEPU_DELAY_SCALE="0.1")
        one.redis()
        one.archiver()
        for _ in range(3):
            one.worker()
        before = time.monotonic() + 60
        while len(replica.log()) < 40 and time.monotonic() < before:
            time.sleep(0.2)
        log = replica.log()
    assert len(log) >= 40
    for host in {line["host"] for line in log}:
        times = [line["monotonic"] for line in log if line["host"] == host]
        assert all(b - a >= 0.19 for a, b in pairwise(times)), host


def test_what_is_wrong_with_redis_is_one_line(cluster: Any, tmp_path: Path) -> None:
    one = cluster("", "--requirepass", "geheim", KEPU_REDIS_WAIT="1")
    archiver = ["archive-worker", "--db", str(tmp_path / "kepu.db")]
    missing = one.once(*archiver)
    one.redis()
    locked = one.once(*archiver)
    wrong = one.once(*archiver, "--redis", f"redis://:falsch@127.0.0.1:{one.port}/0")
    no_run = one.once("crawl", "--quiet")
    for tried, words in (
        (missing, "does not answer"),
        (locked, "password"),
        (wrong, "password"),
        (no_run, "password"),
    ):
        assert tried.returncode != 0
        (line,) = tried.stderr.strip().splitlines()
        assert words in line
        assert "falsch" not in line


class OldRedis(socketserver.StreamRequestHandler):
    """What an old Redis answers; a real one is not to be had any more."""

    answers: ClassVar[dict[bytes, bytes]]

    def handle(self) -> None:
        while line := self.rfile.readline():
            words = [self.rfile.readline() and self.rfile.readline().strip() for _ in range(int(line[1:]))]
            self.wfile.write(self.answers.get(words[0].upper(), b"-ERR unknown command\r\n"))


class Redis3(OldRedis):
    answers: ClassVar = {b"INFO": b"$21\r\nredis_version:3.2.6\r\n\r\n"}


class Redis60(OldRedis):
    answers: ClassVar = {
        b"INFO": b"$21\r\nredis_version:6.0.9\r\n\r\n",
        b"HELLO": b"%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n",
    }


@pytest.mark.parametrize("answering", [Redis3, Redis60])
def test_a_redis_that_is_too_old_is_one_line(answering: Any, cluster: Any, tmp_path: Path) -> None:
    one = cluster("", KEPU_REDIS_WAIT="1")
    with socketserver.ThreadingTCPServer(("127.0.0.1", one.port), answering) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        archiver = ["archive-worker", "--db", str(tmp_path / "kepu.db")]
        for command in (archiver, ["crawl", "--quiet"], ["workers"]):
            tried = one.once(*command)
            assert tried.returncode not in {0, 10}
            (line,) = tried.stderr.strip().splitlines()
            assert "6.2 or newer" in line
        server.shutdown()


def test_workers_are_shown_until_ctrl_c(cluster: Any) -> None:
    with demo.running_replica(crawl_delay=2) as replica:
        one = cluster(replica.proxy_url, KEPU_DELAY_SCALE="0.5", KEPU_WORKER="eins")
        one.redis()
        assert json.loads(one.once("workers", "--json").stdout)["run"] is None
        one.archiver()
        one.worker()
        deadline = time.monotonic() + 30
        shown: dict[str, Any] = {"workers": []}
        while not any(each["pages"] for each in shown["workers"]) and time.monotonic() < deadline:
            time.sleep(0.2)
            shown = json.loads(one.once("workers", "--json").stdout)
        (worker,) = shown["workers"]
        assert (shown["state"], worker["name"]) == ("running", "eins")
        assert shown["queued_or_asked"] > 0
        watching = one.pipe("workers", "--watch")
        for words in ("run 1: running", "  eins: "):
            assert words in watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=20)
    assert watching.returncode == 130
    assert "Traceback" not in said


def test_a_worker_without_a_run_says_so(cluster: Any) -> None:
    one = cluster("", KEPU_REDIS_WAIT="1")
    one.redis()
    tried = one.once("crawl", "--quiet")
    assert tried.returncode != 0
    assert "start `kepu archive-worker`" in tried.stderr + tried.stdout


def test_a_run_of_another_archive_is_left_alone(cluster: Any, tmp_path: Path) -> None:
    with demo.running_replica() as replica:
        one = cluster(replica.proxy_url)
        one.redis()
        first = one.archiver()
        deadline = time.monotonic() + 20
        while "running" not in one.once("workers").stdout and time.monotonic() < deadline:
            time.sleep(0.1)
        first.kill()
        other = one.once("archive-worker", "--db", str(tmp_path / "other.db"))
    assert other.returncode != 0
    assert "another archive" in other.stderr
    assert len(other.stderr.strip().splitlines()) == 1


def test_what_hosts_ask_for_holds_for_the_next_run(cluster: Any, tmp_path: Path) -> None:
    db = tmp_path / "kepu.db"
    host = "kpzg.people.com.cn"
    with demo.running_replica() as replica:
        one = cluster(replica.proxy_url)
        one.redis()
        for rest in (0.0, 5.0):
            begun, began = time.time(), time.monotonic()
            if rest:
                with sqlite3.connect(db) as connection:
                    kept = dict(connection.execute("SELECT host, robots_status FROM hosts"))
                    connection.execute(
                        "UPDATE hosts SET rest_until = ?, refusals = 1 WHERE host = ?", (begun + rest, host)
                    )
                assert kept[host] == 200
            asked = len(replica.log())
            archiver = one.archiver()
            one.worker()
            assert archiver.wait(timeout=60) == (10 if rest else 0)
        later = replica.log()[asked:]
    assert later
    assert not [line for line in later if line["path"] == "/robots.txt"], "robots.txt is good for a day"
    first = min(line["monotonic"] for line in later if line["host"] == host)
    assert first - began >= 4.9, "a host that rests is left alone"
    with sqlite3.connect(db) as connection:
        (refusals,) = connection.execute("SELECT refusals FROM hosts WHERE host = ?", (host,)).fetchone()
    assert refusals == 0, "it answered"


@pytest.mark.campaign
def test_twenty_random_kills(
    cluster: Any, tmp_path: Path, environment: Callable[..., dict[str, str]]
) -> None:
    dice, killed_in_work = random.Random(8), 0
    with demo.running_replica() as replica:
        one = cluster(replica.proxy_url, KEPU_DELAY_SCALE="0.005")
        running = {"redis": one.redis(), "archiver": one.archiver(), "a": one.worker(), "b": one.worker()}
        start = {"redis": one.redis, "archiver": one.archiver, "a": one.worker, "b": one.worker}
        for _ in range(KILLS):
            time.sleep(dice.uniform(1, 3))
            victim = dice.choice(sorted(running))
            killed_in_work += running["archiver"].poll() is None
            running[victim].kill()
            running[victim].wait()
            running[victim] = start[victim]()
            for name in ("a", "b", "archiver"):
                if running[name].poll() is not None:
                    running[name] = start[name]()
        archiver = running["archiver"]
        if archiver.wait(timeout=300):
            archiver = one.archiver()
            assert archiver.wait(timeout=300) == 0
        expected = local(replica, tmp_path, environment)
    print(f"{killed_in_work} of {KILLS} kills fell into a running crawl")
    assert killed_in_work >= KILLS / 2
    assert rows(tmp_path / "kepu.db") == expected
    verified = one.once("verify", "--db", str(tmp_path / "kepu.db"))
    assert verified.returncode == 0, verified.stdout + verified.stderr
