"""A build: saved pages → feeds, in four passes, each given only what it needs.

`collect` finds the files that changed, `read` understands them, `settle` decides what becomes of entries, and `write`
puts the feeds into their folder. `passes` calls the last three; `corrections` overrides pages; `mapping` spreads
work over processes or machines. Most builds find that nothing changed: they end in `run`, and import little.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from feedgen_smm import __version__
from feedgen_smm.build.collect import Collected, collect
from feedgen_smm.captures.files import signature
from feedgen_smm.models import Problem, Why
from feedgen_smm.pages import VERSION
from feedgen_smm.record.captures import (
    count_entries,
    count_faulty,
    has_unreported,
    is_read_by_older,
    is_settled,
    publications,
)
from feedgen_smm.record.database import Record
from feedgen_smm.settings import Settings

T = TypeVar("T")
Bar = Callable[[str, Sequence[T]], AbstractContextManager[Iterable[T]]]
"""Shows the progress of a long loop, under a label; gives back the items to loop over."""

LAST_OPTIONS, LAST_SUMMARY = "written with", "files"
"""The facts of a record that tell with which options the files were last written, and what the summary said of them."""


class Order(NamedTuple):
    """What to build: from which files and folders, into which folder, with which settings and corrections.

    `corrections` is a file that need not exist. `is_trial`: find out what would be written, and write nothing. Pages
    are read in `jobs` processes, or on the Dask cluster at the address `dask`; the result is the same.
    """

    places: tuple[Path, ...]
    output: Path
    settings: Settings
    corrections: Path
    is_trial: bool = False
    jobs: int = 1
    dask: str | None = None


class Outcome(Enum):
    """What became of a file of the output."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    STALE = "stale"
    CURRENT = "up to date"
    ABANDONED = "no longer updated"


class FeedFile(NamedTuple):
    """A file of the output, or a folder of them; what became of it; how many `noun`s it holds."""

    path: Path
    outcome: Outcome
    holds: int
    noun: str


class Result(NamedTuple):
    """What a build did. `files` is empty where there was nothing to publish.

    `problems` are the problems of pages that were not reported before, `unreadable` the files that could not be read,
    `left_out` the entries that would have made a feed invalid. `read` and `unchanged` count files, `reread` those that
    a better parser read again, `faulty` those that have a problem. `changes` counts revisions by their reasons, and
    `entries` the entries that the feeds are made of. `notes` are what a person should know of the build itself.
    """

    files: tuple[FeedFile, ...]
    problems: tuple[Problem, ...] = ()
    unreadable: tuple[Problem, ...] = ()
    left_out: tuple[Problem, ...] = ()
    read: int = 0
    reread: int = 0
    unchanged: int = 0
    faulty: int = 0
    entries: int = 0
    changes: Mapping[Why, int] = Counter()
    notes: tuple[str, ...] = ()


def run(order: Order, record: Record, now: datetime, bar: Bar[Any]) -> Result:
    """Bring the record up to date with the pages, then the feeds with the record. `now` is aware UTC.

    Raises ConfigurationError for corrections that name nothing known, RefusedError where published entries would be
    lost, and RecordError and PublishError where the record or a feed cannot be written; the feeds then stay unchanged.
    """
    collected = collect(record, order.places)
    if files := _unchanged(record, order, collected):
        faulty, entries = count_faulty(record), count_entries(record)
        return Result(files, unchanged=collected.unchanged, faulty=faulty, entries=entries)
    # Parsing, settling and rendering are slow to import, and most builds need none of them.
    from feedgen_smm.build.passes import run_passes  # noqa: PLC0415

    return run_passes(order, record, collected, now, bar)


def options_of(order: Order) -> str:
    """All that the files of the output depend on besides the pages."""
    return f"{__version__} {order.settings} {os.path.abspath(order.output)} {signature(order.corrections)}"  # noqa: PTH100


def _unchanged(record: Record, order: Order, collected: Collected) -> tuple[FeedFile, ...]:
    """The files of the output if everything is as the last build left it; none if there is something to do."""
    if collected.changed or collected.listings or record.fact(LAST_OPTIONS) != options_of(order):
        return ()
    if not is_settled(record) or is_read_by_older(record, VERSION) or has_unreported(record):
        return ()
    if any(one.signature != signature(order.output / name) for name, one in publications(record).items()):
        return ()
    same = Outcome.CURRENT if order.is_trial else Outcome.UNCHANGED
    summary = [line.split("\t") for line in (record.fact(LAST_SUMMARY) or "").splitlines()]
    return tuple(
        FeedFile(
            order.output / name, Outcome.ABANDONED if outcome == Outcome.ABANDONED.value else same, int(holds), noun
        )
        for name, holds, noun, outcome in summary
    )
