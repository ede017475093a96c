"""Waiting for what other processes do, as long as it takes on a busy machine."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def wait_for(what: Callable[[], Result], seconds: float = 200.0) -> Result:
    """Call a function until its result is true, and return that result; raise AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain")
