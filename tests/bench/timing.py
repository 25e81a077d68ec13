"""Times and memory of whole processes, taken in pairs so that a busy machine weighs on both alike."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

import click


class Cost(NamedTuple):
    """Seconds of wall clock, and bytes of memory at the peak; 0 where memory was not measured."""

    seconds: float
    peak: int


# Byte code is kept between runs, as it is where people run programs; what the machine sets to the contrary is dropped.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_UNIT_OF_PEAK = 1 if sys.platform == "darwin" else 1024  # bytes; getrusage(2) differs


def run(arguments: Sequence[str]) -> Cost:
    """What one run of Python with these arguments costs. Raises CalledProcessError where it fails.

    The peak is at least that of this process, which a child begins as: keep this one small.
    """
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=_ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here: Popen would not know
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return Cost(seconds, usage.ru_maxrss * _UNIT_OF_PEAK)


def in_process(action: Callable[[], object], loops: int) -> Cost:
    """Seconds that an action takes in this process, the mean of so many."""
    start = time.perf_counter()
    for _ in range(loops):
        action()
    return Cost((time.perf_counter() - start) / loops, 0)


def pairs(label: str, one: Callable[[], Cost], other: Callable[[], Cost], times: int) -> tuple[Cost, Cost]:
    """The median seconds and highest peaks of two things done in turn; once each beforehand, to warm up."""
    with click.progressbar(range(times + 1), label=label, file=sys.stderr) as rounds:
        costs = [(one(), other()) for _ in rounds]
    firsts, seconds = zip(*costs[1:], strict=True)
    return _typical(firsts), _typical(seconds)


def _typical(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.seconds for cost in costs), max(cost.peak for cost in costs))
