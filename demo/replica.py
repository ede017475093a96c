"""A replica for tests, benches and the demo: started as a process of its own, ended with its owner."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
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
    """A replica that answers: set `http_proxy` to `proxy_url` and ask for the channel's own URLs."""

    proxy_url: str
    log_path: Path
    process: "subprocess.Popen[str]"

    def log(self) -> list[dict[str, Any]]:
        """Every request so far, in order (see `demo.server`): method, host, path, status, conditions, times."""
        lines = self.log_path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def stage(self, n: int) -> str:
        """Move the replica to the day `n`; returns what it says of itself."""
        return self._control(f"stage?n={n}")

    def faults(self, plan: Mapping[str, Any]) -> None:
        """Change what goes wrong from now on (see `demo.faults.Plan`); `{}`: nothing."""
        self._control(f"faults?plan={quote(json.dumps(plan))}")

    def stop(self) -> None:
        """End the process; it is safe to say so twice."""
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
) -> Iterator[RunningReplica]:
    """A replica on a free port of loopback, ended at the latest with this process, even if that is killed.

    `size` is the number of articles (0: those written by hand), `per_page` that of the items of a
    list page (None: 20, or 8 of those written by hand); `faults` is what goes wrong (`demo.faults.Plan`);
    `log` is where requests are logged (else in a temporary folder that goes with the replica); `prerender` keeps
    the rendering out of what is measured; `hosts` spreads the articles over so many hosts of so many `sites`, each a
    channel of its own (see `demo.spread`). Raises RuntimeError if the replica does not come up.
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
        # Standard input is the leash: it ends when this process does, however it dies.
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
        )
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith(READY):
            process.kill()
            raise RuntimeError(f"the replica did not start: {' '.join(command)}")
        replica = RunningReplica(line.removeprefix(READY).strip(), log_path, process)
        try:
            yield replica
        finally:
            replica.stop()
