"""A build: saved pages → feeds, in four passes, each given what it needs.

`collect` finds which files changed, `read` understands them, `settle` decides what becomes of entries, `write` puts the
feeds into their folder. What most builds find, that nothing changed, needs few imports: see `run`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from pathlib import Path
from typing import NamedTuple, TypeVar

from feedgen_smm.models import Problem, Why
from feedgen_smm.settings import Settings

T = TypeVar("T")
Bar = Callable[[str, Sequence[T]], AbstractContextManager[Iterable[T]]]
"""Shows how far a long run of that name is, while what it is given is gone through."""


WRITTEN, FILES = "written with", "files"
"""The facts that say with which options the files were written last, and which they are."""


class Order(NamedTuple):
    """What to build: from which files and folders, into which folder, as which settings and corrections say.

    `corrections` is a file that need not exist. `is_trial` is whether only to tell what would be written.
    """

    places: tuple[Path, ...]
    output: Path
    settings: Settings
    corrections: Path
    is_trial: bool = False


class Outcome(Enum):
    """What became of a file of the output."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    STALE = "stale"
    CURRENT = "up to date"
    REMOVED = "removed"
    ABANDONED = "no longer updated"


class FeedFile(NamedTuple):
    """A file of the output, or a folder of them, and how many of what it holds."""

    path: Path
    outcome: Outcome
    holds: int
    noun: str


class Result(NamedTuple):
    """What a build did. `files` is empty where there was nothing to publish.

    `problems` are those of pages that were not reported before; `unreadable` are files that could not be read, and
    `left_out` entries that would have broken a format. `read` and `unchanged` count files, `reread` those that a better
    parser read again, `faulty` those that stand and have a problem. `changes` counts revisions by their reasons, and
    `entries` those that the feeds are made of.
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
