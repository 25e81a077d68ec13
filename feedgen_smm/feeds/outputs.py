"""Entries → all files of the output folder, by name.

atom.xml  rss.xml  feed.json  feeds.opml  index.html
topics/<topic>/atom.xml  rss.xml
archive/atom-<number>.xml  rss-<number>.xml  <topic>/atom-<number>.xml  rss-<number>.xml
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.feeds.feed import FEED_ID, make_feed
from feedgen_smm.feeds.formats import ARCHIVE_FEEDS, FEEDS, FORMATS, TOPIC_FEEDS, Contents, Fault, Format, Subscription
from feedgen_smm.models import Entry, Feed, Links, Topic
from feedgen_smm.settings import Settings


class Section(NamedTuple):
    """The newest entries, of one topic or of all, and how many archive documents hold older ones.

    Entries are newest first. Where all were withdrawn, `updated`, aware UTC, dates the feed that has none left.
    """

    topic: Topic | None
    entries: tuple[Entry, ...]
    archived: int = 0
    updated: datetime | None = None


Edition = Sequence[Section]  # the one of all topics comes first


class ArchiveDocument(NamedTuple):
    """Entries that a feed has no room for (RFC 5005, section 4); a full document links to the next and never changes.

    `updated` dates a document that was changed by withdrawing an entry, and has to be there if none are left.
    """

    topic: Topic | None
    number: int
    is_fixed: bool
    entries: tuple[Entry, ...]
    updated: datetime | None = None


class File(NamedTuple):
    """The bytes of a file, and how many entries or feeds it holds.

    `format` and `contents` are what it was made of; None for one that was stored, and was validated when it was made.
    """

    data: bytes
    holds: int
    format: Format | None = None
    contents: Contents | None = None

    def faults(self) -> tuple[Fault, ...]:
        """What keeps the file from being published."""
        if self.format is None or self.contents is None:
            return ()
        return self.format.faults(self.data, self.contents)


class _Output(NamedTuple):
    """A feed in a format, and the name of its file."""

    name: str
    format: Format
    feed: Feed
    links: Links


def render(edition: Edition, settings: Settings, feed_id: str = FEED_ID) -> dict[str, File]:
    """Every file but the archive documents, by its name in the folder. `feed_id` is the main feed's id."""
    outputs = list(_outputs(edition, settings, feed_id))
    subscriptions = tuple(_subscription(output, settings) for output in outputs)
    main = outputs[0].feed
    files = {output.name: _file(output.format, Contents(output.feed, output.links)) for output in outputs}
    for row in FORMATS:
        if not row.is_feed:
            contents = Contents(main, subscriptions=subscriptions, base_url=settings.base_url)
            files[row.file_name] = _file(row, contents)
    return files


def render_document(document: ArchiveDocument, settings: Settings, feed_id: str = FEED_ID) -> dict[str, File]:
    """An archive document in each format that has archives, by its name in the folder."""
    feed = make_feed(document.entries, settings, feed_id, document.topic, document.updated)
    return {
        row.document_name(document.topic, document.number): _file(
            row, Contents(feed, _document_links(row, document, settings))
        )
        for row in ARCHIVE_FEEDS
    }


def _file(row: Format, contents: Contents) -> File:
    holds = len(contents.subscriptions) if row.holds == "feed" else len(contents.feed.entries)
    return File(row.render(contents), holds, row, contents)


def _outputs(edition: Edition, settings: Settings, feed_id: str) -> Iterator[_Output]:
    for section in edition:
        feed = make_feed(section.entries, settings, feed_id, section.topic, section.updated)
        for row in FEEDS if section.topic is None else TOPIC_FEEDS:
            yield _Output(row.feed_name(section.topic), row, feed, _feed_links(row, section, settings))


def _feed_links(row: Format, section: Section, settings: Settings) -> Links:
    links = Links(own=_address(row.feed_name(section.topic), settings), hub=settings.hub)
    if not section.archived or not row.has_archive:
        return links
    return links._replace(prev_archive=_address(row.document_name(section.topic, section.archived), settings))


def _document_links(row: Format, document: ArchiveDocument, settings: Settings) -> Links:
    def at(number: int) -> str | None:
        return _address(row.document_name(document.topic, number), settings)

    number = document.number
    return Links(
        own=at(number),
        current=_address(row.feed_name(document.topic), settings),
        prev_archive=at(number - 1) if number > 1 else None,
        next_archive=at(number + 1) if document.is_fixed else None,
    )


def _address(name: str, settings: Settings) -> str | None:
    return settings.base_url and settings.base_url + name


def _subscription(output: _Output, settings: Settings) -> Subscription:
    return Subscription(
        output.format.name,
        output.format.media_type,
        output.name,
        _address(output.name, settings) or output.name,
        output.feed.title,
        output.feed.topic,
    )
