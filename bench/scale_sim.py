"""`python -m bench.scale_sim`: simulate how long a crawl of many sites takes on several machines that sometimes fail.

This is a simulation, not a measurement. The sizes of sites follow Zipf's law (the n-th has 1/n of the pages of the
first one). Each site is one host with its own delay, which only one machine requests at a time. Sites are assigned to
shards by crawler/shards/shard_plan.py, one shard per machine. Machines fail at random; after a failure, the pages since
the last round are fetched again, and all hosts of the shard wait until its lease has expired. The same seed gives the
same table.
"""

import argparse
import random
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from crawler.shards.lease import GRACE, SECONDS
from crawler.shards.shard_plan import Component, deal

REQUESTS_A_PAGE = 1.07
"""Requests per page, including lists, robots.txt and further parts: see docs/scale.md."""

CPU_A_PAGE = 0.0094
"""CPU seconds per page for the whole job, as measured by `make bench`."""

DELAYS = ((120.0, 0.1), (10.0, 0.2), (3.0, 0.7))
"""(seconds between two requests, share of sites with that delay). Except for the 120 s, these are assumptions."""

START = 30.0
"""Seconds until a worker continues a shard after its lease has expired. An assumption."""


@dataclass(frozen=True, slots=True)
class Case:
    """The parameters of a simulation."""

    name: str
    pages: int
    sites: int
    machines: int
    delay: float | None = None
    """Delay of every site in seconds; None: as in DELAYS."""
    days_between_failures: float = 30.0
    """Average number of days between two failures of one machine."""
    round_seconds: float = 1800.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a simulation."""

    requests: int
    again: float
    """Share of requests that were repeated after a failure."""
    failures: int
    half: float
    most: float
    done: float
    """Seconds until half, nine tenths (`most`) and all of the pages were fetched."""
    cores: float
    """Number of cores that the busiest machine needs at the start, when it requests all of its hosts."""


def sizes(pages: int, sites: int) -> list[int]:
    """Return the number of pages of each site: the n-th has about 1/n of the pages of the first."""
    whole = sum(1 / n for n in range(1, sites + 1))
    return [max(1, round(pages / n / whole)) for n in range(1, sites + 1)]


def simulate(case: Case, seed: int = 0) -> Outcome:
    """Simulate one case."""
    chance = random.Random(seed)
    found = sizes(case.pages, case.sites)
    delays = [case.delay or _delay(chance) for _ in found]
    parts = [Component(-1, size, (), (f"site{n:08}",)) for n, size in enumerate(found)]
    shards: list[list[int]] = [[] for _ in range(case.machines)]
    for one in deal(parts, case.machines):
        shards[one.shard].append(int(one.hosts[0].removeprefix("site")))
    ends: list[tuple[float, int]] = []
    again, failures, rate = 0.0, 0, 0.0
    for sites in shards:
        needed = {n: found[n] * REQUESTS_A_PAGE * delays[n] for n in sites}
        pauses = _pauses(case, max(needed.values(), default=0.0), chance)
        failures += len(pauses)
        times = [at for at, _ in pauses]
        lost = list(accumulate((lost for _, lost in pauses), initial=0.0))
        for n in sites:
            before = bisect_left(times, needed[n])
            again += lost[before] / delays[n]
            ends.append((needed[n] + lost[before] + before * WAIT, found[n]))
        rate = max(rate, sum(1 / delays[n] for n in sites))
    ends.sort()
    there = list(accumulate(pages for _, pages in ends))
    requests = round(sum(found) * REQUESTS_A_PAGE + again)
    return Outcome(
        requests,
        again / requests,
        failures,
        _when(ends, there, 0.5),
        _when(ends, there, 0.9),
        ends[-1][0],
        rate * CPU_A_PAGE,
    )


WAIT = SECONDS + GRACE + START
"""Seconds from a failure until the shard continues."""


def _delay(chance: random.Random) -> float:
    return chance.choices([delay for delay, _ in DELAYS], [share for _, share in DELAYS])[0]


def _pauses(case: Case, seconds: float, chance: random.Random) -> list[tuple[float, float]]:
    """Return (time, lost seconds of a round) of each failure of a machine within `seconds`."""
    found, at = [], 0.0
    while (at := at + chance.expovariate(1 / (case.days_between_failures * 86_400))) < seconds:
        found.append((at, chance.uniform(0, case.round_seconds)))
        if len(found) == MOST:
            break
    return found


MOST = 2_000
"""Maximum number of failures of one machine that are simulated."""


def _when(ends: list[tuple[float, int]], there: list[int], share: float) -> float:
    """Return the time at which the given share of all pages belongs to completed sites."""
    return next(end for (end, _), pages in zip(ends, there, strict=True) if pages >= share * there[-1])


CASES = (
    Case("channel", 20_000, 1, 1, delay=120),
    Case("channel, delay 1 s by permission", 20_000, 1, 1, delay=1),
    Case("whole site, 60 hosts", 10_000_000, 60, 1, delay=120),
    Case("whole site, delay 1 s by permission", 10_000_000, 60, 1, delay=1),
    Case("a thousand sites", 10_000_000, 1_000, 1),
    Case("a thousand sites, 4 machines", 10_000_000, 1_000, 4),
    Case("a thousand sites, 4 machines that fail daily", 10_000_000, 1_000, 4, days_between_failures=1),
    Case("1 billion pages, 100,000 sites", 1_000_000_000, 100_000, 20),
    Case("the same, machines that fail daily", 1_000_000_000, 100_000, 20, days_between_failures=1),
    Case("the same, rounds of 4 hours", 1_000_000_000, 100_000, 20, None, 1, 14_400),
)


def table(seed: int = 0) -> list[str]:
    """Return the lines of the table in docs/scale.md."""
    lines = [
        "| case | pages | sites | machines | requests | again | failures | half | 90% | done | cores at first |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for case in CASES:
        out = simulate(case, seed)
        lines.append(
            f"| {case.name} | {case.pages:,} | {case.sites:,} | {case.machines} | {out.requests:,} | {out.again:.2%} "
            f"| {out.failures} | {_time(out.half)} | {_time(out.most)} | {_time(out.done)} | {out.cores:.3f} |"
        )
    return lines


def _time(seconds: float) -> str:
    days = seconds / 86_400
    if days < 1:
        return f"{seconds / 3600:.1f} h"
    return f"{days:.0f} days" if days < 730 else f"{days / 365.25:,.1f} years"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    print("\n".join(table(parser.parse_args().seed)))


if __name__ == "__main__":
    main()
