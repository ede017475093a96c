"""`python -m bench.batch`: rebuild and near duplicates over shards, in one process, on Dask, and on Ray if installed.

The captures are those of the replica, in shards of about a megabyte. Times are wall times without the start of the
workers, which is printed separately; the speed-up over one process is in brackets. `empty` is a thousand tasks that do
nothing. The benchmark fails if an engine writes other bytes than one process.
"""

import argparse
import hashlib
import importlib
import importlib.util
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archive.batch.batch_duplicates import duplicates
from archive.batch.batch_rebuild import rebuild
from archive.batch.executors import Executor, engine
from bench.rebuild import archive_of


@contextmanager
def on_ray(workers: int) -> Iterator[Executor]:
    """Yield an Executor on Ray, which is not a dependency: it was measured to choose an engine."""
    ray = importlib.import_module("ray")
    ray.init(num_cpus=workers, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    remote = ray.remote(max_retries=4)(lambda work, thing: work(thing))

    def run(work: Callable[[Any], Any], things: Any) -> list[Any]:
        kept = ray.put(work)
        return list(ray.get([remote.remote(kept, thing) for thing in things]))

    try:
        yield run
    finally:
        ray.shutdown()


def nothing(_: int) -> None:
    """Do nothing."""


def measured(run: Executor, shards: list[Path], folder: Path) -> dict[str, float]:
    """Return the seconds of each kind of work."""
    begin = time.perf_counter()
    run(nothing, range(1000))
    empty = time.perf_counter()
    rebuild(shards, folder / "records", run, force=True)
    rebuilt = time.perf_counter()
    duplicates(sorted((folder / "records").glob("*.parquet")), folder / "clusters", run, force=True)
    return {"empty": empty - begin, "rebuild": rebuilt - empty, "duplicates": time.perf_counter() - rebuilt}


def shards_of(folder: Path, size: int) -> tuple[list[Path], int]:
    """Return WARC shards of the replica's captures, and the number of pages in them."""
    pages = archive_of(folder / "kepu.db", size, warc_bytes=1 << 20)
    return sorted((folder / "kepu-captures").glob("*.warc.gz")), pages


def written(folder: Path) -> dict[str, str]:
    """Map the name of each file of records and clusters to its digest."""
    paths = sorted(path for name in ("records", "clusters") for path in (folder / name).glob("*.parquet"))
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }


def main() -> None:
    """Measure, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        shards, pages = shards_of(Path(name), options.size)
        warc = sum(path.stat().st_size for path in shards)
        print(f"{pages} pages in {len(shards)} shards, {warc / pages / 1000:.1f} kB a page", flush=True)
        beside = {
            what: sum(path.stat().st_size for path in Path(name).glob(f"kepu*.{what}"))
            for what in ("db", "jsonl")
        }
        print(
            ", ".join(
                f"{what} {size / options.size / 1000:.1f} kB an article" for what, size in beside.items()
            )
        )
        engines: dict[str, Callable[[], Any]] = {
            "one process": engine,
            f"Dask, {options.workers} workers": lambda: engine(workers=options.workers),
        }
        if importlib.util.find_spec("ray"):
            engines[f"Ray, {options.workers} workers"] = lambda: on_ray(options.workers)
        alone: dict[str, float] = {}
        same: dict[str, str] = {}
        for label, given in engines.items():
            begin = time.perf_counter()
            with given() as run:
                start = time.perf_counter() - begin
                measured(run, shards[:2], Path(name))  # the workers' imports
                rounds = [measured(run, shards, Path(name)) for _ in range(options.rounds)]
            told = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
            alone, same = alone or told, same or written(Path(name))
            if written(Path(name)) != same:
                raise SystemExit(f"{label}: wrote other records or clusters than one process")
            print(
                f"{label:16} start {start:.1f} s, empty {told['empty']:.2f} s, "
                + ", ".join(
                    f"{key} {told[key]:.2f} s ({alone[key] / told[key]:.2f})"
                    for key in ("rebuild", "duplicates")
                )
                + f", {pages / told['rebuild']:.0f} pages/s; {len(same)} files, the same bytes",
                flush=True,
            )
        records = list((Path(name) / "records").glob("*.parquet"))
        print(
            f"records: {sum(path.stat().st_size for path in records) / options.size / 1000:.1f} kB an article"
        )


if __name__ == "__main__":
    main()
