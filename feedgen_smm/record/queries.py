"""The entries of the archive, as feeds and lists want them."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from feedgen_smm.models import Entry
from feedgen_smm.record.opening import Archive
from feedgen_smm.record.rows import ENTRIES, to_entry, to_number


def entries_of(archive: Archive, rows: Sequence[int]) -> tuple[Entry, ...]:
    """The entries of some rows, newest first; those of one minute by id."""
    wanted = json.dumps(rows)
    return tuple(_entries(archive, "AND entry IN (SELECT value FROM json_each(?)) ORDER BY published DESC, id", wanted))


def published_between(archive: Archive, since: datetime | None, until: datetime | None) -> Iterator[Entry]:
    """The entries published at or after `since` and before `until`, both aware, newest first."""
    yield from _entries(
        archive,
        "AND published >= ? AND published < ? ORDER BY published DESC, id",
        to_number(since) if since else -(2**62),
        to_number(until) if until else 2**62,
    )


def _entries(archive: Archive, which: str, *parameters: object) -> Iterator[Entry]:
    yield from map(to_entry, archive.connection.execute(f"{ENTRIES} WHERE merged_into IS NULL {which}", parameters))
