"""The second pass: changed files are read, and what an older parser read is read again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
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
    Saved,
    Standing,
    note_gone,
    note_listings,
    read_by_older,
    standing,
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
from feedgen_smm.record.rows import to_optional_time
from feedgen_smm.record.seals import seal
from feedgen_smm.record.standing import File, signatures

_BATCH = 200  # files between commits
_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_A_DAY = timedelta(days=1)


def read_changed(record: Record, files: Sequence[File], now: datetime, bar: Bar[File]) -> dict[File, Problem]:
    """Read `files` into the record; returns a problem for each that could not be read."""
    reader = _Reader(record, SEEN, now)
    unreadable: dict[File, Problem] = {}
    with bar("Reading pages", files) as waited_for:
        for number, file in enumerate(waited_for, start=1):
            path = path_of(record, file.folder, file.name)
            try:
                reader.read(file, read_captures(path))
            except UnreadableCaptureError as error:
                unreadable[file] = Problem(printable(path), 1, str(error))
            if number % _BATCH == 0:
                record.commit()
    return unreadable


def note_collected(record: Record, collected: Collected, unread: Iterable[File]) -> None:
    """Remember what was found, once it is read; a folder of files that could not be read is looked up again."""
    for folder, files in collected.found.items():
        note_gone(record, folder, [name for name in signatures(record, folder) if name not in files])
    for folder in collected.gone:
        note_gone(record, folder, list(signatures(record, folder)))
    failed = {file.folder for file in unread}
    new = {folder: collected.listings[folder] for folder in collected.found if folder not in failed}
    note_listings(record, new | dict.fromkeys(collected.gone, b""))


def read_again(record: Record, now: datetime, bar: Bar[File]) -> int:
    """Read again what an older parser read and still stands as it stood; returns how many files that are."""
    old = read_by_older(record, VERSION)
    files = [file for file in old if signature(path_of(record, file.folder, file.name)) == file.signature]
    reader = _Reader(record, MENDED, now)
    with bar("Reading pages again", files) as waited_for:
        for number, file in enumerate(waited_for, start=1):
            with suppress(UnreadableCaptureError):  # it is told when it is found changed
                reader.read(file, read_captures(path_of(record, file.folder, file.name)))
            if number % _BATCH == 0:
                record.commit()
    return len(files)


def read_pages(path: Path) -> Iterator[tuple[Capture, Page]]:
    """The captures in the file at `path` and what they mean; one that cannot be read is a page with that problem."""
    try:
        for one in read_captures(path):
            yield (one, parse(one)) if isinstance(one, Capture) else _refused(one)
    except UnreadableCaptureError as error:
        yield _refused(Problem(printable(path), 1, str(error)))


def _refused(problem: Problem) -> tuple[Capture, Page]:
    page = Page(source=problem.source, lines=(), article=None, related=(), problems=(problem,))
    return Capture(problem.source, b""), page


class _Reader:
    """Puts captures and their readings into the record."""

    def __init__(self, record: Record, pending: int, now: datetime) -> None:
        self._record = record
        self._now = now
        self._readings = Readings(record, VERSION, pending)

    def read(self, file: File, captures: Iterable[Capture | Problem]) -> None:
        """Put the captures of a file into the record, one after the other."""
        before = standing(self._record, file)
        stored: dict[str, Saved] = {}
        problems: list[Problem] = []
        for one in captures:
            if isinstance(one, Problem):
                problems.append(one)
                continue
            saved = self._stored(one, before)
            member, count = saved.member, 1
            while saved.member in stored:  # names in a container may recur
                count += 1
                saved = saved._replace(member=f"{member} ({count})")
            stored[saved.member] = saved
        if problems:
            stored.setdefault("", self._told(problems))
        store_captures(self._record, file, [*stored.values()], before, VERSION, self._now)

    def _told(self, problems: Sequence[Problem]) -> Saved:
        """What cannot be read of a file: a reading that shows nothing but problems."""
        digest = seal(*(part for problem in problems for part in (problem.line, problem.message)))
        known = find_reading(self._record, digest)
        row = known[0] if known else self._readings.store(Reading(digest, (), tuple(problems)), None)
        return Saved("", row, 0, None)

    def _stored(self, capture: Capture, standing_now: Mapping[str, Standing]) -> Saved:
        record = self._record
        before = standing_now.get(capture.member or "")
        saved = time_of_saving(capture, to_optional_time(before and before.saved), self._now, is_first=before is None)
        reading, is_new = self._reading(capture, saved)
        if before is None or before.reading != reading:
            if saved is not None and not (is_new and before is None):
                note_saving(record, reading, saved, is_sure=before is not None)
            if before is not None:
                note_succession(record, before.reading, reading)
        return Saved(capture.member or "", reading, len(capture.data), saved)

    def _reading(self, capture: Capture, saved: datetime | None) -> tuple[int, bool]:
        """The row of the reading of a capture, made if this parser made none; and whether its bytes are new."""
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
    """What this version of the parser understands of a capture; a date in the future is not believed.

    A reading that depends on the clock is not kept for other files of the same bytes: a later build may believe it.
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
    """What tells all that a reading depends on from all else."""
    saved = None if capture.saved is None else capture.saved.isoformat()
    return seal(capture.data, capture.address, capture.charset, saved)


def time_of_saving(capture: Capture, before: datetime | None, now: datetime, *, is_first: bool) -> datetime | None:
    """When a capture was saved, for telling later from earlier: as it says itself, else its file's time.

    A time in the future is unknown; `now` is a whole second, and the rest of it is none. What replaced another capture,
    in the same file, was saved after it, whatever its own time says: at the latest `now`.
    """
    saved = capture.saved or capture.file_time
    if saved is not None and saved > now + _SECOND:
        saved = None
    if is_first:
        return saved
    if before is None:
        return saved or now
    return max(saved, before + _MICROSECOND) if saved else now
