"""Entries → a feed: in what order, under which name."""

from collections import Counter
from collections.abc import Iterable, Sequence

from feedgen_smm.articles import identity
from feedgen_smm.errors import EmptyFeedError
from feedgen_smm.models import Entry, Feed, Topic
from feedgen_smm.settings import DEFAULTS, Content, Settings

_ID = "urn:uuid:f6aaf234-358a-49ed-af1c-553cb1704a0d"


def newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries in the order of a feed; those of one minute by id."""
    by_id = sorted(entries, key=lambda entry: entry.id)
    return tuple(sorted(by_id, key=lambda entry: entry.published.instant, reverse=True))


def make_feed(entries: Sequence[Entry], settings: Settings = DEFAULTS, topic: Topic | None = None) -> Feed:
    """The feed of `entries`, in their order, of a topic where one is given.

    Raises EmptyFeedError where there are none: a feed has an `updated`.
    """
    if not entries:
        raise EmptyFeedError("a feed needs an entry")
    languages = Counter(entry.language for entry in entries)
    return Feed(
        id=_ID if topic is None else identity.mint(f"{_ID} {topic.name}"),
        title=settings.title if topic is None else f"{settings.title}: {topic.label}",
        subtitle=settings.description,
        site=settings.site,
        author=settings.author,
        rights=settings.rights,
        language=settings.language or min(languages, key=lambda tag: (-languages[tag], tag)),
        updated=max(entry.updated for entry in entries),
        entries=tuple(map(_abridged, entries)) if settings.content is Content.SUMMARY else tuple(entries),
        topic=topic,
    )


def _abridged(entry: Entry) -> Entry:
    """The entry with its summary for its text."""
    return entry._replace(paragraphs=(entry.summary,) if entry.summary else ())
