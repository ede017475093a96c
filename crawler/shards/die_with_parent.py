"""End this process when the process that started it ends, even if that one is killed by SIGKILL."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
"""Option of prctl(2): the kernel sends a signal to this process when its parent ends."""


def die_with_parent(parent: int) -> None:
    """Make the kernel kill this process (SIGKILL) when its parent ends; `parent` is the parent's process id.

    If the parent is another process by now, this process exits at once with status 1. Outside Linux, a thread checks
    every half second. Errors of prctl are not reported: the process then outlives its parent.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    """Kill this process as soon as its parent is another process than `parent`; this is checked every half second."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
