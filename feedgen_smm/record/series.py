"""A feed and its archive documents are a series: which entries the feed has room for, and where the others are filed.

There is a series of all entries, and one of each topic. Entries wait in a queue until they leave the feed, and are then
filed in archive documents of a hundred (RFC 5005), place by place; what is filed stays filed. An entry that comes late,
with an old date, or that changes after it was filed, is queued again, and stands in the feed for as long as a new one
does: a client that pages backwards sees the newest revision of each entry first (RFC 5005, section 4).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedgen_smm.models import Extent, Revision, State, Why
from feedgen_smm.record.database import Record
from feedgen_smm.record.rows import as_written, to_json, to_number
from feedgen_smm.record.seals import DamagedError, Row, seal, unsealed

ALL = ""  # the series of all entries; the others are named as their topics are
FULL = 100  # entries of a document
SERIES = "series, entries, queued, filed, arrivals, feed, seal"


@dataclass
class Series:
    """What is counted of a series. `arrivals` is None until there is a feed; `feed` are its entries' rows."""

    entries: int = 0
    queued: int = 0
    filed: int = 0
    arrivals: int | None = None
    feed: str = "[]"


class SeriesTable:
    """Keeps each entry in the series that it is of."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._loaded: dict[str, Series] = {}
        self._members: list[tuple[str, int, int]] = []
        self._queue: list[tuple[str, int]] = []

    def follow(self, row: int, revision: Revision) -> None:
        """Let an entry be where its last revision belongs, and be filed again one day as it is now."""
        execute = self._record.execute
        before = [] if revision.why is Why.NEW else self._series_of(row)
        after = [ALL, *(topic.name for topic in revision.entry.topics)] if revision.state is State.SHOWN else []
        if before:
            execute("DELETE FROM member WHERE entry = ?", (row,))
        published = to_number(revision.entry.published.instant)
        for name in sorted({*before, *after}):
            series = self._get(name)
            series.entries += (name in after) - (name in before)
            if name not in after:
                series.queued -= execute("DELETE FROM queue WHERE series = ? AND entry = ?", (name, row)).rowcount
            else:
                self._members.append((name, published, row))
                if revision.why is not Why.SORTED or name not in before:
                    series.queued += revision.why is Why.NEW or not self._is_queued(name, row)
                    self._queue.append((name, row))
        if revision.why is not Why.NEW:
            self._renew_documents(row, revision)  # before the revision is written

    def _series_of(self, row: int) -> list[str]:
        return [name for (name,) in self._record.execute("SELECT series FROM member WHERE entry = ?", (row,))]

    def _is_queued(self, name: str, row: int) -> bool:
        found = self._record.execute("SELECT 1 FROM queue WHERE series = ? AND entry = ?", (name, row))
        return found.fetchone() is not None

    def _renew_documents(self, row: int, revision: Revision) -> None:
        """Let full documents be made again that hold an entry that is withdrawn, or was."""
        last = self._record.execute(
            "SELECT state, extent FROM entry JOIN revision USING (entry, revision) WHERE entry = ?", (row,)
        ).fetchone()
        faces = {revision.state.value, revision.entry.extent.value, *last}
        if faces.isdisjoint((State.WITHDRAWN.value, Extent.NOTICE.value)):
            return
        self._record.execute(
            "WITH RECURSIVE same (entry, id) AS (SELECT entry, id FROM entry WHERE entry = ? UNION"
            " SELECT entry.entry, entry.id FROM same JOIN revision ON heir = same.id JOIN entry USING (entry, revision)"
            f" WHERE state != 'shown') DELETE FROM document WHERE (series, number) IN"
            f" (SELECT series, (place - 1) / {FULL} + 1 FROM same JOIN filed USING (entry))",
            (row,),
        )

    def save(self) -> None:
        """Write what was followed."""
        self._record.executemany("INSERT INTO member VALUES (?, ?, ?)", self._members)
        self._record.executemany("INSERT OR REPLACE INTO queue VALUES (?, ?, NULL)", self._queue)
        for name, series in self._loaded.items():
            write_series(self._record, name, series)
        self._members, self._queue, self._loaded = [], [], {}

    def _get(self, name: str) -> Series:
        if name not in self._loaded:
            self._loaded[name] = read_series(self._record, name)
        return self._loaded[name]


def read_series(record: Record, name: str) -> Series:
    """What is counted of a series; of one that is not known, nothing."""
    row = record.execute(f"SELECT {SERIES} FROM series WHERE series = ?", (name,)).fetchone()
    return Series() if row is None else Series(*unsealed(row)[1:])


def write_series(record: Record, name: str, series: Series) -> None:
    """Keep what is counted of a series."""
    values = (name, series.entries, series.queued, series.filed, series.arrivals, series.feed)
    record.execute("INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, seal(*values)))


def count_arrivals(record: Record, name: str) -> None:
    """Number what came or changed since the last build, the oldest first; before there is a feed nothing arrives."""
    series = read_series(record, name)
    new = _rows(
        record,
        "SELECT entry FROM queue JOIN entry USING (entry) JOIN revision USING (entry, revision)"
        " WHERE series = ? AND arrival IS NULL ORDER BY published, id DESC",
        name,
    )
    if not new:
        return
    first = 0 if series.arrivals is None else series.arrivals + 1
    step = 0 if series.arrivals is None else 1
    record.executemany(
        "UPDATE queue SET arrival = ? WHERE series = ? AND entry = ?",
        [(first + step * place, name, row) for place, row in enumerate(new)],
    )
    if series.arrivals is not None:
        series.arrivals += len(new)
        write_series(record, name, series)


def feed_of(record: Record, name: str, limit: int) -> tuple[int, ...]:
    """The rows of the entries that the feed of a series has room for, at most `limit`.

    They are the newest. In a full feed a quarter, or one, may be old entries that arrived late: for as long as fewer
    than `limit` entries arrived after them. Raises DamagedError where an entry is missing without a reason.
    """
    series = read_series(record, name)
    newest = record.execute(
        "SELECT member.entry, member.published FROM member JOIN entry USING (entry) WHERE series = ?"
        " ORDER BY member.published DESC, id LIMIT ?",
        (name, limit),
    ).fetchall()
    feed = tuple(row for row, _ in newest)
    if len(feed) != min(limit, series.entries):
        raise DamagedError(f"the feed {name!r} has lost entries")
    if len(feed) < limit:
        _check_feed(record, name, series, feed, None)
        return feed
    kept = newest[: limit - _room(limit)]
    late = _rows(
        record,
        "SELECT entry FROM queue WHERE series = ? AND arrival > 0 AND ? - arrival < ?"
        " AND entry NOT IN (SELECT value FROM json_each(?)) ORDER BY arrival DESC LIMIT ?",
        *(name, series.arrivals, limit, to_json([row for row, _ in kept]), _room(limit)),
    )
    others = [row for row in feed if row not in frozenset(late)]
    feed = (*others[: limit - len(late)], *late)
    _check_feed(record, name, series, feed, kept[-1][1] if kept else None)
    return feed


def _room(limit: int) -> int:
    """How many entries of a full feed may be old."""
    return max(1, limit // 4) if limit > 1 else 0


def _check_feed(record: Record, name: str, series: Series, feed: Sequence[int], oldest: int | None) -> None:
    """Raise DamagedError where an entry of a feed is missing from it.

    A full feed may lose an entry that is older than `oldest`: the date of the last whose place no late entry takes.
    """
    with as_written():
        left = sorted(set(json.loads(series.feed)).difference(feed))
    rows = record.execute(
        "SELECT published, topics FROM entry JOIN revision USING (entry, revision)"
        " WHERE state = 'shown' AND entry IN (SELECT value FROM json_each(?))",
        (to_json(left),),
    )
    for published, topics in rows if left else ():
        is_of_it = name in {ALL, *(topic for topic, _ in json.loads(topics))}
        if is_of_it and (published > oldest if oldest is not None else len(feed) == series.entries):
            raise DamagedError(f"the feed {name!r} has lost an entry")


def is_known(record: Record, name: str) -> bool:
    """Whether there is a feed of a series."""
    return read_series(record, name).arrivals is not None


def note_feed(record: Record, name: str, feed: Sequence[int]) -> None:
    """Remember the feed that was written: what arrives from now on is news to its readers."""
    series = read_series(record, name)
    series.arrivals = series.arrivals or 0
    series.feed = to_json(sorted(feed))
    write_series(record, name, series)


def file_others(record: Record, name: str, feed: Sequence[int]) -> int:
    """File all entries of a series that wait, but for those of the feed; returns how many documents there are."""
    (queued,) = record.execute("SELECT count(*) FROM queue WHERE series = ?", (name,)).fetchone()
    if queued != read_series(record, name).queued:
        raise DamagedError(f"the queue of {name!r} has lost entries")
    _file(record, name, feed)
    filed = count_filed(record, name)
    if filed and filed % FULL == 0:
        # A full document leads to the next, which has to exist: an entry begins it that stays in the feed as well.
        early = _rows(
            record,
            "SELECT entry FROM queue JOIN entry USING (entry) JOIN revision USING (entry, revision) WHERE series = ?"
            " AND entry IN (SELECT value FROM json_each(?)) ORDER BY published, id DESC LIMIT 1",
            name,
            to_json(feed[: len(feed) - _room(len(feed))]),
        )
        _file(record, name, [row for row in feed if row not in early])
    return -(-count_filed(record, name) // FULL)


def _file(record: Record, name: str, feed: Sequence[int]) -> None:
    """File what waits, but for the feed's entries: the oldest first."""
    waiting = record.execute(
        "SELECT entry, revision FROM queue JOIN entry USING (entry) JOIN revision USING (entry, revision)"
        " WHERE series = ? AND entry NOT IN (SELECT value FROM json_each(?)) ORDER BY published, id",
        (name, to_json(feed)),
    ).fetchall()
    places = range(count_filed(record, name) + 1, 2**62)
    rows = [(name, place, entry, revision) for place, (entry, revision) in zip(places, waiting, strict=False)]
    record.executemany("INSERT INTO filed VALUES (?, ?, ?, ?, ?)", [(*row, seal(*row)) for row in rows])
    record.executemany("DELETE FROM queue WHERE series = ? AND entry = ?", [(name, entry) for entry, _ in waiting])
    series = read_series(record, name)
    series.queued -= len(rows)
    series.filed += len(rows)
    write_series(record, name, series)


def count_filed(record: Record, name: str) -> int:
    """How many places of a series are taken. Raises DamagedError where the last one is not."""
    (count,) = record.execute("SELECT ifnull(max(place), 0) FROM filed WHERE series = ?", (name,)).fetchone()
    if count != read_series(record, name).filed:
        raise DamagedError(f"the archive documents of {name!r} have lost entries")
    return int(count)


def filed(record: Record, name: str, number: int) -> list[tuple[int, int]]:
    """The entries of a document, with the revisions that were filed. Raises DamagedError where a place is missing."""
    first, last = (number - 1) * FULL + 1, min(number * FULL, count_filed(record, name))
    rows: Iterable[Row] = record.execute(
        "SELECT series, place, entry, revision, seal FROM filed WHERE series = ? AND place BETWEEN ? AND ?"
        " ORDER BY place",
        (name, first, last),
    )
    found = [unsealed(row) for row in rows]
    if [place for _, place, _, _ in found] != [*range(first, last + 1)]:
        raise DamagedError("an archive document has lost entries")
    return [(entry, revision) for _, _, entry, revision in found]


def ids_filed(record: Record, name: str, number: int) -> frozenset[str]:
    """The ids of the entries that were filed in a document."""
    rows = record.execute(
        "SELECT id FROM filed JOIN entry USING (entry) WHERE series = ? AND place BETWEEN ? AND ?",
        (name, (number - 1) * FULL + 1, number * FULL),
    )
    return frozenset(entry_id for (entry_id,) in rows)


def _rows(record: Record, query: str, *parameters: object) -> tuple[int, ...]:
    return tuple(row for (row,) in record.execute(query, parameters))
