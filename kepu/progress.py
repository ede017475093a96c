"""Progress of long work: a bar on a terminal, occasional lines in a log, or nothing."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, Self

from kepu.messages import Text, say

Tell = Callable[[int, int], object]
"""Called regularly during long work with the amount done and the total."""


def nobody(done: int, total: int) -> None:
    """Report no progress."""


LINE_SECONDS = 60.0
"""Maximum number of seconds between two lines in a log; the first lines come after 1 s, 2 s, 4 s, …"""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted, and how a line in a log says so."""

    name: str
    of_all: str
    so_far: str


ARTICLES = Unit(
    Text(" articles"), Text("{done} of {total} articles, {rate:.0f}/s"), Text("{done} articles, {rate:.0f}/s")
)
PAGES = Unit(
    Text(" pages"), Text("{done} of {total} pages, {rate:.1f}/s"), Text("{done} pages, {rate:.1f}/s")
)
SHARDS = Unit(
    Text(" shards"), Text("{done} of {total} shards, {rate:.1f}/s"), Text("{done} shards, {rate:.1f}/s")
)
MEGABYTES = Unit(Text(" MB"), Text("{done} of {total} MB, {rate:.0f}/s"), Text("{done} MB, {rate:.0f}/s"))
MB = 10**6


class Progress:
    """Tells a person on standard error how far it is."""

    def __init__(self, unit: Unit = ARTICLES, *, quiet: bool = False) -> None:
        self._unit, self._quiet = unit, quiet
        self._bar: Any = None
        self._started = monotonic()
        self._next_line = 1.0

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(unit=say(self._unit.name), dynamic_ncols=True, smoothing=0.1, leave=False)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def tell(self, done: int, total: int | None = None, words: str = "") -> None:
        """Say that so many are done, of how many if that is known, and what else there is to say."""
        if self._bar is not None:
            self._bar.total = total
            self._bar.set_postfix_str(words, refresh=False)
            self._bar.update(done - self._bar.n)
            return
        passed = monotonic() - self._started
        if self._quiet or passed < self._next_line:
            return
        self._next_line = passed + min(passed, LINE_SECONDS)
        text = self._unit.so_far if total is None else self._unit.of_all
        line = say(text, done=done, total=total, rate=done / passed)
        if total is not None and total <= 100 * done < 100 * total:  # a guess by less than 1% says nothing
            left = timedelta(seconds=round((total - done) * passed / done))
            line = say("{line}, {left} left", line=line, left=left)
        sys.stderr.write(f"{line}; {words}\n" if words else f"{line}\n")
        sys.stderr.flush()
