"""Output of a run for monitoring: metrics, a log in JSON, notifications to systemd, and no output with --quiet."""

import contextlib
import json
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.crawler.conftest import KEPU, Trial
from tests.fork_server import run_program

Make = Callable[..., Trial]


def read(path: Path) -> dict[str, float]:
    """Return the samples of a file of metrics, by name and label."""
    families = text_string_to_metric_families(path.read_text(encoding="utf-8"))
    return {"_".join([s.name, *s.labels.values()]): s.value for one in families for s in one.samples}


def test_metrics_log_and_quiet(trial: Make, tmp_path: Path, all_ids: set[str]) -> None:
    crawl, prom = trial(), tmp_path / "kepu.prom"
    result = crawl.crawl("--metrics", str(prom), "--log-format", "json", KEPU_CONTACT="tests@example.org")
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert {"time", "level", "logger", "message"} <= lines[-1].keys()
    assert {line["level"] for line in lines} == {"INFO"}
    first = read(prom)
    assert first["kepu_articles"] == len(all_ids)
    assert first["kepu_run_articles_new"] == crawl.report["new"]
    assert first["kepu_run_requests"] == len(crawl.log)
    assert first["kepu_run_complete"] == 1

    crawl.replica.faults({"rate": 1, "kinds": ["503"]})
    options = ("--metrics", str(prom), "--sources", "home", "--quiet", "--alarm", "exit 3")
    refused = crawl.crawl(*options, KEPU_DELAY_SCALE="0.01", KEPU_PATIENCE="0")
    assert "kepu: the alarm command ended with status 3\n" in refused.stderr
    assert read(prom)["kepu_last_good_run_timestamp_seconds"] == first["kepu_last_good_run_timestamp_seconds"]
    assert read(prom)["kepu_run_status"] == 13

    crawl = trial()
    reached = crawl.crawl("--budget", "2", "--log-format", "json")
    line = json.loads(reached.stderr.splitlines()[-1])
    assert (reached.returncode, line["level"], line["logger"]) == (11, "INFO", "kepu")
    crawl = trial()
    budget = crawl.crawl("--quiet", "--budget", "3")
    assert (budget.returncode, budget.stdout, budget.stderr) == (11, "", "")
    hint = crawl.crawl("--budget", "1").stdout
    assert "--contact" in hint


def test_a_crawl_notifies_systemd(trial: Make) -> None:
    """It sends datagrams to NOTIFY_SOCKET: first that it is ready, then its progress every second."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(f"{folder}/notify")  # a short path: a socket's has at most 107 bytes
        there.setblocking(False)
        crawl = trial(crawl_delay=1)  # so that it takes longer than a second on any machine
        crawl.crawl("--budget", "4", KEPU_DELAY_SCALE="1", NOTIFY_SOCKET=f"{folder}/notify")
        told = []
        with contextlib.suppress(BlockingIOError):
            while True:
                told.append(there.recv(1000).decode())
    assert told[0] == "READY=1"
    assert any("WATCHDOG=1\nSTATUS=" in each and "requests" in each for each in told)
    assert "WATCHDOG_USEC=" in told[-1]


def test_sections_are_listed_dropped_and_added(trial: Make) -> None:
    crawl = trial(crawled=True)

    def sections(*flags: str) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [KEPU, "sections", "--db", str(crawl.db), *flags]
        return run_program(command, capture_output=True, text=True, check=False)

    dropped, added = (f"http://kpzg.people.com.cn/GB/{node}/index.html" for node in ("35110", "404999"))
    assert dropped in sections().stdout
    assert sections("--drop", dropped, "--add", added).returncode == 0
    assert {one["url"]: one["state"] for one in json.loads(sections("--json").stdout)}[dropped] == "dropped"
    crawl.crawl("--sources", "sections")
    assert "/GB/404999/index.html" in crawl.paths
    assert "/GB/35110/index.html" not in crawl.paths
    refused = sections("--add", "http://kpzg.people.com.cn/n1/2024/0105/c404214-40153123.html")
    assert refused.returncode == 2
    assert "not the URL of a section" in refused.stderr
