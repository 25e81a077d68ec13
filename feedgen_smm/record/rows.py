"""Values of the program as columns of the record, and back."""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from feedgen_smm.models import Evidence, Moment, Precision
from feedgen_smm.record.seals import DamagedError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COMPRESSION = 1  # the fastest; more gains little

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@contextmanager
def as_written() -> Iterator[None]:
    """Turn what reading a value fails with into DamagedError: the program wrote values that can be read."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, LookupError, zlib.error) as error:
        raise DamagedError(str(error)) from error


def pack(text: str) -> bytes:
    """A text, compressed."""
    return zlib.compress(text.encode(), _COMPRESSION)


def unpack(data: bytes) -> str:
    """The text that was compressed. Raises DamagedError where it cannot be had."""
    with as_written():
        return zlib.decompress(data).decode()


def to_number(moment: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (moment - _EPOCH) // _MICROSECOND


def to_time(number: int) -> datetime:
    """The aware time in UTC, so many microseconds after 1970."""
    return _EPOCH + number * _MICROSECOND


def to_optional_time(number: int | None) -> datetime | None:
    """The same, where it is known."""
    return None if number is None else to_time(number)


def to_moment(number: int, precision: str) -> Moment:
    """A date with its precision."""
    return Moment(to_time(number), Precision(precision))


def to_evidence(text: str) -> Evidence:
    """The lines that a sighting rests on, from their JSON."""
    title, published, summary, body = json.loads(text)
    return Evidence(title, published, tuple(summary), tuple(body))
