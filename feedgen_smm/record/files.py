"""The files of pages and of the output as the last build left them: what a build asks before it does anything.

Most builds find that nothing changed and ask no more, so this module is small. `captures` has the rest.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

from feedgen_smm.record.database import Record
from feedgen_smm.record.rows import unsealed
from feedgen_smm.record.schema import SEALED, insert


class File(NamedTuple):
    """A file of pages: its folder, relative to the record's; its name; a text that changes whenever the file does."""

    folder: bytes
    name: bytes
    signature: str


class Publication(NamedTuple):
    """A file of the output as it was last written: its signature, digest, and how many entries or feeds it holds."""

    signature: str
    digest: bytes
    holds: int


def listings(record: Record) -> dict[bytes, bytes]:
    """The digest of each folder's listing when the folder was last looked at."""
    return dict(record.execute("SELECT path, listing FROM folder"))


def signatures(record: Record, folder: bytes) -> dict[bytes, str]:
    """The signatures of the files of a folder, by their names."""
    rows = record.execute("SELECT name, signature FROM file WHERE folder = ? AND signature != ''", (folder,))
    return dict(rows)


def is_read_by_older(record: Record, version: int) -> bool:
    """Whether a parser older than `version` read any file that still exists."""
    rows = record.execute("SELECT 1 FROM file WHERE version < ? AND signature != '' LIMIT 1", (version,))
    return rows.fetchone() is not None


def has_unreported(record: Record) -> bool:
    """Whether a build has to report a problem."""
    rows = "SELECT 1 FROM file WHERE NOT is_told UNION ALL SELECT 1 FROM conflict WHERE NOT is_told LIMIT 1"
    return record.execute(rows).fetchone() is not None


def count_faulty(record: Record) -> int:
    """How many of the files that exist have problems."""
    (count,) = record.execute("SELECT count(*) FROM file WHERE problems != '' AND signature != ''").fetchone()
    return int(count)


def publications(record: Record) -> dict[str, Publication]:
    """The files of the output as they were last written, by their names in it."""
    rows = record.execute("SELECT name, signature, digest, holds FROM publication")
    return {name: Publication(*row) for name, *row in rows}


def note_publications(record: Record, written: Mapping[str, Publication], removed: Iterable[str]) -> None:
    """Remember the files that were written, and forget those that were removed."""
    record.executemany("DELETE FROM publication WHERE name = ?", [(name,) for name in removed])
    record.executemany(
        insert("publication", "name, signature, digest, holds", replacing="OR REPLACE"),
        [(name, *one) for name, one in written.items()],
    )


def digest_of(data: bytes) -> bytes:
    """The digest that a file's bytes are compared by."""
    return blake2b(data, digest_size=16).digest()


def is_settled(record: Record) -> bool:
    """Whether no sighting and no entry waits to be settled."""
    pending = "SELECT 1 FROM sighting WHERE pending > 0 UNION ALL SELECT 1 FROM agenda LIMIT 1"
    return record.execute(pending).fetchone() is None


def count_entries(record: Record) -> int:
    """How many entries the feeds are made of."""
    row = record.execute(f"SELECT {SEALED['series']} FROM series WHERE series = ''").fetchone()
    return 0 if row is None else int(unsealed(row)[1])
