"""Which entries the feed has room for, and where the others are filed: archive documents of a hundred (RFC 5005).

Entries are filed when they leave the feed, or find no room in it, and what a place holds never changes. An entry that
changes after it was filed comes back into the feed, as one of the day on which it changed, and is filed again when it
leaves: who reads on from the feed to the first document has the last word on every entry before any earlier one.
"""

import json
from typing import NamedTuple

from feedgen_smm.archive.opening import Archive
from feedgen_smm.archive.rows import REVISION, to_entry
from feedgen_smm.models import Entry

DOCUMENT = 100  # entries
_RETURNING = 4  # at most a quarter of the feed is for what comes back


class Shelf(NamedTuple):
    """Archive documents as they stand in a folder: at which address on the web, and up to which they are fixed."""

    base_url: str
    fixed: int


def window(archive: Archive, size: int) -> tuple[int, ...]:
    """The rows of the entries that a feed of at most `size` has room for."""
    newest = archive.connection.execute(
        "SELECT entry, published FROM entry WHERE merged_into IS NULL ORDER BY published DESC, id LIMIT ?", (size,)
    ).fetchall()
    rows = tuple(row for row, _ in newest)
    if len(rows) < size:
        return rows
    # What changed after it was filed, for as long as no feedful of later news came; what the feed never had before.
    returning = archive.connection.execute(
        "SELECT entry FROM unfiled JOIN entry USING (entry) JOIN revision USING (entry, revision)"
        " WHERE merged_into IS NULL AND made > ? AND entry IN (SELECT entry FROM filed)"
        " AND entry NOT IN (SELECT value FROM json_each(?)) ORDER BY edition DESC, published DESC, id LIMIT ?",
        (newest[-1][1], json.dumps(rows), size // _RETURNING),
    )
    changed = tuple(row for (row,) in returning)
    return (*rows[: size - len(changed)], *changed)


def file_others(archive: Archive, rows: tuple[int, ...]) -> int:
    """File all that is not yet filed as it is, but for the entries of the feed; returns how many documents are."""
    archive.connection.execute("UPDATE total SET editions = editions + 1")
    _file(archive, rows)
    if (filed := _filed(archive)) and filed % DOCUMENT == 0:
        # A full document leads to the next, which has to be there: the feed's oldest entry begins it before its time.
        oldest = archive.connection.execute(
            "SELECT entry FROM unfiled JOIN entry USING (entry) ORDER BY published, id DESC LIMIT 1"
        ).fetchone()
        _file(archive, tuple(row for row in rows if oldest is None or row != oldest[0]))
    return -(-_filed(archive) // DOCUMENT)


def read_document(archive: Archive, number: int) -> tuple[Entry, ...]:
    """The entries of an archive document, as they were filed; of one that was filed in it twice, the later revision."""
    rows = archive.connection.execute(
        f"SELECT id, filed.published, filed.precision, {REVISION} FROM filed JOIN entry USING (entry)"  # noqa: S608 - our own words
        " JOIN revision ON revision.entry = filed.entry AND revision.revision = filed.revision"
        " WHERE place > ?1 AND place <= ?1 + ?2 ORDER BY place",
        ((number - 1) * DOCUMENT, DOCUMENT),
    )
    by_id = {
        entry_id: to_entry(entry_id, published, precision, tuple(said))
        for entry_id, published, precision, *said in rows
    }
    return tuple(by_id.values())


def shelf(archive: Archive, folder: bytes) -> Shelf | None:
    """What stands in a folder, as it was written last; None where nothing was."""
    row = archive.connection.execute("SELECT base_url, fixed FROM shelf WHERE folder = ?", (folder,)).fetchone()
    return row and Shelf(*row)


def note_shelf(archive: Archive, folder: bytes, standing: Shelf) -> None:
    """Remember what stands in a folder."""
    archive.connection.execute("INSERT OR REPLACE INTO shelf VALUES (?, ?, ?)", (folder, *standing))


def _file(archive: Archive, feed: tuple[int, ...]) -> None:
    """File what is not filed yet, but for what is in the feed: the oldest first."""
    archive.connection.execute(
        "INSERT INTO filed SELECT NULL, entry, revision, published, precision FROM unfiled JOIN entry USING (entry)"
        " WHERE merged_into IS NULL AND entry NOT IN (SELECT value FROM json_each(?)) ORDER BY published, id",
        (json.dumps(feed),),
    )
    archive.connection.execute(
        "DELETE FROM unfiled WHERE entry NOT IN (SELECT value FROM json_each(?))", (json.dumps(feed),)
    )


def _filed(archive: Archive) -> int:
    """How many places are taken."""
    (count,) = archive.connection.execute("SELECT ifnull(max(place), 0) FROM filed").fetchone()
    return int(count)
