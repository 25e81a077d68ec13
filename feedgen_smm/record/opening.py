"""The archive's file: made, locked, migrated, or refused with words."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from feedgen_smm.errors import ArchiveError
from feedgen_smm.record.rows import DamagedError
from feedgen_smm.record.schema import APPLICATION_ID, STEPS

_LONGEST_WAIT = 600  # seconds; a build of a hundred thousand pages takes a tenth of it
_CACHE = 32 * 1024  # KiB, of the file's pages

# What a person can do about a fault that is none of ours, by SQLite's primary result code.
_ADVICE = {
    sqlite3.SQLITE_NOTADB: "is no archive of feedgen-smm: name another file with --archive",
    sqlite3.SQLITE_CORRUPT: "is damaged: move it away and build again, from all pages that are left",
    sqlite3.SQLITE_BUSY: "is in use by another build, for ten minutes now: try again when it is over",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk fails",
    sqlite3.SQLITE_READONLY: "cannot be written: it or its folder may be read only",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: the file or its folder may not be read and written",
    sqlite3.SQLITE_PERM: "cannot be opened: its permissions forbid it",
}
_STANDS = "the feeds that stood still stand"


class Archive:
    """An open archive. Changes are kept from one `commit` to the next; what was not committed is lost."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, keeps: bool) -> None:
        self.path: Final = path
        self.connection: Final = connection
        self._keeps = keeps

    def commit(self) -> None:
        """Keep what was changed so far, whatever happens to the program from here on."""
        if self._keeps:
            self.connection.execute("COMMIT")
            self.connection.execute("BEGIN IMMEDIATE")


@contextmanager
def open_archive(path: Path, *, keeps: bool = True) -> Iterator[Archive]:
    """The archive at `path`, made where there is none, for this process alone; another waits until it is closed.

    With `keeps` false nothing is written, whatever is committed. Raises ArchiveError where the file is no archive, is
    damaged, or was made by a newer version, and for whatever the disk does to it while it is open.
    """
    with _in_words(path), closing(_connect(path, keeps=keeps)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        # Between commits, too. Said earlier, it would have us keep what we hold while we wait for what another holds.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _migrate(path, connection, STEPS)
        archive = Archive(path, connection, keeps=keeps)
        archive.commit()
        yield archive
        connection.execute("PRAGMA locking_mode = NORMAL")  # the journal goes with the last commit, not after it
        connection.execute("COMMIT" if keeps else "ROLLBACK")


@contextmanager
def read_archive(path: Path) -> Iterator[Archive]:
    """The archive at `path`, to look at. Raises ArchiveError as `open_archive` does, and where there is none."""
    if not path.exists():
        raise ArchiveError(f"{path}: there is no archive here: feedgen-smm build makes one")
    with _in_words(path), closing(_connect(path, keeps=False)) as connection:
        connection.execute("BEGIN")
        _migrate(path, connection, STEPS)
        yield Archive(path, connection, keeps=False)


def _connect(path: Path, *, keeps: bool) -> sqlite3.Connection:
    """A connection to the file, or to an empty archive in memory where there is no file and none is to be made."""
    if keeps:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"{path.parent}: cannot be made: {error.strerror}; {_STANDS}") from error
    place = path if keeps or path.exists() else ":memory:"
    connection = sqlite3.connect(place, timeout=_LONGEST_WAIT, isolation_level=None)
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    return connection


def _migrate(path: Path, connection: sqlite3.Connection, steps: Sequence[str]) -> None:
    """Take the steps that the file has not taken yet, within the transaction that is open."""
    application, version, tables = _what_it_is(connection)
    if application != APPLICATION_ID and (tables or version or application):
        raise ArchiveError(f"{path}: is another program's database: name another file with --archive; {_STANDS}")
    if version > len(steps):
        raise ArchiveError(
            f"{path}: was written by a newer feedgen-smm (version {version} of the archive, {len(steps)} is known "
            f"here): bring feedgen-smm up to date; {_STANDS}"
        )
    if version == len(steps):
        return
    for step in steps[version:]:
        for statement in step.split(";\n"):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(steps)}")


def _what_it_is(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """The file's application id, its version, and how many tables and indexes it has."""
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except UnicodeDecodeError as error:  # SQLite's message quotes what is damaged
        raise DamagedError(str(error)) from error
    return application, version, tables


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn what the file or the disk does to us into ArchiveError; what we do wrong stays what it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = _code(error) & 0xFF  # the primary one
        if code not in _ADVICE:
            raise
        raise ArchiveError(f"{path}: {_ADVICE[code]}; {_STANDS}") from error


def _code(error: sqlite3.DatabaseError) -> int:
    """SQLite's code of an error. Python sees one that SQLite does not: text that is no UTF-8."""
    is_text = isinstance(error, sqlite3.OperationalError)
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT if is_text else sqlite3.SQLITE_ERROR))
