"""What a build did: in words for a person, and in JSON for a monitor."""

import json
from datetime import datetime

import click

from feedgen_smm.build import Result
from feedgen_smm.models import Problem, Why

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


def say(result: Result) -> None:
    """Print problems to standard error; files, what was done, and what is left to do to standard output."""
    for problem in (*result.problems, *result.unreadable, *result.left_out):
        click.echo(problem, err=True)
    for file in result.files:
        click.echo(f"{file.path}: {file.outcome.value}, {_count(file.holds, file.noun)}")
    if result.reread:
        mended = _count(result.changes.get(Why.MENDED, 0), "entry")
        click.echo(f"{_count(result.reread, 'page')} read again by a better parser: {mended} mended")
    done = ", ".join(f"{count} {word}" for why, word in _WORDS.items() if (count := result.changes.get(why, 0)))
    read = f"{_count(result.read, 'page')} read" if result.read else "nothing new"
    click.echo(f"{read}: {_count(result.entries, 'entry')}{f' ({done})' if done else ''}")
    if result.faulty:
        click.echo(f"{_count(result.faulty, 'page')} with problems: feedgen-smm list --unpublished")


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {_plural(noun)}"


def _plural(noun: str) -> str:
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def to_json(started: datetime, status: int, error: str | None, result: Result | None) -> str:
    """The report of a build as one JSON object, ending in a line feed; `result` is None where it did not finish."""
    report: dict[str, object] = {"started": f"{started:%Y-%m-%dT%H:%M:%SZ}", "status": status, "error": error}
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
            "problems": [_problem(one) for one in (*result.problems, *result.unreadable, *result.left_out)],
            "files": [
                {"path": str(file.path), "outcome": file.outcome.value, _plural(file.noun): file.holds}
                for file in result.files
            ],
        }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def _problem(problem: Problem) -> dict[str, object]:
    return {"source": problem.source, "line": problem.line, "message": problem.message}
