"""Let this process end when the one that started it does, however that ends."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
"""prctl(2): the kernel sends a signal to this process when its parent ends."""


def die_with_parent(parent: int) -> None:
    """Die by SIGKILL when the process `parent` is gone; at once if it is gone already.

    On Linux the kernel sees to it, elsewhere a thread that looks every half second.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
