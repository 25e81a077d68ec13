"""Files as they were written: the output's, by their digests, and full archive documents, byte by byte."""

import zlib
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

from feedgen_smm.models import Entry, Extent, State
from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import Ledger
from feedgen_smm.record.rows import as_written
from feedgen_smm.record.seals import seal, unsealed
from feedgen_smm.record.series import filed
from feedgen_smm.record.standing import Publication


class Kept(NamedTuple):
    """A full document as it was made: its bytes, and how many entries it holds."""

    data: bytes
    holds: int


def keep(record: Record, base_url: str, series: str, number: int, documents: Mapping[str, Kept]) -> None:
    """Keep the files of a full document, by their names below an address."""
    for name, (data, holds) in documents.items():
        row = (base_url, name, series, number, holds, zlib.compress(data))
        record.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, seal(*row)))


def names_kept(record: Record, base_url: str) -> frozenset[str]:
    """The names of all documents that are kept of an address."""
    return frozenset(name for (name,) in record.execute("SELECT name FROM document WHERE base_url = ?", (base_url,)))


def kept(record: Record, base_url: str, name: str) -> Kept:
    """A document that is kept. Raises DamagedError where it is not as it was made."""
    row = record.execute("SELECT * FROM document WHERE base_url = ? AND name = ?", (base_url, name)).fetchone()
    *_, holds, data = unsealed(row)
    with as_written():
        return Kept(zlib.decompress(data), holds)


def check_kept(record: Record) -> list[str]:
    """The names of the kept documents that are not as they were made."""
    rows = record.execute("SELECT * FROM document ORDER BY base_url, name")
    return [f"{row[0]}{row[1]}" for row in rows if seal(*row[:-1]) != row[-1]]


def read_document(record: Record, ledger: Ledger, series: str, number: int) -> list[Entry]:
    """The entries of an archive document as they were filed; of one that was filed twice, the later revision.

    What was withdrawn since is left out, and what became a notice is that notice.
    """
    entries: dict[str, Entry] = {}
    for row, revision in filed(record, series, number):
        last = ledger.last(row)
        if ledger.final_state(last) is not State.WITHDRAWN:
            entry = last.entry if last.entry.extent is Extent.NOTICE else ledger.revision(row, revision).entry
            entries[entry.id] = entry
    return list(entries.values())


def note_publications(record: Record, written: Mapping[str, Publication], removed: Iterable[str] = ()) -> None:
    """Remember how files were written, and forget those that were removed."""
    record.executemany("DELETE FROM publication WHERE name = ?", [(name,) for name in removed])
    record.executemany(
        "INSERT OR REPLACE INTO publication VALUES (?, ?, ?, ?)", [(name, *one) for name, one in written.items()]
    )


def digest_of(data: bytes) -> bytes:
    """What tells the bytes of a file from all others."""
    return blake2b(data, digest_size=16).digest()
