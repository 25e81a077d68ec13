"""The ledger: ids given, and what was published under them. Revisions are added, and never changed.

`Group` is what has to be settled together; what was decided of it comes back as `Settled` values and is carried out
here, in the tables that the feeds are written from as well.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Entry, Extent, Problem, Revision, Settled, Sighting, State, Topic, Why
from feedgen_smm.record.database import Record
from feedgen_smm.record.readings import (
    MENDED,
    SIGHTING,
    Texts,
    changed,
    to_sighting,
    write_rows,
)
from feedgen_smm.record.rows import as_written, to_json, to_moment, to_number, to_optional_time, to_time
from feedgen_smm.record.seals import DamagedError, Row, seal, unsealed
from feedgen_smm.record.series import ALL, SeriesTable

ENTRY = "entry, id, revision, seal"
REVISION = (
    "entry, revision, why, made, state, heir, word, published, precision, updated, title, summary, opening, body, link,"
    " language, extent, topics, seal"
)
_COLUMNS = ", ".join(f"r.{name.strip()}" for name in REVISION.split(","))
_LAST = f"SELECT id, entry.seal, {_COLUMNS} FROM entry JOIN revision AS r USING (entry, revision)"

# All sightings that share something with one of the first, or with one that does.
_BEARING = """
WITH RECURSIVE bearing (sighting, headline, minute, number, entry) AS (
    SELECT sighting, headline, minute, number, entry FROM sighting WHERE sighting IN (SELECT value FROM json_each(?1))
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM bearing JOIN sighting AS other ON other.headline = bearing.headline WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM bearing JOIN sighting AS other ON other.minute = bearing.minute WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM bearing JOIN sighting AS other ON other.number = bearing.number WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM bearing JOIN sighting AS other ON other.entry = bearing.entry WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM bearing JOIN succession USING (sighting) JOIN sighting AS other ON other.sighting = succession.other
        WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM bearing JOIN claim USING (sighting) JOIN sighting AS other ON other.entry = claim.entry
        WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM bearing JOIN bond USING (entry) JOIN sighting AS other ON other.entry = bond.other
        WHERE other.pending <= ?2
)
SELECT sighting FROM bearing
"""


class Group(NamedTuple):
    """Dated sightings that bear on each other, and the entries that were published of them.

    A sighting's source is the row of a reading that shows it. `published_as` are the ids of its entry and of those that
    claim it; `neighbours` are the sightings that stood in the same file before or after it. `stored` are the last
    revisions of the entries, the first published first, and `entries` their rows.
    """

    rows: dict[Sighting, Row]
    published_as: dict[Sighting, tuple[str, ...]]
    neighbours: dict[Sighting, frozenset[Sighting]]
    stored: dict[str, Revision]
    entries: dict[str, int]


def _opening(entry: Entry) -> int | None:
    """How many letters of the text the summary is, with `…` behind them; None where it is something else."""
    beginning = (entry.summary or "").removesuffix("…")
    is_cut = beginning != entry.summary and entry.paragraphs and entry.paragraphs[0].startswith(beginning)
    return len(beginning) if is_cut else None


def _existing(row: int | None) -> int:
    if row is None:
        raise AssertionError("an entry that was never published")
    return row


class Ledger:
    """Entries and their revisions in an open record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._texts = Texts(record)
        self._series = SeriesTable(record)
        self._next = record.new_row("entry")

    def next_group(self, phase: int, most: int) -> Group | None:
        """What is to be settled next, and all that bears on it; None where nothing is left of that phase.

        In the first phase, MENDED, what was not read before is left out: the publisher corrected nothing there.
        """
        execute = self._record.execute
        pending = execute("SELECT sighting FROM sighting WHERE pending = ? LIMIT ?", (phase, most)).fetchall()
        seeds = [row for (row,) in pending]
        entries: list[int] = []
        if phase == MENDED:
            entries = [row for (row,) in execute("SELECT entry FROM agenda ORDER BY entry LIMIT ?", (most,))]
        if not seeds and not entries:
            return None
        return self._group(seeds, entries, phase)

    def group_of(self, entry: int) -> Group:
        """All that bears on an entry that is settled."""
        return self._group([], [entry], MENDED)

    def _group(self, seeds: Sequence[int], entries: Sequence[int], phase: int) -> Group:
        execute = self._record.execute
        bound = execute(
            "SELECT value FROM json_each(?1) UNION SELECT other FROM bond"
            " WHERE entry IN (SELECT value FROM json_each(?1)) ORDER BY 1",
            (to_json(entries),),
        )
        first = {row for (row,) in bound}
        own = execute(
            "SELECT sighting FROM sighting WHERE entry IN (SELECT value FROM json_each(?)) AND pending <= ?"
            " UNION SELECT sighting FROM claim WHERE entry IN (SELECT value FROM json_each(?1))",
            (to_json(sorted(first)), phase),
        )
        seeds = [*seeds, *(row for (row,) in own)]
        bearing = to_json(sorted({row for (row,) in execute(_BEARING, (to_json(seeds), phase))}))
        return self._load(bearing, first)

    def _load(self, bearing: str, entries: set[int]) -> Group:
        """The group of some sightings, given as JSON, and of these entries."""
        execute = self._record.execute
        by_row: dict[int, Sighting] = {}
        rows: dict[Sighting, Row] = {}
        claims: dict[int, list[int]] = {}
        for row, entry in execute(
            "SELECT sighting, entry FROM claim WHERE sighting IN (SELECT value FROM json_each(?)) ORDER BY entry",
            (bearing,),
        ):
            claims.setdefault(row, []).append(entry)
        for reading, lines, *values in execute(
            f"SELECT min(reading), lines, {', '.join(f's.{name.strip()}' for name in SIGHTING.split(','))}"
            " FROM sighting AS s JOIN appearance USING (sighting)"
            " WHERE s.sighting IN (SELECT value FROM json_each(?)) AND published IS NOT NULL GROUP BY s.sighting",
            (bearing,),
        ):
            row = unsealed(tuple(values))
            sighting = to_sighting(row, self._texts, str(reading), lines)
            by_row[row[0]] = sighting
            rows[sighting] = row
            owner = () if row[15] is None else (row[15],)
            claims[row[0]] = [*owner, *claims.get(row[0], ())]
        entries |= {entry for claimed in claims.values() for entry in claimed}
        ids = {row: (entry_id, revision) for row, entry_id, revision in self._last(sorted(entries))}
        neighbours: dict[Sighting, frozenset[Sighting]] = {}
        for one, other in execute(
            "SELECT sighting, other FROM succession WHERE sighting IN (SELECT value FROM json_each(?))", (bearing,)
        ):
            if one in by_row and other in by_row:
                neighbours[by_row[one]] = neighbours.get(by_row[one], frozenset()) | {by_row[other]}
        return Group(
            rows=rows,
            published_as={
                sighting: tuple(dict.fromkeys(ids[entry][0] for entry in claims[row]))
                for row, sighting in by_row.items()
            },
            neighbours=neighbours,
            stored=dict(ids[row] for row in sorted(ids)),
            entries={ids[row][0]: row for row in ids},
        )

    def _last(self, entries: Sequence[int]) -> list[tuple[int, str, Revision]]:
        """The ids and last revisions of entries. Raises DamagedError where one is missing or not as it was written."""
        if not entries:
            return []
        query = f"{_LAST} WHERE entry.entry IN (SELECT value FROM json_each(?)) ORDER BY entry.entry"
        found = [self._checked(values) for values in self._record.execute(query, (to_json(entries),))]
        if len(found) != len(entries):
            raise DamagedError("an entry has lost its last revision")
        return found

    def _checked(self, values: Row) -> tuple[int, str, Revision]:
        """An entry's row, id and last revision. Raises DamagedError where they are not as they were written."""
        entry_id, entry_seal, *rest = values
        row = unsealed(tuple(rest))
        unsealed((row[0], entry_id, row[1], entry_seal))
        return row[0], entry_id, self.to_revision(entry_id, row)

    def to_revision(self, entry_id: str, row: Row) -> Revision:
        """The revision of a row in the columns of REVISION, without its seal."""
        _, _, why, made, state, heir, word, published, precision, updated, title, *rest = row
        summary, opening, body, link, language, extent, topics = rest
        with as_written():
            paragraphs = self._texts.load(body)
            entry = Entry(
                id=entry_id,
                title=title,
                published=to_moment(published, precision),
                updated=to_time(updated),
                summary=next(iter(self._texts.load(summary)), None)
                if opening is None
                else f"{paragraphs[0][:opening]}…",
                paragraphs=paragraphs,
                link=link,
                language=language,
                extent=Extent(extent),
                topics=tuple(Topic(*topic) for topic in json.loads(topics)),
            )
            return Revision(Why(why), to_time(made), entry, State(state), heir, word)

    def known(self, ids: Sequence[str]) -> dict[str, tuple[Revision, bool]]:
        """Of these ids those that were given before: the last revision, and whether any page shows the entry."""
        rows = self._record.execute(
            f"{_LAST} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY entry.entry", (to_json(ids),)
        ).fetchall()
        found = [self._checked(row) for row in rows]
        return {entry_id: (revision, self._is_shown_by_a_page(row)) for row, entry_id, revision in found}

    def _is_shown_by_a_page(self, entry: int) -> bool:
        row = self._record.execute("SELECT 1 FROM sighting WHERE entry = ? LIMIT 1", (entry,)).fetchone()
        return row is not None

    def row_of(self, entry_id: str) -> int | None:
        """The row of an id; None where it was never given."""
        row = self._record.execute("SELECT entry FROM entry WHERE id = ?", (entry_id,)).fetchone()
        return None if row is None else int(row[0])

    def row_of_number(self, number: str) -> int | None:
        """The row of the entry of an SMM number; None where no entry has it."""
        row = self._record.execute("SELECT entry FROM sighting WHERE number = ? AND entry IS NOT NULL", (number,))
        return next((int(entry) for (entry,) in row), None)

    def last(self, row: int) -> Revision:
        """The last revision of an entry."""
        (found,) = self._last([row])
        return found[2]

    def carry_out(self, group: Group, decided: Sequence[Settled]) -> None:
        """Write down what was decided of a group."""
        rows = self.write(decided, group.entries)
        seen = [
            changed(group.rows[sighting], pending=0, entry=rows[one.id])
            for one in decided
            for sighting in one.sightings
        ]
        write_rows(self._record, seen)
        self._note_conflicts({rows[one.id]: one.conflicts for one in decided})
        sightings = to_json([row[0] for row in group.rows.values()])
        self._record.execute("DELETE FROM claim WHERE sighting IN (SELECT value FROM json_each(?))", (sightings,))
        entries = to_json([*group.entries.values()])
        self._record.execute("DELETE FROM agenda WHERE entry IN (SELECT value FROM json_each(?))", (entries,))

    def write(self, decided: Iterable[Settled], known: Mapping[str, int]) -> dict[str, int]:
        """Write down what was decided of entries; returns their rows. `known` are the rows of those known already."""
        rows = dict(known)
        new: list[Row] = []
        changed: list[Row] = []
        revisions: list[Row] = []
        for one in decided:
            row = (
                rows.get(one.id) or self.row_of(one.id)
                if one.revision is None or one.revision.why is not Why.NEW
                else None
            )
            if one.revision is None:
                rows[one.id] = _existing(row)
                continue
            if row is None:
                row, number = self._next, 1
                self._next += 1
                new.append((row, one.id, number, seal(row, one.id, number)))
            else:
                (number,) = self._record.execute("SELECT revision + 1 FROM entry WHERE entry = ?", (row,)).fetchone()
                changed.append((number, seal(row, one.id, number), row))
            rows[one.id] = row
            revisions.append(self._to_row(row, number, one.revision))
            self._series.follow(row, one.revision)
        self._record.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", new)
        self._record.executemany("UPDATE entry SET revision = ?, seal = ? WHERE entry = ?", changed)
        self._record.executemany(f"INSERT INTO revision VALUES ({'?, ' * 18}?)", revisions)
        self._series.save()
        return rows

    def _to_row(self, row: int, number: int, revision: Revision) -> Row:
        """A revision in the columns of REVISION."""
        entry = revision.entry
        opening = _opening(entry)
        values = (
            row,
            number,
            revision.why.value,
            to_number(revision.made),
            revision.state.value,
            revision.heir,
            revision.word,
            to_number(entry.published.instant),
            entry.published.precision.value,
            to_number(entry.updated),
            entry.title,
            self._texts.store((entry.summary,) if entry.summary and opening is None else ()),
            opening,
            self._texts.store(entry.paragraphs),
            entry.link,
            entry.language,
            entry.extent.value,
            to_json(entry.topics),
        )
        return (*values, seal(*values))

    def _note_conflicts(self, conflicts: Mapping[int, Sequence[Problem]]) -> None:
        """Keep the conflicts of entries; those that are known were reported."""
        wanted = {
            (entry, int(problem.source), problem.line): problem.message
            for entry, problems in conflicts.items()
            for problem in problems
        }
        rows = self._record.execute(
            "SELECT entry, reading, line, message FROM conflict WHERE entry IN (SELECT value FROM json_each(?))",
            (to_json([*conflicts]),),
        )
        known = {(entry, reading, line): message for entry, reading, line, message in rows}
        self._record.executemany(
            "DELETE FROM conflict WHERE entry = ? AND reading = ? AND line = ?", sorted(known.keys() - wanted.keys())
        )
        self._record.executemany(
            "INSERT OR REPLACE INTO conflict VALUES (?, ?, ?, ?, FALSE)",
            [(*place, message) for place, message in sorted(wanted.items()) if known.get(place) != message],
        )

    def revision(self, row: int, number: int) -> Revision:
        """One revision of an entry."""
        query = f"SELECT id, {_COLUMNS} FROM revision AS r JOIN entry USING (entry) WHERE entry = ? AND r.revision = ?"
        values = self._record.execute(query, (row, number)).fetchone()
        with as_written():
            entry_id, *rest = values
            return self.to_revision(entry_id, unsealed(tuple(rest)))

    def final_state(self, revision: Revision) -> State:
        """The state of an entry, or of the one that it turned out to be."""
        while revision.heir is not None and (heir := self.row_of(revision.heir)) is not None:
            revision = self.last(heir)
        return revision.state

    def all_shown(self) -> Iterator[Revision]:
        """The last revisions of the entries that the feed has, the oldest first."""
        for (row,) in self._record.execute("SELECT entry FROM member WHERE series = '' ORDER BY published").fetchall():
            yield self.last(row)

    def shown(self, series: str, row: int) -> Entry:
        """An entry that a feed has. Raises DamagedError where the ledger says otherwise."""
        last = self.last(row)
        if last.state is not State.SHOWN or series not in {ALL, *(topic.name for topic in last.entry.topics)}:
            raise DamagedError(f"the feed {series!r} has an entry that is not of it")
        return last.entry

    def withdrawn(self) -> list[str]:
        """The ids of the entries that are withdrawn, and of those that turned out to be one of them."""
        rows = self._record.execute(
            "WITH RECURSIVE gone (id) AS (SELECT id FROM entry JOIN revision USING (entry, revision) WHERE state = ?"
            " UNION SELECT entry.id FROM gone JOIN revision ON heir = gone.id JOIN entry USING (entry, revision))"
            " SELECT id FROM gone ORDER BY id",
            (State.WITHDRAWN.value,),
        )
        return [entry_id for (entry_id,) in rows]

    def last_withdrawal(self) -> datetime | None:
        """When an entry was last taken out of the feeds; aware UTC."""
        states = (State.WITHDRAWN.value, State.MERGED.value)
        row = self._record.execute("SELECT max(made) FROM revision WHERE state IN (?, ?)", states)
        return to_optional_time(row.fetchone()[0])

    def as_of(self, before: datetime | None) -> Iterator[Entry]:
        """The entries that were published before an aware time, or are now, as they were then; newest first."""
        rows = self._record.execute(
            f"SELECT id, {_COLUMNS} FROM revision AS r JOIN entry USING (entry) WHERE r.state = 'shown'"
            " AND r.revision = (SELECT max(revision) FROM revision AS one WHERE one.entry = r.entry AND one.made < ?)"
            " ORDER BY r.published DESC, id",
            (2**62 if before is None else to_number(before),),
        )
        for entry_id, *values in rows:
            yield self.to_revision(entry_id, unsealed(tuple(values))).entry

    def revisions(self, row: int) -> list[Revision]:
        """All revisions of an entry, the first one first."""
        (entry_id,) = self._record.execute("SELECT id FROM entry WHERE entry = ?", (row,)).fetchone()
        rows = self._record.execute(f"SELECT {REVISION} FROM revision WHERE entry = ? ORDER BY revision", (row,))
        return [self.to_revision(entry_id, unsealed(values)) for values in rows.fetchall()]
