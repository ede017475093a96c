"""Delays and rests on the replica in real time: between requests, between runs, and after a kill."""

import signal
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.crawler.conftest import Trial
from tests.waiting import wait_for

Make = Callable[..., Trial]
KPZG = "kpzg.people.com.cn"
DELAYS = [2, pytest.param(15, marks=pytest.mark.campaign)]
"""Crawl-delays in seconds, which are kept in full."""


def gaps(crawl: Trial, host: str = KPZG) -> list[float]:
    """Return the seconds between consecutive requests to a host, over all runs."""
    times = [line["monotonic"] for line in crawl.replica.log() if line["host"] == host]
    return [b - a for a, b in pairwise(times)]


def in_full(delay: float) -> dict[str, str]:
    """Return the settings with which a run keeps a Crawl-delay unscaled, and has no longer delay of its own."""
    return {"KEPU_DELAY_SCALE": "1", "KEPU_DOWNLOAD_DELAY": str(delay)}


@pytest.mark.parametrize(("delay", "runs"), [(2, 4), pytest.param(15, 7, marks=pytest.mark.campaign)])
def test_runs_of_one_request_keep_the_delay_between_them(trial: Make, delay: float, runs: int) -> None:
    crawl = trial(crawl_delay=delay)
    for _ in range(runs):
        run = crawl.crawl("--budget", "1", "--sources", "home,sections", **in_full(delay))  # type: ignore[arg-type]
        assert run.returncode == 11
    print([round(gap, 2) for gap in gaps(crawl)])
    assert len(gaps(crawl)) >= runs - 1
    assert min(gaps(crawl)) >= delay


@pytest.mark.parametrize("delay", DELAYS)
def test_a_run_killed_after_a_response_has_stored_its_time(trial: Make, delay: float) -> None:
    crawl = trial(crawl_delay=delay)
    crawl.crawl("--budget", "2", "--sources", "home", **in_full(delay))  # type: ignore[arg-type]
    asked, query = len(crawl.replica.log()), "SELECT max(answered_at) FROM internal_hosts"
    before = crawl.rows(query)
    process = crawl.begin("--sources", "home,sections", **in_full(delay))
    wait_for(lambda: len(crawl.replica.log()) > asked)
    wait_for(lambda: crawl.rows(query) != before)
    process.send_signal(signal.SIGKILL)
    process.wait()
    crawl.crawl("--budget", "1", "--sources", "home,sections", **in_full(delay))  # type: ignore[arg-type]
    print([round(gap, 2) for gap in gaps(crawl)])
    assert len(crawl.replica.log()) >= asked + 2
    assert min(gaps(crawl)) >= delay


def test_a_rest_is_kept_after_the_run_is_killed(trial: Make) -> None:
    home = f"http://{KPZG}/"
    crawl = trial(crawl_delay=0.1, faults={"urls": {home: "503 year"}})
    process = crawl.begin("--sources", "home", KEPU_PATIENCE="100000", KEPU_DELAY_SCALE="0.01")
    wait_for(lambda: any(line["status"] == 503 for line in crawl.replica.log()))
    wait_for(lambda: crawl.rows("SELECT 1 FROM internal_hosts WHERE rest_until IS NOT NULL"))
    process.send_signal(signal.SIGKILL)
    process.wait()
    asked = len(crawl.replica.log())
    result = crawl.crawl("--sources", "home,sections", KEPU_PATIENCE="0", KEPU_DELAY_SCALE="0.01")
    assert result.returncode == 13, result.stderr
    assert len(crawl.replica.log()) == asked
