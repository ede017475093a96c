"""Run a replica for tests, benchmarks and the demo, as a process that ends with the one that started it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

READY = "replica ready on "
CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class RunningReplica:
    """A running replica. To use it, set `http_proxy` to `proxy_url` and request the channel's real URLs."""

    proxy_url: str
    log_path: Path
    process: "subprocess.Popen[str]"

    def log(self) -> list[dict[str, Any]]:
        """Return all requests so far, in order, as dicts with method, host, path, status … (see `demo.server`)."""
        lines = self.log_path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def stage(self, n: int) -> str:
        """Move the replica to day `n`; return its answer: `stage 1, 67 articles`."""
        return self._control(f"stage?n={n}")

    def faults(self, plan: Mapping[str, Any]) -> None:
        """Replace the plan of faults (see `demo.faults.Plan`); `{}` means none."""
        self._control(f"faults?plan={quote(json.dumps(plan))}")

    def stop(self) -> None:
        """End the process; a second call has no effect."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _control(self, request: str) -> str:
        opener = build_opener(ProxyHandler({"http": self.proxy_url}))
        with opener.open(f"http://replica.invalid/{request}", timeout=60) as response:
            return str(response.read().decode())


@contextmanager
def running_replica(
    size: int = 0,
    seed: int = 0,
    stage: int = 0,
    crawl_delay: float = 120,
    per_page: int | None = None,
    faults: Mapping[str, Any] | None = None,
    log: Path | None = None,
    prerender: bool = False,
    hosts: int = 0,
    sites: int = 1,
    start: "Callable[..., subprocess.Popen[str]]" = subprocess.Popen,
) -> Iterator[RunningReplica]:
    """Yield a replica on a free port of loopback; it ends with the block, or with this process, even by SIGKILL.

    `size` is the number of articles (0: the hand-written ones), `per_page` the number of items on a list page (None:
    20, or 8 for the hand-written ones), `faults` a plan of `demo.faults.Plan`, and `log` the file for the log of
    requests (None: a temporary one). `prerender` renders all pages before the first request, which benchmarks need.
    `hosts` spreads the articles over that many hosts of `sites` sites, each a channel of its own (see `demo.spread`).
    Raises RuntimeError if the replica does not start.
    """
    with tempfile.TemporaryDirectory(prefix="replica-") as folder:
        log_path = log or Path(folder) / "requests.jsonl"
        log_path.touch()
        flags: dict[str, Any] = {
            "size": size,
            "seed": seed,
            "stage": stage,
            "crawl-delay": crawl_delay,
            "log": log_path,
            "hosts": hosts,
            "sites": sites,
        }
        if per_page:
            flags["per-page"] = per_page
        flags["faults"] = json.dumps(faults or {})
        command = [sys.executable, "-m", "demo.server", "--with-parent", *["--prerender"] * prerender]
        command += [f"--{name}={value}" for name, value in flags.items()]
        # The replica ends when its standard input is closed, which happens whenever this process ends.
        process = start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith(READY):
            process.kill()
            raise RuntimeError(f"the replica did not start: {' '.join(command)}")
        replica = RunningReplica(line.removeprefix(READY).strip(), log_path, process)
        try:
            yield replica
        finally:
            replica.stop()
