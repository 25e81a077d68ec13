"""What a build has to know before it does anything: whether pages, record and files are as the last build left them.

Most builds find that they are, and need no more of the record; this module imports nothing that would slow them.
"""

from typing import NamedTuple

from feedgen_smm.record.database import Record
from feedgen_smm.record.seals import unsealed


class Publication(NamedTuple):
    """A file as it was last written: its signature, the digest of its bytes, and how many entries or feeds it holds."""

    signature: str
    digest: bytes
    holds: int


class File(NamedTuple):
    """A file: its folder, relative to the record's place, its name, and a text that changes whenever the file does."""

    folder: bytes
    name: bytes
    signature: str


def listings(record: Record) -> dict[bytes, bytes]:
    """The digest of each folder's listing, as it was last looked at."""
    return dict(record.execute("SELECT path, listing FROM folder"))


def signatures(record: Record, folder: bytes) -> dict[bytes, str]:
    """The signatures of the files that stood in a folder, by their names."""
    rows = record.execute("SELECT name, signature FROM file WHERE folder = ? AND signature != ''", (folder,))
    return dict(rows)


def is_read_by_older(record: Record, version: int) -> bool:
    """Whether there is such a file."""
    rows = record.execute("SELECT 1 FROM file WHERE version < ? AND signature != '' LIMIT 1", (version,))
    return rows.fetchone() is not None


def is_settled(record: Record) -> bool:
    """Whether nothing is left to settle."""
    pending = "SELECT 1 FROM sighting WHERE pending > 0 UNION ALL SELECT 1 FROM agenda LIMIT 1"
    return record.execute(pending).fetchone() is None


def has_untold(record: Record) -> bool:
    """Whether a build has to report a problem."""
    rows = "SELECT 1 FROM file WHERE NOT is_told UNION ALL SELECT 1 FROM conflict WHERE NOT is_told LIMIT 1"
    return record.execute(rows).fetchone() is not None


def publications(record: Record) -> dict[str, Publication]:
    """How the files of the output were last written, by their names in it."""
    rows = record.execute("SELECT name, signature, digest, holds FROM publication")
    return {name: Publication(*row) for name, *row in rows}


def count_faulty(record: Record) -> int:
    """How many files that stand have problems."""
    (count,) = record.execute("SELECT count(*) FROM file WHERE problems != '' AND signature != ''").fetchone()
    return int(count)


def count_entries(record: Record) -> int:
    """How many entries the feeds are made of."""
    row = record.execute(
        "SELECT series, entries, queued, filed, arrivals, feed, seal FROM series WHERE series = ''"
    ).fetchone()
    return 0 if row is None else int(unsealed(row)[1])
