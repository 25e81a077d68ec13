"""The outputs of a build: one row for each, and one module for each that writes it.

A new output is one row here, one function that it names, and one fixture.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from feedgen_smm.feeds.formats.atom_and_rss import ATOM_TYPE, RSS_TYPE, write_atom, write_rss
from feedgen_smm.feeds.formats.json_feed import write_json_feed
from feedgen_smm.feeds.formats.opml import Subscription, write_opml
from feedgen_smm.feeds.formats.page import write_page
from feedgen_smm.models import Feed, Links


class Contents(NamedTuple):
    """What a file says: a feed, where its documents are, and all that can be subscribed to beside it.

    `list_address` is where the list of all feeds is, `base_url` where the folder is on the web, if that is known.
    """

    feed: Feed
    links: Links = Links()
    subscriptions: Sequence[Subscription] = ()
    base_url: str | None = None


class Format(NamedTuple):
    """A kind of output.

    `is_feed` is whether it can be subscribed to; `has_topics` and `has_archive`, whether each topic has a file of it
    too, and whether older entries go to archive documents of it (RFC 5005); `is_validated`, whether it is validated
    before it is published; `holds` is what is counted in it.
    """

    name: str
    file_name: str
    media_type: str
    is_feed: bool
    has_topics: bool
    has_archive: bool
    is_validated: bool
    holds: str
    render: Callable[[Contents], bytes]


ATOM = Format(
    name="Atom",
    file_name="atom.xml",
    media_type=ATOM_TYPE,
    is_feed=True,
    has_topics=True,
    has_archive=True,
    is_validated=True,
    holds="entry",
    render=lambda contents: write_atom(contents.feed, contents.links),
)
RSS = Format(
    name="RSS",
    file_name="rss.xml",
    media_type=RSS_TYPE,
    is_feed=True,
    has_topics=True,
    has_archive=True,
    is_validated=True,
    holds="entry",
    render=lambda contents: write_rss(contents.feed, contents.links),
)
JSON_FEED = Format(
    name="JSON Feed",
    file_name="feed.json",
    media_type="application/feed+json",
    is_feed=True,
    has_topics=False,
    has_archive=False,
    is_validated=False,
    holds="entry",
    render=lambda contents: write_json_feed(contents.feed, contents.links),
)
OPML = Format(
    name="OPML",
    file_name="feeds.opml",
    media_type="text/x-opml",
    is_feed=False,
    has_topics=False,
    has_archive=False,
    is_validated=False,
    holds="feed",
    render=lambda contents: write_opml(contents.feed, contents.subscriptions),
)
PAGE = Format(
    name="HTML",
    file_name="index.html",
    media_type="text/html",
    is_feed=False,
    has_topics=False,
    has_archive=False,
    is_validated=False,
    holds="entry",
    render=lambda contents: write_page(contents.feed, contents.subscriptions, OPML.file_name, contents.base_url),
)
FORMATS = (ATOM, RSS, JSON_FEED, OPML, PAGE)  # in the order in which a build tells of them
FEEDS = tuple(row for row in FORMATS if row.is_feed)
TOPIC_FEEDS = tuple(row for row in FORMATS if row.has_topics)
ARCHIVE_FEEDS = tuple(row for row in FORMATS if row.has_archive)
