"""Times and memory of whole processes, taken in pairs so that a busy machine weighs on both alike."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds of wall clock, and mebibytes of memory at the peak."""

    seconds: float
    peak: float


# Byte code is kept between runs, as it is where people run programs; what the machine sets to the contrary is dropped.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(arguments: Sequence[str]) -> Cost:
    """What one run of Python with these arguments costs. Raises CalledProcessError where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=_ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here: Popen would not know
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return Cost(seconds, usage.ru_maxrss / 1024)


def pairs(one: Callable[[], Cost], other: Callable[[], Cost], times: int) -> tuple[Cost, Cost]:
    """The median costs of two things done in turn, once each beforehand to warm up."""
    one(), other()
    costs = [(one(), other()) for _ in range(times)]
    firsts, seconds = zip(*costs, strict=True)
    return _median(firsts), _median(seconds)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.seconds for cost in costs), max(cost.peak for cost in costs))


def in_process(action: Callable[[], object], loops: int) -> Cost:
    """Seconds that an action takes in this process, the mean of so many."""
    start = time.perf_counter()
    for _ in range(loops):
        action()
    return Cost((time.perf_counter() - start) / loops, 0.0)
