"""Folders that are made once in a run of the tests, also where several processes run them."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make` filled in this process or in another process of this run; do not change it."""
    parent = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # its parent is the folder of all processes of this run
        parent = parent.parent
    folder, partial = parent / name, parent / f"{name}.partial"
    with (parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(partial, ignore_errors=True)  # of a process that failed to make it
            partial.mkdir()
            make(partial)
            partial.rename(folder)
    return folder
