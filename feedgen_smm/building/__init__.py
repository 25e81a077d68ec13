"""A build: what is asked of it, and what it tells.

`from_pages` builds from the pages alone, `with_archive` from the record of all builds; both put out their feeds through
`putting_out`. Each is imported when it is needed: most builds find nothing changed, and need nearly nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from pathlib import Path
from typing import NamedTuple, TypeVar

from feedgen_smm.models import Account, Action, Problem

FEED_FILES = ("atom.xml", "rss.xml")

T = TypeVar("T")
Bar = Callable[[Sequence[T]], AbstractContextManager[Iterable[T]]]
"""Shows how far a long run is, while what it is given is gone through."""


class Order(NamedTuple):
    """What to build: from which files and folders, into which folder, at which address, with how many entries.

    `is_trial` is whether only to tell what would be written.
    """

    places: tuple[Path, ...]
    output: Path
    base_url: str | None
    limit: int
    is_trial: bool


class Outcome(Enum):
    """What became of a feed."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    STALE = "stale"
    CURRENT = "up to date"


class FeedFile(NamedTuple):
    """A feed, and how many entries it has."""

    path: Path
    outcome: Outcome
    entries: int


class PutOut(NamedTuple):
    """The feeds as they stand now, and why entries were left out."""

    feeds: tuple[FeedFile, ...]
    problems: tuple[Problem, ...]


NOTHING = PutOut((), ())


class Result(NamedTuple):
    """What a build did. `feeds` is empty where there was nothing to publish.

    `read` and `skipped` are the captures read and those with no need to be, `actions` what was done with entries, and
    `account` where all sightings went that the build knows of.
    """

    feeds: tuple[FeedFile, ...]
    problems: tuple[Problem, ...]
    account: Account
    read: int
    skipped: int
    actions: Counter[Action]
