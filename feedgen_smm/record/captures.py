"""Captures: what was in the files of pages, each time their bytes had changed; and the problems to report.

Also the files as the last build left them, pages and output: what a build asks before it does anything.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Problem
from feedgen_smm.record.database import Record
from feedgen_smm.record.schema import SEALED, Row, insert, listed, to_number, to_optional_number, unsealed

_PROBLEMS = (
    "SELECT DISTINCT folder, name, member, line, message FROM file JOIN capture USING (file)"
    " JOIN problem USING (reading) WHERE is_current AND signature != ''"
)
_CONFLICTS = (
    "SELECT DISTINCT folder, name, member, line, message FROM conflict JOIN capture USING (reading)"
    " JOIN file USING (file) WHERE is_current AND signature != ''"
)

_STORE_FILE = (
    "INSERT INTO file (file, folder, name, signature, version, problems, is_told) VALUES (?, ?, ?, ?, ?, '', TRUE)"
    " ON CONFLICT (file) DO UPDATE SET signature = excluded.signature, version = excluded.version"
)


class File(NamedTuple):
    """A file of pages: its folder, relative to the record's; its name; a text that changes whenever the file does."""

    folder: bytes
    name: bytes
    signature: str


class Publication(NamedTuple):
    """A file of the output as it was last written: its signature, digest, and how many entries or feeds it holds."""

    signature: str
    digest: bytes
    holds: int


class Place(NamedTuple):
    """Where a capture is: the folder, relative to the record's, the file name, and the member of the file or ''."""

    folder: bytes
    name: bytes
    member: str


class NewCapture(NamedTuple):
    """A capture to be stored: of a whole file, or of a member. `saved`, aware UTC, is None where it is unknown."""

    member: str
    reading: int
    size: int
    saved: datetime | None


class StoredCapture(NamedTuple):
    """The row of a capture, that of its reading, and the time of saving as the record has it."""

    capture: int
    reading: int
    saved: int | None


class ReadFile(NamedTuple):
    """A file that was read, by which version of the parser: its row, what it holds now, and what it held `before`."""

    file: File
    row: int
    version: int
    captures: Sequence[NewCapture]
    before: Mapping[str, StoredCapture]


def listings(record: Record) -> dict[bytes, bytes]:
    """The checksum of each folder's listing when the folder was last looked at."""
    return dict(record.execute("SELECT path, listing FROM folder"))


def note_listings(record: Record, listed: Mapping[bytes, bytes]) -> None:
    """Remember the checksums of listings."""
    record.executemany(insert("folder", "path, listing", replacing="OR REPLACE"), listed.items())


def signatures(record: Record, folder: bytes) -> dict[bytes, str]:
    """The signatures of the files of a folder, by their names."""
    rows = record.execute("SELECT name, signature FROM file WHERE folder = ? AND signature != ''", (folder,))
    return dict(rows)


def note_gone(record: Record, folder: bytes, names: Iterable[bytes]) -> None:
    """Remember that files are gone; what they showed is kept."""
    record.executemany(
        "UPDATE file SET signature = '' WHERE folder = ? AND name = ?", [(folder, name) for name in names]
    )


def is_read_by_older(record: Record, version: int) -> bool:
    """Whether a parser older than `version` read any file that still exists."""
    rows = record.execute("SELECT 1 FROM file WHERE version < ? AND signature != '' LIMIT 1", (version,))
    return rows.fetchone() is not None


def read_by_older(record: Record, version: int) -> list[File]:
    """The files that a parser older than `version` read, with their signatures at that time."""
    rows = record.execute(
        "SELECT folder, name, signature FROM file WHERE version < ? AND signature != '' ORDER BY file", (version,)
    )
    return [File(*row) for row in rows]


def current_captures(record: Record, files: Collection[File]) -> dict[File, tuple[int, dict[str, StoredCapture]]]:
    """For those of some files that are known, the row, and the captures when it was last read, by their members.

    A file that is one page has the member ''.
    """
    places = ", ".join("(?, ?)" for _ in files)
    rows = record.execute(
        f"WITH wanted (folder, name) AS (VALUES {places})"
        " SELECT folder, name, file.file, member, capture, reading, saved FROM wanted CROSS JOIN file"
        " USING (folder, name) LEFT JOIN capture ON capture.file = file.file AND is_current",
        tuple(part for file in files for part in file[:2]),
    )
    known: dict[tuple[bytes, bytes], tuple[int, dict[str, StoredCapture]]] = {}
    for folder, name, row, member, *one in rows:
        _, captures = known.setdefault((folder, name), (row, {}))
        if member is not None:
            captures[member] = StoredCapture(*one)
    return {file: known[file[:2]] for file in files if file[:2] in known}


def store_captures(record: Record, files: Sequence[ReadFile], now: datetime) -> None:
    """Store what files hold, `now` that they were read. No file may be there twice."""
    record.executemany(_STORE_FILE, [(one.row, *one.file, one.version) for one in files])
    changed: list[Row] = []
    gone: list[tuple[int]] = []
    for _, row, _, captures, before in files:
        members = {one.member for one in captures}
        gone += [(one.capture,) for member, one in before.items() if member not in members]
        for one in captures:
            known = before.get(one.member)
            if known is None or known.reading != one.reading:
                changed.append((row, one.member, one.reading, one.size, to_optional_number(one.saved), to_number(now)))
                gone += [(known.capture,)] if known else []
    record.executemany("UPDATE capture SET is_current = FALSE WHERE capture = ?", gone)
    record.executemany(
        "INSERT INTO capture (file, member, reading, size, saved, collected, is_current)"
        " VALUES (?, ?, ?, ?, ?, ?, TRUE)",
        changed,
    )
    _note_problems(record, listed(one.row for one in files))


def readings_of(record: Record, folder: bytes, name: bytes) -> list[int]:
    """The readings of all that a file ever held."""
    rows = record.execute(
        "SELECT DISTINCT reading FROM capture JOIN file USING (file) WHERE folder = ? AND name = ? ORDER BY reading",
        (folder, name),
    )
    return [reading for (reading,) in rows]


def has_unreported(record: Record) -> bool:
    """Whether a build has to report a problem."""
    rows = "SELECT 1 FROM file WHERE NOT is_told UNION ALL SELECT 1 FROM conflict WHERE NOT is_told LIMIT 1"
    return record.execute(rows).fetchone() is not None


def unreported(record: Record) -> Iterator[tuple[Place, Problem]]:
    """The problems that no build reported yet, by file and line."""
    yield from _placed(record, f"{_PROBLEMS} AND NOT file.is_told UNION {_CONFLICTS} AND NOT conflict.is_told")


def unpublished(record: Record) -> Iterator[tuple[Place, Problem]]:
    """All problems of the files that exist, by file and line."""
    yield from _placed(record, f"{_PROBLEMS} AND problems != '' UNION {_CONFLICTS}")


def _placed(record: Record, query: str) -> Iterator[tuple[Place, Problem]]:
    for folder, name, member, line, message in record.execute(f"{query} ORDER BY 1, 2, 3, 4, 5"):
        yield Place(folder, name, member), Problem("", line, message)


def note_reported(record: Record) -> None:
    """Remember that all problems were reported."""
    record.execute("UPDATE file SET is_told = TRUE WHERE NOT is_told")
    record.execute("UPDATE conflict SET is_told = TRUE WHERE NOT is_told")


def count_faulty(record: Record) -> int:
    """How many of the files that exist have problems."""
    (count,) = record.execute("SELECT count(*) FROM file WHERE problems != '' AND signature != ''").fetchone()
    return int(count)


def _note_problems(record: Record, rows: str) -> None:
    """Store the messages of the problems of files, given by their rows as JSON. New messages have to be reported."""
    found: dict[int, set[str]] = {}
    for row, message in record.execute(
        "SELECT file, message FROM capture JOIN problem USING (reading)"
        " WHERE is_current AND file IN (SELECT value FROM json_each(?))",
        (rows,),
    ):
        found.setdefault(row, set()).add(message)
    known = record.execute(
        "SELECT file, problems, is_told FROM file WHERE problems != '' AND file IN (SELECT value FROM json_each(?))",
        (rows,),
    )
    before = {row: (set(problems.split("\n")), bool(is_told)) for row, problems, is_told in known}
    for row in sorted({*found, *before}):
        messages, (old, is_told) = found.get(row, set()), before.get(row, (set(), True))
        record.execute(
            "UPDATE file SET problems = ?, is_told = ? WHERE file = ?",
            ("\n".join(sorted(messages)), is_told and messages <= old, row),
        )


def note_conflicts(record: Record, conflicts: Mapping[int, Sequence[Problem]]) -> None:
    """Keep the conflicts of entries, given by their rows; the source of each is the row of a reading.

    A conflict that is new has to be reported.
    """
    wanted = {
        (entry, int(problem.source), problem.line): problem.message
        for entry, problems in conflicts.items()
        for problem in problems
    }
    rows = record.execute(
        "SELECT entry, reading, line, message FROM conflict WHERE entry IN (SELECT value FROM json_each(?))",
        (listed(conflicts),),
    )
    known = {(entry, reading, line): message for entry, reading, line, message in rows}
    record.executemany(
        "DELETE FROM conflict WHERE entry = ? AND reading = ? AND line = ?", sorted(known.keys() - wanted.keys())
    )
    record.executemany(
        "INSERT OR REPLACE INTO conflict (entry, reading, line, message, is_told) VALUES (?, ?, ?, ?, FALSE)",
        [(*place, message) for place, message in sorted(wanted.items()) if known.get(place) != message],
    )


def publications(record: Record) -> dict[str, Publication]:
    """The files of the output as they were last written, by their names in it."""
    rows = record.execute("SELECT name, signature, digest, holds FROM publication")
    return {name: Publication(*row) for name, *row in rows}


def note_publications(record: Record, written: Mapping[str, Publication], removed: Iterable[str]) -> None:
    """Remember the files that were written, and forget those that were removed."""
    record.executemany("DELETE FROM publication WHERE name = ?", [(name,) for name in removed])
    record.executemany(
        insert("publication", "name, signature, digest, holds", replacing="OR REPLACE"),
        [(name, *one) for name, one in written.items()],
    )


def is_settled(record: Record) -> bool:
    """Whether no sighting and no entry waits to be settled."""
    pending = "SELECT 1 FROM sighting WHERE pending > 0 UNION ALL SELECT 1 FROM agenda LIMIT 1"
    return record.execute(pending).fetchone() is None


def count_entries(record: Record) -> int:
    """How many entries the feeds are made of."""
    row = record.execute(f"SELECT {SEALED['series']} FROM series WHERE series = ''").fetchone()
    return 0 if row is None else int(unsealed(row)[1])
