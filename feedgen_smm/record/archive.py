"""Which entries a feed has, and which its archive documents (RFC 5005) have. A feed and its documents are a series.

There is a series of all entries, and one of each topic. An entry waits in a queue until it leaves the feed; then it is
filed in an archive document, which is full at a hundred entries, and it stays there. An entry that arrives late, with
an old date, or that changes after it was filed, is queued again, and stays in the feed as long as a new one does: so a
client that pages backwards sees the newest revision of each entry first (RFC 5005, section 4).
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Extent, Revision, State, Why
from feedgen_smm.record.database import Record
from feedgen_smm.record.schema import (
    COMPRESSION,
    SEALED,
    DamagedError,
    Row,
    as_written,
    insert,
    listed,
    sealed,
    to_number,
    to_topics,
    unsealed,
)

ALL = ""  # the series of all entries; the others have the names of topics
FULL = 100  # entries in a full document
_RENEWING = {State.WITHDRAWN.value, Extent.NOTICE.value}  # an entry that is, or was, one of these


class Series:
    """The counts of a series. `arrivals` is None before the first feed; `feed` has the rows of its entries, as JSON."""

    def __init__(
        self, entries: int = 0, queued: int = 0, filed: int = 0, arrivals: int | None = None, feed: str = "[]"
    ) -> None:
        self.entries = entries
        self.queued = queued
        self.filed = filed
        self.arrivals = arrivals
        self.feed = feed


class Kept(NamedTuple):
    """A full document as it was first written: its bytes, and how many entries it holds."""

    data: bytes
    holds: int


class SeriesTable:
    """Puts each entry into the series that it belongs to."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._loaded: dict[str, Series] = {}
        self._members: list[tuple[str, int, int]] = []
        self._queue: list[tuple[str, int]] = []

    def update(self, row: int, revision: Revision) -> None:
        """Put an entry where its new revision belongs, and queue that revision for the archive.

        Call this before the revision is stored; `save` stores what came of it.
        """
        before = [] if revision.why is Why.NEW else self._take_out(row, revision)
        after = [ALL, *(topic.name for topic in revision.entry.topics)] if revision.state is State.SHOWN else []
        published = to_number(revision.entry.published.instant)
        for name in sorted({*before, *after}):
            series = self._get(name)
            series.entries += (name in after) - (name in before)
            if name not in after:
                gone = self._record.execute("DELETE FROM queue WHERE series = ? AND entry = ?", (name, row))
                series.queued -= gone.rowcount
            else:
                self._members.append((name, published, row))
                if revision.why is not Why.SORTED or name not in before:
                    series.queued += revision.why is Why.NEW or not self._is_queued(name, row)
                    self._queue.append((name, row))

    def _take_out(self, row: int, revision: Revision) -> list[str]:
        """Take an entry out of the series that its last revision is in; returns their names."""
        state, extent, published, topics = self._record.execute(
            "SELECT state, extent, published, topics FROM entry JOIN revision USING (entry, revision) WHERE entry = ?",
            (row,),
        ).fetchone()
        if not {state, extent, revision.state.value, revision.entry.extent.value}.isdisjoint(_RENEWING):
            self._renew_documents(row)
        names = [ALL, *(topic.name for topic in to_topics(topics))] if state == State.SHOWN.value else []
        self._record.executemany(
            "DELETE FROM member WHERE series = ? AND published = ? AND entry = ?",
            [(name, published, row) for name in names],
        )
        return names

    def _is_queued(self, name: str, row: int) -> bool:
        found = self._record.execute("SELECT 1 FROM queue WHERE series = ? AND entry = ?", (name, row))
        return found.fetchone() is not None

    def _renew_documents(self, row: int) -> None:
        """Forget the full documents that hold an entry: they are made again."""
        self._record.execute(
            "WITH RECURSIVE same (entry, id) AS (SELECT entry, id FROM entry WHERE entry = ? UNION"
            " SELECT entry.entry, entry.id FROM same JOIN revision ON heir = same.id JOIN entry USING (entry, revision)"
            f" WHERE state != 'shown') DELETE FROM document WHERE (series, number) IN"
            f" (SELECT series, (place - 1) / {FULL} + 1 FROM same JOIN filed USING (entry))",
            (row,),
        )

    def save(self) -> None:
        """Store what was updated."""
        self._record.executemany(insert("member", "series, published, entry"), self._members)
        queued = [(name, row, 0 if self._loaded[name].arrivals is None else None) for name, row in self._queue]
        self._record.executemany(insert("queue", "series, entry, arrival", replacing="OR REPLACE"), queued)
        for name, series in self._loaded.items():
            _write(self._record, name, series)
        self._members, self._queue, self._loaded = [], [], {}

    def _get(self, name: str) -> Series:
        if name not in self._loaded:
            self._loaded[name] = _read(self._record, name)
        return self._loaded[name]


def number_arrivals(record: Record, name: str) -> None:
    """Number the entries that came or changed since the last feed, the oldest first."""
    series = _read(record, name)
    if series.arrivals is None:
        return
    new = _rows(
        record,
        "SELECT entry FROM queue INDEXED BY queue_not_counted JOIN entry USING (entry)"
        " JOIN revision USING (entry, revision) WHERE series = ? AND arrival IS NULL ORDER BY published, id DESC",
        name,
    )
    if new:
        arrivals = [(arrival, name, row) for arrival, row in enumerate(new, series.arrivals + 1)]
        record.executemany("UPDATE queue SET arrival = ? WHERE series = ? AND entry = ?", arrivals)
        series.arrivals += len(new)
        _write(record, name, series)


def feed_rows(record: Record, name: str, limit: int) -> tuple[int, ...]:
    """The rows of the entries in the feed of a series, at most `limit`.

    They are the newest. A quarter of a full feed, at least one, may be old entries that arrived late: each stays until
    `limit` entries arrived after it. Raises DamagedError where an entry is missing without a reason.
    """
    series = _read(record, name)
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
        *(name, series.arrivals, limit, listed(row for row, _ in kept), _room(limit)),
    )
    others = [row for row in feed if row not in frozenset(late)]
    feed = (*others[: limit - len(late)], *late)
    _check_feed(record, name, series, feed, kept[-1][1] if kept else None)
    return feed


def _room(limit: int) -> int:
    """How many entries of a full feed may be old ones that arrived late."""
    return max(1, limit // 4) if limit > 1 else 0


def _check_feed(record: Record, name: str, series: Series, feed: Sequence[int], oldest: int | None) -> None:
    """Raise DamagedError where an entry that the last feed had is missing without a reason.

    A full feed may lose entries older than `oldest`, the date of the last entry whose place no late entry may take.
    """
    with as_written():
        left = sorted(set(json.loads(series.feed)).difference(feed))
    rows = record.execute(
        "SELECT published, topics FROM entry JOIN revision USING (entry, revision)"
        " WHERE state = 'shown' AND entry IN (SELECT value FROM json_each(?))",
        (listed(left),),
    )
    for published, topics in rows if left else ():
        belongs = name in {ALL, *(topic.name for topic in to_topics(topics))}
        if belongs and (published > oldest if oldest is not None else len(feed) == series.entries):
            raise DamagedError(f"the feed {name!r} has lost an entry")


def has_feed(record: Record, name: str) -> bool:
    """Whether a feed of the series was ever written."""
    return _read(record, name).arrivals is not None


def is_noted(record: Record, name: str, feed: Sequence[int], now: datetime) -> bool:
    """Whether a feed has the same entries as when it was last noted, and none was revised since `now`."""
    if listed(sorted(feed)) != _read(record, name).feed:
        return False
    query = (
        "SELECT 1 FROM entry JOIN revision USING (entry, revision)"
        " WHERE made >= ? AND entry IN (SELECT value FROM json_each(?)) LIMIT 1"
    )
    return record.execute(query, (to_number(now), listed(feed))).fetchone() is None


def note_feed(record: Record, name: str, feed: Sequence[int]) -> None:
    """Remember the feed that was written: an entry that arrives later is new to its readers."""
    series = _read(record, name)
    series.arrivals = series.arrivals or 0
    series.feed = listed(sorted(feed))
    _write(record, name, series)


def fill_documents(record: Record, name: str, feed: Sequence[int]) -> int:
    """File all queued entries of a series except those of the feed; returns how many documents there are."""
    (queued,) = record.execute("SELECT count(*) FROM queue WHERE series = ?", (name,)).fetchone()
    if queued != _read(record, name).queued:
        raise DamagedError(f"the queue of {name!r} has lost entries")
    _file(record, name, feed)
    filed = _count_filed(record, name)
    if filed and filed % FULL == 0:
        # A full document links to the next, which has to exist: an old entry of the feed begins it, and stays there.
        early = _rows(
            record,
            "SELECT entry FROM queue JOIN entry USING (entry) JOIN revision USING (entry, revision) WHERE series = ?"
            " AND entry IN (SELECT value FROM json_each(?)) ORDER BY published, id DESC LIMIT 1",
            name,
            listed(feed[: len(feed) - _room(len(feed))]),
        )
        _file(record, name, [row for row in feed if row not in early])
    return count_documents(record, name)


def count_documents(record: Record, name: str) -> int:
    """How many archive documents a series has."""
    return -(-_count_filed(record, name) // FULL)


def _file(record: Record, name: str, feed: Sequence[int]) -> None:
    """File the queued entries except those of the feed, the oldest first."""
    waiting = record.execute(
        "SELECT entry, revision FROM queue JOIN entry USING (entry) JOIN revision USING (entry, revision)"
        " WHERE series = ? AND entry NOT IN (SELECT value FROM json_each(?)) ORDER BY published, id",
        (name, listed(feed)),
    ).fetchall()
    places = range(_count_filed(record, name) + 1, 2**62)
    rows = [(name, place, entry, revision) for place, (entry, revision) in zip(places, waiting, strict=False)]
    record.executemany(insert("filed"), map(sealed, rows))
    record.execute(
        "DELETE FROM queue WHERE series = ? AND entry NOT IN (SELECT value FROM json_each(?))", (name, listed(feed))
    )
    series = _read(record, name)
    series.queued -= len(rows)
    series.filed += len(rows)
    _write(record, name, series)


def _count_filed(record: Record, name: str) -> int:
    """How many entries of a series are filed. Raises DamagedError where the last ones are lost."""
    (count,) = record.execute("SELECT ifnull(max(place), 0) FROM filed WHERE series = ?", (name,)).fetchone()
    if count != _read(record, name).filed:
        raise DamagedError(f"the archive documents of {name!r} have lost entries")
    return int(count)


def document_rows(record: Record, name: str, number: int) -> list[tuple[int, int]]:
    """The entries of a document, by row, and the revisions filed. Raises DamagedError where one is missing."""
    first, last = (number - 1) * FULL + 1, min(number * FULL, _count_filed(record, name))
    rows: Iterable[Row] = record.execute(
        f"SELECT {SEALED['filed']} FROM filed WHERE series = ? AND place BETWEEN ? AND ? ORDER BY place",
        (name, first, last),
    )
    found = [unsealed(row) for row in rows]
    if [place for _, place, _, _ in found] != [*range(first, last + 1)]:
        raise DamagedError("an archive document has lost entries")
    return [(entry, revision) for _, _, entry, revision in found]


def ids_filed(record: Record, name: str, number: int) -> frozenset[str]:
    """The ids of the entries of a document."""
    rows = record.execute(
        "SELECT id FROM filed JOIN entry USING (entry) WHERE series = ? AND place BETWEEN ? AND ?",
        (name, (number - 1) * FULL + 1, number * FULL),
    )
    return frozenset(entry_id for (entry_id,) in rows)


def keep_document(record: Record, base_url: str, series: str, number: int, documents: Mapping[str, Kept]) -> None:
    """Keep the files of a full document, by their names below the base URL."""
    for name, (data, holds) in documents.items():
        row = (base_url, name, series, number, holds, zlib.compress(data, COMPRESSION))
        record.execute(insert("document"), sealed(row))


def kept_names(record: Record, base_url: str) -> frozenset[str]:
    """The names of all documents that are kept for a base URL."""
    return frozenset(name for (name,) in record.execute("SELECT name FROM document WHERE base_url = ?", (base_url,)))


def kept_document(record: Record, base_url: str, name: str) -> Kept:
    """A document that is kept. Raises DamagedError where it is not as it was written."""
    query = f"SELECT {SEALED['document']} FROM document WHERE base_url = ? AND name = ?"
    row = record.execute(query, (base_url, name)).fetchone()
    *_, holds, data = unsealed(row)
    with as_written():
        return Kept(zlib.decompress(data), holds)


def _read(record: Record, name: str) -> Series:
    """The counts of a series; zeros where it is not known."""
    row = record.execute(f"SELECT {SEALED['series']} FROM series WHERE series = ?", (name,)).fetchone()
    return Series() if row is None else Series(*unsealed(row)[1:])


def _write(record: Record, name: str, series: Series) -> None:
    """Store the counts of a series."""
    values = (name, series.entries, series.queued, series.filed, series.arrivals, series.feed)
    record.execute(insert("series", replacing="OR REPLACE"), sealed(values))


def _rows(record: Record, query: str, *parameters: object) -> tuple[int, ...]:
    return tuple(row for (row,) in record.execute(query, parameters))
