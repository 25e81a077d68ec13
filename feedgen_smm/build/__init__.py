"""A build: what is asked of it, and what it tells.

`from_pages` builds from the pages alone, `with_archive` from the record of all builds; both put out their feeds through
`putting_out`. What reads, sorts and renders is imported when it is needed: most builds find nothing changed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from pathlib import Path
from typing import NamedTuple, TypeVar

from feedgen_smm.feeds.layout import ARCHIVE, ATOM, HELD, RSS, TOPICS, of_topic
from feedgen_smm.models import Account, Action, Problem
from feedgen_smm.settings import Settings

T = TypeVar("T")
Bar = Callable[[Sequence[T]], AbstractContextManager[Iterable[T]]]
"""Shows how far a long run is, while what it is given is gone through."""


class Order(NamedTuple):
    """What to build: from which files and folders, into which folder, as which settings say.

    `is_trial` is whether only to tell what would be written.
    """

    places: tuple[Path, ...]
    output: Path
    settings: Settings
    is_trial: bool


class Outcome(Enum):
    """What became of a feed."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    STALE = "stale"
    CURRENT = "up to date"
    LEFT = "left behind"


class FeedFile(NamedTuple):
    """A file that was put out, or a folder of them, and how many of what it holds."""

    path: Path
    outcome: Outcome
    holds: int
    noun: str


class PutOut(NamedTuple):
    """What stands in the folder now: the files by name, with how many each holds, and why entries were left out.

    `changed` are the names of those that differ from what stood.
    """

    files: Mapping[str, int]
    changed: frozenset[str]
    problems: tuple[Problem, ...]


NOTHING = PutOut({}, frozenset(), ())


def feed_files(put: PutOut, order: Order) -> tuple[FeedFile, ...]:
    """What was put out, as it is told: the files of a folder of the output together; and what stands beside it."""
    differs, equals = (Outcome.STALE, Outcome.CURRENT) if order.is_trial else (Outcome.WRITTEN, Outcome.UNCHANGED)
    told: list[FeedFile] = []
    for name, noun in HELD.items():
        below = [file for file in put.files if file.startswith(f"{name}/")]
        if below or name in put.files:
            outcome = differs if not put.changed.isdisjoint((name, *below)) else equals
            told.append(FeedFile(order.output / name, outcome, put.files.get(name, len(below)), noun))
    return (*told, *_left_behind(put, order)) if told else ()


def _left_behind(put: PutOut, order: Order) -> Iterator[FeedFile]:
    """What readers may still come to: feeds of topics that are no more, or have no entry; archives nothing leads to."""
    for folder in sorted((order.output / TOPICS).glob("*/")):
        feeds = [path.name for path in folder.iterdir() if path.name in {ATOM, RSS}]
        if feeds and put.files.keys().isdisjoint(of_topic(folder.name, feed) for feed in feeds):
            yield FeedFile(folder, Outcome.LEFT, len(feeds), HELD[TOPICS])
    documents = [*(order.output / ARCHIVE).rglob("*.xml")]
    if documents and not any(name.startswith(f"{ARCHIVE}/") for name in put.files):
        yield FeedFile(order.output / ARCHIVE, Outcome.LEFT, len(documents), HELD[ARCHIVE])


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
