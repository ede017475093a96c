"""Delays and rests on the replica with a real clock: between requests, between runs, and after any death."""

import signal
import time
from collections.abc import Callable
from itertools import pairwise

from tests.crawler.conftest import Trial

Make = Callable[..., Trial]
KPZG = "kpzg.people.com.cn"


def gaps(crawl: Trial, host: str = KPZG) -> list[float]:
    """Return the seconds between the requests that a host has seen, over all runs."""
    times = [line["monotonic"] for line in crawl.replica.log() if line["host"] == host]
    return [b - a for a, b in pairwise(times)]


def test_seven_runs_of_one_request_keep_the_delay_between_them(trial: Make) -> None:
    crawl = trial(crawl_delay=2)
    for _ in range(7):
        assert (
            crawl.crawl("--budget", "1", "--sources", "home,sections", KEPU_DELAY_SCALE="1").returncode == 11
        )
    assert len(gaps(crawl)) >= 6
    assert min(gaps(crawl)) >= 2


def test_a_run_that_is_killed_after_an_answer_has_kept_when_it_asked(trial: Make) -> None:
    crawl = trial(crawl_delay=3)
    crawl.crawl("--budget", "2", "--sources", "home", KEPU_DELAY_SCALE="1")
    asked = len(crawl.replica.log())
    process = crawl.begin("--sources", "home,sections", KEPU_DELAY_SCALE="1")
    while len(crawl.replica.log()) == asked:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    process.wait()
    crawl.crawl("--budget", "1", "--sources", "home,sections", KEPU_DELAY_SCALE="1")
    assert len(crawl.replica.log()) >= asked + 2
    assert min(gaps(crawl)) >= 3


def test_a_rest_is_kept_though_the_run_is_killed(trial: Make) -> None:
    home = f"http://{KPZG}/"
    crawl = trial(crawl_delay=0.1, faults={"urls": {home: "503 year"}})
    process = crawl.begin("--sources", "home", KEPU_PATIENCE="100000", KEPU_DELAY_SCALE="0.01")
    while not any(line["status"] == 503 for line in crawl.replica.log()):
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    asked = len(crawl.replica.log())
    result = crawl.crawl("--sources", "home,sections", KEPU_PATIENCE="0", KEPU_DELAY_SCALE="0.01")
    assert result.returncode == 13, result.stderr
    assert len(crawl.replica.log()) == asked
