"""A background thread that overlaps compression, hashing and writing with reading rows."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class BackgroundWriter:
    """Runs jobs in order in a background thread. At most one runs while the caller prepares the next.

    The jobs spend their time in SHA-256, zstd, pyarrow and writing, all of which release Python's global lock.
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
