"""Four workers against one over 200 hosts of the replica: speed, cost, manners, and whether the archives are equal.

    python -m bench.cluster [--articles 2000] [--hosts 200] [--workers 1 4] [apart busy]

`apart`: hosts as the world has them, 2 s between two requests and half a second for an answer. `busy`: no delay, no
latency; every process here wants the processor, the replica's too.
"""

import argparse
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import demo
from bench.crawl_replica import KEPU, Trial, is_article
from crawler.distributed import connection, scripts
from demo import spread

USUAL_DELAY = 3.0
"""Seconds of `DOWNLOAD_DELAY`, which a scale of 1 keeps."""

SCENES = {"apart": (2.0, 0.5), "busy": (0.0, 0.0)}
"""Seconds between two requests to a host, and until an answer."""


@dataclass(slots=True)
class Outcome:
    """What was seen of one crawl."""

    articles: list[tuple[Any, ...]]
    seconds: float
    """From the first request to the last."""
    requests: int
    closest: float
    """The least seconds between two requests to one host, by the replica's log."""
    cpu: dict[str, float] = field(default_factory=dict)
    """Processor seconds of workers, archiver and Redis."""
    url_bytes: float = 0.0
    """Of Redis, for a URL that waits, where most did."""


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, Any]]:
    """Give the URL of a Redis of its own, and a connection to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    process = subprocess.Popen([*command, "--appendonly", "yes"], stdout=subprocess.DEVNULL)
    try:
        time.sleep(1)
        url = f"redis://127.0.0.1:{port}/0"
        yield url, connection.connect(url)
    finally:
        process.terminate()
        process.wait()


def processor(process: "subprocess.Popen[bytes]") -> float:
    """Wait for a process; return the processor seconds that it took. Raises RuntimeError where it failed."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{process.args!r} ended with status {process.returncode}")
    return used.ru_utime + used.ru_stime


def watch(server: Any, archiver: "subprocess.Popen[bytes]") -> float:
    """Return the bytes of Redis for a waiting URL, at the time when most wait; back when the archiver has ended."""
    empty = server.info("memory")["used_memory"]
    left = server.register_script(scripts.LEFT)
    most, each = 0, 0.0
    while os.waitid(os.P_PID, archiver.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        waiting = int(left(keys=["kepu"]))
        if waiting > most:
            frames = server.memory_usage("kepu:items", samples=0) or 0
            most, each = waiting, (server.info("memory")["used_memory"] - empty - frames) / waiting
        time.sleep(0.2)
    return each


def crawl(replica: Any, folder: Path, hosts: int, workers: int, delay: float) -> Outcome:
    """Crawl all hosts with so many workers into a new archive."""
    folder.mkdir()
    facts = folder / "spread.toml"
    facts.write_text(spread.channel(hosts), encoding="utf-8")
    with redis_server(folder) as (url, server):
        trial = Trial(replica, folder, {"KEPU_REDIS": url, "KEPU_DELAY_SCALE": str(delay / USUAL_DELAY)})
        _, environment = trial.command()
        trial.at = len(replica.log())
        flags = ["--quiet", "--channel", str(facts), "--db"]
        quiet = {
            "env": environment | {"KEPU_PROFILE": "distributed"},
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        archiver = subprocess.Popen([KEPU, "archive-worker", *flags, trial.db], **quiet)  # type: ignore[call-overload]
        crowd = [subprocess.Popen([KEPU, "crawl", *flags, folder / "no.db"], **quiet) for _ in range(workers)]  # type: ignore[call-overload]
        each = watch(server, archiver)
        used = {"archiver": processor(archiver), "workers": sum(map(processor, crowd))}
        told = server.info("cpu")
        used["Redis"] = told["used_cpu_user"] + told["used_cpu_sys"]
    log = trial.log()
    times = [line["monotonic"] for line in log if is_article(line)]
    return Outcome(trial.articles(), times[-1] - times[0], len(log), closest(log), used, each)


def closest(log: list[dict[str, Any]]) -> float:
    """Return the least seconds between two requests to one host, robots.txt among them."""
    by_host: dict[str, list[float]] = {}
    for line in log:
        by_host.setdefault(line["host"], []).append(line["monotonic"])
    return min(b - a for times in by_host.values() for a, b in pairwise(times))


def scene(name: str, articles: int, hosts: int, crowds: list[int], folder: Path) -> None:
    """Crawl with each number of workers, and print what came of it."""
    delay, latency = SCENES[name]
    found: dict[int, Outcome] = {}
    print(f"{name}: {hosts} hosts, {articles} articles, {delay:g} s apart, {latency:g} s for an answer")
    with demo.running_replica(
        size=articles, crawl_delay=USUAL_DELAY, hosts=hosts, latency=latency
    ) as replica:
        for workers in crowds:
            one = found[workers] = crawl(replica, folder / f"{name}-{workers}", hosts, workers, delay)
            pages = len(one.articles)
            cost = ", ".join(f"{who} {1000 * spent / one.requests:.2f}" for who, spent in one.cpu.items())
            print(
                f"  {workers} worker{'s' * (workers > 1)}: {pages} articles, {pages / one.seconds:.1f} a second; "
                f"CPU ms a request: {cost}; {one.url_bytes:.0f} bytes of Redis a URL; "
                f"requests to a host {one.closest:.3f} s apart or more",
                flush=True,
            )
    first, last = found[crowds[0]], found[crowds[-1]]
    print(
        f"  {crowds[-1]} against {crowds[0]}: {first.seconds / last.seconds:.2f} times as fast; "
        f"same rows: {first.articles == last.articles}; requests {last.requests} against {first.requests}"
    )


def main() -> None:
    """Run the scenes that are named, or both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scenes", nargs="*", default=list(SCENES), metavar="apart|busy")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    options = parser.parse_args()
    if shutil.which("redis-server") is None:
        raise SystemExit("redis-server is not installed")
    for name in options.scenes:
        with tempfile.TemporaryDirectory(prefix="kepu-cluster-") as folder:
            scene(name, options.articles, options.hosts, options.workers, Path(folder))


if __name__ == "__main__":
    main()
