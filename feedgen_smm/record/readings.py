"""Readings: the sightings that pages show, each stored once, with the lines on which each reading shows it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Evidence, Keyed, Kind, Reading, Sighting
from feedgen_smm.record.database import Record
from feedgen_smm.record.schema import (
    SEALED,
    Row,
    as_written,
    insert,
    pack,
    seal,
    to_evidence,
    to_json,
    to_moment,
    to_number,
    to_optional_number,
    to_optional_time,
    to_text,
    unsealed,
)

_COLUMNS = SEALED["sighting"].split(", ")
_PUBLISHED, _SAVED, _ENTRY, _PENDING = map(_COLUMNS.index, ("published", "saved", "entry", "pending"))
_SUMMARY, _BODY = map(_COLUMNS.index, ("summary", "body"))

MENDED, SEEN = 1, 2
"""Why a sighting waits to be settled: a newer parser understood it, or a new page shows it."""

_MOST_TEXTS = 4000  # in memory

# Whether a capture replaced other bytes in its file: then its time is that of saving, not of copying.
_CAME_AFTER_ANOTHER = """EXISTS (
    SELECT 1 FROM capture AS other WHERE other.file = own.file AND other.member = own.member
        AND other.capture < own.capture AND other.reading != own.reading)"""
# Whether the time of a sighting is that of such a capture.
_REPLACED_ANOTHER = f"""EXISTS (
    SELECT 1 FROM appearance JOIN capture AS own USING (reading)
    WHERE appearance.sighting = sighting.sighting AND own.saved = sighting.saved AND {_CAME_AFTER_ANOTHER})"""


class Shown(NamedTuple):
    """A sighting of a stored reading: its row, its kind, and the lines it rests on."""

    sighting: int
    kind: Kind
    evidence: Evidence


class Texts:
    """Stores each text once, and gives it back by its row; recent ones stay in memory."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._rows: dict[tuple[str, ...], int] = {}
        self._texts: dict[int, tuple[str, ...]] = {}

    def store(self, paragraphs: tuple[str, ...]) -> int | None:
        """Store paragraphs, if they are new; returns their row, or None where there are none."""
        if not paragraphs:
            return None
        if (row := self._rows.get(paragraphs)) is not None:
            return row
        text = to_json(paragraphs)
        digest = seal(text)
        stored = self._record.execute(insert("text", "digest, data", replacing="OR IGNORE"), (digest, pack(text)))
        row = stored.lastrowid
        if not stored.rowcount:
            (row,) = self._record.execute("SELECT text FROM text WHERE digest = ?", (digest,)).fetchone()
        return self._keep(int(row or 0), paragraphs)

    def load(self, row: int | None) -> tuple[str, ...]:
        """The paragraphs of a row, none for None. Raises DamagedError where they are not as they were stored."""
        if row is None:
            return ()
        if (paragraphs := self._texts.get(row)) is not None:
            return paragraphs
        stored = self._record.execute("SELECT digest, data FROM text WHERE text = ?", (row,)).fetchone()
        paragraphs = to_text(*(stored or (None, None)))
        self._keep(row, paragraphs)
        return paragraphs

    def fetch(self, rows: Iterable[int | None]) -> None:
        """Load some texts at once, to have them in memory when `load` asks for them."""
        wanted = {row for row in rows if row is not None and row not in self._texts}
        query = "SELECT text, digest, data FROM text WHERE text IN (SELECT value FROM json_each(?))"
        for row, digest, data in self._record.execute(query, (to_json([*wanted]),)):
            self._keep(row, to_text(digest, data))

    def _keep(self, row: int, paragraphs: tuple[str, ...]) -> int:
        if len(self._texts) >= _MOST_TEXTS:
            self._rows, self._texts = {}, {}
        self._rows[paragraphs] = row
        self._texts[row] = paragraphs
        return row


def find_reading(record: Record, digest: bytes) -> tuple[int, int] | None:
    """The row of the reading of some bytes and its parser's version; None where they were never read."""
    row = record.execute("SELECT reading, version FROM reading WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else (int(row[0]), int(row[1]))


def shown_by(record: Record, reading: int) -> list[Shown]:
    """The sightings that a stored reading shows."""
    rows = record.execute(
        "SELECT sighting, kind, lines FROM appearance JOIN sighting USING (sighting) WHERE reading = ?", (reading,)
    )
    with as_written():
        return [Shown(sighting, Kind(kind), to_evidence(lines)) for sighting, kind, lines in rows]


class Readings:
    """Stores readings; `pending` says why their new sightings have to be settled: MENDED or SEEN."""

    def __init__(self, record: Record, version: int, pending: int) -> None:
        self._record = record
        self._version = version
        self._pending = pending
        self._texts = Texts(record)
        self._next_sighting = record.new_row("sighting")

    def store(self, reading: Reading, saved: datetime | None) -> int:
        """Store the reading of new bytes that were first saved at `saved`; returns its row."""
        row = self._record.execute(insert("reading", "digest, version"), (reading.digest, self._version)).lastrowid
        if row is None:
            raise AssertionError("an insertion without a row")
        self._fill(row, reading, saved)
        return row

    def replace(self, row: int, reading: Reading, successors: Mapping[int, int]) -> None:
        """Replace a reading that an older parser made by a better one.

        `successors` lead from the row of an old sighting to the index of the new sighting that it was a misreading of.
        The new sighting claims the entry that was published from the old one.
        """
        record = self._record
        before = {one.sighting for one in shown_by(record, row)}
        saved = self._saved(row)
        record.execute(
            "UPDATE reading SET digest = ?, version = ? WHERE reading = ?", (reading.digest, self._version, row)
        )
        record.execute("DELETE FROM appearance WHERE reading = ?", (row,))
        record.execute("DELETE FROM problem WHERE reading = ?", (row,))
        now = self._fill(row, reading, saved)
        for old in sorted(before.difference(now)):
            successor = now[successors[old]] if old in successors else None
            self._retire(old, successor)

    def _saved(self, reading: int) -> datetime | None:
        """When bytes were saved: the last time that is certain, else the first time that is known."""
        (saved,) = self._record.execute(
            f"SELECT ifnull(max(CASE WHEN {_CAME_AFTER_ANOTHER} THEN saved END), min(saved)) FROM capture AS own"
            " WHERE reading = ?",
            (reading,),
        ).fetchone()
        return to_optional_time(saved)

    def _fill(self, row: int, reading: Reading, saved: datetime | None) -> list[int]:
        """Store what a reading shows; returns the rows of its sightings, in order."""
        problems = [(row, problem.line, problem.message) for problem in reading.problems]
        if problems:
            self._record.executemany(insert("problem", "reading, line, message"), problems)
        sightings = [self._sighting(keyed, saved) for keyed in reading.sightings]
        self._record.executemany(
            insert("appearance", "reading, sighting, lines", replacing="OR IGNORE"),
            [
                (row, sighting, to_json(keyed.sighting.evidence))
                for sighting, keyed in zip(sightings, reading.sightings, strict=True)
            ],
        )
        return sightings

    def _sighting(self, keyed: Keyed, saved: datetime | None) -> int:
        """Store a sighting if it is new; returns its row."""
        sighting = keyed.sighting
        published = sighting.published
        said = (
            sighting.kind.value,
            sighting.title,
            published and to_number(published.instant),
            published and published.precision.value,
            sighting.shown_date,
            sighting.summary,
            to_json(sighting.paragraphs),
            sighting.number,
            sighting.link,
            int(sighting.is_ended),
        )
        digest = seal(*said)
        known = self._record.execute(
            f"SELECT sighting, saved IS NULL OR (saved > ?2 AND NOT {_REPLACED_ANOTHER}) FROM sighting"
            " WHERE digest = ?1",
            (digest, to_optional_number(saved)),
        ).fetchone()
        if known is not None:
            if saved is not None and known[1]:
                _change(self._record, known[0], saved=to_number(saved), pending=self._pending)
            return int(known[0])
        row = self._next_sighting
        self._next_sighting += 1
        summary = self._texts.store((sighting.summary,) if sighting.summary else ())
        body = self._texts.store(sighting.paragraphs)
        times = (to_optional_number(keyed.minute), to_optional_number(saved))
        pending = self._pending if published else 0
        values = (row, digest, *said[:5], summary, body, *said[7:], keyed.headline, *times, None, pending)
        self._record.execute(insert("sighting"), (*values, seal(*values)))
        return row

    def _retire(self, old: int, successor: int | None) -> None:
        """Remove a misread sighting, also from copies that only an older parser read."""
        record = self._record
        entry = record.execute("SELECT entry FROM sighting WHERE sighting = ?", (old,)).fetchone()[0]
        if successor is not None:
            record.execute(
                "UPDATE OR REPLACE appearance SET sighting = ? WHERE sighting = ?"
                " AND reading IN (SELECT reading FROM reading WHERE version < ?)",
                (successor, old, self._version),
            )
            if entry is not None:
                record.execute(insert("claim", "entry, sighting", replacing="OR IGNORE"), (entry, successor))
                _change(record, successor, pending=self._pending)
        if record.execute("SELECT 1 FROM appearance WHERE sighting = ? LIMIT 1", (old,)).fetchone() is not None:
            return
        if successor is not None:
            record.execute("UPDATE OR IGNORE succession SET sighting = ? WHERE sighting = ?", (successor, old))
            record.execute("UPDATE OR IGNORE succession SET other = ? WHERE other = ?", (successor, old))
        record.execute("DELETE FROM succession WHERE ? IN (sighting, other) OR sighting = other", (old,))
        record.execute("DELETE FROM claim WHERE sighting = ?", (old,))
        record.execute("DELETE FROM sighting WHERE sighting = ?", (old,))
        if entry is not None:
            record.execute(insert("agenda", "entry", replacing="OR IGNORE"), (entry,))


def note_saving(record: Record, reading: int, saved: datetime, *, is_sure: bool) -> None:
    """Note when a reading was saved. An earlier time counts, because a later one may be that of a copy.

    With `is_sure` it is no copy, because it replaced another page. A later time then counts as well, and stays: an old
    copy that appears afterwards does not make the reading older.
    """
    rows = record.execute(
        "SELECT sighting FROM sighting WHERE sighting IN (SELECT sighting FROM appearance WHERE reading = ?1)"
        f" AND (saved IS NULL OR (saved > ?2 AND NOT {_REPLACED_ANOTHER}) OR (?3 AND saved < ?2))",
        (reading, to_number(saved), is_sure),
    )
    for (sighting,) in rows.fetchall():
        _change(record, sighting, saved=to_number(saved), pending=SEEN)


def note_succession(record: Record, before: int, after: int) -> None:
    """Note that the article of one reading replaced the article of another in a file."""
    pairs = record.execute(
        "SELECT a.sighting, b.sighting FROM appearance AS a, appearance AS b"
        " JOIN sighting AS one ON one.sighting = a.sighting JOIN sighting AS other ON other.sighting = b.sighting"
        " WHERE a.reading = ? AND b.reading = ? AND one.kind = other.kind AND one.kind = ?"
        " AND a.sighting != b.sighting",
        (before, after, Kind.ARTICLE.value),
    ).fetchall()
    both_ways = {pair for one, other in pairs for pair in ((one, other), (other, one))}
    record.executemany(insert("succession", "sighting, other", replacing="OR IGNORE"), sorted(both_ways))


def only_shown_there(record: Record, readings: Collection[int]) -> frozenset[int]:
    """The rows of the sightings that only these readings show."""
    rows = record.execute(
        "SELECT sighting FROM appearance WHERE reading IN (SELECT value FROM json_each(?1)) EXCEPT"
        " SELECT other.sighting FROM appearance AS one JOIN appearance AS other ON other.sighting = one.sighting"
        " WHERE one.reading IN (SELECT value FROM json_each(?1))"
        " AND other.reading NOT IN (SELECT value FROM json_each(?1))",
        (to_json(sorted(readings)),),
    )
    return frozenset(sighting for (sighting,) in rows)


def _change(record: Record, sighting: int, *, pending: int, saved: int | None = None) -> None:
    """Mark a sighting to be settled again, with another time of saving where one is given."""
    row = _load_row(record, sighting)
    row = changed(row, pending=0 if row[_PUBLISHED] is None else pending, saved=saved)
    write_rows(record, [row])


def _load_row(record: Record, sighting: int) -> Row:
    """The row of a sighting. Raises DamagedError where it is not as it was written."""
    row = record.execute(f"SELECT {SEALED['sighting']} FROM sighting WHERE sighting = ?", (sighting,)).fetchone()
    return unsealed(row)


def entry_of(row: Row) -> int | None:
    """The row of the entry of a sighting, given by its own row; None where there is none yet."""
    entry: int | None = row[_ENTRY]
    return entry


def texts_of(row: Row) -> tuple[int | None, int | None]:
    """The rows of the summary and of the body of a sighting, given by its own row."""
    return row[_SUMMARY], row[_BODY]


def changed(row: Row, *, pending: int, saved: int | None = None, entry: int | None = None) -> Row:
    """The row of a sighting with other values; None leaves a value as it is."""
    values = list(row)
    values[_PENDING] = pending
    values[_SAVED] = row[_SAVED] if saved is None else saved
    values[_ENTRY] = row[_ENTRY] if entry is None else entry
    return tuple(values)


def write_rows(record: Record, rows: Iterable[Row]) -> None:
    """Write the columns of sightings that change."""
    record.executemany(
        "UPDATE sighting SET saved = ?, entry = ?, pending = ?, seal = ? WHERE sighting = ?",
        [(row[_SAVED], row[_ENTRY], row[_PENDING], seal(*row), row[0]) for row in rows],
    )


def to_sighting(row: Row, texts: Texts, source: str, lines: str) -> Sighting:
    """The sighting of a row, as `source` shows it on `lines`."""
    _, _, kind, title, published, precision, shown_date, summary, body, number, link, is_ended, *_ = row
    with as_written():
        return Sighting(
            source=source,
            kind=Kind(kind),
            title=title,
            published=None if published is None else to_moment(published, precision),
            shown_date=shown_date,
            summary=next(iter(texts.load(summary)), None),
            paragraphs=texts.load(body),
            number=number,
            link=link,
            evidence=to_evidence(lines),
            is_ended=bool(is_ended),
            saved=to_optional_time(row[_SAVED]),
        )
