"""Changed pages into the archive, batch by batch, and what they show into entries."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from feedgen_smm.record import Archive, intake
from feedgen_smm.record.settling import settle_some
from feedgen_smm.record.state import File, all_is_settled
from feedgen_smm.build import Bar
from feedgen_smm.captures.files import path_of, printable, read_capture
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Action, Capture, Problem
from feedgen_smm.pages import parse

_BATCH = 200  # pages


def take_in(archive: Archive, files: Sequence[File], now: datetime, bar: Bar[File]) -> list[Problem]:
    """Take the pages of `files` into the archive; returns a problem for each that could not be read."""
    unreadable: list[Problem] = []
    with bar(files) as waited_for:
        for number, file in enumerate(waited_for, start=1):
            path = path_of(file.folder, file.name)
            try:
                _take_in_one(archive, file, read_capture(path), now)
            except UnreadableCaptureError as error:
                unreadable.append(Problem(printable(path), 1, str(error)))
            if number % _BATCH == 0:
                archive.commit()
    if files:
        archive.commit()
    return unreadable


def _take_in_one(archive: Archive, file: File, capture: Capture, now: datetime) -> None:
    sha256 = hashlib.sha256(capture.data).digest()
    page = intake.known_page(archive, sha256)
    if page is None:
        page = intake.add_page(archive, sha256, parse(capture))
    intake.add_capture(archive, file, page, capture, now)


def settle_all(archive: Archive, now: datetime) -> Counter[Action]:
    """Settle all that is not settled, also what an earlier build was stopped before."""
    done: Counter[Action] = Counter()
    while not all_is_settled(archive):
        done += settle_some(archive, now)
        archive.commit()
    return done
