"""Run work in several processes on this machine and return the results in order."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import parent_process
from typing import TypeVar

Given = TypeVar("Given")
"""Type of a value that is passed to the function."""
Made = TypeVar("Made")
"""Type of a result of the function."""

AHEAD = 3
"""Maximum number of pending tasks per process, so that few results are in memory even if the caller is slow."""

Work = Callable[[Iterable[Given]], Iterator[tuple[Given, Made]]]
"""Calls a function for each of several values and yields (value, result) in order."""


@contextmanager
def ordered_pool(do: Callable[[Given], Made], processes: int) -> Iterator[Work[Given, Made]]:
    """Yield a function that calls `do` for each of several values; if `processes` is 1, in this process.

    It yields (value, result) in the order of the values, and raises what `do` raises, or BrokenProcessPool if a process
    dies. With several processes, `do`, its arguments and its results are pickled. Modules are imported once, in a
    server from which the processes are forked, because importing them takes a second.
    """
    if processes == 1:
        yield lambda things: ((thing, do(thing)) for thing in things)
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([getattr(do, "func", do).__module__])
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin) as pool:

        def work(things: Iterable[Given]) -> Iterator[tuple[Given, Made]]:
            waiting: deque[tuple[Given, Future[Made]]] = deque()
            for thing in things:
                waiting.append((thing, pool.submit(do, thing)))
                if len(waiting) > AHEAD * processes:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()

        try:
            yield work
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin() -> None:
    """Prepare a process of the pool to end whenever the process that started the pool ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.join,), daemon=True).start()


def _follow(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
