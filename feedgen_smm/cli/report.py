"""What a build prints: its progress, what it did, and the same as JSON; and how commands print counts and times."""

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TypeVar

import click

from feedgen_smm.build import Result
from feedgen_smm.models import Problem, Why

_LONG_RUN = 300  # pages; fewer are read before a bar could be seen

T = TypeVar("T")

_WORDS = {
    Why.NEW: "new",
    Why.GROWN: "grown",
    Why.CORRECTED: "corrected",
    Why.AMENDED: "amended",
    Why.RESTORED: "restored",
    Why.MERGED: "merged into another",
    Why.WITHDRAWN: "withdrawn",
    Why.SORTED: "of other topics",
}


def progress(label: str, items: Sequence[T]) -> AbstractContextManager[Iterable[T]]:
    """The items to loop over, under a progress bar where there are many and standard error is a terminal."""
    if len(items) < _LONG_RUN or sys.stderr is None or not sys.stderr.isatty():
        return nullcontext(items)
    return click.progressbar(items, label=label, file=sys.stderr)


def say(result: Result) -> None:
    """Print problems to standard error; files, what was done, and what needs attention to standard output."""
    for problem in (*result.problems, *result.unreadable, *result.left_out):
        click.echo(problem, err=True)
    for file in result.files:
        click.echo(f"{file.path}: {file.outcome.value}, {count(file.holds, file.noun)}")
    if result.reread:
        mended = count(result.changes.get(Why.MENDED, 0), "entry")
        click.echo(f"{count(result.reread, 'page')} read again by a better parser: {mended} mended")
    done = ", ".join(f"{made} {word}" for why, word in _WORDS.items() if (made := result.changes.get(why, 0)))
    read = f"{count(result.read, 'page')} read" if result.read else "nothing new"
    click.echo(f"{read}: {count(result.entries, 'entry')}{f' ({done})' if done else ''}")
    if result.faulty:
        click.echo(f"{count(result.faulty, 'page')} with problems: feedgen-smm list --unpublished")


def to_json(started: datetime, status: int, error: str | None, result: Result | None) -> str:
    """The report of a build as one JSON object, ending in a line feed; `result` is None where the build failed."""
    report: dict[str, object] = {"started": utc(started), "status": status, "error": error}
    if result is not None:
        changes = {why.value: result.changes.get(why, 0) for why in Why}
        report |= {
            "pages": {
                "read": result.read,
                "read again": result.reread,
                "unchanged": result.unchanged,
                "unreadable": len(result.unreadable),
                "with problems": result.faulty,
            },
            "entries": {"all": result.entries, **changes},
            "problems": [_as_json(one) for one in (*result.problems, *result.unreadable, *result.left_out)],
            "files": [
                {"path": str(file.path), "outcome": file.outcome.value, plural(file.noun): file.holds}
                for file in result.files
            ],
        }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def count(number: int, noun: str) -> str:
    """A number of things: `1 entry`, `2 entries`."""
    return f"{number} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The plural of a noun that has a regular one."""
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def utc(moment: datetime) -> str:
    """A time in UTC for programs: `2026-02-06T15:56:00Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _as_json(problem: Problem) -> dict[str, object]:
    """A problem as a JSON object."""
    return {"source": problem.source, "line": problem.line, "message": problem.message}
