"""The second pass: read the files that changed, and read again what an older parser read."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from feedgen_smm.articles.matching import keyed
from feedgen_smm.articles.settlement import successors
from feedgen_smm.build import Bar
from feedgen_smm.build.collect import Collected, path_of
from feedgen_smm.build.mapping import Map
from feedgen_smm.captures.containers import read_captures
from feedgen_smm.captures.files import printable, signature
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Capture, Kind, Page, Problem, Reading, Sighting
from feedgen_smm.pages import VERSION
from feedgen_smm.pages.page import parse, split
from feedgen_smm.record.captures import (
    File,
    NewCapture,
    ReadFile,
    StoredCapture,
    current_captures,
    note_gone,
    note_listings,
    read_by_older,
    store_captures,
)
from feedgen_smm.record.database import Record
from feedgen_smm.record.readings import (
    MENDED,
    SEEN,
    Readings,
    digest_of,
    find_readings,
    fingerprint,
    note_saving,
    note_succession,
    shown_by,
)
from feedgen_smm.record.schema import to_optional_time

_COMMIT = 1000  # files read between commits
_AT_ONCE = 100  # pages whose readings are stored at once
_PART = 2000  # pages of one file between commits: a build that was stopped goes on in the middle of a large file
_BATCH = 2**20  # bytes of pages that are handed over at once
_A_STEP = 2**14  # bytes; what a page costs to read beside its length
_WORTHWHILE = 2**13  # bytes; to hand over a smaller page, most often a text, costs nearly as much as to read it
_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_A_DAY = timedelta(days=1)

Pages = dict[bytes, Capture]  # by their digests
Read = dict[bytes, Reading]


class _Step(NamedTuple):
    """What a file holds: a page and its digest, or a problem; None is the end of the file."""

    file: File
    found: Capture | Problem | UnreadableCaptureError | None
    digest: bytes = b""


class _OpenFile(NamedTuple):
    """A file that is being read: its row; what it held before; the names of its pages so far; what is to be stored."""

    file: File
    row: int
    before: dict[str, StoredCapture]
    members: set[str]
    part: list[NewCapture]
    problems: list[Problem]

    def new_member(self, name: str) -> str:
        """A name for the next page; a container may hold two files of one name."""
        member, count = name, 1
        while member in self.members:
            count += 1
            member = f"{name} ({count})"
        self.members.add(member)
        return member


def read_changed(
    record: Record, files: Sequence[File], now: datetime, mapped: Map, bar: Bar[File]
) -> dict[File, Problem]:
    """Read `files` into the record; returns a problem for each that could not be read."""
    with bar("Reading pages", files) as shown:
        return _read_all(record, _Reader(record, SEEN, now), mapped, shown)


def read_again(record: Record, now: datetime, mapped: Map, bar: Bar[File]) -> int:
    """Read again the files that an older parser read and that did not change since; returns how many those are.

    A file that cannot be read counts as changed, and `read_changed` reports it.
    """
    old = read_by_older(record, VERSION)
    files = [file for file in old if signature(path_of(record, file.folder, file.name)) == file.signature]
    with bar("Reading pages again", files) as shown:
        _read_all(record, _Reader(record, MENDED, now), mapped, shown)
    return len(files)


def _read_all(record: Record, reader: "_Reader", mapped: Map, files: Iterable[File]) -> dict[File, Problem]:
    """Read files, and keep what was read; returns a problem for each that could not be read."""
    waiting = deque[list[_Step]]()

    def handed_over() -> Iterator[Pages]:
        for steps in _batches(_steps(record, files)):
            waiting.append(steps)
            yield _worthwhile(record, steps)

    with closing(mapped(partial(make_readings, reader.now), handed_over())) as results:
        for readings in results:
            steps = waiting.popleft()
            reader.look_up(steps)
            for step in steps:
                reader.take(step, readings)
    reader.save()
    return reader.unreadable


def _steps(record: Record, files: Iterable[File]) -> Iterator[_Step]:
    """What files hold, one after the other."""
    for folder, those in groupby(files, key=lambda file: file.folder):
        place = path_of(record, folder, b"")
        for file in those:
            try:
                for one in _captures(place / os.fsdecode(file.name)):
                    yield _Step(file, one, _digest(one) if isinstance(one, Capture) else b"")
            except UnreadableCaptureError as error:
                yield _Step(file, error)
            else:
                yield _Step(file, None)


def _captures(path: Path) -> Iterator[Capture | Problem]:
    """The pages in a file; of a page that holds several articles, each article."""
    for one in read_captures(path):
        if isinstance(one, Capture):
            yield from split(one)
        else:
            yield one


def _batches(steps: Iterable[_Step]) -> Iterator[list[_Step]]:
    batch: list[_Step] = []
    size = 0
    for step in steps:
        batch.append(step)
        size += _A_STEP + (len(step.found.data) if isinstance(step.found, Capture) else 0)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _worthwhile(record: Record, steps: Iterable[_Step]) -> Pages:
    """The pages that are large, and that this parser did not read yet."""
    large = {digest: page for _, page, digest in steps if isinstance(page, Capture) and len(page.data) >= _WORTHWHILE}
    known = find_readings(record, large)
    return {digest: page for digest, page in large.items() if digest not in known or known[digest][1] < VERSION}


class _Reader:
    """Stores captures and their readings in the record.

    What is in a large file is stored in parts. Until all of it is stored, the file counts as not read: the next build
    reads it again, and knows the pages of the first parts.
    """

    def __init__(self, record: Record, pending: int, now: datetime) -> None:
        self.now = now
        self.unreadable: dict[File, Problem] = {}
        self._record = record
        self._pending = pending
        self._readings = Readings(record, VERSION, pending)
        self._uncommitted = 0
        self._read: list[ReadFile] = []
        self._file = _OpenFile(File(b"", b"", ""), 0, {}, set(), [], [])
        self._before: dict[File, tuple[int, dict[str, StoredCapture]]] = {}

    def look_up(self, steps: Sequence[_Step]) -> None:
        """Ask the record for what it knows of a batch, before its steps are taken."""
        self._before = current_captures(self._record, dict.fromkeys(step.file for step in steps))
        self._readings.look_up({step.digest for step in steps if step.digest})

    def take(self, step: _Step, readings: Read) -> None:
        """Store what a step found, with the readings of its batch."""
        file, found = step.file, step.found
        if file != self._file.file:
            row, before = self._before.get(file) or (self._record.new_row("file"), {})
            self._file = _OpenFile(file, row, before, set(), [], [])
        if isinstance(found, Capture):
            self._file.part.append(self._store(found, step.digest, readings))
            if len(self._file.part) == _PART:
                self._keep_part()
        elif isinstance(found, Problem):
            self._file.problems.append(found)
        elif found is None:
            self._keep_file()
        else:
            path = path_of(self._record, file.folder, file.name)
            self.unreadable[file] = Problem(printable(path), 1, str(found))

    def _keep_part(self) -> None:
        """Store the first pages of a file. A file that counts as new, or as read by an older parser, is read again."""
        file, row, before, _, part, _ = self._file
        known = {one.member: before.pop(one.member) for one in part if one.member in before}
        unread = (file._replace(signature=""), row, VERSION) if self._pending == SEEN else (file, row, 0)
        self._read.append(ReadFile(*unread, tuple(part), known))
        part.clear()
        self.save()
        self._record.commit()

    def _keep_file(self) -> None:
        file, row, before, members, part, problems = self._file
        if problems and "" not in members:
            part.append(self._store_problems(problems))
        self._read.append(ReadFile(file, row, VERSION, part, before))
        self._uncommitted += 1
        if self._uncommitted % _COMMIT == 0:
            self.save()
            self._record.commit()

    def save(self) -> None:
        """Write what is to be stored of the files that were read to their end, and of all pages so far."""
        if self._read:
            store_captures(self._record, self._read, self.now)
            self._read.clear()
        if self._readings.count_new:
            self._readings.save()

    def _store_problems(self, problems: Sequence[Problem]) -> NewCapture:
        """A capture whose reading has only problems: what could not be read of a file."""
        digest = fingerprint(*(part for problem in problems for part in (problem.line, problem.message)))
        known = self._readings.find(digest)
        row = known[0] if known else self._readings.store(Reading(digest, (), tuple(problems)), None)
        return NewCapture("", row, 0, None)

    def _store(self, capture: Capture, digest: bytes, readings: Read) -> NewCapture:
        """Store the reading of a page, and what follows from its place; returns the capture to be stored."""
        record = self._record
        member = self._file.new_member(capture.member or "")
        before = self._file.before.get(member)
        saved = time_of_saving(capture, to_optional_time(before and before.saved), self.now, is_first=before is None)
        known = self._readings.find(digest)
        is_new = False
        if known is not None and known[1] >= VERSION:
            row = known[0]
        else:
            reading = readings.get(digest) or make_reading(capture, digest, self.now)
            known = known or self._known_otherwise(reading, digest, before)
            row, is_new = self._store_reading(reading, known, saved)
        has_effects = not is_new and saved is not None if before is None else before.reading != row
        if has_effects or self._readings.count_new >= _AT_ONCE:
            self.save()
        if has_effects and saved is not None:
            note_saving(record, row, saved, is_sure=before is not None)
        if has_effects and before is not None:
            note_succession(record, before.reading, row)
        return NewCapture(member, row, len(capture.data), saved)

    def _known_otherwise(self, reading: Reading, digest: bytes, before: StoredCapture | None) -> tuple[int, int] | None:
        """The row and version of a stored reading of the same bytes that has another digest, if there is one.

        A date in the future makes another digest. So did earlier programs: in a file that did not change since an older
        parser read it, the page is the one that was there before.
        """
        if before is not None and self._pending == MENDED:
            return before.reading, 0
        return None if reading.digest == digest else self._readings.find(reading.digest)

    def _store_reading(
        self, reading: Reading, known: tuple[int, int] | None, saved: datetime | None
    ) -> tuple[int, bool]:
        """Store a reading, in place of an older parser's of the same bytes; returns its row, and whether it is new."""
        if known is None:
            return self._readings.store(reading, saved), True
        row, version = known
        if version < VERSION:
            self.save()
            sightings = [one.sighting for one in reading.sightings]
            self._readings.replace(row, reading, successors(shown_by(self._record, row), sightings))
        return row, False


def time_of_saving(capture: Capture, before: datetime | None, now: datetime, *, is_first: bool) -> datetime | None:
    """When a capture was saved, to tell later from earlier: its own word, else the time of its file.

    A time more than a second after `now` counts as unknown. A capture that replaced another in the same file was saved
    after it, whatever its own time says, and at the latest `now`.
    """
    saved = capture.saved or capture.file_time
    if saved is not None and saved > now + _SECOND:
        saved = None
    if is_first:
        return saved
    if before is None:
        return saved or now
    return max(saved, before + _MICROSECOND) if saved else now


def make_readings(now: datetime, captures: Pages) -> Read:
    """Parse captures, which are given by their digests."""
    return {digest: make_reading(capture, digest, now) for digest, capture in captures.items()}


def make_reading(capture: Capture, digest: bytes, now: datetime) -> Reading:
    """Parse a capture. A date in the future is dropped and becomes a problem.

    Such a reading depends on the clock, so it has another digest: a later build may accept the date in the same bytes.
    """
    page = parse(capture)
    latest = now + _A_DAY
    ahead = [one for one in page.sightings if one.published and one.published.instant > latest]
    if not ahead:
        return Reading(digest, tuple(keyed(sighting) for sighting in page.sightings), page.problems)
    sightings = [one._replace(published=None) if one in ahead else one for one in page.sightings]
    problems = [Problem(one.source, one.evidence.published or one.line, _in_the_future(one)) for one in ahead]
    return Reading(
        fingerprint(digest, now.isoformat()), tuple(keyed(one) for one in sightings), (*page.problems, *problems)
    )


def _in_the_future(sighting: Sighting) -> str:
    what = "the article" if sighting.kind is Kind.ARTICLE else f"the related item {sighting.title!r}"
    return f"not published: {what} is dated {sighting.shown_date}, in the future; correct the date in the page"


def _digest(capture: Capture) -> bytes:
    """The digest of all that a reading depends on."""
    saved = None if capture.saved is None else capture.saved.isoformat()
    return fingerprint(digest_of(capture.data).hex(), capture.address, capture.charset, saved)


def note_collected(record: Record, collected: Collected, unread: Iterable[File]) -> None:
    """Remember what `collect` found, once it is read. The next build looks again at the folders of `unread` files."""
    for folder, names in collected.lost.items():
        note_gone(record, folder, names)
    failed = {file.folder for file in unread}
    note_listings(record, {folder: one for folder, one in collected.listings.items() if folder not in failed})


def read_pages(path: Path) -> Iterator[tuple[Capture, Page]]:
    """The captures in the file at `path`, and what they mean. What cannot be read is a page with that problem."""
    try:
        for one in _captures(path):
            yield (one, parse(one)) if isinstance(one, Capture) else _unreadable(one)
    except UnreadableCaptureError as error:
        yield _unreadable(Problem(printable(path), 1, str(error)))


def _unreadable(problem: Problem) -> tuple[Capture, Page]:
    page = Page(source=problem.source, lines=(), article=None, related=(), problems=(problem,))
    return Capture(problem.source, b""), page
