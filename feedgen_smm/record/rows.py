"""Values of the program as rows of the archive, and back."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from feedgen_smm.articles import identity
from feedgen_smm.models import Entry, Evidence, Extent, Kind, Moment, Precision, Sighting

Row = tuple[Any, ...]  # as sqlite3 gives it

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

SIGHTING = "kind, title, published, precision, shown_date, summary, paragraphs, number, link, is_ended"
REVISION = "updated, title, summary, paragraphs, link, language, extent"
ENTRIES = f"SELECT id, published, precision, {REVISION} FROM entry JOIN revision USING (entry, revision)"  # noqa: S608 - our own words


class DamagedError(sqlite3.DatabaseError):
    """What the program never wrote: SQLite looks after its own pages, and not after what the values say."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


@contextmanager
def _as_written() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedError(str(error)) from error


def to_number(moment: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (moment - _EPOCH) // _MICROSECOND


def to_time(number: int) -> datetime:
    """The aware time in UTC, so many microseconds after 1970."""
    return _EPOCH + number * _MICROSECOND


def sighting_row(sighting: Sighting) -> Row:
    """What a sighting says, in the columns of SIGHTING; not where it was said, nor when."""
    published = sighting.published
    return (
        sighting.kind.value,
        sighting.title,
        published and to_number(published.instant),
        published and published.precision.value,
        sighting.shown_date,
        sighting.summary,
        _to_json(sighting.paragraphs),
        sighting.number,
        sighting.link,
        sighting.is_ended,
    )


def digest(row: Row) -> bytes:
    """What tells a sighting from all others."""
    return hashlib.blake2b(_to_json(row).encode(), digest_size=16).digest()


@_as_written()
def to_sighting(row: Row, saved: int | None, source: str, lines: str) -> Sighting:
    """The sighting of a row in the columns of SIGHTING, saved then, at its place."""
    kind, title, published, precision, shown_date, summary, paragraphs, number, link, is_ended = row
    return Sighting(
        source=source,
        kind=Kind(kind),
        title=title,
        published=None if published is None else Moment(to_time(published), Precision(precision)),
        shown_date=shown_date,
        summary=summary,
        paragraphs=tuple(json.loads(paragraphs)),
        number=number,
        link=link,
        evidence=to_evidence(lines),
        is_ended=bool(is_ended),
        saved=None if saved is None else to_time(saved),
    )


def shared_keys(sighting: Sighting) -> tuple[str | None, int | None]:
    """What sightings of one article may share beside its number: day and beginning of the headline, and the minute.

    Where there is no headline, the text's beginning stands for it: the id is made of it.
    """
    published = sighting.published
    if published is None:
        return None, None
    key = identity.title_key(sighting.title or sighting.opening)[: identity.CUT_TITLE_LETTERS]
    is_minute = published.precision is Precision.MINUTE
    return f"{identity.day_in_china(published)} {key}", to_number(published.instant) if is_minute else None


def evidence_text(evidence: Evidence) -> str:
    """The lines of a sighting on its page."""
    return _to_json(evidence)


def to_evidence(text: str) -> Evidence:
    """The lines that `evidence_text` wrote."""
    title, published, summary, body = json.loads(text)
    return Evidence(title, published, tuple(summary), tuple(body))


def revision_row(entry: Entry) -> Row:
    """What an entry says, in the columns of REVISION."""
    return (
        to_number(entry.updated),
        entry.title,
        entry.summary,
        _to_json(entry.paragraphs),
        entry.link,
        entry.language,
        entry.extent.value,
    )


@_as_written()
def to_entry(row: Row) -> Entry:
    """The entry of a row of ENTRIES."""
    entry_id, published, precision, updated, title, summary, paragraphs, link, language, extent = row
    return Entry(
        id=entry_id,
        title=title,
        published=Moment(to_time(published), Precision(precision)),
        updated=to_time(updated),
        summary=summary,
        paragraphs=tuple(json.loads(paragraphs)),
        link=link,
        language=language,
        extent=Extent(extent),
    )
