"""Which entries a feed has room for, and where the others are filed: archive documents of a hundred (RFC 5005).

A feed and its documents are a series: that of all entries, and one of each topic. Entries are filed when they leave the
feed, or find no room in it, and what a place holds never changes. An entry that comes late, with an old date, or that
changes after it was filed, stands in the feed for as long as a new one does, and is filed when it leaves: who reads on
from the feed to the first document has the last word on every entry before any earlier one.
"""

import json
from collections.abc import Sequence

from feedgen_smm.models import Entry
from feedgen_smm.record.opening import Archive
from feedgen_smm.record.rows import REVISION, to_entry

ALL = ""  # the series of all entries; the others are those of topics, by their names
_FULL = 100  # entries, of a document


class Arrivals:
    """Counts, series by series, what comes or changes once there is a feed to tell of it."""

    def __init__(self, archive: Archive) -> None:
        self._execute = archive.connection.execute
        self._counts: dict[str, int] = dict(self._execute("SELECT name, arrivals FROM series").fetchall())

    def take(self, row: int, series: Sequence[str]) -> None:
        """See to it that the last revision of an entry is filed one day, in each of its series and in no other."""
        for name in series:
            self._take(row, name)
        self._execute(
            "DELETE FROM unfiled WHERE entry = ? AND series NOT IN (SELECT value FROM json_each(?))",
            (row, json.dumps(series)),
        )

    def _take(self, row: int, name: str) -> None:
        (is_known,) = self._execute(
            "SELECT revision IN (SELECT revision FROM filed WHERE series = ?1 AND entry = ?2 UNION ALL"
            " SELECT revision FROM unfiled WHERE series = ?1 AND entry = ?2) FROM entry WHERE entry = ?2",
            (name, row),
        ).fetchone()
        if is_known:
            return
        if name in self._counts:
            self._counts[name] += 1
        self._execute(
            "INSERT OR REPLACE INTO unfiled SELECT ?, entry, revision, ? FROM entry WHERE entry = ?",
            (name, self._counts.get(name, 0), row),
        )

    def note(self) -> None:
        """Keep the counts."""
        for name, count in self._counts.items():
            self._execute("UPDATE series SET arrivals = ? WHERE name = ?", (count, name))


def window(archive: Archive, series: str, size: int) -> tuple[int, ...]:
    """The rows of the entries that the feed of a series has room for, of at most `size`.

    At most a quarter, or one, are old entries that arrived of late: for as long as no feedful arrived after them.
    """
    newest = _rows(
        archive,
        "SELECT entry FROM member JOIN entry USING (entry) WHERE series = ? AND merged_into IS NULL"
        " ORDER BY member.published DESC, id LIMIT ?",
        (series, size),
    )
    if len(newest) < size:
        return newest
    late = _rows(
        archive,
        "SELECT entry FROM unfiled JOIN series ON name = series JOIN entry USING (entry)"
        " WHERE series = ? AND arrival > 0 AND arrivals - arrival < ? AND merged_into IS NULL"
        " AND entry NOT IN (SELECT value FROM json_each(?)) ORDER BY arrival DESC LIMIT ?",
        (series, size, json.dumps(_steady(newest)), _room(size)),
    )
    standing = frozenset(late)
    others = [row for row in newest if row not in standing]
    return (*others[: size - len(late)], *late)


def _room(size: int) -> int:
    """How many entries of a full feed may be old."""
    return max(1, size // 4) if size > 1 else 0


def _steady(feed: Sequence[int]) -> Sequence[int]:
    """The rows of a full feed that nothing takes the place of but news."""
    return feed[: len(feed) - _room(len(feed))]


def file_others(archive: Archive, series: str, feed: Sequence[int]) -> int:
    """File all that is not yet filed as it is, but for the feed's entries; returns how many documents there are."""
    _file(archive, series, feed)
    if (filed := _filed(archive, series)) and filed % _FULL == 0:
        # A full document leads to the next, which has to be there: an entry begins it that stays in the feed as well.
        early = _rows(
            archive,
            "SELECT entry FROM unfiled JOIN entry USING (entry) WHERE series = ?"
            " AND entry IN (SELECT value FROM json_each(?)) ORDER BY published, id DESC LIMIT 1",
            (series, json.dumps(_steady(feed))),
        )
        _file(archive, series, [row for row in feed if row not in early])
    return -(-_filed(archive, series) // _FULL)


def begin(archive: Archive, series: str) -> None:
    """Note that there is a feed: what arrives from now on is news to its readers."""
    archive.connection.execute("INSERT OR IGNORE INTO series VALUES (?, 0)", (series,))


def read_document(archive: Archive, series: str, number: int) -> tuple[Entry, ...]:
    """The entries of an archive document, as they were filed; of one that was filed in it twice, the later revision."""
    rows = archive.connection.execute(
        f"SELECT id, filed.published, filed.precision, {REVISION} FROM filed JOIN entry USING (entry)"  # noqa: S608 - our own words
        " JOIN revision ON revision.entry = filed.entry AND revision.revision = filed.revision"
        " WHERE series = ?1 AND place > ?2 AND place <= ?2 + ?3 ORDER BY place",
        (series, (number - 1) * _FULL, _FULL),
    )
    return tuple({entry.id: entry for entry in map(to_entry, rows)}.values())


def _file(archive: Archive, series: str, feed: Sequence[int]) -> None:
    """File what is not filed yet, but for what is in the feed: the oldest first."""
    standing = json.dumps(feed)
    archive.connection.execute(
        "INSERT INTO filed SELECT series, ? + row_number() OVER (ORDER BY published, id), entry, unfiled.revision,"
        " published, precision FROM unfiled JOIN entry USING (entry)"
        " WHERE series = ? AND merged_into IS NULL AND entry NOT IN (SELECT value FROM json_each(?))",
        (_filed(archive, series), series, standing),
    )
    archive.connection.execute(
        "DELETE FROM unfiled WHERE series = ? AND entry NOT IN (SELECT value FROM json_each(?))", (series, standing)
    )


def _filed(archive: Archive, series: str) -> int:
    """How many places are taken."""
    (count,) = archive.connection.execute(
        "SELECT ifnull(max(place), 0) FROM filed WHERE series = ?", (series,)
    ).fetchone()
    return int(count)


def _rows(archive: Archive, query: str, parameters: Sequence[object]) -> tuple[int, ...]:
    return tuple(row for (row,) in archive.connection.execute(query, parameters))
