"""Costs of whole processes, and the lines of the table that shows them."""

import ctypes
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import click

ROOT = Path(__file__).parent.parent.parent
# Byte code is kept between runs, as it is where people run programs; what the machine sets to the contrary is dropped.
_DROPPED = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _DROPPED} | {"PYTHONPATH": str(ROOT)}
_NEUTRAL = tempfile.gettempdir()  # to start in: a configuration beside the program is not what is measured
_WIDTH = 66  # of what a line says
_UNIT_OF_PEAK = 1 if sys.platform == "darwin" else 1024  # bytes; getrusage(2) differs
_BETWEEN_LOOKS = 0.05  # seconds
_PR_SET_CHILD_SUBREAPER = 36


class Cost(NamedTuple):
    """Seconds of CPU, user and system, of a process and of all that it started; bytes of memory at the peak."""

    seconds: float
    peak: int = 0
    printed: str = ""


def run(*arguments: str | Path, watches_memory: bool = False) -> Cost:
    """What one run of Python with these arguments costs, and what it printed. Raises ClickException if it fails.

    The peak is that of the largest process; if asked for, of all together, as seen twenty times a second.
    """
    command = [sys.executable, "-P", *map(str, arguments)]
    seconds, peak = 0.0, 0
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=_ENVIRONMENT, cwd=_NEUTRAL)
        while ended := _wait(os.WNOHANG if watches_memory else 0):
            pid, status, usage = ended
            seconds += usage.ru_utime + usage.ru_stime
            peak = max(peak, usage.ru_maxrss * _UNIT_OF_PEAK)
            if pid == process.pid:  # it was waited for here: Popen would not know
                process.returncode = os.waitstatus_to_exitcode(status)
            elif not pid:
                peak = max(peak, _memory_in_use())
                time.sleep(_BETWEEN_LOOKS)
        output.seek(0)
        printed = output.read().decode()
    if process.returncode:
        raise click.ClickException(f"{subprocess.list2cmdline(command)} failed:\n{printed}")
    return Cost(seconds, peak, printed)


def _wait(options: int) -> tuple[int, int, resource.struct_rusage] | None:
    """A process that ended, its status, and what it used; the pid is 0 if none did yet. None if there are no more."""
    with suppress(ChildProcessError):
        return os.wait4(-1, options)
    return None


def adopt_orphans() -> None:
    """Have Linux hand this process those whose parents ended, so that a build's helpers that end last are counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _memory_in_use() -> int:
    """The bytes of memory of all processes below this one, each of a shared page in part. Linux only."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    total = 0
    for pid in parents:
        if _is_below(pid, parents):
            with suppress(OSError):
                found = re.search(r"^Pss: *(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
                total += int(found[1]) * 1024 if found else 0
    return total


def _is_below(pid: int, parents: dict[int, int]) -> bool:
    while pid := parents.get(pid, 0):
        if pid == os.getpid():
            return True
    return False


def least(label: str, times: int, *actions: Callable[[], Cost]) -> list[Cost]:
    """Do `actions` in turn, so many times, that a busy machine weighs on all alike; the least cost of each."""
    rounds: list[list[Cost]] = []
    for number in range(times):
        show_progress(f"{label}: {number + 1} of {times}")
        rounds.append([action() for action in actions])
    show_progress("")
    return [min(costs) for costs in zip(*rounds, strict=True)]


def show_progress(text: str) -> None:
    """Show on the terminal what is being done, in place of what was shown before."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text}", nl=False, err=True)


def print_floor(floor: str) -> None:
    """Print what the lines below are compared with."""
    click.echo(f"\n{'Beside ' + floor:<{_WIDTH}}  {'cost':>9}  {'floor':>9}  {'figure':>9}  {'aim':>9}")


def print_ratio(what: str, cost: Cost, floor: Cost, aim: float) -> None:
    """Print how many times its floor something costs."""
    ratio = cost.seconds / floor.seconds
    _print_line(what, ratio <= aim, _seconds(cost), _seconds(floor), f"{ratio:.2f}", f"{aim:g}")


def print_share(what: str, part: Cost, whole: Cost, aim: float) -> None:
    """Print how much of the whole a part costs."""
    share = part.seconds / whole.seconds
    _print_line(what, share <= aim, _seconds(part), _seconds(whole), f"{share:.1%}", f"{aim:.0%}")


def print_size(what: str, size: float, aim: float, unit: str) -> None:
    """Print how large something is."""
    _print_line(what, size <= aim, "", "", f"{size:,.0f} {unit}", f"{aim:,.0f} {unit}")


def _print_line(what: str, is_met: bool, *cells: str) -> None:  # noqa: FBT001
    verdict = "met" if is_met else "MISSED"
    click.echo("  ".join([f"  {what:<{_WIDTH - 2}}", *(f"{cell:>9}" for cell in cells), verdict]))


def _seconds(cost: Cost) -> str:
    return f"{cost.seconds:.3g} s" if cost.seconds >= 1 else f"{cost.seconds * 1000:.3g} ms"
