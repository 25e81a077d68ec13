"""Three ways to apply a function to many items: in this process, in several, or on the machines of a Dask cluster.

Each has the shape of `map`: results come in the order of the items, whichever is finished first. Only a few items are
under way at a time, so that memory does not grow with their number. Where processes or machines fail, `tell` is given a
message, and the items that are left are done in this process: nothing is lost. What starts processes is slow to
import, and most builds have too little to do to need any.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from itertools import chain, cycle
from typing import Protocol, TypeVar

from feedgen_smm import __version__
from feedgen_smm.pages import VERSION

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
Results = Generator[R, None, None]
Tell = Callable[[str], None]

LITTLE = 16  # items; to do them here takes about as long as to start processes
_EACH = 3  # items under way for each process, so that none has to wait
_LONGEST_WAIT = 20  # seconds, for a cluster to answer
_VERSIONS = f"{__version__}, parser {VERSION}"


class Map(Protocol):
    """Applies a function to items, as `map` does."""

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Results[R]:
        """Yield the result of each item, in their order."""


class _Future(Protocol[R_co]):
    def result(self) -> R_co:
        """The result, once there is one."""


class _OtherVersionError(Exception):
    """A cluster has another version of this program."""


def choose(jobs: int, dask: str | None, tell: Tell) -> Map:
    """The way that uses `jobs` processes, or the Dask cluster at the address `dask`, if there is enough to do."""
    if dask is not None:
        return partial(_unless_little, partial(on_dask, dask, tell))
    return partial(_unless_little, partial(in_processes, jobs, tell)) if jobs > 1 else here


def _unless_little(there: Map, function: Callable[[T], R], items: Iterable[T], /) -> Results[R]:
    """Do the first items here, and what comes after `LITTLE` items `there`; empty items do not count."""
    left, count = iter(items), 0
    for item in left:
        if item and (count := count + 1) > LITTLE:
            yield from there(function, chain([item], left))
        else:
            yield function(item)


def here(function: Callable[[T], R], items: Iterable[T], /) -> Results[R]:
    """Do everything in this process."""
    yield from map(function, items)


def in_processes(jobs: int, tell: Tell, function: Callable[[T], R], items: Iterable[T], /) -> Results[R]:
    """Use `jobs` processes beside this one. They end when it ends, even if it is killed."""
    from feedgen_smm.build.worker import LostWorkerError, begin_workers  # noqa: PLC0415

    left, under_way = iter(items), deque[T]()
    try:
        with begin_workers(jobs) as workers:
            turns = cycle(workers)
            yield from _in_order(lambda item: next(turns).submit(function, item), left, under_way, _EACH * jobs)
    except LostWorkerError:
        tell("a process of --jobs could not start, was killed, or crashed; one process did the work that was left")
        yield from map(function, chain(under_way, left))


def on_dask(address: str, tell: Tell, function: Callable[[T], R], items: Iterable[T], /) -> Results[R]:
    """Use the workers of a cluster. They need the same version of this program. A task of a lost worker is repeated."""
    import pickle  # noqa: PLC0415 - slow to import

    from distributed import CancelledError, Client, KilledWorker  # noqa: PLC0415 - Dask is an extra

    left, under_way = iter(items), deque[T]()
    try:
        with Client(address, timeout=_LONGEST_WAIT) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(1, timeout=_LONGEST_WAIT)

            def submit(item: T) -> _Future[bytes]:
                # As bytes, because Dask would look for tasks of its own in the item.
                future: _Future[bytes] = client.submit(_run, _VERSIONS, pickle.dumps((function, item)), pure=False)
                return future

            threads = sum(client.nthreads().values())
            for data in _in_order(submit, left, under_way, _EACH * threads):
                yield pickle.loads(data)  # noqa: S301 - the cluster is the user's own
    except (OSError, CancelledError, KilledWorker, ModuleNotFoundError, _OtherVersionError) as error:
        tell(f"{address}: {str(error) or type(error).__name__}; this machine read the pages that were left")
        yield from map(function, chain(under_way, left))


def _run(versions: str, task: bytes) -> bytes:
    """Apply a function to an item, both pickled, on a worker of a cluster."""
    import pickle  # noqa: PLC0415

    if versions != _VERSIONS:
        raise _OtherVersionError(f"the cluster has feedgen-smm {_VERSIONS}, and {versions} is needed")
    function, item = pickle.loads(task)  # noqa: S301 - the cluster is the user's own
    return pickle.dumps(function(item))


def _in_order(submit: Callable[[T], _Future[R]], items: Iterator[T], under_way: deque[T], most: int) -> Iterator[R]:
    """Yield the results of items, in order. `under_way` has those whose result was not yielded, `most` at a time."""
    submitted = deque[_Future[R]]()

    def next_result() -> R:
        result = submitted[0].result()
        submitted.popleft()
        under_way.popleft()
        return result

    for item in items:
        under_way.append(item)
        if len(submitted) == most:
            yield next_result()
        submitted.append(submit(item))
    while submitted:
        yield next_result()
