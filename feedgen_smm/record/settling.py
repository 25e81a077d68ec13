"""Decisions about entries, carried out: what bears on each other is read, settled, and written back."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.articles.settlement import Settled, settle
from feedgen_smm.models import Action, Entry, Sighting
from feedgen_smm.record.opening import Archive
from feedgen_smm.record.rows import ENTRIES, REVISION, SIGHTING, revision_row, to_entry, to_number, to_sighting

_BATCH = 500  # sightings; with those that bear on them they are held in memory

# All sightings that share a key with one of the first, or with one that does.
_BEARING = """
WITH RECURSIVE bearing (sighting, headline, minute, number) AS (
    SELECT * FROM (SELECT sighting, headline, minute, number FROM sighting WHERE {first})
    UNION SELECT other.sighting, other.headline, other.minute, other.number
        FROM bearing JOIN sighting AS other ON other.headline = bearing.headline
    UNION SELECT other.sighting, other.headline, other.minute, other.number
        FROM bearing JOIN sighting AS other ON other.minute = bearing.minute
    UNION SELECT other.sighting, other.headline, other.minute, other.number
        FROM bearing JOIN sighting AS other ON other.number = bearing.number
)
"""
_BORNE = f"""
SELECT sighting, entry, saved,
    (SELECT page FROM appearance WHERE sighting = s.sighting ORDER BY page, lines LIMIT 1),
    (SELECT lines FROM appearance WHERE sighting = s.sighting ORDER BY page, lines LIMIT 1),
    {SIGHTING}
FROM sighting AS s WHERE sighting IN (SELECT sighting FROM bearing) AND published IS NOT NULL
"""  # noqa: S608 - our own words


class Bearing(NamedTuple):
    """All dated sightings that bear on each other, with their rows, and the entries published of them, oldest first.

    A sighting's source is the row of a page that shows it.
    """

    rows: dict[Sighting, int]
    published_as: dict[Sighting, str | None]
    stored: dict[Entry, int]


def settle_some(archive: Archive, now: datetime) -> Counter[Action]:
    """Settle some sightings that are not settled yet, and all that bear on them; returns what was done with entries."""
    bearing = read_bearing(archive, "NOT is_settled LIMIT ?", _BATCH)
    settled = _settle(archive, bearing, now)
    for one in settled:
        _carry_out(archive, bearing, one, now)
    done = Counter(one.decision.action for one in settled)
    done[Action.RETIRE] = sum(len(one.absorbs) for one in settled)
    archive.connection.execute(
        "UPDATE total SET entries = entries + ?, changes = changes + ?",
        (done[Action.INSERT] - done[Action.RETIRE], done.total() - done[Action.KEEP]),
    )
    return done


def read_bearing(archive: Archive, first: str, *parameters: object) -> Bearing:
    """All that bears on the sightings of an SQL condition (ours)."""
    rows: dict[Sighting, int] = {}
    entry_of: dict[Sighting, int | None] = {}
    for sighting, entry, saved, page, lines, *content in archive.connection.execute(
        f"{_BEARING.format(first=first)} {_BORNE}",
        parameters,
    ):
        value = to_sighting(tuple(content), saved, str(page), lines)
        rows[value] = sighting
        entry_of[value] = entry
    stored = {read_entry(archive, row): row for row in sorted({row for row in entry_of.values() if row is not None})}
    id_of = {row: entry.id for entry, row in stored.items()}
    return Bearing(rows, {value: None if row is None else id_of[row] for value, row in entry_of.items()}, stored)


def read_entry(archive: Archive, row: int) -> Entry:
    """The entry of a row, as it was last published."""
    return to_entry(archive.connection.execute(f"{ENTRIES} WHERE entry = ?", (row,)).fetchone())


def _settle(archive: Archive, bearing: Bearing, now: datetime) -> list[Settled]:
    """What becomes of the entries; no id is given that was ever given before."""
    taken: set[str] = set()
    while True:
        settled = settle(bearing.published_as, tuple(bearing.stored), taken, now)
        new = [one.decision.entry.id for one in settled if one.decision.action is Action.INSERT]
        known = {entry_id for entry_id in new if _is_known(archive, entry_id)}
        if not known:
            return settled
        taken |= known


def _is_known(archive: Archive, entry_id: str) -> bool:
    return archive.connection.execute("SELECT 1 FROM entry WHERE id = ?", (entry_id,)).fetchone() is not None


def _carry_out(archive: Archive, bearing: Bearing, one: Settled, now: datetime) -> None:
    execute = archive.connection.execute
    entry, action = one.decision.entry, one.decision.action
    dates = (to_number(entry.published.instant), entry.published.precision.value)
    if action is Action.INSERT:
        execute("INSERT INTO entry VALUES (NULL, ?, ?, ?, 0, NULL)", (entry.id, *dates))
    if action is not Action.KEEP:
        execute(
            "UPDATE entry SET published = ?, precision = ?, revision = revision + 1 WHERE id = ?", (*dates, entry.id)
        )
        execute(
            f"INSERT INTO revision (entry, revision, action, made, {REVISION})"  # noqa: S608 - our own words
            " SELECT entry, revision, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM entry WHERE id = ?",
            (action.value, to_number(now), *revision_row(entry), entry.id),
        )
    (row,) = execute("SELECT entry FROM entry WHERE id = ?", (entry.id,)).fetchone()
    if action is not Action.KEEP:
        execute("INSERT OR IGNORE INTO unsorted VALUES (?)", (row,))
    members = [(row, bearing.rows[sighting]) for sighting in one.sightings]
    archive.connection.executemany("UPDATE sighting SET entry = ?, is_settled = TRUE WHERE sighting = ?", members)
    for retired_id in one.absorbs:
        execute("UPDATE entry SET merged_into = ? WHERE id = ?", (row, retired_id))
    execute("DELETE FROM problem WHERE entry = ?", (row,))
    for conflict in one.conflicts:
        problem = (int(conflict.source), conflict.line, conflict.message, row)
        execute("INSERT INTO problem VALUES (?, ?, ?, ?)", problem)
