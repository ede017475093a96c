"""Executors: run jobs in this process, in worker processes of this machine, or on a Dask cluster."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar

from kepu.errors import ArchiveError
from kepu.missing_extra import missing_extra
from kepu.progress import Tell, nobody

RETRIES = 4
"""How often a job is restarted after its worker died, since a job may kill every worker that runs it."""

CONNECT_SECONDS = 30
"""Seconds to wait for the scheduler to answer."""

CLOSE_SECONDS = 2
"""Seconds to wait for the scheduler when closing; a lost one never answers."""

Given = TypeVar("Given")
"""Type of a job's argument."""
Made = TypeVar("Made")
"""Type of a job's result."""


class NoCluster(ArchiveError):
    """The Dask cluster cannot be reached, or its workers keep dying."""

    code = "archive_error"


class Executor(Protocol):
    """Applies a function to each of several arguments, anywhere and in any order; returns results in their order.

    The function writes its files atomically, under names that follow from its argument, so that running it twice is
    harmless. Raises what the function raises, and NoCluster if its workers keep dying.
    """

    def __call__(self, work: Callable[[Given], Made], things: Sequence[Given]) -> list[Made]:
        """Return the result for each argument."""
        ...


def here(work: Callable[[Given], Made], things: Sequence[Given], progress: Tell = nobody) -> list[Made]:
    """Run all jobs in this process, one after the other; return the results in the order of `things`.

    `progress` is called before each job with the number of finished ones and their total. Raises what `work` raises.
    """
    made = []
    for done, thing in enumerate(things):
        progress(done, len(things))
        made.append(work(thing))
    return made


@contextmanager
def engine(*, workers: int = 0, scheduler: str | None = None, progress: Tell = nobody) -> Iterator[Executor]:
    """Yield an Executor: on the cluster of `scheduler`, on `workers` processes, or in this process if `workers` is 0.

    `progress` is called with the number of finished jobs of a stage and their total. Raises NoCluster if the scheduler
    does not answer, and ArchiveError if Dask is not installed.
    """
    if not workers and scheduler is None:
        yield lambda work, things: here(work, things, progress)
        return
    distributed = load_distributed("kepu batch --workers")
    with dask_client(distributed, workers, scheduler, NoCluster) as client:
        yield lambda work, things: _on(distributed, client, work, things, progress)


def _on(
    distributed: Any, client: Any, work: Callable[[Given], Made], things: Sequence[Given], progress: Tell
) -> list[Made]:
    """Run the jobs on a cluster; the first error cancels all."""
    waiting = client.map(work, list(things), pure=False, retries=RETRIES)
    try:
        for done, future in enumerate(distributed.as_completed(waiting, loop=client.loop)):
            progress(done, len(waiting))
            if future.status == "error":
                break
        return list(client.gather(waiting))
    except distributed.scheduler.KilledWorker as error:
        raise NoCluster(
            "the workers died repeatedly over one job ({task}): give each more memory, or make the "
            "shards smaller.",
            task=error.task,
        ) from error
    finally:
        client.cancel(waiting, force=True)


@contextmanager
def dask_client(
    distributed: Any, workers: int, scheduler: str | None, unreachable: type[ArchiveError]
) -> Iterator[Any]:
    """Yield a Dask client of the given scheduler or, without one, of a cluster with `workers` processes here.

    Raises `unreachable` if the scheduler does not answer.
    """
    if scheduler is not None:
        try:
            client = distributed.Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise unreachable(
                "{scheduler}: no scheduler of Dask answers there: {error}", scheduler=scheduler, error=error
            ) from error
        try:
            yield client
        finally:
            with suppress(OSError):  # of a scheduler that is lost
                client.close(timeout=CLOSE_SECONDS)
        return
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=":0",
            silence_logs="CRITICAL",
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def load_distributed(what: str) -> Any:
    """Import Dask's `distributed` and return it.

    If it is missing, raises MissingExtra (an ArchiveError) with the package that `what` needs.
    """
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise missing_extra(what, "dask[distributed]") from error
