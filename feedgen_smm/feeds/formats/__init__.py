"""The outputs of a build, a row each, and the modules that write them.

A new output is one row here, one function that it names, and one fixture.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from feedgen_smm.models import Feed, Links, Topic

TOPICS = "topics"
ARCHIVE = "archive"
TOPIC_SCHEME = "urn:uuid:0c1e1b0e-6a43-4b5c-8d43-5a1f9b0c7e7d"
"""The scheme of topics in Atom, their domain in RSS; the same wherever our feeds are read."""


class Subscription(NamedTuple):
    """A feed that can be subscribed to: its format, its file in the folder, its address (or file, where unknown)."""

    format: str
    media_type: str
    name: str
    address: str
    title: str
    topic: Topic | None


class Contents(NamedTuple):
    """What a file says: a feed, where its documents are, and what a list of feeds or a page says besides.

    `subscriptions` are all feeds of the folder, and `base_url` its address, if that is known.
    """

    feed: Feed
    links: Links = Links()
    subscriptions: tuple[Subscription, ...] = ()
    base_url: str | None = None


class Fault(NamedTuple):
    """What is wrong with a feed.

    `entry` is the id of the entry, None for the feed itself; `rule` is the element, `source` the document that demands
    what it lacks.
    """

    line: int
    entry: str | None
    rule: str
    message: str
    source: str

    def __str__(self) -> str:
        entry = "" if self.entry is None else f"{self.entry}: "
        return f"{entry}{self.rule}: {self.message} [{self.source}]"


Writer = Callable[[Contents], bytes]
Validator = Callable[[bytes, Contents], tuple[Fault, ...]]


class Format(NamedTuple):
    """A kind of output.

    `holds` is what is counted in a file. `is_feed` is whether it can be subscribed to; `has_topics` and `has_archive`,
    whether each topic has a file of it too, and whether older entries go to archive documents of it (RFC 5005).

    `writer` names the Writer that renders it, `validator` the Validator that judges the bytes, if there is one. Each is
    named, as `module:function`, and imported when first needed: feedgen, lxml and jinja2 are slow to import, and a
    build that finds nothing changed needs only the names of files.
    """

    name: str
    file_name: str
    media_type: str
    holds: str
    is_feed: bool
    has_topics: bool
    has_archive: bool
    writer: str
    validator: str | None

    def render(self, contents: Contents) -> bytes:
        """The bytes of a file."""
        write: Writer = _imported(self.writer)
        return write(contents)

    def faults(self, data: bytes, contents: Contents) -> tuple[Fault, ...]:
        """What keeps the bytes, made of `contents`, from being published."""
        if self.validator is None:
            return ()
        validate: Validator = _imported(self.validator)
        return validate(data, contents)

    def feed_name(self, topic: Topic | None) -> str:
        """The file of a topic's feed, or of the main one."""
        return self.file_name if topic is None else f"{TOPICS}/{topic.name}/{self.file_name}"

    def document_name(self, topic: Topic | None, number: int) -> str:
        """The file of an archive document of a topic, or of the main feed; numbers count from 1."""
        stem, _, suffix = self.file_name.partition(".")
        folder = ARCHIVE if topic is None else f"{ARCHIVE}/{topic.name}"
        return f"{folder}/{stem}-{number}.{suffix}"


def _imported(name: str) -> Any:  # noqa: ANN401 - the caller says what it is
    module, _, function = name.partition(":")
    return getattr(import_module(f"feedgen_smm.feeds.{module}"), function)


ATOM = Format(
    name="Atom",
    file_name="atom.xml",
    media_type="application/atom+xml",
    holds="entry",
    is_feed=True,
    has_topics=True,
    has_archive=True,
    writer="formats.atom_and_rss:write_atom",
    validator="validation:faults_in_atom",
)
RSS = Format(
    name="RSS",
    file_name="rss.xml",
    media_type="application/rss+xml",
    holds="entry",
    is_feed=True,
    has_topics=True,
    has_archive=True,
    writer="formats.atom_and_rss:write_rss",
    validator="validation:faults_in_rss",
)
JSON_FEED = Format(
    name="JSON Feed",
    file_name="feed.json",
    media_type="application/feed+json",
    holds="entry",
    is_feed=True,
    has_topics=False,
    has_archive=False,
    writer="formats.json_feed:write_json_feed",
    validator=None,
)
OPML = Format(
    name="OPML",
    file_name="feeds.opml",
    media_type="text/x-opml",
    holds="feed",
    is_feed=False,
    has_topics=False,
    has_archive=False,
    writer="formats.opml:write_opml",
    validator=None,
)
PAGE = Format(
    name="HTML",
    file_name="index.html",
    media_type="text/html",
    holds="entry",
    is_feed=False,
    has_topics=False,
    has_archive=False,
    writer="formats.page:write_page",
    validator=None,
)
FORMATS = (ATOM, RSS, JSON_FEED, OPML, PAGE)  # in the order in which a build tells of them
FEEDS = tuple(row for row in FORMATS if row.is_feed)
TOPIC_FEEDS = tuple(row for row in FORMATS if row.has_topics)
ARCHIVE_FEEDS = tuple(row for row in FORMATS if row.has_archive)

HELD = {**{row.file_name: row.holds for row in FORMATS}, TOPICS: "feed", ARCHIVE: "document"}
"""What is counted in each file and folder of the output, in the order in which a build tells of them."""


def feed_names(topic: Topic | None) -> list[str]:
    """The files of a topic's feeds, or of the main feed: one for each format."""
    return [row.feed_name(topic) for row in (FEEDS if topic is None else TOPIC_FEEDS)]


def document_names(topic: Topic | None, number: int) -> list[str]:
    """The files of an archive document: one for each format."""
    return [row.document_name(topic, number) for row in ARCHIVE_FEEDS]
