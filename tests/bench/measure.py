"""Costs of whole processes, and the lines of the table that shows them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

ROOT = Path(__file__).parent.parent.parent
# Byte code is kept between runs, as it is where people run programs; what the machine sets to the contrary is dropped.
_DROPPED = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _DROPPED} | {"PYTHONPATH": str(ROOT)}
_UNIT_OF_PEAK = 1 if sys.platform == "darwin" else 1024  # bytes; getrusage(2) differs
_WIDTH = 66  # of what a line says


class Cost(NamedTuple):
    """Seconds of CPU, user and system, of a process and of those it started; bytes of the largest one's peak."""

    seconds: float
    peak: int = 0


def run(*arguments: str | Path) -> Cost:
    """What one run of Python with these arguments costs.

    Raises CalledProcessError if it fails, with what it printed. The peak is at least that of this
    process, which a child begins as: keep this one small.
    """
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen([sys.executable, *arguments], stdout=messages, stderr=messages, env=_ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here: Popen would not know
        if process.returncode:
            messages.seek(0)
            raise subprocess.CalledProcessError(process.returncode, process.args, messages.read())
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _UNIT_OF_PEAK)


def run_inside(*arguments: str | Path) -> list[Cost]:
    """The costs that `tests.bench.inside` measures and prints."""
    command = [sys.executable, "-m", "tests.bench.inside", *arguments]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=_ENVIRONMENT).stdout
    return [Cost(float(seconds)) for seconds in printed.splitlines()[-1].split()]


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
    click.echo(f"\n{'Beside ' + floor:<{_WIDTH}}  {'cost':>9}  {'floor':>9}  {'ratio':>9}  {'aim':>9}")


def print_ratio(what: str, cost: Cost, floor: Cost, aim: float) -> None:
    """Print how many times its floor something costs."""
    ratio = cost.seconds / floor.seconds
    _print_line(what, ratio <= aim, _seconds(cost), _seconds(floor), f"{ratio:.2f}", f"{aim:g}")


def print_size(what: str, size: float, aim: float, unit: str) -> None:
    """Print how large something is."""
    _print_line(what, size <= aim, "", "", f"{size:,.0f} {unit}", f"{aim:,.0f} {unit}")


def _print_line(what: str, is_met: bool, *cells: str) -> None:  # noqa: FBT001
    verdict = "met" if is_met else "MISSED"
    click.echo("  ".join([f"  {what:<{_WIDTH - 2}}", *(f"{cell:>9}" for cell in cells), verdict]))


def _seconds(cost: Cost) -> str:
    return f"{cost.seconds:.3g} s" if cost.seconds >= 1 else f"{cost.seconds * 1000:.3g} ms"
