"""`python -m bench.shards`: crawl many channels on several shards by Dask, and in one process for comparison.

Both crawl the same replica on loopback, with its delays scaled down. It prints articles per second, CPU per article
(with and without the costs of starting Dask's processes and a round of each shard), and requests. It fails if the
merged rows differ, and prints differences in requests.
"""

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import demo
from archive.merge import merge_all
from demo.spread import write_channels

KEPU = str(Path(sys.executable).with_name("kepu"))
SAME = "id, url, headline, text, content_sha256, duplicate_of, rights, appearances ->> '$[0].url'"
"""Columns that must be equal after merging: all except times, numbers of runs, and positions in WARC files."""


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; return the CPU seconds of it and its children, and the wall time in seconds."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 12}:
        raise SystemExit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - wall


def rows(database: Path) -> list[tuple[Any, ...]]:
    """Return the columns SAME of all articles, ordered by id."""
    with sqlite3.connect(database) as conn:
        return conn.execute(f"SELECT {SAME} FROM articles ORDER BY id").fetchall()


def crawl(folder: Path, given: argparse.Namespace, size: int) -> tuple[list[float], list[float]]:
    """Crawl once in one process and once on shards, and compare the rows.

    Return (CPU seconds, wall seconds, requests) of each.
    """
    files = [str(path) for path in write_channels(folder / "channels", given.channels)]
    found, asked = [], list[Counter[str]]()
    for is_sharded in (False, True):
        with demo.running_replica(
            size=size, crawl_delay=given.delay / 0.001, hosts=given.channels
        ) as replica:
            here = {"http_proxy": replica.proxy_url, "KEPU_DELAY_SCALE": "0.001", "HOME": str(folder)}
            environment = {**os.environ, **here, "KEPU_LOOK_SHARE": "0"}
            if is_sharded:
                plan = str(folder / "plan.toml")
                count = ["--shards", str(given.shards), "--out", plan]
                timed([KEPU, "shards", "plan", *files, *count], environment)
                command = [KEPU, "shards", "run", plan, "--to", str(folder / "to")]
                command += ["--workers", str(given.workers), "--round", "1d"]
            else:
                channels = [flag for file in files for flag in ("--channel", file)]
                command = [KEPU, "crawl", "--quiet", *channels, "--db", str(folder / "one.db")]
            cpu, wall = timed(command, environment)
            found.append([cpu, wall, float(len(replica.log()))])
            asked.append(Counter(line["host"] + line["path"] for line in replica.log()))
    timed([KEPU, "shards", "fetch", "--to", str(folder / "to"), str(folder / "out")], dict(os.environ))
    merge_all(folder / "all.db", sorted((folder / "out").glob("*/kepu.db")))
    one, merged = rows(folder / "one.db"), rows(folder / "all.db")
    assert len(one) == size, f"{len(one)} of {size} articles"
    assert one == merged, "the rows differ"
    if asked[0] != asked[1]:
        print("requests differ:", asked[0] - asked[1], asked[1] - asked[0])
    return found[0], found[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=200)
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds between two requests to a host")
    parser.add_argument(
        "--sizes", type=int, nargs=2, default=(800, 4000), help="articles; two, for what starting costs"
    )
    given = parser.parse_args()
    measured = {}
    for size in given.sizes:
        with tempfile.TemporaryDirectory(prefix="kepu-shards-") as name:
            measured[size] = crawl(Path(name), given, size)
        for what, (cpu, wall, requests) in zip(
            ("one process", f"{given.shards} shards"), measured[size], strict=True
        ):
            print(
                f"{size} articles, {given.channels} channels, {what}: {requests:.0f} requests, {size / wall:.1f} "
                f"articles/s, {cpu / size * 1e3:.2f} ms CPU an article",
                flush=True,
            )
    small, large = given.sizes
    further = [(measured[large][n][0] - measured[small][n][0]) / (large - small) * 1e3 for n in range(2)]
    print(
        f"each further article: {further[0]:.2f} ms CPU in one process, {further[1]:.2f} ms on shards "
        f"({further[1] / further[0]:.2f} ×)"
    )


if __name__ == "__main__":
    main()
