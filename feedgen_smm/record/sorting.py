"""Which series each entry is of: that of all entries, and those of its topics.

They are kept so that the newest of a series are found without reading all others.
"""

import hashlib
from array import array
from collections.abc import Sequence

from feedgen_smm import __version__
from feedgen_smm.articles.topics import Sorter
from feedgen_smm.models import TopicRule
from feedgen_smm.record.filing import ALL, Arrivals
from feedgen_smm.record.opening import Archive
from feedgen_smm.record.rows import to_number
from feedgen_smm.record.settling import read_entry


def sort_changed(archive: Archive, rules: Sequence[TopicRule]) -> Sorter:
    """Sort all entries that changed, or all there are where the rules did; returns what sorts them.

    Another version of the program may follow the same rules in another way.
    """
    execute = archive.connection.execute
    digest = hashlib.blake2b(f"{__version__} {tuple(rules)}".encode(), digest_size=16).hexdigest()
    if execute("SELECT rules FROM total").fetchone() != (digest,):
        execute("DELETE FROM member")
        execute("INSERT OR IGNORE INTO unsorted SELECT entry FROM entry WHERE merged_into IS NULL")
        execute("UPDATE total SET rules = ?", (digest,))
    sorter, arrivals = Sorter(rules), Arrivals(archive)
    oldest_first = "SELECT entry FROM unsorted JOIN entry USING (entry) ORDER BY published, id DESC"
    for row in array("q", (row for (row,) in execute(oldest_first))):
        _sort(archive, sorter, arrivals, row)
    execute("DELETE FROM unsorted")
    arrivals.note()
    return sorter


def _sort(archive: Archive, sorter: Sorter, arrivals: Arrivals, row: int) -> None:
    entry = read_entry(archive, row)
    series = [ALL, *(topic.name for topic in sorter.topics_of(entry))]
    members = [(name, to_number(entry.published.instant), row) for name in series]
    archive.connection.execute("DELETE FROM member WHERE entry = ?", (row,))
    archive.connection.executemany("INSERT INTO member VALUES (?, ?, ?)", members)
    arrivals.take(row, series)
