"""What the record knows of one entry or one file: where it was seen, what became of it, and when."""

from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Evidence, Problem, Sighting
from feedgen_smm.record.captures import Place
from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import Group
from feedgen_smm.record.readings import Texts, entry_of, to_sighting
from feedgen_smm.record.schema import as_written, sealed_columns, to_evidence, to_optional_time, to_time, unsealed


class Seen(NamedTuple):
    """A file that showed a sighting, with the lines it stood on; times are aware UTC."""

    place: Place
    evidence: Evidence
    saved: datetime | None
    read: datetime
    is_current: bool


class FileHistory(NamedTuple):
    """When a capture was read, by which version of the parser, what it shows, and its problems.

    Each sighting has the row of its entry, or None where it is not published.
    """

    place: Place
    read: datetime
    version: int
    sightings: tuple[tuple[Sighting, int | None], ...]
    problems: tuple[Problem, ...]


def find(record: Record, words: str) -> list[int]:
    """The rows of the entries that `words` mean: an id, an SMM number, a title, or else a part of titles."""
    titled = "SELECT entry FROM entry JOIN revision USING (entry, revision) WHERE state = 'shown'"
    for query in (
        "SELECT entry FROM entry WHERE id = ?1",
        "SELECT DISTINCT entry FROM sighting WHERE number = ?1 AND entry IS NOT NULL",
        f"{titled} AND title = ?1",
        f"{titled} AND instr(lower(title), lower(?1))",
    ):
        if rows := record.execute(f"{query} ORDER BY entry", (words,)).fetchall():
            return [row for (row,) in rows]
    return []


def seen_in(record: Record, group: Group) -> dict[Sighting, tuple[Seen, ...]]:
    """The files that showed each sighting of a group, the first one first."""
    return {sighting: _seen(record, row[0]) for sighting, row in group.rows.items()}


def _seen(record: Record, sighting: int) -> tuple[Seen, ...]:
    rows = record.execute(
        "SELECT folder, name, member, lines, saved, collected, is_current FROM appearance JOIN capture USING (reading)"
        " JOIN file USING (file) WHERE sighting = ? ORDER BY capture",
        (sighting,),
    )
    return tuple(
        Seen(Place(folder, name, member), to_evidence(lines), to_optional_time(saved), to_time(read), bool(is_current))
        for folder, name, member, lines, saved, read, is_current in rows
    )


def retired_into(record: Record, entry_id: str) -> list[str]:
    """The ids of the entries that turned out to be this one."""
    rows = record.execute(
        "SELECT id FROM entry JOIN revision USING (entry, revision) WHERE state = 'merged' AND heir = ? ORDER BY entry",
        (entry_id,),
    )
    return [retired for (retired,) in rows]


def history_of(record: Record, folder: bytes, name: bytes) -> list[FileHistory]:
    """The history of each capture that a file holds now; none where the file was never read."""
    rows = record.execute(
        "SELECT member, reading, collected, reading.version FROM capture JOIN file USING (file)"
        " JOIN reading USING (reading) WHERE folder = ? AND name = ? AND is_current ORDER BY member",
        (folder, name),
    ).fetchall()
    texts = Texts(record)
    return [
        FileHistory(
            Place(folder, name, member),
            to_time(read),
            version,
            tuple(_sightings(record, texts, reading)),
            tuple(
                Problem("", line, message)
                for line, message in record.execute(
                    "SELECT line, message FROM problem WHERE reading = ?1"
                    " UNION SELECT line, message FROM conflict WHERE reading = ?1 ORDER BY line, message",
                    (reading,),
                )
            ),
        )
        for member, reading, read, version in rows
    ]


def _sightings(record: Record, texts: Texts, reading: int) -> list[tuple[Sighting, int | None]]:
    rows = record.execute(
        f"SELECT lines, {sealed_columns('sighting', 's')} FROM appearance"
        " JOIN sighting AS s USING (sighting) WHERE reading = ?",
        (reading,),
    ).fetchall()
    unsealed_rows = [(lines, unsealed(tuple(values))) for lines, *values in rows]
    with as_written():
        found = [(to_sighting(row, texts, "", lines), entry_of(row)) for lines, row in unsealed_rows]
    return sorted(found, key=lambda one: one[0].line)
