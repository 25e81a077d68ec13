"""Saved pages → the archive: only what changed is read, and each step that is done stays done.

First every changed page is taken in, then what they show is settled into entries. Both are kept batch by batch: a
build that is stopped in the middle is gone on with by the next, and what it settles does not depend on where it was.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from feedgen_smm.record import Archive, state
from feedgen_smm.build import Bar
from feedgen_smm.captures.files import path_of, printable, survey
from feedgen_smm.models import Action, Problem


class Update(NamedTuple):
    """What an update did: how many captures it read and how many it had no need to, and what it made of entries.

    `actions` count what was done with entries; `problems` are those of all pages, also of those not read again.
    """

    read: int
    skipped: int
    actions: Counter[Action]
    problems: tuple[Problem, ...]


def update(archive: Archive, places: Iterable[Path], now: datetime, bar: Bar[state.File]) -> Update:
    """Bring the archive up to date with the pages that `places`, files or folders, hold.

    `now`, aware UTC, is when it is done. Raises ArchiveError where the archive cannot be written.
    """
    surveyed: dict[bytes, dict[bytes, str]] = {}
    for folder in survey(places):
        surveyed.setdefault(folder.path, {}).update(folder.files)
    changed = [file for path, files in surveyed.items() for file in state.changed_files(archive, path, files)]
    if changed or not state.all_is_settled(archive):
        from feedgen_smm.build.taking_in import settle_all, take_in  # noqa: PLC0415 - most builds find nothing new

        unreadable = take_in(archive, changed, now, bar)
        actions = settle_all(archive, now)
    else:
        unreadable, actions = [], Counter()
    known = (
        Problem(printable(path_of(folder, name)), line, message)
        for folder, name, line, message in state.problems_in(archive, surveyed)
    )
    return Update(
        read=len(changed) - len(unreadable),
        skipped=sum(map(len, surveyed.values())) - len(changed),
        actions=actions,
        problems=(*known, *unreadable),
    )
