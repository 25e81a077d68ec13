"""What was saved: folders and files as they were last looked at, and each time that their bytes had changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Problem
from feedgen_smm.record.database import Record
from feedgen_smm.record.rows import to_number
from feedgen_smm.record.standing import File


class Saved(NamedTuple):
    """A capture to be stored: a file's, or a member's of it. `saved`, aware UTC, is None where it is unknown."""

    member: str
    reading: int
    size: int
    saved: datetime | None


class Standing(NamedTuple):
    """A capture whose bytes stand in a file, or stood there before they changed."""

    capture: int
    reading: int
    saved: int | None


def note_listings(record: Record, listed: Mapping[bytes, bytes]) -> None:
    """Remember how folders were listed."""
    record.executemany("INSERT OR REPLACE INTO folder VALUES (?, ?)", listed.items())


def note_gone(record: Record, folder: bytes, names: Sequence[bytes]) -> None:
    """Remember that files stand no longer; what they showed is kept."""
    record.executemany(
        "UPDATE file SET signature = '' WHERE folder = ? AND name = ?", [(folder, name) for name in names]
    )


def read_by_older(record: Record, version: int) -> list[File]:
    """The files that a parser older than `version` read, as they stood then."""
    rows = record.execute(
        "SELECT folder, name, signature FROM file WHERE version < ? AND signature != '' ORDER BY file", (version,)
    )
    return [File(*row) for row in rows]


def standing(record: Record, file: File) -> dict[str, Standing]:
    """The captures that stand in a file by their members; '' where the file is one page."""
    rows = record.execute(
        "SELECT member, capture, reading, saved FROM capture JOIN file USING (file)"
        " WHERE folder = ? AND name = ? AND is_current",
        (file.folder, file.name),
    )
    return {member: Standing(*row) for member, *row in rows}


def store_captures(  # noqa: PLR0913, PLR0917 - what is stored, and when and by whom it was read
    record: Record,
    file: File,
    captures: Sequence[Saved],
    before: Mapping[str, Standing],
    version: int,
    now: datetime,
) -> None:
    """Note that the file holds `captures`, read at `now` by that version of the parser; it held `before` before."""
    row = _store_file(record, file, version)
    changed = [one for one in captures if one.member not in before or before[one.member].reading != one.reading]
    members = {one.member for one in captures}
    gone = [before[one.member].capture for one in changed if one.member in before]
    gone += [one.capture for member, one in before.items() if member not in members]
    record.executemany("UPDATE capture SET is_current = FALSE WHERE capture = ?", [(capture,) for capture in gone])
    record.executemany(
        "INSERT INTO capture VALUES (NULL, ?, ?, ?, ?, ?, ?, TRUE)",
        [
            (row, one.member, one.reading, one.size, one.saved and to_number(one.saved), to_number(now))
            for one in changed
        ],
    )
    _note_problems(record, row)


def _store_file(record: Record, file: File, version: int) -> int:
    (row,) = record.execute(
        "INSERT INTO file VALUES (NULL, ?, ?, ?, ?, '', TRUE) ON CONFLICT (folder, name)"
        " DO UPDATE SET signature = excluded.signature, version = excluded.version RETURNING file",
        (*file, version),
    ).fetchone()
    return int(row)


def _note_problems(record: Record, row: int) -> None:
    """Keep the messages of a file's problems; where one is new, they are to be reported."""
    known, is_told, message = record.execute(
        "SELECT problems, is_told, min(message) FROM file LEFT JOIN capture ON capture.file = file.file AND is_current"
        " LEFT JOIN problem USING (reading) WHERE file.file = ?",
        (row,),
    ).fetchone()
    if not known and message is None:
        return
    found = record.execute(
        "SELECT DISTINCT message FROM capture JOIN problem USING (reading) WHERE file = ? AND is_current", (row,)
    )
    messages = sorted(message for (message,) in found)
    is_told = bool(is_told) and set(messages) <= set(known.split("\n"))
    record.execute("UPDATE file SET problems = ?, is_told = ? WHERE file = ?", ("\n".join(messages), is_told, row))


_PROBLEMS = (
    "SELECT DISTINCT folder, name, member, line, message FROM file JOIN capture USING (file)"
    " JOIN problem USING (reading) WHERE is_current AND signature != ''"
)
_CONFLICTS = (
    "SELECT DISTINCT folder, name, member, line, message FROM conflict JOIN capture USING (reading)"
    " JOIN file USING (file) WHERE is_current AND signature != ''"
)


class Place(NamedTuple):
    """Where a capture stands: folder, relative to the record's place, file name, and member of the file or ''."""

    folder: bytes
    name: bytes
    member: str


def untold(record: Record) -> Iterator[tuple[Place, Problem]]:
    """The problems that no build reported yet, by file and line."""
    yield from _placed(record, f"{_PROBLEMS} AND NOT file.is_told UNION {_CONFLICTS} AND NOT conflict.is_told")


def unpublished(record: Record) -> Iterator[tuple[Place, Problem]]:
    """All problems of the pages that stand, by file and line."""
    yield from _placed(record, f"{_PROBLEMS} AND problems != '' UNION {_CONFLICTS}")


def note_told(record: Record) -> None:
    """Remember that all problems were reported."""
    record.execute("UPDATE file SET is_told = TRUE WHERE NOT is_told")
    record.execute("UPDATE conflict SET is_told = TRUE WHERE NOT is_told")


def _placed(record: Record, query: str) -> Iterator[tuple[Place, Problem]]:
    for folder, name, member, line, message in record.execute(f"{query} ORDER BY 1, 2, 3, 4, 5"):
        yield Place(folder, name, member), Problem("", line, message)


def captures_at(record: Record, folder: bytes, name: bytes) -> list[int]:
    """The readings of all that a file ever held."""
    rows = record.execute(
        "SELECT DISTINCT reading FROM capture JOIN file USING (file) WHERE folder = ? AND name = ? ORDER BY reading",
        (folder, name),
    )
    return [reading for (reading,) in rows]
