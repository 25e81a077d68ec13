"""The ledger: the ids that were given, and what was published under them. Revisions are added, never changed.

A `Group` is what has to be settled together. The decisions come back as `Settled` values, and are stored here and in
the tables that the feeds are written from.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from feedgen_smm.models import Entry, Extent, Revision, Settled, Sighting, State, Why
from feedgen_smm.record.archive import ALL, SeriesTable, document_rows
from feedgen_smm.record.captures import note_conflicts
from feedgen_smm.record.database import Record
from feedgen_smm.record.readings import MENDED, Texts, changed, entry_of, texts_of, to_sighting, write_rows
from feedgen_smm.record.schema import (
    DamagedError,
    Row,
    as_written,
    from_topics,
    insert,
    listed,
    sealed,
    sealed_columns,
    to_moment,
    to_number,
    to_optional_time,
    to_text,
    to_time,
    to_topics,
    unsealed,
)

_REVISION = f"{sealed_columns('revision', 'r')}, summary.data, summary.seal, body.data, body.seal"
_TEXTS = "LEFT JOIN text AS summary ON summary.text = r.summary LEFT JOIN text AS body ON body.text = r.body"
_LAST = f"SELECT id, entry.seal, {_REVISION} FROM entry JOIN revision AS r USING (entry, revision) {_TEXTS}"

_AT_ONCE = 1000  # entries in memory at once

# All sightings that share something with one of the given ones, or with one that does.
_RELATED = """
WITH RECURSIVE related (sighting, headline, minute, number, entry) AS (
    SELECT sighting, headline, minute, number, entry FROM sighting WHERE sighting IN (SELECT value FROM json_each(?1))
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM related JOIN sighting AS other ON other.headline = related.headline WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM related JOIN sighting AS other ON other.minute = related.minute WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM related JOIN sighting AS other ON other.number = related.number WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM related JOIN sighting AS other ON other.entry = related.entry WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM related JOIN succession USING (sighting) JOIN sighting AS other ON other.sighting = succession.other
        WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM related JOIN claim USING (sighting) JOIN sighting AS other ON other.entry = claim.entry
        WHERE other.pending <= ?2
    UNION SELECT other.sighting, other.headline, other.minute, other.number, other.entry
        FROM related JOIN bond USING (entry) JOIN sighting AS other ON other.entry = bond.other
        WHERE other.pending <= ?2
)
SELECT sighting FROM related
"""


class Group(NamedTuple):
    """Related sightings, all with a date, and the entries that were published from them.

    The source of a sighting is the row of a reading that shows it, and `rows` has its own row. `published_as` has the
    ids of its entry and of those that claim it, `neighbours` the sightings that were in the same file before or after
    it. `stored` has the last revisions of the entries in the order of their first publication, `entries` their rows.
    """

    rows: dict[Sighting, Row]
    published_as: dict[Sighting, tuple[str, ...]]
    neighbours: dict[Sighting, frozenset[Sighting]]
    stored: dict[str, Revision]
    entries: dict[str, int]


class Ledger:
    """Entries and their revisions in an open record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._texts = Texts(record)
        self._series = SeriesTable(record)

    def next_group(self, phase: int, most: int) -> Group | None:
        """The next sightings and entries to settle, with all that are related; None where the phase is over.

        The phase MENDED leaves out sightings that are new: what changes in it was not corrected by the publisher.
        """
        execute = self._record.execute
        pending = execute(
            "SELECT sighting FROM sighting WHERE pending = ? AND pending > 0 LIMIT ?", (phase, most)
        ).fetchall()
        seeds = [row for (row,) in pending]
        entries: list[int] = []
        if phase == MENDED:
            entries = [row for (row,) in execute("SELECT entry FROM agenda ORDER BY entry LIMIT ?", (most,))]
        if not seeds and not entries:
            return None
        return self._group(seeds, entries, phase)

    def group_of(self, entry: int) -> Group:
        """The group of an entry that is settled."""
        return self._group([], [entry], MENDED)

    def _group(self, seeds: Sequence[int], entries: Sequence[int], phase: int) -> Group:
        execute = self._record.execute
        bound = execute(
            "SELECT value FROM json_each(?1) UNION SELECT other FROM bond"
            " WHERE entry IN (SELECT value FROM json_each(?1)) ORDER BY 1",
            (listed(entries),),
        )
        first = {row for (row,) in bound}
        own = execute(
            "SELECT sighting FROM sighting WHERE entry IN (SELECT value FROM json_each(?)) AND pending <= ?"
            " UNION SELECT sighting FROM claim WHERE entry IN (SELECT value FROM json_each(?1))",
            (listed(sorted(first)), phase),
        )
        seeds = [*seeds, *(row for (row,) in own)]
        related = listed(sorted({row for (row,) in execute(_RELATED, (listed(seeds), phase))}))
        return self._load(related, first)

    def _load(self, related: str, entries: set[int]) -> Group:
        """The group of related sightings, whose rows are given as JSON, and of these entries."""
        claims = self._claims(related)
        rows = self._sightings(related)
        for row in rows.values():
            owner = entry_of(row)
            claims[row[0]] = [*(() if owner is None else (owner,)), *claims.get(row[0], ())]
        entries |= {entry for claimed in claims.values() for entry in claimed}
        stored = {one.row: (one.revision.entry.id, one.revision) for one in self._last(sorted(entries))}
        return Group(
            rows=rows,
            published_as={
                sighting: tuple(dict.fromkeys(stored[entry][0] for entry in claims[row[0]]))
                for sighting, row in rows.items()
            },
            neighbours=self._neighbours(related, {row[0]: sighting for sighting, row in rows.items()}),
            stored=dict(stored[row] for row in sorted(stored)),
            entries={stored[row][0]: row for row in stored},
        )

    def _claims(self, related: str) -> dict[int, list[int]]:
        """The entries that claim each of some sightings, by the sighting's row."""
        claims: dict[int, list[int]] = {}
        for row, entry in self._record.execute(
            "SELECT sighting, entry FROM claim WHERE sighting IN (SELECT value FROM json_each(?)) ORDER BY entry",
            (related,),
        ):
            claims.setdefault(row, []).append(entry)
        return claims

    def _sightings(self, related: str) -> dict[Sighting, Row]:
        """Those of some sightings that have a date, with their rows."""
        found = self._record.execute(
            f"SELECT min(reading), lines, {sealed_columns('sighting', 's')}"
            " FROM sighting AS s JOIN appearance USING (sighting)"
            " WHERE s.sighting IN (SELECT value FROM json_each(?)) AND published IS NOT NULL GROUP BY s.sighting",
            (related,),
        )
        shown = [(str(reading), lines, unsealed(tuple(values))) for reading, lines, *values in found]
        self._texts.fetch(text for _, _, row in shown for text in texts_of(row))
        with as_written():
            return {to_sighting(row, self._texts, reading, lines): row for reading, lines, row in shown}

    def _neighbours(self, related: str, by_row: Mapping[int, Sighting]) -> dict[Sighting, frozenset[Sighting]]:
        """For each sighting those that replaced it in its file, or that it replaced."""
        neighbours: dict[Sighting, frozenset[Sighting]] = {}
        for one, other in self._record.execute(
            "SELECT sighting, other FROM succession WHERE sighting IN (SELECT value FROM json_each(?))", (related,)
        ):
            if one in by_row and other in by_row:
                neighbours[by_row[one]] = neighbours.get(by_row[one], frozenset()) | {by_row[other]}
        return neighbours

    def _last(self, rows: Collection[int]) -> Iterator["_Stored"]:
        """The last revisions of entries. Raises DamagedError where one is missing or damaged."""
        query = f"{_LAST} WHERE entry.entry IN (SELECT value FROM json_each(?)) ORDER BY entry.entry"
        wanted = [*rows]
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found = self._record.execute(query, (listed(some),)).fetchall()
            if len(found) != len(some):
                raise DamagedError("an entry has lost its last revision")
            yield from map(_checked, found)

    def known(self, ids: Sequence[str]) -> dict[str, tuple[Revision, bool]]:
        """Those of some ids that were given before, with the last revision and whether any page shows the entry."""
        rows = self._record.execute(
            f"{_LAST} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY entry.entry", (json.dumps(ids),)
        ).fetchall()
        found = [_checked(row) for row in rows]
        return {one.revision.entry.id: (one.revision, self._is_shown_by_a_page(one.row)) for one in found}

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
        return found.revision

    def carry_out(self, group: Group, decided: Sequence[Settled]) -> None:
        """Store what was decided of a group."""
        rows = self.write(decided, group.entries)
        seen = [
            changed(group.rows[sighting], pending=0, entry=rows[one.id])
            for one in decided
            for sighting in one.sightings
        ]
        write_rows(self._record, seen)
        note_conflicts(self._record, {rows[one.id]: one.conflicts for one in decided})
        sightings = listed(row[0] for row in group.rows.values())
        self._record.execute("DELETE FROM claim WHERE sighting IN (SELECT value FROM json_each(?))", (sightings,))
        entries = listed(group.entries.values())
        self._record.execute("DELETE FROM agenda WHERE entry IN (SELECT value FROM json_each(?))", (entries,))

    def write(self, decided: Iterable[Settled], known: Mapping[str, int]) -> dict[str, int]:
        """Store what was decided of entries; returns their rows. `known` has the rows that are known already."""
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
                row, number = self._record.new_row("entry"), 1
                new.append(sealed((row, one.id, number)))
            else:
                (number,) = self._record.execute("SELECT revision + 1 FROM entry WHERE entry = ?", (row,)).fetchone()
                changed.append((number, sealed((row, one.id, number))[-1], row))
            rows[one.id] = row
            revisions.append(self._to_row(row, number, one.revision))
            self._series.update(row, one.revision)
        self._record.executemany(insert("entry"), new)
        self._record.executemany("UPDATE entry SET revision = ?, seal = ? WHERE entry = ?", changed)
        self._texts.save()
        self._record.executemany(insert("revision"), revisions)
        self._series.save()
        return rows

    def _to_row(self, row: int, number: int, revision: Revision) -> Row:
        """A revision as a row of the table."""
        entry = revision.entry
        opening = _opening(entry)
        return sealed(
            (
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
                from_topics(entry.topics),
            )
        )

    def _revision(self, row: int, number: int) -> Revision:
        """One revision of an entry."""
        query = (
            f"SELECT id, {_REVISION} FROM revision AS r JOIN entry USING (entry) {_TEXTS}"
            " WHERE entry = ? AND r.revision = ?"
        )
        values = self._record.execute(query, (row, number)).fetchone()
        with as_written():
            return _to_revision(*values)

    def final_state(self, revision: Revision) -> State:
        """The state of the entry of a last revision; of a merged entry, the state of the one it was merged into."""
        while revision.heir is not None and (heir := self.row_of(revision.heir)) is not None:
            revision = self.last(heir)
        return revision.state

    def document_entries(self, series: str, number: int) -> list[Entry]:
        """The entries of an archive document as they were filed; of an entry filed twice, the later revision.

        An entry that was withdrawn since is left out, and one that became a notice is that notice.
        """
        entries: dict[str, Entry] = {}
        filed = document_rows(self._record, series, number)
        stored = {one.row: one for one in self._last({row for row, _ in filed})}
        for row, revision in filed:
            last = stored[row].revision
            if self.final_state(last) is not State.WITHDRAWN:
                is_last = revision == stored[row].number or last.entry.extent is Extent.NOTICE
                entry = last.entry if is_last else self._revision(row, revision).entry
                entries[entry.id] = entry
        return list(entries.values())

    def all_shown(self) -> Iterator[Revision]:
        """The last revision of each entry in the feed or its archive documents."""
        members = self._record.execute("SELECT entry FROM member WHERE series = '' ORDER BY published").fetchall()
        for one in self._last([row for (row,) in members]):
            yield one.revision

    def shown(self, series: str, rows: Collection[int]) -> Iterator[Entry]:
        """The entries of a feed. Raises DamagedError where the ledger does not have one of them there."""
        for last in (one.revision for one in self._last(rows)):
            if last.state is not State.SHOWN or series not in {ALL, *(topic.name for topic in last.entry.topics)}:
                raise DamagedError(f"the feed {series!r} has an entry that does not belong to it")
            yield last.entry

    def withdrawn(self) -> list[str]:
        """The ids of the entries that are withdrawn, or were merged into one that is."""
        rows = self._record.execute(
            "WITH RECURSIVE gone (id) AS (SELECT id FROM entry JOIN revision USING (entry, revision) WHERE state = ?"
            " AND state != 'shown' UNION"
            " SELECT entry.id FROM gone JOIN revision ON heir = gone.id JOIN entry USING (entry, revision)"
            " WHERE state != 'shown')"
            " SELECT id FROM gone ORDER BY id",
            (State.WITHDRAWN.value,),
        )
        return [entry_id for (entry_id,) in rows]

    def last_withdrawal(self) -> datetime | None:
        """When an entry was last taken out of the feeds; aware UTC."""
        states = (State.WITHDRAWN.value, State.MERGED.value)
        row = self._record.execute("SELECT max(made) FROM revision WHERE state IN (?, ?) AND state != 'shown'", states)
        return to_optional_time(row.fetchone()[0])

    def as_of(self, before: datetime | None) -> Iterator[Entry]:
        """The entries as they were published before an aware time, or as they are now; the newest first."""
        rows = self._record.execute(
            f"SELECT id, {_REVISION} FROM revision AS r JOIN entry USING (entry) {_TEXTS} WHERE r.state = 'shown'"
            " AND r.revision = (SELECT max(revision) FROM revision AS one WHERE one.entry = r.entry AND one.made < ?)"
            " ORDER BY r.published DESC, id",
            (2**62 if before is None else to_number(before),),
        )
        for values in rows:
            yield _to_revision(*values).entry

    def revisions(self, row: int) -> list[Revision]:
        """All revisions of an entry, the first one first."""
        query = f"SELECT id, {_REVISION} FROM revision AS r JOIN entry USING (entry) {_TEXTS} WHERE entry = ?"
        rows = self._record.execute(f"{query} ORDER BY r.revision", (row,))
        return [_to_revision(*values) for values in rows]


class _Stored(NamedTuple):
    """A revision in the record: the row of its entry, and its number."""

    row: int
    number: int
    revision: Revision


def _opening(entry: Entry) -> int | None:
    """The length of the summary without its `…`, where it is the beginning of the text; else None."""
    beginning = (entry.summary or "").removesuffix("…")
    is_cut = beginning != entry.summary and entry.paragraphs and entry.paragraphs[0].startswith(beginning)
    return len(beginning) if is_cut else None


def _existing(row: int | None) -> int:
    if row is None:
        raise AssertionError("an entry that was never published")
    return row


def _checked(values: Row) -> _Stored:
    """The last revision of an entry, from a row of the query for it. Raises DamagedError where it is damaged."""
    entry_id, entry_seal, row, number, *_ = values
    unsealed((row, entry_id, number, entry_seal))
    return _Stored(row, number, _to_revision(entry_id, *values[2:]))


def _to_revision(entry_id: str, *values: Any) -> Revision:
    """The revision that a row of the table and its texts say. Raises DamagedError where they are damaged."""
    *row, summary_data, summary_seal, body_data, body_seal = values
    _, _, why, made, state, heir, word, published, precision, updated, title, *rest = unsealed(tuple(row))
    summary, opening, body, link, language, extent, topics = rest
    with as_written():
        paragraphs = to_text((body, body_data, body_seal)) if body else ()
        standfirst = to_text((summary, summary_data, summary_seal)) if summary else ()
        entry = Entry(
            id=entry_id,
            title=title,
            published=to_moment(published, precision),
            updated=to_time(updated),
            summary=next(iter(standfirst), None) if opening is None else f"{paragraphs[0][:opening]}…",
            paragraphs=paragraphs,
            link=link,
            language=language,
            extent=Extent(extent),
            topics=to_topics(topics),
        )
        return Revision(Why(why), to_time(made), entry, State(state), heir, word)
