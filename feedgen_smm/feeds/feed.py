"""Entries → a feed: in what order, under which name and id."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from feedgen_smm.articles import identity
from feedgen_smm.errors import EmptyFeedError
from feedgen_smm.models import Entry, Feed, Topic
from feedgen_smm.settings import DEFAULTS, Content, Settings

FEED_ID = "urn:uuid:f6aaf234-358a-49ed-af1c-553cb1704a0d"
"""The id of a feed for which the caller names none."""


def newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries in the order of a feed; those of one minute by id."""
    by_id = sorted(entries, key=lambda entry: entry.id)
    return tuple(sorted(by_id, key=lambda entry: entry.published.instant, reverse=True))


def default_feed_id(settings: Settings) -> str:
    """The id of a feed whose owner gave it none: made of its address, or of its title where that is unknown.

    It is made once, at the first build: a feed that moves, or takes another title, keeps its id.
    """
    return identity.mint(f"feed\n{settings.base_url or settings.title}")


def make_feed(
    entries: Sequence[Entry],
    settings: Settings = DEFAULTS,
    feed_id: str = FEED_ID,
    topic: Topic | None = None,
    updated: datetime | None = None,
) -> Feed:
    """The feed of `entries`, in their order, or of the one topic that they are of.

    `feed_id` is the main feed's; the feed of a topic has an id made of it. `updated`, aware UTC, tells of a change that
    no entry shows: one was withdrawn. Raises EmptyFeedError if neither an entry nor `updated` dates the feed.
    """
    changes = [entry.updated for entry in entries]
    if updated is not None:
        changes.append(updated)
    if not changes:
        raise EmptyFeedError("a feed needs an entry")
    languages = Counter(entry.language for entry in entries) or {"en": 0}
    return Feed(
        id=feed_id if topic is None else identity.mint(f"{feed_id} {topic.name}"),
        title=settings.title if topic is None else f"{settings.title}: {topic.label}",
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
    """The entry with its summary for its text."""
    return entry._replace(paragraphs=(entry.summary,) if entry.summary else ())
