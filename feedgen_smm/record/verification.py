"""Whether all rows of a record are as they were written."""

import sqlite3
from collections.abc import Iterator

from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import ENTRY, REVISION
from feedgen_smm.record.readings import SIGHTING
from feedgen_smm.record.rows import unpack
from feedgen_smm.record.seals import DamagedError, Row, seal
from feedgen_smm.record.series import SERIES

# The tables whose rows bear a seal, by the columns in the order in which they were sealed.
_SEALED = {
    "fact": "name, value, seal",
    "sighting": SIGHTING,
    "entry": ENTRY,
    "revision": REVISION,
    "series": SERIES,
    "filed": "series, place, entry, revision, seal",
    "document": "base_url, name, series, number, holds, data, seal",
}
# What has to be there for every row: a table, the column that leads on, and the table it leads to.
_LEADS = (
    ("entry", "entry, revision", "revision"),
    ("sighting", "entry", "entry"),
    ("sighting", "summary", "text"),
    ("sighting", "body", "text"),
    ("revision", "summary", "text"),
    ("revision", "body", "text"),
    ("filed", "entry, revision", "revision"),
    ("member", "entry", "entry"),
    ("queue", "entry", "entry"),
    ("appearance", "sighting", "sighting"),
    ("appearance", "reading", "reading"),
    ("capture", "reading", "reading"),
)


def damaged(record: Record) -> Iterator[str]:
    """What is not as it was written, each in words: rows and documents, and what SQLite finds wrong with the file."""
    for (finding,) in record.execute("PRAGMA integrity_check"):
        if finding != "ok":
            yield f"SQLite says: {finding}"
    for table, columns in _SEALED.items():
        yield from _rows(record, table, columns)
    yield from _texts(record)
    for table, columns, target in _LEADS:
        first = columns.split(",", maxsplit=1)[0]
        key = target if columns == target or ("," not in columns and columns in ("summary", "body")) else columns
        (lost,) = record.execute(
            f"SELECT count(*) FROM {table} WHERE {first} IS NOT NULL"
            f" AND ({columns}) NOT IN (SELECT {key} FROM {target})"
        ).fetchone()
        if lost:
            yield f"table {table}: rows of table {target} are lost that {lost} of its rows lead to"


def _rows(record: Record, table: str, columns: str) -> Iterator[str]:
    rows = record.execute(f"SELECT {columns} FROM {table}")
    for number, row in enumerate(_each(rows), start=1):
        if row is None:
            yield f"table {table}: cannot be read to its end"
        elif seal(*row[:-1]) != row[-1]:
            name = row[1] if table == "document" else row[0]
            yield f"table {table}: row {number} ({name!r}) is not as it was written"


def _texts(record: Record) -> Iterator[str]:
    for row in _each(record.execute("SELECT text, digest, data FROM text")):
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
    """Rows; None where SQLite cannot read on."""
    try:
        yield from rows
    except sqlite3.DatabaseError:
        yield None
