"""Whether a row is as it was written.

SQLite looks after its own pages, and not after what the values say: a row that is published from bears the digest of
its values, and is refused where they are not as they were written.
"""

import sqlite3
from hashlib import blake2b
from typing import Any

Row = tuple[Any, ...]  # as sqlite3 gives it

_VERSION = b"\x01"


class DamagedError(sqlite3.DatabaseError):
    """The record holds what the program never wrote."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def seal(*values: str | int | bytes | None) -> bytes:
    """The digest of a row: a version byte, and 15 bytes of BLAKE2b over its values."""
    text = "\0".join(map(str, values))
    return _VERSION + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=15).digest()


def unsealed(row: Row) -> Row:
    """A row without the seal at its end. Raises DamagedError where the seal is not that of the other values."""
    if seal(*row[:-1]) != row[-1]:
        raise DamagedError("a row is not as it was written")
    return row[:-1]
