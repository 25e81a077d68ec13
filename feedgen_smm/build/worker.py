"""A process beside this one that applies functions to items, in their order.

Each has a connection of its own to this process and shares no lock or queue with others. So whenever one ends, for
whatever reason, this process finds its connection closed, and waits for nothing that will not come. The pools of the
standard library may wait for ever then: CPython's issues 94777, mended in later versions of 3.11, and 66587.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from queue import SimpleQueue
from threading import Thread
from traceback import format_exc
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")


class LostWorkerError(Exception):
    """A process could not start, or ended."""


class Worker:
    """A process that was started."""

    def __init__(self, connection: "Connection[Any, Any]") -> None:
        self._connection = connection

    def submit(self, function: Callable[[T], R], item: T) -> "Worker":
        """Have the function applied to an item, after those before it; returns the worker."""
        try:
            self._connection.send((function, item))
        except OSError as error:
            raise LostWorkerError from error
        return self

    def result(self) -> Any:  # noqa: ANN401 - of what was submitted
        """The result of the first item whose result was not taken yet. Raises what the function raised."""
        try:
            result, error = self._connection.recv()
        except (EOFError, OSError) as lost:
            raise LostWorkerError from lost
        if error is not None:
            raise error
        return result


@contextmanager
def begin_workers(count: int) -> Iterator[list[Worker]]:
    """Start `count` processes, and end them at last. Raises LostWorkerError if one cannot start."""
    has_server = "forkserver" in get_all_start_methods()
    context = get_context("forkserver") if has_server else get_context("spawn")
    if has_server:  # it imports these once, and not each process
        context.set_forkserver_preload(["feedgen_smm.build.read", "feedgen_smm.build.write"])
    processes = []
    workers = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            try:
                process.start()
            except (EOFError, OSError) as error:
                raise LostWorkerError from error
            theirs.close()  # or its end would not be noticed
            processes.append(process)
            workers.append(Worker(ours))
        yield workers
    finally:
        for process in processes:
            process.kill()
            process.join()


def _work(connection: "Connection[Any, Any]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    tasks: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_receive, args=(connection, tasks), daemon=True).start()
    while True:
        function, item = tasks.get()
        try:
            answer: tuple[Any, Exception | None] = function(item), None
        except Exception as error:  # noqa: BLE001 - it is raised in the first process
            error.add_note(f"In another process:\n\n{format_exc()}")
            answer = None, error
        connection.send(answer)


def _receive(connection: "Connection[Any, Any]", tasks: "SimpleQueue[Any]") -> None:
    """Take tasks as they come, so that the first process never waits until it may send; end when it ends."""
    try:
        while True:
            tasks.put(connection.recv())
    finally:
        os._exit(1)
