"""The second pass: changed files are read, and what an older parser read is read again. What comes of a capture depends
on nothing but its bytes.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from feedgen_smm.articles.matching import keyed
from feedgen_smm.articles.settlement import successors
from feedgen_smm.build import Bar
from feedgen_smm.build.collect import path_of
from feedgen_smm.captures.files import printable, read_capture, signature
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Capture, Page, Problem, Reading
from feedgen_smm.pages import VERSION
from feedgen_smm.pages.page import parse
from feedgen_smm.record.captures import File, Saved, Standing, read_by_older, standing, store_captures
from feedgen_smm.record.database import Record
from feedgen_smm.record.readings import (
    MENDED,
    SEEN,
    Readings,
    find_reading,
    note_saving,
    note_succession,
    shown_by,
)
from feedgen_smm.record.rows import seal, to_optional_time

_BATCH = 200  # files between commits
_MICROSECOND = timedelta(microseconds=1)


def read_changed(record: Record, files: Sequence[File], now: datetime, bar: Bar[File]) -> dict[File, Problem]:
    """Read `files` into the record; returns a problem for each that could not be read."""
    reader = _Reader(record, SEEN, now)
    unreadable: dict[File, Problem] = {}
    with bar("Reading pages", files) as waited_for:
        for number, file in enumerate(waited_for, start=1):
            path = path_of(record, file.folder, file.name)
            try:
                reader.read(file, [read_capture(path)])
            except UnreadableCaptureError as error:
                unreadable[file] = Problem(printable(path), 1, str(error))
            if number % _BATCH == 0:
                record.commit()
    return unreadable


def read_again(record: Record, now: datetime, bar: Bar[File]) -> int:
    """Read again what an older parser read and still stands as it stood; returns how many files that are."""
    old = read_by_older(record, VERSION)
    files = [file for file in old if signature(path_of(record, file.folder, file.name)) == file.signature]
    reader = _Reader(record, MENDED, now)
    with bar("Reading pages again", files) as waited_for:
        for number, file in enumerate(waited_for, start=1):
            with suppress(UnreadableCaptureError):  # it is told when it is found changed
                reader.read(file, [read_capture(path_of(record, file.folder, file.name))])
            if number % _BATCH == 0:
                record.commit()
    return len(files)


def read_page(path: Path) -> Page:
    """The page at `path`; one that cannot be read is a page with that problem."""
    try:
        return parse(read_capture(path))
    except UnreadableCaptureError as error:
        source = printable(path)
        return Page(source=source, lines=(), article=None, related=(), problems=(Problem(source, 1, str(error)),))


class _Reader:
    """Puts captures and their readings into the record."""

    def __init__(self, record: Record, pending: int, now: datetime) -> None:
        self._record = record
        self._now = now
        self._readings = Readings(record, VERSION, pending)

    def read(self, file: File, captures: Sequence[Capture]) -> None:
        """Put the captures of a file into the record."""
        before = standing(self._record, file)
        stored = [self._stored(capture, before.get(capture.member or "")) for capture in captures]
        store_captures(self._record, file, stored, before, VERSION, self._now)

    def _stored(self, capture: Capture, before: Standing | None) -> Saved:
        record = self._record
        saved = time_of_saving(capture, to_optional_time(before and before.saved), self._now, is_first=before is None)
        reading, is_new = self._reading(capture, saved)
        if before is None or before.reading != reading:
            if saved is not None and not (is_new and before is None):
                note_saving(record, reading, saved, is_sure=before is not None)
            if before is not None:
                note_succession(record, before.reading, reading)
        return Saved(capture.member or "", reading, len(capture.data), saved)

    def _reading(self, capture: Capture, saved: datetime | None) -> tuple[int, bool]:
        """The row of the reading of a capture, made where there is none of this parser; and whether its bytes are new."""
        digest = digest_of(capture)
        known = find_reading(self._record, digest)
        if known is None:
            return self._readings.store(make_reading(capture, digest), saved), True
        row, version = known
        if version < VERSION:
            reading = make_reading(capture, digest)
            sightings = [one.sighting for one in reading.sightings]
            self._readings.replace(row, reading, successors(shown_by(self._record, row), sightings))
        return row, False


def make_reading(capture: Capture, digest: bytes) -> Reading:
    """What this version of the parser understands of a capture."""
    page = parse(capture)
    return Reading(digest, tuple(keyed(sighting) for sighting in page.sightings), page.problems)


def digest_of(capture: Capture) -> bytes:
    """What tells all that a reading depends on from all else."""
    saved = None if capture.saved is None else capture.saved.isoformat()
    return seal(capture.data, capture.address, capture.charset, saved)


def time_of_saving(capture: Capture, before: datetime | None, now: datetime, *, is_first: bool) -> datetime | None:
    """When a capture was saved, for telling later from earlier: as it says itself, else its file's time.

    A time in the future is unknown. What replaced another capture, in the same file, was saved after it, whatever its
    own time says: at the latest `now`.
    """
    saved = capture.saved or capture.file_time
    if saved is not None and saved > now:
        saved = None
    if is_first:
        return saved
    if before is None:
        return saved or now
    return max(saved, before + _MICROSECOND) if saved else now
