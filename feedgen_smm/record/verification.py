"""Whether every row of a record is as it was written."""

import sqlite3
from collections.abc import Iterator

from feedgen_smm.record.rows import DamagedError, Row, seal, unpack
from feedgen_smm.record.schema import SEALED

# Rows refer to rows of other tables, which have to be there: a table, its columns, the other table, and its columns.
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


def damaged(connection: sqlite3.Connection) -> Iterator[str]:
    """Describe each row that is not as it was written or is missing, and each fault that SQLite finds in the file."""
    for (finding,) in connection.execute("PRAGMA integrity_check"):
        if finding != "ok":
            yield f"SQLite says: {finding}"
    for table, columns in SEALED.items():
        yield from _rows(connection, table, columns)
    yield from _texts(connection)
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
        elif seal(*row[:-1]) != row[-1]:
            name = row[1] if table == "document" else row[0]
            yield f"table {table}: row {number} ({name!r}) is not as it was written"


def _texts(connection: sqlite3.Connection) -> Iterator[str]:
    for row in _each(connection.execute("SELECT text, digest, data FROM text")):
        if row is None:
            yield "table text: cannot be read to its end"
            continue
        try:
            is_same = seal(unpack(row[2])) == row[1]
        except (DamagedError, TypeError):
            is_same = False
        if not is_same:
            yield f"table text: row {row[0]} is not as it was written"


def _each(rows: sqlite3.Cursor) -> Iterator[Row | None]:
    """The rows of a query, then None where SQLite cannot read on."""
    try:
        yield from rows
    except sqlite3.DatabaseError:
        yield None
