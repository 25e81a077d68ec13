"""Values of the program as columns of the record and back, and the seal by which a damaged row is recognized.

SQLite checks the structure of its file, not the values in it. A row that is published from ends in a seal, the digest
of its other values, and is refused where the two disagree.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from feedgen_smm.models import Evidence, Moment, Precision

Row = tuple[Any, ...]  # as sqlite3 gives it

_SEAL_VERSION = b"\x01"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COMPRESSION = 1  # the fastest; more gains little

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class DamagedError(sqlite3.DatabaseError):
    """The record holds what the program never wrote."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def seal(*values: str | int | bytes | None) -> bytes:
    """The digest of a row: a version byte, and 15 bytes of BLAKE2b over its values."""
    text = "\0".join(map(str, values))
    return _SEAL_VERSION + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=15).digest()


def unsealed(row: Row) -> Row:
    """A row without the seal at its end. Raises DamagedError where the seal is not that of the other values."""
    if seal(*row[:-1]) != row[-1]:
        raise DamagedError("a row is not as it was written")
    return row[:-1]


@contextmanager
def as_written() -> Iterator[None]:
    """Raise DamagedError where a value cannot be read: the program wrote only values that can."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, LookupError, zlib.error) as error:
        raise DamagedError(str(error)) from error


def pack(text: str) -> bytes:
    """Compress a text."""
    return zlib.compress(text.encode(), _COMPRESSION)


def unpack(data: bytes) -> str:
    """Decompress a text. Raises DamagedError where that fails."""
    with as_written():
        return zlib.decompress(data).decode()


def to_number(moment: datetime) -> int:
    """The microseconds from 1970 to an aware time."""
    return (moment - _EPOCH) // _MICROSECOND


def to_optional_number(moment: datetime | None) -> int | None:
    """The same for a time that may be unknown."""
    return None if moment is None else to_number(moment)


def to_time(number: int) -> datetime:
    """The aware time in UTC that is so many microseconds after 1970."""
    return _EPOCH + number * _MICROSECOND


def to_optional_time(number: int | None) -> datetime | None:
    """The same for a time that may be unknown."""
    return None if number is None else to_time(number)


def to_moment(number: int, precision: str) -> Moment:
    """A date with its precision."""
    return Moment(to_time(number), Precision(precision))


def to_evidence(text: str) -> Evidence:
    """The lines on which a sighting rests, from their JSON."""
    title, published, summary, body = json.loads(text)
    return Evidence(title, published, tuple(summary), tuple(body))
