"""The archive documents that are full, byte by byte: what is found at an address stays, whatever settings do."""

import json
import os
import zlib
from collections.abc import Iterable, Mapping

from feedgen_smm.record.opening import Archive
from feedgen_smm.record.rows import DamagedError


def keep(archive: Archive, base_url: str, documents: Mapping[str, tuple[bytes, int]]) -> None:
    """Keep documents, by their names below an address: their bytes, and how many entries each holds.

    What was written under these names, in whatever folder, was written before they were full.
    """
    archive.connection.executemany(
        "INSERT INTO document VALUES (?, ?, ?, ?)",
        [(base_url, name, holds, zlib.compress(data)) for name, (data, holds) in documents.items()],
    )
    archive.connection.executemany(
        "DELETE FROM publication WHERE substr(path, -length(?1)) = ?1",
        [(os.fsencode(f"/{name}"),) for name in documents],
    )


def names_kept(archive: Archive, base_url: str) -> frozenset[str]:
    """The names of all documents that are kept of an address."""
    rows = archive.connection.execute("SELECT name FROM document WHERE base_url = ?", (base_url,))
    return frozenset(name for (name,) in rows)


def kept(archive: Archive, base_url: str, name: str) -> tuple[bytes, int]:
    """A document that is kept, as it was given."""
    data, holds = archive.connection.execute(
        "SELECT data, holds FROM document WHERE base_url = ? AND name = ?", (base_url, name)
    ).fetchone()
    return _unpacked(data), holds


def knows(archive: Archive, ids: Iterable[str]) -> bool:
    """Whether all ids are of entries that the archive has, or had."""
    unknown = archive.connection.execute(
        "SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT id FROM entry)", (json.dumps([*ids]),)
    )
    return unknown.fetchone() is None


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error as error:
        raise DamagedError(str(error)) from error
