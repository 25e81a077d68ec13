"""What the record knows of one entry, or of one file: where it was seen, what came of it, and when."""

from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Evidence, Problem, Sighting
from feedgen_smm.record.captures import Place
from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import Group
from feedgen_smm.record.readings import SIGHTING, Texts, to_sighting
from feedgen_smm.record.rows import to_evidence, to_optional_time, to_time
from feedgen_smm.record.seals import unsealed


class Seen(NamedTuple):
    """A file that showed a sighting, with the lines it stood on; times are aware UTC."""

    place: Place
    evidence: Evidence
    saved: datetime | None
    read: datetime
    is_current: bool


class OfAFile(NamedTuple):
    """What came of a file: when it was read, by which version of the parser, what it shows, and its problems.

    Each sighting is there with the row of its entry; None where it is not published.
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


def of_file(record: Record, folder: bytes, name: bytes) -> list[OfAFile]:
    """What came of all that a file holds now; nothing where it was never read, or is gone."""
    rows = record.execute(
        "SELECT member, reading, collected, reading.version FROM capture JOIN file USING (file)"
        " JOIN reading USING (reading) WHERE folder = ? AND name = ? AND is_current ORDER BY member",
        (folder, name),
    ).fetchall()
    texts = Texts(record)
    return [
        OfAFile(
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
    columns = ", ".join(f"s.{name.strip()}" for name in SIGHTING.split(","))
    rows = record.execute(
        f"SELECT lines, {columns} FROM appearance JOIN sighting AS s USING (sighting) WHERE reading = ?",
        (reading,),
    ).fetchall()
    found = [(to_sighting(unsealed(tuple(values)), texts, "", lines), values[15]) for lines, *values in rows]
    return sorted(found, key=lambda one: one[0].line)
