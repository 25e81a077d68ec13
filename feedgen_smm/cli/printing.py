"""How commands print: headings, rows, counts, dates, progress; and what a build did, in words and as JSON."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TypeVar

import click

from feedgen_smm.build import Result
from feedgen_smm.models import CHINA, Moment, Precision, Problem, Why, rfc_3339, shorten

MARGIN = 9  # letters on the left, for the lines of the page
_LABEL = 11
NARROWEST, _WIDEST = 60, 110

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


class Layout:
    """Lays out rows of lines, label and value, as wide as the terminal, but never too wide to read."""

    def __init__(self, width: int) -> None:
        self._width = min(max(width, NARROWEST), _WIDEST)

    def row(self, lines: Sequence[int], label: str, value: str | None) -> str:
        """A row; a long value continues under its beginning. Says `none on the page` where there is no value."""
        from textwrap import wrap  # noqa: PLC0415 - slow to import, and a build lays out nothing

        margin = f"{line_range(lines):>{MARGIN - 2}}  "
        start = margin + (f"{label:<{_LABEL}}" if label else "")
        text = value or "none on the page"
        wrapped = wrap(text, self._width - len(start), break_long_words=True, break_on_hyphens=False)
        body = ("\n" + " " * len(start)).join(wrapped)
        return click.style(margin, dim=True) + start[len(margin) :] + (body if value else click.style(body, dim=True))

    def excerpt(self, text: str) -> str:
        """As much of a text as fits two lines."""
        return shorten(text, 2 * (self._width - MARGIN - _LABEL) - 4)


def heading(text: str, fg: str | None = None) -> str:
    """A heading above rows."""
    return click.style(text, bold=True, fg=fg)


def day_and_time(moment: Moment) -> str:
    """A date in China's time and in UTC, or only the day in China where no more is known."""
    local = moment.instant.astimezone(CHINA)
    if moment.precision is Precision.DAY:
        return f"{local:%Y-%m-%d} in China, the time of day is not shown"
    return f"{local:%Y-%m-%d %H:%M} in China = {moment.instant:%Y-%m-%d %H:%M} UTC"


def line_range(lines: Sequence[int]) -> str:
    """The first and the last of some lines: `5–9`, `5`, or nothing."""
    if not lines:
        return ""
    return f"{lines[0]}" if len(lines) == 1 else f"{lines[0]}–{lines[-1]}"


def progress(label: str, items: Sequence[T]) -> AbstractContextManager[Iterable[T]]:
    """The items to loop over, under a progress bar where there are many and standard error is a terminal."""
    if len(items) < _LONG_RUN or sys.stderr is None or not sys.stderr.isatty():
        return nullcontext(items)
    return click.progressbar(items, label=label, file=sys.stderr)


def say(result: Result) -> None:
    """Print problems to standard error; files, what was done, and what needs attention to standard output."""
    for problem in (*result.problems, *result.unreadable, *result.left_out):
        click.echo(problem, err=True)
    for note in result.notes:
        click.echo(f"Note: {note}", err=True)
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
    from json import dumps  # noqa: PLC0415 - slow to import, and few builds write a report

    report: dict[str, object] = {"started": rfc_3339(started), "status": status, "error": error}
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
            "notes": list(result.notes),
            "files": [
                {"path": str(file.path), "outcome": file.outcome.value, plural(file.noun): file.holds}
                for file in result.files
            ],
        }
    return dumps(report, ensure_ascii=False, indent=2) + "\n"


def count(number: int, noun: str) -> str:
    """A number of things: `1 entry`, `2 entries`."""
    return f"{number} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The plural of a noun that has a regular one."""
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def _as_json(problem: Problem) -> dict[str, object]:
    """A problem as a JSON object."""
    return {"source": problem.source, "line": problem.line, "message": problem.message}
