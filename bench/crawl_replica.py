"""Crawl a replica of 5,000 articles, and count requests, recall, and the requests that are repeated after a kill.

    python -m bench.crawl_replica [--size 5000] [--kills 30] [first refresh stage kills faults delay]

Each part runs `kepu crawl` as a separate process; requests are counted in the replica's log.
"""

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import demo
from demo.stages import edited

KEPU = Path(sys.executable).with_name("kepu")
DAY_ONE, DAY_TWO = "2026-11-20T15:00:00Z", "2026-11-30T08:00:00Z"
"""The replica's first day, and a day on which articles of its last weeks are due for a re-check."""

VOLATILE = ("provenance", "revision", "appearances", "record_sha256", "seq")
"""Columns with times and numbers of runs."""


@dataclass(slots=True)
class Trial:
    """A replica, and an archive that is filled by crawling it."""

    replica: Any
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    at: int = 0
    """Number of lines in the log before the last crawl."""

    @property
    def db(self) -> Path:
        """Path of the archive."""
        return self.folder / "kepu.db"

    def command(self, *flags: str) -> tuple[list[str | Path], dict[str, str]]:
        """Return the command of a crawl, and its environment."""
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.lower().endswith("_proxy") and not k.startswith("KEPU_")
        }
        kept |= {"http_proxy": self.replica.proxy_url, "KEPU_DELAY_SCALE": "0"} | self.environment
        return [KEPU, "crawl", "--quiet", "--db", str(self.db), *flags], kept

    def crawl(self, *flags: str) -> tuple[int, list[dict[str, Any]]]:
        """Crawl; return the exit status and the requests that the replica saw."""
        command, environment = self.command(*flags)
        self.at = len(self.replica.log())
        status = subprocess.run(command, env=environment, check=False, stderr=subprocess.DEVNULL).returncode
        return status, self.log()

    def kill(self, seconds: float) -> int | None:
        """Crawl for some seconds and kill it; return its exit status if it ended before."""
        command, environment = self.command()
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return None

    def log(self) -> list[dict[str, Any]]:
        """Return the requests since the last crawl began."""
        return list(self.replica.log()[self.at :])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the archive."""
        with sqlite3.connect(f"file:{self.db}?mode=ro", uri=True) as db:
            return db.execute(query).fetchall()

    def ids(self) -> set[str]:
        """Return the ids of the articles in the archive."""
        return {row[0] for row in self.rows("SELECT id FROM articles")}

    def articles(self) -> list[tuple[Any, ...]]:
        """Return the rows of the archive without the columns in VOLATILE, ordered by id."""
        names = [row[1] for row in self.rows("PRAGMA table_info(articles)")]
        return self.rows(
            f"SELECT {', '.join(n for n in names if n not in VOLATILE)} FROM articles ORDER BY id"
        )


def is_article(line: dict[str, Any]) -> bool:
    """Return whether a request was for an article or a part of one."""
    return (
        "/index" not in line["path"]
        and line["path"].endswith(".html")
        and not line["path"].endswith("home.html")
    )


def is_robots(line: dict[str, Any]) -> bool:
    """Return whether a request was for a robots.txt."""
    return bool(line["path"] == "/robots.txt")


def parts(size: int) -> int:
    """Return the number of further parts of all articles."""
    return sum(len(story.parts) - 1 for story in demo.articles(size))


def bench_first(size: int, folder: Path) -> None:
    """Measure recall and requests of a first crawl, then of a refresh with nothing new."""
    with demo.running_replica(size=size) as replica:
        trial = Trial(replica, folder, {"KEPU_CLOCK": DAY_ONE})
        begin = time.monotonic()
        status, log = trial.crawl()
        wanted = {story.id for story in demo.articles(size)}
        got = trial.ids()
        requests = len(log) - parts(size)
        print(f"first crawl        status {status}, {time.monotonic() - begin:.0f} s")
        print(
            f"  recall           {len(wanted & got) / len(wanted):.4f} ({len(wanted & got)} of {len(wanted)})"
        )
        print(
            f"  requests         {len(log)}, with {parts(size)} further parts and {sum(map(is_robots, log))} robots.txt"
        )
        print(f"  per article      {requests / len(wanted):.4f} beyond its own parts (aim: 1.05)")
        status, log = trial.crawl()
        print(f"refresh, nothing new  status {status}")
        print(f"  requests         {Counter(line['host'] for line in log)}")
        print(f"  article pages    {sum(map(is_article, log))} (aim: 0)")
        print(
            f"  most for one URL {max(Counter(line['host'] + line['path'] for line in log).values())} (aim: 1)"
        )
        bench_stage(size, trial)


def bench_stage(size: int, trial: Trial) -> None:
    """Measure a refresh with 20 new and 5 edited articles and with re-checks due, then another directly after it."""
    trial.replica.stage(1)
    trial.environment["KEPU_CLOCK"] = DAY_TWO
    due = {
        row[0] for row in trial.rows(f"SELECT url FROM urls WHERE kind = 'article' AND due_at <= '{DAY_TWO}'")
    }
    before = trial.ids()
    versions = {
        row[0]: row[1] for row in trial.rows("SELECT id, json_extract(revision, '$.n') FROM articles")
    }
    status, log = trial.crawl()
    after = trial.ids()
    changed = {
        row[0]
        for row in trial.rows("SELECT id, json_extract(revision, '$.n') FROM articles")
        if versions.get(row[0], row[1]) != row[1]
    }
    wanted = set(edited(1, size))
    asked = Counter(f"http://{line['host']}{line['path']}" for line in log if is_article(line))
    again = {f"http://{line['host']}{line['path']}" for line in log if line["if_none_match"]}
    print(f"refresh, a day later  status {status}, {len(due)} revisits due")
    print(
        f"  new articles     {len(after - before)} of 20; edited {len(changed & wanted)} of {len(wanted & before)}"
    )
    print(
        f"  due, asked once and conditionally  {sum(asked[url] == 1 and url in again for url in due)} of {len(due)}"
    )
    others = {url for url in asked if url not in due}
    print(f"  other article pages asked  {len(others)} (20 new, with their parts)")
    status, log = trial.crawl()
    print(
        f"refresh right after   status {status}, {sum(map(is_article, log))} article pages (aim: 0), {len(log)} in all"
    )


def bench_kills(size: int, folder: Path, kills: int) -> None:
    """Kill a crawl at random moments until it completes, and compare with a crawl without kills."""
    chance = random.Random(kills)
    with demo.running_replica(size=size) as replica:
        calm = Trial(replica, folder / "calm")
        begin = time.monotonic()
        _, log = calm.crawl()
        seconds, undisturbed = time.monotonic() - begin, len(log)
        trial = Trial(replica, folder / "killed")
        trial.at = len(replica.log())
        done = 0
        while done < kills and trial.kill(1.0 + chance.uniform(0, 1.1 * seconds / kills)) not in (0, 10):
            done += 1
        command, environment = trial.command()
        status = subprocess.run(command, env=environment, check=False, stderr=subprocess.DEVNULL).returncode
        log = trial.log()
        verify = subprocess.run(
            [KEPU, "verify", "--db", trial.db], capture_output=True, check=False
        ).returncode
        print(
            f"{done} kills           status {status} at last; kepu verify {'ok' if verify == 0 else 'NOT ok'}"
        )
        print(f"  same rows        {calm.articles() == trial.articles()} ({len(trial.articles())} articles)")
        extra = len(log) / undisturbed - 1
        print(f"  requests         {len(log)} against {undisturbed}: {extra:+.2%} (aim: at most +5%)")


def bench_faults(size: int, folder: Path) -> None:
    """Measure recall after each of several runs in which one answer in ten is broken."""
    wanted = {story.id for story in demo.articles(size)}
    with demo.running_replica(size=size, faults={"rate": 0.1, "seed": 3, "seconds": 30}) as replica:
        trial = Trial(replica, folder, {"KEPU_DOWNLOAD_TIMEOUT": "1"})
        print("one answer in ten broken")
        for run in range(3):
            trial.environment["KEPU_CLOCK"] = f"2026-11-{21 + run}T08:00:00Z"
            begin = time.monotonic()
            status, log = trial.crawl("--report", str(folder / "report.json"))
            got = trial.ids()
            named = trial.rows("SELECT code, count(*) FROM failures GROUP BY code ORDER BY 2 DESC")
            print(
                f"  run {run + 1}            status {status}, recall {len(wanted & got) / len(wanted):.4f}, "
                f"{len(log)} requests, {time.monotonic() - begin:.0f} s, failed so far {dict(named)}"
            )
            incomplete = trial.rows("SELECT count(*) FROM articles WHERE warnings LIKE '%incomplete%'")[0][0]
            print(f"                   incomplete articles {incomplete}")
            if wanted <= got and not incomplete:
                break


def bench_delay(folder: Path) -> None:
    """Measure the shortest interval between two requests to a host, with a Crawl-delay of 2 s scaled to a tenth."""
    with demo.running_replica(crawl_delay=2) as replica:
        trial = Trial(replica, folder, {"KEPU_DELAY_SCALE": "0.1"})
        status, log = trial.crawl()
        print(f"Crawl-delay 2 s, a tenth of it kept   status {status}, {len(log)} requests")
        for host in sorted({line["host"] for line in log}):
            times = [line["monotonic"] for line in log if line["host"] == host]
            gaps = [b - a for a, b in pairwise(times)]
            if gaps:
                print(f"  {host:<22} {len(times)} requests, the closest {min(gaps):.3f} s apart")


def main() -> None:
    """Run the named parts, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("parts", nargs="*", default=["first", "kills", "faults", "delay"])
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=30)
    options = parser.parse_args()
    known: dict[str, Callable[[Path], None]] = {
        "first": lambda folder: bench_first(options.size, folder),
        "kills": lambda folder: bench_kills(options.size, folder, options.kills),
        "faults": lambda folder: bench_faults(options.size, folder),
        "delay": bench_delay,
    }
    for name in options.parts:
        with tempfile.TemporaryDirectory(prefix="kepu-bench-") as folder:
            known[name](Path(folder))


if __name__ == "__main__":
    main()
