"""The topics of entries, kept so that the newest of a topic are found without reading all others."""

import hashlib
from collections.abc import Sequence

from feedgen_smm import __version__
from feedgen_smm.archive.opening import Archive
from feedgen_smm.archive.rows import to_number
from feedgen_smm.archive.settling import read_entry
from feedgen_smm.models import Topic
from feedgen_smm.topics import Rule, Sorter

_BATCH = 1000  # entries


def sort_changed(archive: Archive, rules: Sequence[Rule]) -> Sorter:
    """Find the topics of all entries that changed, or of all there are where the rules did; returns what sorts them.

    Another version of the program may follow the same rules in another way.
    """
    execute = archive.connection.execute
    digest = hashlib.blake2b(f"{__version__} {tuple(rules)}".encode(), digest_size=16).hexdigest()
    if execute("SELECT rules FROM total").fetchone() != (digest,):
        execute("DELETE FROM topic")
        execute("INSERT OR IGNORE INTO unsorted SELECT entry FROM entry WHERE merged_into IS NULL")
        execute("UPDATE total SET rules = ?", (digest,))
    sorter = Sorter(rules)
    while rows := execute("SELECT entry FROM unsorted LIMIT ?", (_BATCH,)).fetchall():
        for (row,) in rows:
            _sort(archive, sorter, row)
    return sorter


def _sort(archive: Archive, sorter: Sorter, row: int) -> None:
    entry = read_entry(archive, row)
    found = [(topic.name, to_number(entry.published.instant), row) for topic in sorter.topics_of(entry)]
    archive.connection.execute("DELETE FROM topic WHERE entry = ?", (row,))
    archive.connection.executemany("INSERT INTO topic VALUES (?, ?, ?)", found)
    archive.connection.execute("DELETE FROM unsorted WHERE entry = ?", (row,))


def newest_of(archive: Archive, topic: Topic, limit: int) -> list[int]:
    """The rows of the newest entries of a topic."""
    rows = archive.connection.execute(
        "SELECT entry FROM topic JOIN entry USING (entry) WHERE name = ? AND merged_into IS NULL"
        " ORDER BY topic.published DESC, id LIMIT ?",
        (topic.name, limit),
    )
    return [row for (row,) in rows]
