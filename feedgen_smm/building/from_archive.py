"""The archive's entries → an edition: the feed and its topics, and the archive documents that are to be written."""

import os
from collections.abc import Iterator, Sequence

from feedgen_smm import layout
from feedgen_smm.archive import Archive
from feedgen_smm.archive.filing import Shelf, file_others, note_shelf, read_document, shelf, window
from feedgen_smm.archive.queries import entries_of
from feedgen_smm.archive.sorting import newest_of, sort_changed
from feedgen_smm.building import Order, PutOut
from feedgen_smm.building.putting_out import put_out
from feedgen_smm.edition import ArchiveDocument, Edition
from feedgen_smm.feed import newest_first
from feedgen_smm.models import Entry
from feedgen_smm.topics import Sorter
from feedgen_smm.writers import XML_WRITERS


def put_out_archive(archive: Archive, order: Order) -> PutOut:
    """Put out what the archive holds: the newest, what each topic has, and the rest in archive documents.

    Those are made where it is known at which address they will stand: they lead to each other.
    """
    settings = order.settings
    sorter = sort_changed(archive, settings.rules)
    rows = window(archive, settings.window)
    archived = file_others(archive, rows) if settings.base_url else 0
    archive.commit()

    def entries(rows: Sequence[int]) -> tuple[Entry, ...]:
        return tuple(map(sorter.mark, entries_of(archive, rows)))

    topics = {rule.topic: entries(newest_of(archive, rule.topic, settings.window)) for rule in settings.rules}
    edition = Edition(entries(rows), {topic: those for topic, those in topics.items() if those}, archived)
    put = put_out(edition, _unwritten(archive, order, archived, sorter), order)
    if settings.base_url and archived:
        note_shelf(archive, _folder(order), Shelf(settings.base_url, archived - 1))
    return put


def _unwritten(archive: Archive, order: Order, last: int, sorter: Sorter) -> Iterator[ArchiveDocument]:
    """The archive documents that do not stand yet, and the last one, which may have grown.

    Those that are fixed stay as they are, whatever settings change; only at another address they are others.
    """
    known = shelf(archive, _folder(order))
    fixed = known.fixed if known and known.base_url == order.settings.base_url else 0
    folder = order.output / layout.ARCHIVE
    standing = {f"{layout.ARCHIVE}/{path.name}" for path in folder.iterdir()} if folder.is_dir() else set()
    for number in range(1, last + 1):
        names = {layout.of_archive(number, writer.file_name) for writer in XML_WRITERS}
        if number > fixed or not names <= standing:
            entries = newest_first(map(sorter.mark, read_document(archive, number)))
            yield ArchiveDocument(number, number == last, entries)


def _folder(order: Order) -> bytes:
    return os.fsencode((order.output / layout.ARCHIVE).absolute())
