"""What parsers understood of captures: sightings, each stored once, and where they were seen."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Evidence, Keyed, Kind, Reading, Sighting
from feedgen_smm.record.database import Record
from feedgen_smm.record.rows import (
    as_written,
    pack,
    to_evidence,
    to_json,
    to_moment,
    to_number,
    to_optional_time,
    unpack,
)
from feedgen_smm.record.seals import DamagedError, Row, seal, unsealed

SIGHTING = (
    "sighting, digest, kind, title, published, precision, shown_date, summary, body, number, link, is_ended,"
    " headline, minute, saved, entry, pending, seal"
)
_SAVED, _ENTRY, _PENDING = 14, 15, 16  # of the columns above, those that change

MENDED, SEEN = 1, 2
"""Why a sighting is pending: a newer parser understood it, or a page shows it that was not read before."""


_MOST_TEXTS = 4000  # held in memory

# Whether a capture took the place of other bytes in its file: then they were saved when its time says, and not copied.
_CAME_AFTER_ANOTHER = """EXISTS (
    SELECT 1 FROM capture AS other WHERE other.file = own.file AND other.member = own.member
        AND other.capture < own.capture AND other.reading != own.reading)"""
# Whether the time of a sighting is of such a capture.
_REPLACED_ANOTHER = f"""EXISTS (
    SELECT 1 FROM appearance JOIN capture AS own USING (reading)
    WHERE appearance.sighting = sighting.sighting AND own.saved = sighting.saved AND {_CAME_AFTER_ANOTHER})"""


class Shown(NamedTuple):
    """A sighting of a stored reading, by its row, its kind, and the lines it rests on."""

    sighting: int
    kind: Kind
    evidence: Evidence


class Texts:
    """The texts, each stored once, by their rows; those met last are held in memory."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._rows: dict[tuple[str, ...], int] = {}
        self._texts: dict[int, tuple[str, ...]] = {}

    def store(self, paragraphs: tuple[str, ...]) -> int | None:
        """The row of some paragraphs; None for none."""
        if not paragraphs:
            return None
        if (row := self._rows.get(paragraphs)) is not None:
            return row
        text = to_json(paragraphs)
        digest = seal(text)
        known = self._record.execute("SELECT text FROM text WHERE digest = ?", (digest,)).fetchone()
        if known is None:
            inserted = self._record.execute("INSERT INTO text VALUES (NULL, ?, ?)", (digest, pack(text)))
            known = (inserted.lastrowid,)
        return self._hold(int(known[0]), paragraphs)

    def load(self, row: int | None) -> tuple[str, ...]:
        """The paragraphs of a row. Raises DamagedError where they are not as they were stored."""
        if row is None:
            return ()
        if (paragraphs := self._texts.get(row)) is not None:
            return paragraphs
        stored = self._record.execute("SELECT digest, data FROM text WHERE text = ?", (row,)).fetchone()
        try:
            digest, data = stored
            text = unpack(data)
            unsealed((text, digest))
            paragraphs = tuple(json.loads(text))
        except (ValueError, TypeError) as error:
            raise DamagedError(str(error)) from error
        self._hold(row, paragraphs)
        return paragraphs

    def _hold(self, row: int, paragraphs: tuple[str, ...]) -> int:
        if len(self._texts) >= _MOST_TEXTS:
            self._rows, self._texts = {}, {}
        self._rows[paragraphs] = row
        self._texts[row] = paragraphs
        return row


def find_reading(record: Record, digest: bytes) -> tuple[int, int] | None:
    """The row of the reading of bytes, and the version of the parser that made it; None where there is none."""
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
    """Stores readings; `pending` says why what is new in them has to be settled."""

    def __init__(self, record: Record, version: int, pending: int) -> None:
        self._record = record
        self._version = version
        self._pending = pending
        self._texts = Texts(record)
        self._next_sighting = record.new_row("sighting")

    def store(self, reading: Reading, saved: datetime | None) -> int:
        """Store a reading of bytes that were not read before, first saved then; returns its row."""
        row = self._record.execute("INSERT INTO reading VALUES (NULL, ?, ?)", (reading.digest, self._version)).lastrowid
        if row is None:
            raise AssertionError("an insertion without a row")
        self._fill(row, reading, saved)
        return row

    def replace(self, row: int, reading: Reading, successors: Mapping[int, int]) -> None:
        """Put a better reading in the place of one that an older parser made.

        `successors` lead from the rows of old sightings to the places, in the new reading, of those that an old one was
        a misreading of. What was published of the old one is claimed for the new.
        """
        record = self._record
        before = {one.sighting for one in shown_by(record, row)}
        saved = self._saved(row)
        record.execute("UPDATE reading SET version = ? WHERE reading = ?", (self._version, row))
        record.execute("DELETE FROM appearance WHERE reading = ?", (row,))
        record.execute("DELETE FROM problem WHERE reading = ?", (row,))
        now = self._fill(row, reading, saved)
        for old in sorted(before.difference(now)):
            successor = now[successors[old]] if old in successors else None
            self._retire(old, successor)

    def _saved(self, reading: int) -> datetime | None:
        """When bytes were saved: the last time that they surely were, else the first time that they were seen."""
        (saved,) = self._record.execute(
            f"SELECT ifnull(max(CASE WHEN {_CAME_AFTER_ANOTHER} THEN saved END), min(saved)) FROM capture AS own"
            " WHERE reading = ?",
            (reading,),
        ).fetchone()
        return to_optional_time(saved)

    def _fill(self, row: int, reading: Reading, saved: datetime | None) -> list[int]:
        """Store what a reading shows; returns the rows of its sightings, in their order."""
        self._record.executemany(
            "INSERT INTO problem VALUES (?, ?, ?)",
            [(row, problem.line, problem.message) for problem in reading.problems],
        )
        sightings = [self._sighting(keyed, saved) for keyed in reading.sightings]
        self._record.executemany(
            "INSERT OR IGNORE INTO appearance VALUES (?, ?, ?)",
            [
                (row, sighting, to_json(keyed.sighting.evidence))
                for sighting, keyed in zip(sightings, reading.sightings, strict=True)
            ],
        )
        return sightings

    def _sighting(self, keyed: Keyed, saved: datetime | None) -> int:
        """The row of a sighting, stored if it was not known."""
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
            (digest, saved and to_number(saved)),
        ).fetchone()
        if known is not None:
            if saved is not None and known[1]:
                _change(self._record, known[0], saved=to_number(saved), pending=self._pending)
            return int(known[0])
        row = self._next_sighting
        self._next_sighting += 1
        summary = self._texts.store((sighting.summary,) if sighting.summary else ())
        body = self._texts.store(sighting.paragraphs)
        minute = None if keyed.minute is None else to_number(keyed.minute)
        times = (minute, None if saved is None else to_number(saved))
        pending = self._pending if published else 0
        values = (row, digest, *said[:5], summary, body, *said[7:], keyed.headline, *times, None, pending)
        self._record.execute(f"INSERT INTO sighting VALUES ({'?, ' * 17}?)", (*values, seal(*values)))
        return row

    def _retire(self, old: int, successor: int | None) -> None:
        """Let a misread sighting go: from copies that only an older parser read, too."""
        record = self._record
        entry = record.execute("SELECT entry FROM sighting WHERE sighting = ?", (old,)).fetchone()[0]
        if successor is not None:
            record.execute(
                "UPDATE OR REPLACE appearance SET sighting = ? WHERE sighting = ?"
                " AND reading IN (SELECT reading FROM reading WHERE version < ?)",
                (successor, old, self._version),
            )
            if entry is not None:
                record.execute("INSERT OR IGNORE INTO claim VALUES (?, ?)", (entry, successor))
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
            record.execute("INSERT OR IGNORE INTO agenda VALUES (?)", (entry,))


def note_saving(record: Record, reading: int, saved: datetime, *, is_sure: bool) -> None:
    """What a reading shows was saved then, if no earlier saving is known: a later one may be of a copy.

    `is_sure` says that it is not a copy, because it replaced another page; then what it shows is the latest again, and
    stays so: an old copy that turns up, perhaps under another name, does not make it older.
    """
    rows = record.execute(
        "SELECT sighting FROM sighting WHERE sighting IN (SELECT sighting FROM appearance WHERE reading = ?1)"
        f" AND (saved IS NULL OR (saved > ?2 AND NOT {_REPLACED_ANOTHER}) OR (?3 AND saved < ?2))",
        (reading, to_number(saved), is_sure),
    )
    for (sighting,) in rows.fetchall():
        _change(record, sighting, saved=to_number(saved), pending=SEEN)


def note_succession(record: Record, before: int, after: int) -> None:
    """Note that the articles of a reading stand in the file in which those of another stood before."""
    pairs = record.execute(
        "SELECT a.sighting, b.sighting FROM appearance AS a, appearance AS b"
        " JOIN sighting AS one ON one.sighting = a.sighting JOIN sighting AS other ON other.sighting = b.sighting"
        " WHERE a.reading = ? AND b.reading = ? AND one.kind = other.kind AND one.kind = ?"
        " AND a.sighting != b.sighting",
        (before, after, Kind.ARTICLE.value),
    ).fetchall()
    both_ways = {pair for one, other in pairs for pair in ((one, other), (other, one))}
    record.executemany("INSERT OR IGNORE INTO succession VALUES (?, ?)", sorted(both_ways))


def only_shown_there(record: Record, readings: Collection[int]) -> frozenset[int]:
    """The sightings that these readings show and no other does."""
    rows = record.execute(
        "SELECT sighting FROM appearance WHERE reading IN (SELECT value FROM json_each(?1)) EXCEPT"
        " SELECT other.sighting FROM appearance AS one JOIN appearance AS other ON other.sighting = one.sighting"
        " WHERE one.reading IN (SELECT value FROM json_each(?1))"
        " AND other.reading NOT IN (SELECT value FROM json_each(?1))",
        (to_json(sorted(readings)),),
    )
    return frozenset(sighting for (sighting,) in rows)


def _change(record: Record, sighting: int, *, pending: int, saved: int | None = None) -> None:
    """Let a sighting be settled again, saved then where that is given."""
    row = load_row(record, sighting)
    write_row(record, changed(row, pending=pending if row[4] is not None else 0, saved=saved))


def load_row(record: Record, sighting: int) -> Row:
    """The row of a sighting. Raises DamagedError where it is not as it was written."""
    row = record.execute(f"SELECT {SIGHTING} FROM sighting WHERE sighting = ?", (sighting,)).fetchone()
    return unsealed(row)


def changed(row: Row, *, pending: int, saved: int | None = None, entry: int | None = None) -> Row:
    """A row of a sighting with other values; what is not given stays."""
    values = list(row)
    values[_PENDING] = pending
    values[_SAVED] = row[_SAVED] if saved is None else saved
    values[_ENTRY] = row[_ENTRY] if entry is None else entry
    return tuple(values)


def write_row(record: Record, row: Row) -> None:
    """Write what changes of a sighting."""
    write_rows(record, [row])


def write_rows(record: Record, rows: Iterable[Row]) -> None:
    """Write what changes of sightings."""
    record.executemany(
        "UPDATE sighting SET saved = ?, entry = ?, pending = ?, seal = ? WHERE sighting = ?",
        [(row[_SAVED], row[_ENTRY], row[_PENDING], seal(*row), row[0]) for row in rows],
    )


def to_sighting(row: Row, texts: Texts, source: str, lines: str) -> Sighting:
    """The sighting of a row, at its place."""
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
