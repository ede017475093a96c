"""Importing modules without the large libraries that they load where these happen to be installed.

sqlite-utils imports pandas and numpy to know the types of their numbers, which no program of ours stores: 80 MB and
.35 s of every command, and of a crawl that runs for weeks.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def imported_without(*names: str) -> Iterator[None]:
    """Let libraries of these names look as if they were not installed, unless they are loaded already."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it raises ModuleNotFoundError
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
