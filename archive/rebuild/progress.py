"""How far a rebuild is: a bar on a terminal, a line now and then in a log, nothing where nothing is wanted."""

import sys
from time import monotonic
from typing import Any, Self

from tqdm import tqdm

from archive.language import say

LINE_SECONDS = 60.0
"""The longest wait between two lines in a log; the first come sooner: 2 s, 4 s, 8 s, …"""


class Progress:
    """Tells a person on standard error how far it is."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: tqdm[Any] | None = None
        self._started = monotonic()
        self._wait = self._next_line = 2.0

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            self._bar = tqdm(unit=say(" articles"), dynamic_ncols=True, leave=False)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def tell(self, done: int, total: int) -> None:
        """Say that so many articles of all are done."""
        if self._bar is not None:
            self._bar.total = total
            self._bar.update(done - self._bar.n)
            return
        passed = monotonic() - self._started
        if self._quiet or passed < self._next_line:
            return
        self._wait = min(self._wait * 2, LINE_SECONDS)
        self._next_line = passed + self._wait
        line = say("{done} of {total} articles, {rate:.0f}/s", done=done, total=total, rate=done / passed)
        sys.stderr.write(line + "\n")
