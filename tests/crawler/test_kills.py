"""Crawls killed at random moments lose nothing, repeat few requests, and keep every delay."""

import random
import signal
import time
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import pytest

from archive.verify import verify
from tests.crawler.conftest import Trial

Make = Callable[..., Trial]

FIRST, DAY_AFTER = "2026-11-20T15:00:00Z", "2027-06-01T08:00:00Z"
BACKFILL = ("--mode", "backfill", "--since", "2023-06", "--until", "2024-12")


class Phase(NamedTuple):
    """One crawl of a series on the same archive, and the number of times that it is killed."""

    flags: tuple[str, ...]
    clock: str
    stage: int
    kills: int


def kill(crawl: Trial, phase: Phase, environment: dict[str, str], requests: int, seconds: float) -> bool:
    """Crawl until the server has seen `requests` requests, wait `seconds`, and kill; return whether it still ran."""
    process = crawl.begin(*phase.flags, KEPU_CLOCK=phase.clock, **environment)
    while process.poll() is None and len(crawl.log) < requests:
        time.sleep(0.005)
    time.sleep(seconds)
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return was_running


def killed(trial: Make, phases: list[Phase], *, delay: float, size: int, repeated: int, seed: int) -> None:
    """Run the same phases with and without kills; assert that the results are equal.

    `delay` is the actual delay in seconds, and `repeated` the number of requests that one kill may repeat. The
    replica's Crawl-delay and the usual delay are both 3 s, which the scale reduces to `delay`.
    """
    calm, crawl = (trial(size=size, per_page=10, crawl_delay=3) for _ in range(2))
    environment = {"KEPU_DELAY_SCALE": str(delay / 3)}
    chance = random.Random(seed)
    for phase in phases:
        calm.replica.stage(phase.stage)
        crawl.replica.stage(phase.stage)
        done = calm.crawl(*phase.flags, KEPU_CLOCK=phase.clock, timeout=300, KEPU_DELAY_SCALE="0")
        assert done.returncode == 0, done.stderr
        usual, before = len(calm.log), len(crawl.replica.log())
        most = max(2, usual // (phase.kills + 1))
        died = sum(
            kill(crawl, phase, environment, chance.randint(1, most), chance.uniform(0, max(delay, 0.1)))
            for _ in range(phase.kills)
        )
        assert died == phase.kills, "the crawl was done before it was killed often enough: make it larger"
        done = crawl.crawl(*phase.flags, KEPU_CLOCK=phase.clock, timeout=300, **environment)
        assert done.returncode in {0, 10}, done.stderr
        asked = len(crawl.replica.log()) - before
        print(phase.flags, "undisturbed", usual, "kills", died, "asked", asked)
        assert crawl.report["complete"] == calm.report["complete"]
        assert crawl.articles() == calm.articles()
        assert asked <= usual + repeated * died, (usual, asked, died)
    assert verify(crawl.db).whole
    for host in {line["host"] for line in crawl.replica.log()}:
        times = [line["monotonic"] for line in crawl.replica.log() if line["host"] == host]
        gaps = [b - a for a, b in pairwise(times)]
        print(host, min(gaps, default=None))
        assert min(gaps, default=delay) >= delay, host


def test_a_crawl_killed_twice(trial: Make) -> None:
    killed(trial, [Phase((), FIRST, 0, 2)], delay=0, size=60, repeated=12, seed=1)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_first_crawl_and_refresh(trial: Make, seed: int) -> None:
    phases = [Phase((), FIRST, 0, 6), Phase((), DAY_AFTER, 1, 4)]
    killed(trial, phases, delay=0, size=300, repeated=12, seed=seed)


@pytest.mark.campaign
def test_a_crawl_killed_thirty_times(trial: Make) -> None:
    killed(trial, [Phase((), FIRST, 0, 30)], delay=0, size=3000, repeated=12, seed=30)


@pytest.mark.campaign
def test_killed_first_crawl_and_refresh_with_a_delay(trial: Make) -> None:
    phases = [Phase((), FIRST, 0, 6), Phase((), DAY_AFTER, 1, 4)]
    killed(trial, phases, delay=0.3, size=60, repeated=3, seed=3)


@pytest.mark.campaign
@pytest.mark.parametrize(("delay", "size", "repeated"), [(0, 300, 12), (0.3, 90, 3)])
def test_killed_backfill(trial: Make, delay: float, size: int, repeated: int) -> None:
    killed(trial, [Phase(BACKFILL, FIRST, 0, 6)], delay=delay, size=size, repeated=repeated, seed=4)
