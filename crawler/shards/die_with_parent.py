"""End this process when the process that started it ends, even by SIGKILL."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
"""prctl(2): the kernel sends a signal to this process when its parent ends."""


def die_with_parent(parent: int) -> None:
    """Arrange for this process to get SIGKILL when the process number `parent` ends, or now if it has ended already.

    On Linux the kernel does this; elsewhere a thread checks every half second.
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
