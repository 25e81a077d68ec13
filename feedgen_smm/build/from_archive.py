"""The archive's entries → an edition: the feed and those of topics, each with its archive documents."""

from collections.abc import Mapping, Sequence

from feedgen_smm.articles.topics.metals import with_metals
from feedgen_smm.record import Archive
from feedgen_smm.record.filing import ALL, begin, file_others, read_document, window
from feedgen_smm.record.queries import entries_of
from feedgen_smm.record.shelf import keep, kept, names_kept
from feedgen_smm.record.sorting import sort_changed
from feedgen_smm.record.state import Publication
from feedgen_smm.build import Order, PutOut
from feedgen_smm.build.putting_out import Sound, put_out, sound_document, write
from feedgen_smm.build.strangers import refuse_strangers
from feedgen_smm.captures.files import signature
from feedgen_smm.feeds.edition import ArchiveDocument, File, Section, document_names
from feedgen_smm.feeds.feed import newest_first
from feedgen_smm.models import Topic
from feedgen_smm.articles.topics import Sorter


def put_out_archive(archive: Archive, order: Order, written: Mapping[str, Publication]) -> PutOut:
    """Put out what the archive holds: of all and of each topic the newest, and the rest in archive documents.

    Those are made where it is known at which address they will stand: they lead to each other. `written` are the files
    that were written last as these settings have it. Raises ArchiveError where documents stand that are not the
    archive's.
    """
    settings = order.settings
    standing = {name: one for name, one in written.items() if one.signature == signature(order.output / name)}
    if settings.base_url:
        refuse_strangers(archive, order.output, settings.base_url, standing)
    sorter = sort_changed(archive, with_metals(settings.topics))
    topics = (None, *(rule.topic for rule in with_metals(settings.topics)))
    edition = [section for topic in topics if (section := _section(archive, sorter, order, topic)).entries]
    archive.commit()
    documents = _Documents(archive, sorter, order, standing)
    # First what others lead to: the documents, the last one first, and then the feeds.
    put = [documents.put_out(section, number) for section in edition for number in range(section.archived, 0, -1)]
    return _together([*put, put_out(edition, order)])


def _section(archive: Archive, sorter: Sorter, order: Order, topic: Topic | None) -> Section:
    series = _series(topic)
    rows = window(archive, series, order.settings.window)
    archived = file_others(archive, series, rows) if order.settings.base_url else 0
    if rows:
        begin(archive, series)
    return Section(topic, tuple(map(sorter.mark, entries_of(archive, rows))), archived)


class _Documents:
    """Puts out archive documents: as they stand, or are kept; where they are new, or may grow, as they are now."""

    def __init__(self, archive: Archive, sorter: Sorter, order: Order, standing: Mapping[str, Publication]) -> None:
        self._archive, self._sorter, self._order, self._standing = archive, sorter, order, standing
        self._base_url = order.settings.base_url or ""  # without one no section has any
        self._fixed = names_kept(archive, self._base_url)

    def put_out(self, section: Section, number: int) -> PutOut:
        """Put out one of the documents of a section."""
        names = document_names(section.topic, number)
        if not self._fixed.issuperset(names):
            return write(self._made(section, number), self._order)
        if self._standing.keys() >= {*names}:
            return PutOut({name: self._standing[name].holds for name in names}, frozenset(), ())
        files = {name: File(*kept(self._archive, self._base_url, name)) for name in names}
        return write(Sound(files, ()), self._order)

    def _made(self, section: Section, number: int) -> Sound:
        """A document as it is now; one that has become full is kept so, before anybody can have it."""
        entries = newest_first(map(self._sorter.mark, read_document(self._archive, _series(section.topic), number)))
        document = ArchiveDocument(section.topic, number, number < section.archived, entries)
        sound = sound_document(document, self._order)
        if sound.problems:
            # What is missing may come yet: until then it is as if there were no next.
            return sound_document(document._replace(is_fixed=False), self._order)
        if document.is_fixed:
            keep(self._archive, self._base_url, {name: (one.data, one.holds) for name, one in sound.files.items()})
            self._archive.commit()
        return sound


def _series(topic: Topic | None) -> str:
    return ALL if topic is None else topic.name


def _together(put: Sequence[PutOut]) -> PutOut:
    return PutOut(
        {name: holds for one in put for name, holds in one.files.items()},
        frozenset[str]().union(*(one.changed for one in put)),
        tuple(problem for one in put for problem in one.problems),
    )
