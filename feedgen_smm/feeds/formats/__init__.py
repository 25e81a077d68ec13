"""Feeds → bytes, one module a format: `atom_and_rss`, `json_feed`, `opml`, and `page`, which a person looks at."""

from collections.abc import Callable
from typing import NamedTuple

from feedgen_smm.feeds import layout
from feedgen_smm.feeds.formats.atom_and_rss import ATOM_TYPE, RSS_TYPE, write_atom, write_rss
from feedgen_smm.feeds.formats.json_feed import write_json_feed
from feedgen_smm.models import Feed, Links


class Writer(NamedTuple):
    """A format of feeds: its name, that of its files, its media type, and what renders a feed in it."""

    name: str
    file_name: str
    media_type: str
    render: Callable[[Feed, Links], bytes]


ATOM = Writer("Atom", layout.ATOM, ATOM_TYPE, write_atom)
RSS = Writer("RSS", layout.RSS, RSS_TYPE, write_rss)
JSON_FEED = Writer("JSON Feed", layout.JSON, "application/feed+json", write_json_feed)
WRITERS = (ATOM, RSS, JSON_FEED)
XML_WRITERS = (ATOM, RSS)  # of feeds that are many: of topics, and of archives
