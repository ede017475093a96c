"""A background thread that overlaps compression, hashing and writing with reading rows."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class BackgroundWriter:
    """Does one job after the other, in order, in a thread of its own; at most one runs while the next is made.

    All that is done here lets go of Python's lock while it works: SHA-256, zstd, pyarrow, writing.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "export")
        self._last: Future[object] | None = None

    def do(self, job: Callable[[], object]) -> None:
        """Run a job after the previous one has ended. Raises the previous job's error."""
        self.wait()
        self._last = self._pool.submit(job)

    def wait(self) -> None:
        """Wait until all jobs have ended. Raises a job's error."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown()
