"""The tables of the record, and how values become columns and come back.

Times are microseconds since 1970, in UTC. Everything above `entry` can be made again from the pages. `entry` and what
follows cannot: they say which ids were given, and what was published under them.

SQLite checks the structure of its file, not the values in it. So each row whose values are published ends in a seal,
a checksum of its other values, and is refused where the two disagree.

To change a table: change `TABLES`; raise `VERSION`; add the statements that change an older record to `MIGRATIONS`; and
run `python -m tests.old_records`.
"""

import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zlib import crc32

from feedgen_smm.models import Evidence, Moment, Precision, Topic

Row = tuple[Any, ...]  # as sqlite3 gives it

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
COMPRESSION = 1  # the fastest; more gains little
_LONG = 500  # letters; compressing a shorter text gains little

_UNREADABLE = (ValueError, TypeError, OverflowError, LookupError, zlib.error)

APPLICATION_ID = 0x464D534D  # marks the file as ours: "FMSM"
VERSION = 1  # of the tables
# The statements that lead from one version of the tables to the next: `{1: "ALTER TABLE …"}` leads from 1 to 2.
MIGRATIONS: Mapping[int, str] = {}

TABLES = """
CREATE TABLE fact (             -- single values: the feed's id, the output's place, what was last built with
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    seal INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE folder (           -- a checksum of a folder's listing, as it was last looked at
    path BLOB PRIMARY KEY,
    listing BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE file (             -- a file of pages, as it was last read; without a signature it is gone
    file INTEGER PRIMARY KEY,
    folder BLOB NOT NULL,
    name BLOB NOT NULL,
    signature TEXT NOT NULL,
    version INTEGER NOT NULL,   -- of the parser that read it
    problems TEXT NOT NULL,     -- their messages, one on each line, and whether they were reported
    is_told INTEGER NOT NULL,
    UNIQUE (folder, name)
);
CREATE INDEX file_by_version ON file (version);                          -- which files an older parser read
CREATE INDEX file_with_problems ON file (file) WHERE problems != '';      -- what `list --unpublished` shows
CREATE INDEX file_not_told ON file (file) WHERE NOT is_told;             -- what a build has to report
CREATE TABLE capture (          -- each time the bytes of a file, or of a member of it, had changed
    capture INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES file,
    member TEXT NOT NULL,
    reading INTEGER NOT NULL REFERENCES reading,
    size INTEGER NOT NULL,
    saved INTEGER,
    collected INTEGER NOT NULL,
    is_current INTEGER NOT NULL
);
CREATE INDEX capture_by_file ON capture (file, member);                  -- what a file holds, and held
CREATE INDEX capture_by_reading ON capture (reading);                    -- where bytes were seen
CREATE TABLE reading (          -- what one version of the parser understood of bytes; copies of a page share it
    reading INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    version INTEGER NOT NULL
);
CREATE TABLE problem (          -- what a person should know of a reading
    reading INTEGER NOT NULL REFERENCES reading,
    line INTEGER NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX problem_by_reading ON problem (reading);                    -- the problems of a file
CREATE TABLE text (             -- paragraphs, a line each; long ones compressed
    text INTEGER PRIMARY KEY,
    data NOT NULL,
    seal INTEGER NOT NULL
);
CREATE TABLE sighting (         -- one article as pages show it; what many pages show alike is one row
    sighting INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    title TEXT,
    published INTEGER,
    precision TEXT,
    shown_date TEXT,
    number TEXT,
    link TEXT,
    is_ended INTEGER NOT NULL,
    headline TEXT,              -- the day and the beginning of the headline; sightings of one article share this
    minute INTEGER,             -- or this
    summary INTEGER REFERENCES text,
    body INTEGER REFERENCES text,
    saved INTEGER,
    entry INTEGER REFERENCES entry,
    pending INTEGER NOT NULL,   -- 0 settled, 1 mended by a newer parser, 2 seen
    seal INTEGER NOT NULL
);
CREATE INDEX sighting_by_headline ON sighting (headline) WHERE headline IS NOT NULL;   -- what may be one article
CREATE INDEX sighting_by_minute ON sighting (minute) WHERE minute IS NOT NULL;         -- the same
CREATE INDEX sighting_by_number ON sighting (number) WHERE number IS NOT NULL;         -- the same
CREATE INDEX sighting_by_entry ON sighting (entry) WHERE entry IS NOT NULL;            -- what an entry is made of
CREATE INDEX sighting_pending ON sighting (pending, sighting) WHERE pending > 0;       -- what is left to settle
CREATE TABLE appearance (       -- the lines on which a reading shows a sighting
    reading INTEGER NOT NULL REFERENCES reading,
    sighting INTEGER NOT NULL REFERENCES sighting,
    lines TEXT NOT NULL,
    PRIMARY KEY (reading, sighting, lines)
) WITHOUT ROWID;
CREATE INDEX appearance_by_sighting ON appearance (sighting);            -- where a sighting was seen
CREATE TABLE succession (       -- two articles that one file showed, one after the other; each pair in both orders
    sighting INTEGER NOT NULL REFERENCES sighting,
    other INTEGER NOT NULL REFERENCES sighting,
    PRIMARY KEY (sighting, other)
) WITHOUT ROWID;
CREATE TABLE claim (            -- entries that were published from an older parser's reading of a sighting
    entry INTEGER NOT NULL REFERENCES entry,
    sighting INTEGER NOT NULL REFERENCES sighting,
    PRIMARY KEY (sighting, entry)
) WITHOUT ROWID;
CREATE TABLE bond (             -- entries that a person said are one; each pair in both orders
    entry INTEGER NOT NULL REFERENCES entry,
    other INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (entry, other)
) WITHOUT ROWID;
CREATE TABLE agenda (           -- entries to be settled again: fewer pages show them, or a person corrected them
    entry INTEGER PRIMARY KEY REFERENCES entry
);
CREATE TABLE conflict (         -- dates on pages that contradict the published one
    entry INTEGER NOT NULL REFERENCES entry,
    reading INTEGER NOT NULL REFERENCES reading,
    line INTEGER NOT NULL,
    message TEXT NOT NULL,
    is_told INTEGER NOT NULL,
    PRIMARY KEY (entry, reading, line)
) WITHOUT ROWID;
CREATE INDEX conflict_not_told ON conflict (entry) WHERE NOT is_told;    -- what a build has to report

CREATE TABLE entry (            -- one article; its id is never given to another
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,  -- its last
    seal INTEGER NOT NULL
);
CREATE TABLE revision (         -- what an entry said, each time that changed
    entry INTEGER NOT NULL REFERENCES entry,
    revision INTEGER NOT NULL,
    why TEXT NOT NULL,
    made INTEGER NOT NULL,
    state TEXT NOT NULL,
    heir TEXT,
    word TEXT NOT NULL,
    published INTEGER NOT NULL,
    precision TEXT NOT NULL,
    updated INTEGER NOT NULL,
    title TEXT NOT NULL,
    summary INTEGER REFERENCES text,
    opening INTEGER,            -- the length of the summary, where it is the beginning of the text and `…`
    body INTEGER REFERENCES text,
    link TEXT,
    language TEXT NOT NULL,
    extent TEXT NOT NULL,
    topics TEXT NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (entry, revision)
) WITHOUT ROWID;
CREATE INDEX revision_not_shown ON revision (state, heir) WHERE state != 'shown';   -- what was withdrawn or merged
CREATE TABLE series (           -- a feed and its archive documents: '' of all entries, the others by their topics
    series TEXT PRIMARY KEY,
    entries INTEGER NOT NULL,   -- how many are shown, in the queue, and in archive documents
    queued INTEGER NOT NULL,
    filed INTEGER NOT NULL,
    arrivals INTEGER,           -- how many came or changed since the first feed; null before it
    feed TEXT NOT NULL,         -- the entries of the feed as it was last written
    seal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE member (           -- the shown entries of a series, by date
    series TEXT NOT NULL,
    published INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (series, published, entry)
) WITHOUT ROWID;
CREATE TABLE queue (            -- entries whose last revision is in no archive document yet
    series TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry,
    arrival INTEGER,            -- the count of arrivals then; 0 before the first feed; null until it is counted
    PRIMARY KEY (series, entry)
) WITHOUT ROWID;
CREATE INDEX queue_not_counted ON queue (series) WHERE arrival IS NULL;  -- which entries came since the last feed
CREATE INDEX queue_late ON queue (series, arrival) WHERE arrival > 0;    -- which may stay in a feed though old
CREATE TABLE filed (            -- the archive documents: a hundred places each
    series TEXT NOT NULL,
    place INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry,
    revision INTEGER NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (series, place)
) WITHOUT ROWID;
CREATE INDEX filed_by_entry ON filed (entry, series, revision);          -- whether a revision is in a document already
CREATE TABLE document (         -- the bytes of full archive documents, compressed
    base_url TEXT NOT NULL,
    name TEXT NOT NULL,
    series TEXT NOT NULL,
    number INTEGER NOT NULL,
    holds INTEGER NOT NULL,
    data BLOB NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (base_url, name)
);
CREATE INDEX document_by_number ON document (series, number);            -- which documents held a withdrawn entry
CREATE TABLE publication (      -- the files of the output, as they were last written
    name TEXT PRIMARY KEY,
    signature TEXT NOT NULL,
    digest BLOB NOT NULL,
    holds INTEGER NOT NULL
) WITHOUT ROWID;
"""

# The tables whose rows end in a seal, with their columns in the order in which they are sealed.
SEALED = {
    "fact": "name, value, seal",
    "text": "text, data, seal",
    "sighting": (
        "sighting, digest, kind, title, published, precision, shown_date, number, link, is_ended, headline, minute,"
        " summary, body, saved, entry, pending, seal"
    ),
    "entry": "entry, id, revision, seal",
    "revision": (
        "entry, revision, why, made, state, heir, word, published, precision, updated, title, summary, opening, body,"
        " link, language, extent, topics, seal"
    ),
    "series": "series, entries, queued, filed, arrivals, feed, seal",
    "filed": "series, place, entry, revision, seal",
    "document": "base_url, name, series, number, holds, data, seal",
}

STATEMENTS = tuple(statement for part in re.split(r";(?: *--[^\n]*)?\n", TABLES) if (statement := part.strip()))


class DamagedError(sqlite3.DatabaseError):
    """The record holds what the program never wrote."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def sealed(row: Row) -> Row:
    """A row with its seal at the end."""
    return (*row, _seal(row))


def unsealed(row: Row) -> Row:
    """A row without the seal at its end. Raises DamagedError where the seal is not that of the other values."""
    if not is_sealed(row):
        raise DamagedError("a row is not as it was written")
    return row[:-1]


def is_sealed(row: Row) -> bool:
    """Whether a row ends in the seal of its other values."""
    return bool(_seal(row[:-1]) == row[-1])


def _seal(row: Row) -> int:
    if isinstance(row[-1], bytes):  # long, and as text several times longer
        return crc32(row[-1], crc32(ascii(row[:-1]).encode()))
    return crc32(ascii(row).encode())


@contextmanager
def as_written() -> Iterator[None]:
    """Raise DamagedError where a value cannot be read: the program wrote only values that can."""
    try:
        yield
    except _UNREADABLE as error:
        raise DamagedError(str(error)) from error


def to_text_row(row: int, paragraphs: Iterable[str]) -> Row:
    """The row of a text."""
    text = "\n".join(paragraphs)
    return sealed((row, text if len(text) < _LONG else zlib.compress(text.encode(), COMPRESSION)))


def to_text(row: Row) -> tuple[str, ...]:
    """The paragraphs of a text. Raises DamagedError where the row is not as it was written."""
    _, data = unsealed(row)
    return tuple((data if isinstance(data, str) else zlib.decompress(data).decode()).split("\n"))


def to_number(moment: datetime) -> int:
    """The microseconds from 1970 to an aware time."""
    return (moment - _EPOCH) // _MICROSECOND


def to_optional_number(moment: datetime | None) -> int | None:
    """The microseconds from 1970 to an aware time; None where it is unknown."""
    return None if moment is None else to_number(moment)


def to_time(number: int) -> datetime:
    """The aware time in UTC that is so many microseconds after 1970."""
    return _EPOCH + number * _MICROSECOND


def to_optional_time(number: int | None) -> datetime | None:
    """The aware time in UTC that is so many microseconds after 1970; None where it is unknown."""
    return None if number is None else to_time(number)


def to_moment(number: int, precision: str) -> Moment:
    """A date with its precision."""
    return Moment(to_time(number), Precision(precision))


def from_evidence(evidence: Evidence) -> str:
    """The lines on which a sighting rests as a text: of title, date, summary and body, `3;4;;6 8 9`."""
    title, published, summary, body = evidence
    return f"{title or ''};{published or ''};{' '.join(map(str, summary))};{' '.join(map(str, body))}"


def to_evidence(text: str) -> Evidence:
    """The lines on which a sighting rests, from their text."""
    title, published, summary, body = text.split(";")
    lines = tuple(map(int, summary.split())), tuple(map(int, body.split()))
    return Evidence(int(title) if title else None, int(published) if published else None, *lines)


def listed(rows: Iterable[int]) -> str:
    """Rows, or other numbers, as a list in JSON, for a query that reads it with `json_each`."""
    return str([*rows])


def from_topics(topics: Iterable[Topic]) -> str:
    """Topics as a text, a line each: `tin Tin`."""
    return "\n".join(map(" ".join, topics))


def to_topics(text: str) -> tuple[Topic, ...]:
    """Topics from their text; the name of one has no space."""
    return tuple(Topic(*line.split(" ", 1)) for line in text.split("\n") if line)


def sealed_columns(table: str, alias: str) -> str:
    """The columns of a table whose rows end in a seal, for a query that names the table by an alias."""
    return ", ".join(f"{alias}.{column}" for column in SEALED[table].split(", "))


@cache
def insert(table: str, columns: str = "", *, replacing: str = "") -> str:
    """The statement that inserts a row into a table, by the names of its columns; a sealed table's need not be named.

    `replacing` is `OR REPLACE` or `OR IGNORE` where a row with the same key may be there.
    """
    columns = columns or SEALED[table]
    values = ", ".join("?" for _ in columns.split(", "))
    return f"INSERT {replacing} INTO {table} ({columns}) VALUES ({values})"
