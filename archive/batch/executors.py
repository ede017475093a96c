"""Where the work is done: in this process, in worker processes of this machine, or on a cluster's scheduler."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from kepu.errors import ArchiveError
from kepu.missing_extra import missing_extra
from kepu.progress import Tell, nobody

RETRIES = 4
"""How often a piece of work is begun anew whose worker died: one that kills every worker has to end somewhere."""

CONNECT_SECONDS = 30

CLOSE_SECONDS = 2
"""How long a client waits for its scheduler when it closes: one that is lost never answers."""

Given = TypeVar("Given")
Made = TypeVar("Made")


class NoCluster(ArchiveError):
    """The Dask cluster cannot be reached, or its workers die."""

    code = "archive_error"


class Executor(Protocol):
    """Does a function for each of several things, anywhere and in any order; its results come in theirs.

    The function writes files whole under names that follow from what it was given, so that doing it twice is doing
    it once.
    """

    def __call__(self, work: Callable[[Given], Made], things: Sequence[Given]) -> list[Made]:
        """Return what came of each."""
        ...


def here(work: Callable[[Given], Made], things: Sequence[Given], progress: Tell = nobody) -> list[Made]:
    """Do it all in this process, one after the other."""
    made = []
    for done, thing in enumerate(things):
        progress(done, len(things))
        made.append(work(thing))
    return made


@contextmanager
def engine(*, workers: int = 0, scheduler: str | None = None, progress: Tell = nobody) -> Iterator[Executor]:
    """Give a Run: on the cluster of a scheduler, on so many processes of this machine, or, for 0, in this process.

    `progress` is told how many of each stage's things are done, of how many. Raises NoCluster where the scheduler
    does not answer, and ArchiveError where Dask is missing.
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
    """Do it on a cluster; what fails first ends all of it."""
    waiting = client.map(work, list(things), pure=False, retries=RETRIES)
    try:
        for done, future in enumerate(distributed.as_completed(waiting, loop=client.loop)):
            progress(done, len(waiting))
            if future.status == "error":
                break
        return list(client.gather(waiting))
    except distributed.scheduler.KilledWorker as error:
        raise NoCluster(
            "the workers died again and again over one piece of work ({task}): give each more memory, or "
            "cut the shards smaller.",
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
    """Import Dask's `distributed`. Raises ArchiveError, with the package that `what` needs, if it is missing."""
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise missing_extra(what, "dask[distributed]") from error
