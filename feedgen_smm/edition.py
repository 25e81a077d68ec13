"""Entries → all files of an edition: the feeds in every format, their list, the page, and the archive documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from feedgen_smm import layout
from feedgen_smm.feed import make_feed
from feedgen_smm.models import Entry, Feed, Links, Topic
from feedgen_smm.settings import Settings
from feedgen_smm.writers import WRITERS, XML_WRITERS, Writer
from feedgen_smm.writers.opml import Outline, write_opml
from feedgen_smm.writers.page import Listed, write_page


class Edition(NamedTuple):
    """What is put out: the newest entries, those of each topic that has any, and how many archive documents there are.

    Entries are newest first.
    """

    entries: tuple[Entry, ...]
    topics: Mapping[Topic, tuple[Entry, ...]]
    archived: int = 0


class ArchiveDocument(NamedTuple):
    """A hundred entries that the feed has no room for; the last one is fixed when there is a next."""

    number: int
    is_last: bool
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
    feed = make_feed(document.entries, settings)
    return {
        layout.of_archive(document.number, writer.file_name): File(
            writer.render(feed, _document_links(writer, document, settings)), len(feed.entries)
        )
        for writer in XML_WRITERS
    }


def _documents(edition: Edition, settings: Settings) -> Iterator[_Document]:
    feed = make_feed(edition.entries, settings)
    for writer in WRITERS:
        has_archive = edition.archived and writer in XML_WRITERS
        links = Links(
            own=_absolute(writer.file_name, settings),
            hub=settings.hub,
            prev_archive=_absolute(layout.of_archive(edition.archived, writer.file_name), settings)
            if has_archive
            else None,
        )
        yield _Document(writer.file_name, writer, feed, links)
    for topic, entries in edition.topics.items():
        feed = make_feed(entries, settings, topic)
        for writer in XML_WRITERS:
            name = layout.of_topic(topic.name, writer.file_name)
            yield _Document(name, writer, feed, Links(own=_absolute(name, settings), hub=settings.hub))


def _absolute(name: str, settings: Settings) -> str | None:
    return settings.base_url and settings.base_url + name


def _document_links(writer: Writer, document: ArchiveDocument, settings: Settings) -> Links:
    number, feed = document.number, writer.file_name
    return Links(
        own=_absolute(layout.of_archive(number, feed), settings),
        current=_absolute(feed, settings),
        prev_archive=_absolute(layout.of_archive(number - 1, feed), settings) if number > 1 else None,
        next_archive=None if document.is_last else _absolute(layout.of_archive(number + 1, feed), settings),
    )


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
