"""`kepu shards run` with killed workers gives the same articles, with few more requests and all delays kept."""

import json
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import demo
from tests.crawler.shards.shard_cluster import DASK, DELAY, SCALE, ShardCluster
from tests.fork_server import Popen
from tests.waiting import wait_for

SLACK = 0.02
"""Seconds by which two times in the server's log may be closer than the requests were, on a busy machine."""


def cluster_of(folder: Path, hosts: int, shards: int, size: int) -> Iterator[ShardCluster]:
    with demo.running_replica(size=size, crawl_delay=DELAY / SCALE, hosts=hosts, start=Popen) as replica:
        cluster = ShardCluster(folder, replica, hosts, shards)
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[ShardCluster]:
    yield from cluster_of(tmp_path, hosts=4, shards=2, size=48)


def check(cluster: ShardCluster, size: int, undisturbed: int, kills: int, budget: int) -> None:
    """Assert that all articles are fetched, requests are within the budget, and delays were kept."""
    articles = cluster.articles()
    assert len(articles) == size
    assert cluster.requests() <= undisturbed + kills * budget
    gap, host = cluster.least_gap()
    assert gap >= DELAY - SLACK, f"{host}: two requests {gap:.3f} s apart"


def test_a_worker_and_a_round_are_killed(small: ShardCluster) -> None:
    run = small.begin(small.command("--workers", "2", budget="40"), "run.log")
    wait_for(lambda: small.rounds() if small.requests() > 8 else [])[0].kill()
    round_ = wait_for(lambda: small.rounds() if small.requests() > 20 else [])[0]
    round_.parent().kill()
    round_.wait(timeout=60)  # it dies with its worker
    second = small.run("--workers", "1", timeout=120)
    assert second.returncode == 15, second.stderr + second.stdout
    assert second.stderr.count("is held by") == 1
    assert run.wait(timeout=300) == 0, (small.folder / "run.log").read_text()
    pages = sum(len(story.parts) for story in demo.articles(48))
    undisturbed = pages + 4 + 4  # robots.txt and one list for each host
    check(small, 48, undisturbed, kills=2, budget=40)


class Cluster:
    """A Dask scheduler and its workers as processes, which are restarted when they die."""

    def __init__(self, shards: ShardCluster, workers: int) -> None:
        self.shards, self.file = shards, shards.folder / "scheduler.json"
        self.scheduler = self._begin_scheduler("0")
        self.address: str = json.loads(wait_for(self._written))["address"]
        self.workers = [self._begin_worker(n) for n in range(workers)]

    def _written(self) -> str:
        return self.file.read_text() if self.file.exists() else ""

    def _begin_scheduler(self, port: str) -> "subprocess.Popen[str]":
        flags = ["--port", port, "--scheduler-file", str(self.file), "--no-dashboard", "--host", "127.0.0.1"]
        return self.shards.begin([DASK, "scheduler", *flags], "scheduler.log")

    def _begin_worker(self, n: int) -> "subprocess.Popen[str]":
        flags = [
            "--scheduler-file",
            str(self.file),
            "--nthreads",
            "1",
            "--no-dashboard",
            "--host",
            "127.0.0.1",
        ]
        flags += ["--local-directory", str(self.shards.folder / "dask")]
        return self.shards.begin([DASK, "worker", *flags], f"worker{n}.log")

    def kill_scheduler(self) -> None:
        self.scheduler.kill()
        self.scheduler.wait()
        self.scheduler = self._begin_scheduler(self.address.rpartition(":")[2])

    def mend(self) -> None:
        for n, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.workers[n] = self._begin_worker(n)


@pytest.mark.campaign
def test_twenty_kills_of_workers_scheduler_and_rounds(tmp_path: Path) -> None:
    chance = random.Random(20)
    with contextmanager(cluster_of)(tmp_path, hosts=12, shards=4, size=720) as shards:
        cluster = Cluster(shards, workers=4)
        run = shards.begin(shards.command("--scheduler", cluster.address, budget="60"), "run.log")
        kills = 0
        while kills < 20 and run.poll() is None:
            time.sleep(chance.uniform(1.5, 5.0))
            kind = chance.choice(["round", "round", "worker", "worker", "scheduler"])
            found = shards.rounds() if kind == "round" else shards.workers()
            if kind == "scheduler":
                cluster.kill_scheduler()
            elif found:
                chance.choice(found).kill()
            else:
                continue
            kills += 1
            cluster.mend()
        status = run.wait(timeout=1500)
        print(kills, "kills", shards.requests(), "requests", shards.least_gap())
        assert status in {0, 12}, (shards.folder / "run.log").read_text()
        assert kills == 20
        pages = sum(len(story.parts) for story in demo.articles(720))
        check(shards, 720, pages + 12 * (1 + 3), kills, budget=60)
