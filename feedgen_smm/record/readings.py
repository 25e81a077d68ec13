"""Readings: the sightings that pages show, each stored once, with the lines on which each reading shows it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from feedgen_smm.models import Evidence, Keyed, Kind, Reading, Sighting
from feedgen_smm.record.database import Record
from feedgen_smm.record.schema import (
    SEALED,
    DamagedError,
    Row,
    as_written,
    from_evidence,
    insert,
    listed,
    sealed,
    to_evidence,
    to_moment,
    to_number,
    to_optional_number,
    to_optional_time,
    to_text,
    to_text_row,
    unsealed,
)

_COLUMNS = SEALED["sighting"].split(", ")
_PUBLISHED, _SAVED, _ENTRY, _PENDING = map(_COLUMNS.index, ("published", "saved", "entry", "pending"))
_SUMMARY, _BODY = map(_COLUMNS.index, ("summary", "body"))

MENDED, SEEN = 1, 2
"""Why a sighting waits to be settled: a newer parser understood it, or a new page shows it."""

_MOST_TEXTS = 4000  # in memory between batches

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
    """Stores texts, and gives them back by their rows; those of a batch stay in memory and are stored only once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._new: list[Row] = []
        self._rows: dict[tuple[str, ...], int] = {}
        self._texts: dict[int, tuple[str, ...]] = {}

    def store(self, paragraphs: tuple[str, ...]) -> int | None:
        """Store paragraphs with the next `save`; returns their row, or None where there are none."""
        if not paragraphs:
            return None
        row = self._rows.get(paragraphs)
        if row is None:
            row = self._record.new_row("text")
            self._new.append(to_text_row(row, paragraphs))
            self._keep(row, paragraphs)
        return row

    def save(self) -> None:
        """Write what is to be stored."""
        self._record.executemany(insert("text"), self._new)
        self._new = []
        if len(self._texts) > _MOST_TEXTS:
            self._rows, self._texts = {}, {}

    def load(self, row: int | None) -> tuple[str, ...]:
        """The paragraphs of a row, none for None. Raises DamagedError where they are not as they were stored."""
        if row is None:
            return ()
        if row not in self._texts:
            self.fetch([row])
        if row not in self._texts:
            raise DamagedError("a text is missing")
        return self._texts[row]

    def fetch(self, rows: Iterable[int | None]) -> None:
        """Load some texts at once, to have them in memory when `load` asks for them."""
        wanted = {row for row in rows if row is not None and row not in self._texts}
        query = f"SELECT {SEALED['text']} FROM text WHERE text IN (SELECT value FROM json_each(?))"
        for row in self._record.execute(query, (listed(wanted),)):
            self._keep(row[0], to_text(row))

    def _keep(self, row: int, paragraphs: tuple[str, ...]) -> None:
        self._rows[paragraphs] = row
        self._texts[row] = paragraphs


def find_readings(record: Record, digests: Collection[bytes]) -> dict[bytes, tuple[int, int]]:
    """For those of some bytes that were read before, the row of the reading and its parser's version."""
    places = ", ".join("?" for _ in digests)
    rows = record.execute(f"SELECT digest, reading, version FROM reading WHERE digest IN ({places})", tuple(digests))
    return {digest: (reading, version) for digest, reading, version in rows}


def shown_by(record: Record, reading: int) -> list[Shown]:
    """The sightings that a stored reading shows."""
    rows = record.execute(
        "SELECT sighting, kind, lines FROM appearance JOIN sighting USING (sighting) WHERE reading = ?", (reading,)
    )
    with as_written():
        return [Shown(sighting, Kind(kind), to_evidence(lines)) for sighting, kind, lines in rows]


class _New(NamedTuple):
    """A reading to be stored in a row; its bytes were first saved at `saved`, in microseconds."""

    row: int
    reading: Reading
    saved: int | None


class Readings:
    """Stores readings, many at once; `pending` says why their new sightings have to be settled: MENDED or SEEN."""

    def __init__(self, record: Record, version: int, pending: int) -> None:
        self._record = record
        self._version = version
        self._pending = pending
        self._texts = Texts(record)
        self._new: dict[bytes, _New] = {}
        self._known: dict[bytes, tuple[int, int] | None] = {}

    def look_up(self, digests: Collection[bytes]) -> None:
        """Find the readings of some bytes at once, before `find` is asked for each."""
        self._known = {**dict.fromkeys(digests), **find_readings(self._record, digests)}

    def find(self, digest: bytes) -> tuple[int, int] | None:
        """What `find_readings` finds of some bytes, also among the readings that are to be stored."""
        if (new := self._new.get(digest)) is not None:
            return new.row, self._version
        if digest not in self._known:
            self._known[digest] = find_readings(self._record, [digest]).get(digest)
        return self._known[digest]

    def store(self, reading: Reading, saved: datetime | None) -> int:
        """Store the reading of new bytes with the next `save`; returns its row."""
        row = self._record.new_row("reading")
        self._new[reading.digest] = _New(row, reading, to_optional_number(saved))
        self._known[reading.digest] = row, self._version
        self._store_problems(row, reading)
        return row

    def save(self) -> None:
        """Write what is to be stored."""
        new = [*self._new.values()]
        self._new = {}
        self._record.executemany(
            insert("reading", "reading, digest, version"), [(one.row, one.reading.digest, self._version) for one in new]
        )
        self._fill(new)

    @property
    def count_new(self) -> int:
        """How many readings are to be stored."""
        return len(self._new)

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
        self._known = {}
        self._store_problems(row, reading)
        now = self._fill([_New(row, reading, saved)])
        for old in sorted(before.difference(now)):
            successor = now[successors[old]] if old in successors else None
            self._retire(old, successor)

    def _store_problems(self, row: int, reading: Reading) -> None:
        problems = [(row, problem.line, problem.message) for problem in reading.problems]
        if problems:
            self._record.executemany(insert("problem", "reading, line, message"), problems)

    def _saved(self, reading: int) -> int | None:
        """When bytes were saved: the last time that is certain, else the first time that is known."""
        (saved,) = self._record.execute(
            f"SELECT ifnull(max(CASE WHEN {_CAME_AFTER_ANOTHER} THEN saved END), min(saved)) FROM capture AS own"
            " WHERE reading = ?",
            (reading,),
        ).fetchone()
        return None if saved is None else int(saved)

    def _fill(self, readings: Sequence[_New]) -> list[int]:
        """Store what readings show; returns the rows of their sightings, in order."""
        shown = [(one, keyed.sighting, _said(keyed)) for one in readings for keyed in one.reading.sightings]
        digests = [_digest(said, sighting) for _, sighting, said in shown]
        query = "SELECT digest, sighting, saved FROM sighting WHERE digest IN (SELECT value FROM json_each(?))"
        known: dict[int, tuple[int, int | None]] = {
            digest: (row, saved) for digest, row, saved in self._record.execute(query, (listed(digests),))
        }
        new: list[Row] = []
        appearances: list[Row] = []
        earlier: list[tuple[int, int]] = []
        for digest, (one, sighting, said) in zip(digests, shown, strict=True):
            saved = one.saved
            if digest not in known:
                row = self._record.new_row("sighting")
                known[digest] = row, saved
                summary = self._texts.store((sighting.summary,) if sighting.summary else ())
                body = self._texts.store(sighting.paragraphs)
                pending = self._pending if sighting.published else 0
                new.append(sealed((row, digest, *said, summary, body, saved, None, pending)))
            row, before = known[digest]
            if saved is not None and (before is None or saved < before):
                earlier.append((row, saved))
            appearances.append((one.row, row, from_evidence(sighting.evidence)))
        self._texts.save()
        self._record.executemany(insert("sighting"), new)
        self._record.executemany(insert("appearance", "reading, sighting, lines", replacing="OR IGNORE"), appearances)
        for row, saved in earlier:
            _note_saving(self._record, row, saved, self._pending)
        return [row for _, row, _ in appearances]

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


def _said(keyed: Keyed) -> Row:
    """What a sighting says, without its texts, in columns of the table."""
    sighting, headline, minute = keyed
    published = sighting.published
    return (
        sighting.kind.value,
        sighting.title,
        published and to_number(published.instant),
        published and published.precision.value,
        sighting.shown_date,
        sighting.number,
        sighting.link,
        int(sighting.is_ended),
        headline,
        to_optional_number(minute),
    )


def _digest(said: Row, sighting: Sighting) -> int:
    """A number that stands for what a sighting says, and for its texts."""
    digest = fingerprint(*said, sighting.summary, "\n".join(sighting.paragraphs))
    return int.from_bytes(digest[:8], "big", signed=True)


def _note_saving(record: Record, sighting: int, saved: int, pending: int) -> None:
    """Note an earlier time of saving of a sighting, except where the later one is certain."""
    is_earlier = f"saved IS NULL OR (saved > ? AND NOT {_REPLACED_ANOTHER})"
    if record.execute(f"SELECT 1 FROM sighting WHERE sighting = ? AND ({is_earlier})", (sighting, saved)).fetchone():
        _change(record, sighting, saved=saved, pending=pending)


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
        (listed(sorted(readings)),),
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
        [(row[_SAVED], row[_ENTRY], row[_PENDING], sealed(row)[-1], row[0]) for row in rows],
    )


def to_sighting(row: Row, texts: Texts, source: str, lines: str) -> Sighting:
    """The sighting of a row, as `source` shows it on `lines`. Use it within `as_written`."""
    _, _, kind, title, published, precision, shown_date, number, link, is_ended, _, _, summary, body, saved, *_ = row
    return Sighting(
        source=source,
        kind=Kind(kind),
        title=title,
        published=None if published is None else to_moment(published, precision),
        shown_date=shown_date,
        summary=None if summary is None else texts.load(summary)[0],
        paragraphs=texts.load(body),
        number=number,
        link=link,
        evidence=to_evidence(lines),
        is_ended=bool(is_ended),
        saved=to_optional_time(saved),
    )


def digest_of(data: bytes) -> bytes:
    """The digest that a file's bytes are compared by: 16 bytes of BLAKE2b."""
    return blake2b(data, digest_size=16).digest()


def fingerprint(*values: str | int | bytes | None) -> bytes:
    """The same digest of some values."""
    return digest_of("\0".join(map(str, values)).encode("utf-8", "surrogatepass"))
