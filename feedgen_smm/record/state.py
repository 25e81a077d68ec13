"""What a build has to know before it does anything: which files changed, what is left to settle, how feeds stand.

Most builds find nothing changed and need no more of the archive than this; it imports nothing that would slow them.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from feedgen_smm.models import Account
from feedgen_smm.record.opening import Archive


class File(NamedTuple):
    """A file as it was found: where, and a text that changes whenever the file does."""

    folder: bytes
    name: bytes
    signature: str


class Publication(NamedTuple):
    """A file as it was last written: its signature, the count of changes then, the options, and how many it holds."""

    signature: str
    changes: int
    options: str
    holds: int


def changed_files(archive: Archive, folder: bytes, files: Mapping[bytes, str]) -> list[File]:
    """Those of a folder's `files`, names with their signatures, that do not stand as they stood at the last look.

    They are in the order of their names.
    """
    rows = archive.connection.execute("SELECT name, signature FROM file WHERE folder = ?", (folder,))
    known: dict[bytes, str] = dict(rows.fetchall())
    changed = [name for name, signature in files.items() if known.get(name) != signature]
    return [File(folder, name, files[name]) for name in sorted(changed)]


def all_is_settled(archive: Archive) -> bool:
    """Whether every sighting that was taken in has its entry."""
    return archive.connection.execute("SELECT 1 FROM sighting WHERE NOT is_settled LIMIT 1").fetchone() is None


def account(archive: Archive) -> Account:
    """The account of everything that was ever read."""
    columns = "captures, sightings, undated_articles, undated_teasers, entries"
    return Account(*archive.connection.execute(f"SELECT {columns} FROM total").fetchone())  # noqa: S608 - our own words


def changes(archive: Archive) -> int:
    """How often entries changed: feeds made at the same count, with the same options, are the same."""
    (count,) = archive.connection.execute("SELECT changes FROM total").fetchone()
    return int(count)


def problems_in(
    archive: Archive, surveyed: Mapping[bytes, Mapping[bytes, str]]
) -> Iterator[tuple[bytes, bytes, int, str]]:
    """What is wrong with the pages that stand in the files surveyed: folder, name, line, message of each."""
    for folder, name, line, message in archive.connection.execute(
        "SELECT DISTINCT folder, name, line, message FROM problem CROSS JOIN capture USING (page)"
        " JOIN file USING (capture) ORDER BY folder, name, line, message"
    ):
        if name in surveyed.get(folder, ()):
            yield folder, name, line, message


def publications(archive: Archive, folder: bytes) -> dict[bytes, Publication]:
    """How the files of a folder, and of folders in it, were last written, by their names in it."""
    start = folder + b"/"
    rows = archive.connection.execute(
        "SELECT path, signature, changes, options, entries FROM publication WHERE path > ? AND path < ?",
        (start, folder + b"0"),  # what follows the slash
    )
    return {path.removeprefix(start): Publication(*written) for path, *written in rows}


def note_publications(archive: Archive, folder: bytes, written: Mapping[bytes, Publication]) -> None:
    """Remember how the files of a folder were written, and forget those that were written before."""
    start = folder + b"/"
    archive.connection.execute("DELETE FROM publication WHERE path > ? AND path < ?", (start, folder + b"0"))
    archive.connection.executemany(
        "INSERT INTO publication VALUES (?, ?, ?, ?, ?)", [(start + name, *one) for name, one in written.items()]
    )
