"""Entries → all files of an edition: the feeds in every format, their list, the page, and the archive documents."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from feedgen_smm.feeds import layout
from feedgen_smm.feeds.feed import make_feed
from feedgen_smm.feeds.formats import WRITERS, XML_WRITERS, Writer
from feedgen_smm.feeds.formats.opml import Outline, write_opml
from feedgen_smm.feeds.formats.page import Listed, write_page
from feedgen_smm.models import Entry, Feed, Links, Topic
from feedgen_smm.settings import Settings


class Section(NamedTuple):
    """What is put out of a topic, or of all there is: the newest entries, and how many archive documents there are.

    Entries are newest first, and some.
    """

    topic: Topic | None
    entries: tuple[Entry, ...]
    archived: int = 0


Edition = Sequence[Section]  # that of all there is comes first


class ArchiveDocument(NamedTuple):
    """A hundred entries that a feed has no room for; it is fixed, and leads on, when there is a next."""

    topic: Topic | None
    number: int
    is_fixed: bool
    entries: tuple[Entry, ...]


class File(NamedTuple):
    """The bytes of a file, and how many entries it holds, or feeds if it is a list of them."""

    data: bytes
    holds: int


class _Document(NamedTuple):
    """A feed in a format, and the file that it is."""

    name: str
    writer: Writer
    feed: Feed
    links: Links


def render(edition: Edition, settings: Settings) -> dict[str, File]:
    """Every file but the archive documents, by its name in the folder."""
    documents = list(_documents(edition, settings))
    main = documents[0].feed
    return {
        **{one.name: File(one.writer.render(one.feed, one.links), len(one.feed.entries)) for one in documents},
        layout.LIST: File(write_opml(main.title, _outlines(documents, settings), main.updated), len(documents)),
        layout.PAGE: File(write_page(main, _listed(documents), settings.base_url), len(main.entries)),
    }


def render_document(document: ArchiveDocument, settings: Settings) -> dict[str, File]:
    """An archive document in each format, by its name in the folder."""
    feed = make_feed(document.entries, settings, document.topic)
    return {
        _archived(document.number, writer, document.topic): File(
            writer.render(feed, _document_links(writer, document, settings)), len(feed.entries)
        )
        for writer in XML_WRITERS
    }


def document_names(topic: Topic | None, number: int) -> list[str]:
    """The names of an archive document in the folder, one in each format."""
    return [_archived(number, writer, topic) for writer in XML_WRITERS]


def _documents(edition: Edition, settings: Settings) -> Iterator[_Document]:
    for section in edition:
        feed = make_feed(section.entries, settings, section.topic)
        for writer in WRITERS if section.topic is None else XML_WRITERS:
            name = _feed_name(writer, section.topic)
            yield _Document(name, writer, feed, _feed_links(writer, section, settings))


def _feed_name(writer: Writer, topic: Topic | None) -> str:
    return writer.file_name if topic is None else layout.of_topic(topic.name, writer.file_name)


def _archived(number: int, writer: Writer, topic: Topic | None) -> str:
    return layout.of_archive(number, writer.file_name, topic and topic.name)


def _feed_links(writer: Writer, section: Section, settings: Settings) -> Links:
    own = _absolute(_feed_name(writer, section.topic), settings)
    links = Links(own=own, hub=settings.hub)
    if not section.archived or writer not in XML_WRITERS:
        return links
    return links._replace(prev_archive=_absolute(_archived(section.archived, writer, section.topic), settings))


def _document_links(writer: Writer, document: ArchiveDocument, settings: Settings) -> Links:
    def at(number: int) -> str | None:
        return _absolute(_archived(number, writer, document.topic), settings)

    number = document.number
    return Links(
        own=at(number),
        current=_absolute(_feed_name(writer, document.topic), settings),
        prev_archive=at(number - 1) if number > 1 else None,
        next_archive=at(number + 1) if document.is_fixed else None,
    )


def _absolute(name: str, settings: Settings) -> str | None:
    return settings.base_url and settings.base_url + name


def _outlines(documents: Sequence[_Document], settings: Settings) -> dict[str, list[Outline]]:
    """The feeds by format: who takes one folder has each of them once."""
    folders: dict[str, list[Outline]] = {}
    for document in documents:
        outline = Outline(document.feed.title, (settings.base_url or "") + document.name, settings.site)
        folders.setdefault(f"{settings.title} ({document.writer.name})", []).append(outline)
    return folders


def _listed(documents: Sequence[_Document]) -> list[Listed]:
    return [
        Listed(
            document.writer.name, document.writer.media_type, document.name, document.feed.title, document.feed.topic
        )
        for document in documents
    ]
