"""Show the progress of long work: as a bar on a terminal, as occasional lines in a log, or not at all."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, Self

from kepu.messages import SEMICOLON, Text, say

Tell = Callable[[int, int], object]
"""Called regularly during long work with the amount done and the total."""


def nobody(done: int, total: int) -> None:
    """Report no progress."""


LINE_SECONDS = 60.0
"""Maximum number of seconds between two lines in a log; the first lines come after 1 s, 2 s, 4 s, …"""


MB = 10**6
"""Bytes of a megabyte."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of work, with the messages for lines in a log."""

    name: str
    """Name of the unit behind a number, with a space before it."""
    of_all: str
    """Line with the amount done, the total and the rate."""
    with_left: str
    """The same as `of_all`, plus the remaining time."""
    so_far: str
    """Line for work whose total is unknown."""
    is_bytes: bool = False
    """Whether the work counts bytes, which are shown in MB."""


ARTICLES = Unit(
    Text(" articles"),
    Text("{done} of {total} articles, {rate:.0f}/s"),
    Text("{done} of {total} articles, {rate:.0f}/s, {left} left"),
    Text("{done} articles, {rate:.0f}/s"),
)
"""The unit of articles."""
PAGES = Unit(
    Text(" pages"),
    Text("{done} of {total} pages, {rate:.1f}/s"),
    Text("{done} of {total} pages, {rate:.1f}/s, {left} left"),
    Text("{done} pages, {rate:.1f}/s"),
)
"""The unit of pages."""
SHARDS = Unit(
    Text(" shards"),
    Text("{done} of {total} shards, {rate:.1f}/s"),
    Text("{done} of {total} shards, {rate:.1f}/s, {left} left"),
    Text("{done} shards, {rate:.1f}/s"),
)
"""The unit of shards."""
MEGABYTES = Unit(
    Text(" MB"),
    Text("{done} of {total} MB, {rate} MB/s"),
    Text("{done} of {total} MB, {rate} MB/s, {left} left"),
    Text("{done} MB, {rate} MB/s"),
    is_bytes=True,
)
"""The unit of bytes, which are shown in MB."""


def megabytes(n: int) -> str:
    """Return a number of bytes in MB, below 10 MB with one decimal: `54`, `0.6`, and `<0.1`."""
    if n >= 10 * MB:
        return f"{n / MB:.0f}"
    return "<0.1" if 0 < n < MB // 20 else f"{n / MB:.1f}"


class Progress:
    """Shows the progress of work on standard error."""

    def __init__(self, unit: Unit = ARTICLES, *, quiet: bool = False) -> None:
        self._unit, self._quiet = unit, quiet
        self._bar: Any = None
        self._started = monotonic()
        self._next_line = 1.0

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            from tqdm import tqdm

            is_bytes = self._unit.is_bytes
            unit = "B" if is_bytes else say(self._unit.name)
            self._bar = tqdm(unit=unit, unit_scale=is_bytes, dynamic_ncols=True, smoothing=0.1, leave=False)
        self._started = monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def tell(self, done: int, total: int | None = None, words: str = "") -> None:
        """Show the amount done, the total if it is known, and further words.

        With the unit MEGABYTES, both amounts are numbers of bytes. A log gets its first line after a second of work.
        """
        if self._bar is not None:
            self._bar.total = total
            self._bar.set_postfix_str(words, refresh=False)
            self._bar.update(done - self._bar.n)
            return
        passed = monotonic() - self._started
        if self._quiet or passed < self._next_line or not done:
            return
        self._next_line = passed + min(passed, LINE_SECONDS)
        sys.stderr.write(f"{self._line(done, total, passed)}{say(SEMICOLON) + words if words else ''}\n")
        sys.stderr.flush()

    def _line(self, done: int, total: int | None, passed: float) -> str:
        unit = self._unit
        values: dict[str, object] = {"done": done, "total": total, "rate": done / passed}
        if unit.is_bytes:
            values = {
                "done": megabytes(done),
                "total": megabytes(total or 0),
                "rate": megabytes(int(done / passed)),
            }
        if total is None:
            return say(unit.so_far, **values)
        if (
            not total <= 100 * done < 100 * total
        ):  # no estimate of the remaining time from less than 1% of the work
            return say(unit.of_all, **values)
        left = timedelta(seconds=round((total - done) * passed / done))
        return say(unit.with_left, **values, left=left)
