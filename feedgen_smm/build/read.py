"""The second pass: read the files that changed, and read again what an older parser read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from feedgen_smm.articles.matching import keyed
from feedgen_smm.articles.settlement import successors
from feedgen_smm.build import Bar
from feedgen_smm.build.collect import Collected, path_of
from feedgen_smm.captures.containers import read_captures
from feedgen_smm.captures.files import printable, signature
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Capture, Kind, Page, Problem, Reading, Sighting
from feedgen_smm.pages import VERSION
from feedgen_smm.pages.page import parse
from feedgen_smm.record.captures import (
    File,
    NewCapture,
    ReadBy,
    StoredCapture,
    current_captures,
    note_gone,
    note_listings,
    read_by_older,
    signatures,
    store_captures,
)
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
from feedgen_smm.record.schema import seal, to_optional_time

_BATCH = 500  # files between commits
_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_A_DAY = timedelta(days=1)


def read_changed(record: Record, files: Sequence[File], now: datetime, bar: Bar[File]) -> dict[File, Problem]:
    """Read `files` into the record; returns a problem for each that could not be read."""
    with bar("Reading pages", files) as shown:
        return _read_all(_Reader(record, SEEN, now), record, shown)


def read_again(record: Record, now: datetime, bar: Bar[File]) -> int:
    """Read the files again that an older parser read and that did not change since; returns how many those are.

    One that cannot be read is reported by `read_changed`, where it is found changed.
    """
    old = read_by_older(record, VERSION)
    files = [file for file in old if signature(path_of(record, file.folder, file.name)) == file.signature]
    with bar("Reading pages again", files) as shown:
        _read_all(_Reader(record, MENDED, now), record, shown)
    return len(files)


def _read_all(reader: "_Reader", record: Record, files: Iterable[File]) -> dict[File, Problem]:
    """Read files, and keep what was read batch by batch; returns a problem for each that could not be read."""
    unreadable: dict[File, Problem] = {}
    for number, file in enumerate(files, start=1):
        path = path_of(record, file.folder, file.name)
        try:
            reader.read(file, read_captures(path))
        except UnreadableCaptureError as error:
            unreadable[file] = Problem(printable(path), 1, str(error))
        if number % _BATCH == 0:
            record.commit()
    return unreadable


def note_collected(record: Record, collected: Collected, unread: Iterable[File]) -> None:
    """Remember what `collect` found, once it is read. The next build looks again at the folders of `unread` files."""
    for folder, files in collected.found.items():
        note_gone(record, folder, [name for name in signatures(record, folder) if name not in files])
    for folder in collected.gone:
        note_gone(record, folder, list(signatures(record, folder)))
    failed = {file.folder for file in unread}
    new = {folder: collected.listings[folder] for folder in collected.found if folder not in failed}
    note_listings(record, new | dict.fromkeys(collected.gone, b""))


def read_pages(path: Path) -> Iterator[tuple[Capture, Page]]:
    """The captures in the file at `path`, and what they mean. What cannot be read is a page with that problem."""
    try:
        for one in read_captures(path):
            yield (one, parse(one)) if isinstance(one, Capture) else _unreadable(one)
    except UnreadableCaptureError as error:
        yield _unreadable(Problem(printable(path), 1, str(error)))


def _unreadable(problem: Problem) -> tuple[Capture, Page]:
    page = Page(source=problem.source, lines=(), article=None, related=(), problems=(problem,))
    return Capture(problem.source, b""), page


class _Reader:
    """Stores captures and their readings in the record."""

    def __init__(self, record: Record, pending: int, now: datetime) -> None:
        self._record = record
        self._now = now
        self._readings = Readings(record, VERSION, pending)

    def read(self, file: File, captures: Iterable[Capture | Problem]) -> None:
        """Store the captures of a file, and the problems of what could not be read."""
        before = current_captures(self._record, file)
        stored: dict[str, NewCapture] = {}
        problems: list[Problem] = []
        for one in captures:
            if isinstance(one, Problem):
                problems.append(one)
                continue
            new = self._store(one, before)
            member, count = new.member, 1
            while new.member in stored:  # a container may hold two files of one name
                count += 1
                new = new._replace(member=f"{member} ({count})")
            stored[new.member] = new
        if problems:
            stored.setdefault("", self._store_problems(problems))
        store_captures(self._record, file, [*stored.values()], before, ReadBy(VERSION, self._now))

    def _store_problems(self, problems: Sequence[Problem]) -> NewCapture:
        """A capture whose reading has only problems: what could not be read of a file."""
        digest = seal(*(part for problem in problems for part in (problem.line, problem.message)))
        known = find_reading(self._record, digest)
        row = known[0] if known else self._readings.store(Reading(digest, (), tuple(problems)), None)
        return NewCapture("", row, 0, None)

    def _store(self, capture: Capture, current: Mapping[str, StoredCapture]) -> NewCapture:
        record = self._record
        before = current.get(capture.member or "")
        saved = time_of_saving(capture, to_optional_time(before and before.saved), self._now, is_first=before is None)
        reading, is_new = self._reading(capture, saved)
        if before is None or before.reading != reading:
            if saved is not None and not (is_new and before is None):
                note_saving(record, reading, saved, is_sure=before is not None)
            if before is not None:
                note_succession(record, before.reading, reading)
        return NewCapture(capture.member or "", reading, len(capture.data), saved)

    def _reading(self, capture: Capture, saved: datetime | None) -> tuple[int, bool]:
        """The row of a capture's reading by this version of the parser, and whether its bytes are new."""
        digest = digest_of(capture)
        known = find_reading(self._record, digest)
        if known is None:
            return self._readings.store(make_reading(capture, digest, self._now), saved), True
        row, version = known
        if version < VERSION:
            reading = make_reading(capture, digest, self._now)
            sightings = [one.sighting for one in reading.sightings]
            self._readings.replace(row, reading, successors(shown_by(self._record, row), sightings))
        return row, False


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
    return Reading(seal(digest, now.isoformat()), tuple(keyed(one) for one in sightings), (*page.problems, *problems))


def _in_the_future(sighting: Sighting) -> str:
    what = "the article" if sighting.kind is Kind.ARTICLE else f"the related item {sighting.title!r}"
    return f"not published: {what} is dated {sighting.shown_date}, in the future; correct the date in the page"


def digest_of(capture: Capture) -> bytes:
    """The digest of all that a reading depends on."""
    saved = None if capture.saved is None else capture.saved.isoformat()
    return seal(capture.data, capture.address, capture.charset, saved)


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
