"""Entries → a feed: their order, its title and id; what a file is made of; texts as HTML and as RSS titles."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from html.entities import name2codepoint
from typing import NamedTuple

from feedgen_smm.articles import identity
from feedgen_smm.errors import EmptyFeedError
from feedgen_smm.models import Entry, Feed, Links, Topic
from feedgen_smm.settings import DEFAULTS, Content, Settings

FEED_ID = "urn:uuid:f6aaf234-358a-49ed-af1c-553cb1704a0d"
"""The id of a feed for which the caller names none."""

ATOM_TYPE, RSS_TYPE = "application/atom+xml", "application/rss+xml"
TOPIC_SCHEME = "urn:uuid:0c1e1b0e-6a43-4b5c-8d43-5a1f9b0c7e7d"
"""The scheme of topics in Atom and their domain in RSS; the same in every feed that this program makes."""

# What XML 1.0 forbids or discourages (section 2.2), and U+FFFD, which stands for what could not be decoded. No parsed
# text has any of these. Where one has, it is written without them, and validation leaves out its entry.
_UNFIT = "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff{}]".format(
    "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
)

RECENT = 2048  # entries of which is kept what was made of them: most are in several feeds, in two formats each

rss_date = lru_cache(maxsize=RECENT)(format_datetime)
"""Writes an aware time in UTC as RSS does: `Fri, 06 Feb 2026 15:56:00 +0000`."""


class Subscription(NamedTuple):
    """A feed that can be subscribed to. `name` is its file in the folder; `address` is that too, if none is known."""

    format: str
    media_type: str
    name: str
    address: str
    title: str
    topic: Topic | None


class Contents(NamedTuple):
    """What a file is made of: a feed, its links, and what a list of feeds or a web page needs besides.

    `subscriptions` are all feeds in the folder, and `base_url` is the folder's address, if that is known.
    """

    feed: Feed
    links: Links = Links()
    subscriptions: tuple[Subscription, ...] = ()
    base_url: str | None = None


def relations(links: Links) -> dict[str, str]:
    """The addresses that are known, by the relation that Atom's links give them."""
    addresses = {
        "self": links.own,
        "hub": links.hub,
        "current": links.current,
        "prev-archive": links.prev_archive,
        "next-archive": links.next_archive,
    }
    return {relation: address for relation, address in addresses.items() if address}


def newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries in the order of a feed; those of the same minute are ordered by id."""
    by_id = sorted(entries, key=lambda entry: entry.id)
    return tuple(sorted(by_id, key=lambda entry: entry.published.instant, reverse=True))


def default_feed_id(settings: Settings) -> str:
    """The id of a feed for which none is configured: made of its address, or of its title without one.

    It is made at the first build and remembered: a feed that moves, or gets another title, keeps its id.
    """
    return identity.mint(f"feed\n{settings.base_url or settings.title}")


def feed_title(settings: Settings, topic: Topic | None) -> str:
    """The title of a topic's feed, or of the main one."""
    return settings.title if topic is None else f"{settings.title}: {topic.label}"


def make_feed(
    entries: Sequence[Entry],
    settings: Settings = DEFAULTS,
    feed_id: str = FEED_ID,
    topic: Topic | None = None,
    updated: datetime | None = None,
) -> Feed:
    """Make the feed of `entries`, in their order; if `topic` is given, they are all of it.

    `feed_id` is the id of the main feed; that of a topic's feed is made from it. `updated`, aware UTC, is when an entry
    was last withdrawn, which no entry shows. Raises EmptyFeedError if there are neither entries nor `updated`.
    """
    changes = [entry.updated for entry in entries]
    if updated is not None:
        changes.append(updated)
    if not changes:
        raise EmptyFeedError("a feed needs an entry")
    languages = Counter(entry.language for entry in entries) or {"en": 0}
    return Feed(
        id=feed_id if topic is None else identity.mint(f"{feed_id} {topic.name}"),
        title=feed_title(settings, topic),
        subtitle=settings.description,
        site=settings.site,
        author=settings.author,
        rights=settings.rights,
        language=settings.language or min(languages, key=lambda tag: (-languages[tag], tag)),
        updated=max(changes),
        entries=tuple(map(_abridged, entries)) if settings.content is Content.SUMMARY else tuple(entries),
        topic=topic,
    )


def _abridged(entry: Entry) -> Entry:
    """The entry with its summary in place of its text."""
    return entry._replace(paragraphs=(entry.summary,) if entry.summary else ())


def carried(text: str) -> str:
    """The text without the characters that a feed must not have."""
    if text.isprintable() and "\ufffd" not in text:  # nearly every text, and quick to test
        return text
    return re.sub(_UNFIT, "", text)


@lru_cache(maxsize=RECENT)
def fit(entry: Entry) -> Entry:
    """The entry without the characters that a feed must not have: nearly always the entry itself."""
    title, summary, texts = entry.title, entry.summary or "", entry.paragraphs
    whole = "".join((title, summary, *texts))
    if carried(whole) == whole:
        return entry
    return entry._replace(title=carried(title), summary=carried(summary) or None, paragraphs=tuple(map(carried, texts)))


@lru_cache(maxsize=RECENT)  # every format writes it, and validation compares it
def as_html(entry: Entry) -> str:
    """The full text as paragraphs; the title if there is no text, because Atom demands content or a link."""
    return "".join(f"<p>{escaped(text)}</p>" for text in entry.paragraphs or (entry.title,))


def escaped(text: str) -> str:
    """Text as HTML that shows it unchanged."""
    return html.escape(text, quote=False)


def plain_title(title: str) -> str:
    """A title for RSS, which some readers show as text and others as HTML: it looks the same in both.

    What would be markup in HTML is written full-width: `<`, and the `&` of what could be a character reference.
    """
    title = title.replace("<", "＜")
    return re.sub(r"&[#\w]+;?", _plain_ampersand, title) if "&" in title else title


def _plain_ampersand(match: re.Match[str]) -> str:
    name = match[0].strip("&;")
    if name.isalpha() and name not in name2codepoint and html.unescape(match[0]) == match[0]:
        return match[0]  # S&P, AT&T
    return f"＆{match[0][1:]}"
