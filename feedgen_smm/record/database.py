"""Opens the record's file: makes, locks and migrates it, or refuses it with a message. Also copies and checks it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from zlib import crc32

from feedgen_smm.errors import RecordError
from feedgen_smm.record import schema
from feedgen_smm.record.schema import SEALED, DamagedError, Row, is_sealed, sealed, unsealed

# Which columns refer to rows of other tables: a table, its columns, the other table, and the columns there.
_REFERENCES = (
    ("entry", "entry, revision", "revision", "entry, revision"),
    ("sighting", "entry", "entry", "entry"),
    ("sighting", "summary", "text", "text"),
    ("sighting", "body", "text", "text"),
    ("revision", "summary", "text", "text"),
    ("revision", "body", "text", "text"),
    ("filed", "entry, revision", "revision", "entry, revision"),
    ("member", "entry", "entry", "entry"),
    ("queue", "entry", "entry", "entry"),
    ("appearance", "sighting", "sighting", "sighting"),
    ("appearance", "reading", "reading", "reading"),
    ("capture", "reading", "reading", "reading"),
)

_LONGEST_WAIT = 600  # seconds; a build of a hundred thousand pages takes a fraction of it
_CACHE = 32 * 1024  # KiB, of the file's pages

# What happened and what a person can do about it, by SQLite's primary result code. Other codes are bugs of ours.
_ADVICE = {
    sqlite3.SQLITE_NOTADB: "is not a record of feedgen-smm; name another file with --record",
    sqlite3.SQLITE_CORRUPT: "is damaged; put a backup in its place, or move it away and build again from all pages",
    sqlite3.SQLITE_BUSY: "has been in use by another build for ten minutes; try again when that has ended",
    sqlite3.SQLITE_LOCKED: "is in use by another program; try again when that has ended",
    sqlite3.SQLITE_PROTOCOL: "cannot be locked; put it on a file system that has locks, with --record",
    sqlite3.SQLITE_NOLFS: "cannot be written; it is larger than the file system allows",
    sqlite3.SQLITE_FULL: "cannot be written; the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written; the disk is full or fails, or refuses locks",
    sqlite3.SQLITE_READONLY: "cannot be written; the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; the file or its folder may not be read and written",
    sqlite3.SQLITE_PERM: "cannot be opened; its permissions forbid it",
    sqlite3.SQLITE_AUTH: "cannot be opened; its permissions forbid it",
}


class Record:
    """An open record. `commit` keeps what was changed; what is not committed is lost.

    `path` is None for a record in memory. Paths in the record are relative to the folder `place`.
    """

    def __init__(self, path: Path | None, connection: sqlite3.Connection, *, keeps: bool) -> None:
        self.path: Final = path
        self.place: Final = os.path.abspath(path.parent if path else os.curdir)  # noqa: PTH100 - no link is followed
        self.connection: Final = connection
        self.execute: Final[Callable[..., sqlite3.Cursor]] = connection.execute
        self.executemany: Final[Callable[..., sqlite3.Cursor]] = connection.executemany
        self._keeps = keeps
        self._last_rows: dict[str, int] = {}

    def commit(self) -> None:
        """Keep what was changed so far, whatever happens to the program later."""
        if self._keeps:
            self.execute("COMMIT")
            self.execute("BEGIN IMMEDIATE")

    def fact(self, name: str) -> str | None:
        """The value remembered under a name; None where there is none."""
        row = self.execute("SELECT name, value, seal FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(unsealed(row)[1])

    def remember(self, name: str, value: str) -> None:
        """Remember a value under a name; it replaces the one before."""
        self.execute(schema.insert("fact", replacing="OR REPLACE"), sealed((name, value)))

    def new_row(self, table: str) -> int:
        """A free key of a table, another one each time. The table's key column has its name."""
        if table not in self._last_rows:
            (self._last_rows[table],) = self.execute(f"SELECT ifnull(max({table}), 0) FROM {table}").fetchone()
        self._last_rows[table] += 1
        return self._last_rows[table]


@contextmanager
def open_record(path: Path | None, *, keeps: bool = True) -> Iterator[Record]:
    """Open the record at `path`, or make one. Only this process can use it; other builds wait until it is closed.

    Without a path the record is in memory. With `keeps` false nothing is written to the file. Raises RecordError where
    the file is not a record, is damaged, or was made by a newer version, and where the disk fails while it is open.
    """
    with in_words(path), closing(_connect(path, keeps=keeps)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        # Set after BEGIN IMMEDIATE: in exclusive mode a waiter would hold a shared lock and deadlock with the writer.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        record = Record(path, connection, keeps=keeps)
        with _damage_reported(record):
            _prepare(record)
            record.commit()
            yield record
        connection.execute("PRAGMA locking_mode = NORMAL")  # so that the last commit deletes the journal
        connection.execute("COMMIT" if keeps else "ROLLBACK")


@contextmanager
def read_record(path: Path) -> Iterator[Record]:
    """Open the record at `path` for reading. Raises RecordError as `open_record` does, and where there is none."""
    if not _exists(path):
        raise RecordError(f"{path}: there is no record here; feedgen-smm build makes one")
    with in_words(path), closing(_connect(path, keeps=False)) as connection:
        connection.execute("BEGIN")
        record = Record(path, connection, keeps=False)
        with _damage_reported(record):
            _prepare(record)
            yield record


def copy_record(path: Path, copy: Path) -> None:
    """Copy the record at `path` as the last build left it. Builds and copies wait for each other.

    An existing file at `copy` is replaced once the new copy is complete. Raises RecordError as `read_record` does, and
    OSError where the copy cannot be written.
    """
    draft = copy.with_name(f".{copy.name}.new")
    draft.unlink(missing_ok=True)
    try:
        with read_record(path) as record, in_words(draft), closing(sqlite3.connect(draft)) as target:
            record.execute("COMMIT")  # the copy takes its own lock
            record.connection.backup(target)
        draft.replace(copy)
    finally:
        draft.unlink(missing_ok=True)


def _connect(path: Path | None, *, keeps: bool) -> sqlite3.Connection:
    """Connect to the file, or to an empty record in memory if there is no file and none should be made."""
    if path and keeps:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RecordError(f"{path.parent}: cannot be made: {error.strerror}") from error
    if path and _exists(path) and not path.is_file():
        raise RecordError(f"{path}: is not a file; name another with --record")
    place = path if path and (keeps or _exists(path)) else ":memory:"
    connection = sqlite3.connect(place, timeout=_LONGEST_WAIT, isolation_level=None)
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        connection.execute("PRAGMA cell_size_check = ON")  # finds more damage
    except UnicodeDecodeError as error:  # SQLite's message quotes the damaged text
        connection.close()
        raise DamagedError(str(error)) from error
    return connection


def _exists(path: Path) -> bool:
    """Whether there is such a file. Raises RecordError where that cannot be found out."""
    try:
        return path.exists()
    except OSError as error:
        raise RecordError(f"{path}: {_ADVICE[sqlite3.SQLITE_CANTOPEN]}") from error


def _prepare(record: Record) -> None:
    """Make the tables, or migrate older ones, within the open transaction."""
    application, version, tables = _what_it_is(record.connection)
    if application != schema.APPLICATION_ID and (tables or version or application):
        raise RecordError(f"{record.path}: is the database of another program; name another file with --record")
    if version > schema.VERSION:
        raise RecordError(
            f"{record.path}: was written by a newer feedgen-smm (version {version} of the record; {schema.VERSION} is "
            "known here); update feedgen-smm"
        )
    if version == schema.VERSION:
        if record.fact("tables") != _tables(record):
            raise DamagedError("the tables are not as they were made")
        return
    for statement in schema.STATEMENTS if version == 0 else _steps(version):
        record.execute(statement)
    record.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    record.execute(f"PRAGMA user_version = {schema.VERSION}")
    record.remember("tables", _tables(record))


def _steps(version: int) -> list[str]:
    """The statements that lead from a version of the tables to the current one."""
    return [step for number in range(version, schema.VERSION) for step in schema.MIGRATIONS[number].split(";\n")]


def _tables(record: Record) -> str:
    """A checksum of the definitions of all tables."""
    statements = record.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    return str(crc32(repr(statements.fetchall()).encode()))


def _what_it_is(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """The file's application id, its version, and how many tables and indexes it has."""
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except UnicodeDecodeError as error:  # SQLite's message quotes the damaged text
        raise DamagedError(str(error)) from error
    return application, version, tables


@contextmanager
def _damage_reported(record: Record) -> Iterator[None]:
    """Raise DamagedError where the program failed in any way because the record is damaged.

    Not every value is checked before it is used, so a damaged one may cause an error anywhere.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.DatabaseError) and _code(error) & 0xFF in _ADVICE:
            raise
        record.connection.rollback()
        if finding := _first_damage(record):
            raise DamagedError(finding) from error
        raise


def _first_damage(record: Record) -> str | None:
    try:
        return next(damaged(record.connection), None)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite's message quotes damaged text
        return str(error)


@contextmanager
def in_words(path: Path | None) -> Iterator[None]:
    """Turn errors of the file and the disk into RecordError. Errors of ours are raised unchanged."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = _code(error) & 0xFF  # the primary one
        if code not in _ADVICE:
            raise
        raise RecordError(f"{path}: {_ADVICE[code]}") from error


def _code(error: sqlite3.DatabaseError) -> int:
    """SQLite's code of an error. Python finds one that SQLite does not: text that is not UTF-8."""
    is_text = isinstance(error, sqlite3.OperationalError)
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT if is_text else sqlite3.SQLITE_ERROR))


def damaged(connection: sqlite3.Connection) -> Iterator[str]:
    """Describe each row that is not as it was written or is missing, and each fault that SQLite finds in the file."""
    for (finding,) in connection.execute("PRAGMA integrity_check"):
        if finding != "ok":
            yield f"SQLite says: {finding}"
    for table, columns in SEALED.items():
        yield from _rows(connection, table, columns)
    for table, columns, target, key in _REFERENCES:
        first = columns.split(",", maxsplit=1)[0]
        (lost,) = connection.execute(
            f"SELECT count(*) FROM {table} WHERE {first} IS NOT NULL"
            f" AND ({columns}) NOT IN (SELECT {key} FROM {target})"
        ).fetchone()
        if lost:
            yield f"table {table}: {lost} of its rows refer to rows of table {target} that are missing"


def _rows(connection: sqlite3.Connection, table: str, columns: str) -> Iterator[str]:
    rows = connection.execute(f"SELECT {columns} FROM {table}")
    for number, row in enumerate(_each(rows), start=1):
        if row is None:
            yield f"table {table}: cannot be read to its end"
        elif not is_sealed(row):
            name = row[1] if table == "document" else row[0]
            yield f"table {table}: row {number} ({name!r}) is not as it was written"


def _each(rows: sqlite3.Cursor) -> Iterator[Row | None]:
    """The rows of a query, then None where SQLite cannot read on."""
    try:
        yield from rows
    except sqlite3.DatabaseError:
        yield None
