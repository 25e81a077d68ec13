"""Entries → a feed: which of them, in what order, under which name."""

from collections import Counter
from collections.abc import Iterable

from feedgen_smm.models import Entry, Feed

DEFAULT_LIMIT = 100

_ID = "urn:uuid:f6aaf234-358a-49ed-af1c-553cb1704a0d"
_TITLE = "Shanghai Metals Market (SMM) news"
_SUBTITLE = "News of the metals trade from saved pages of the Shanghai Metals Market (SMM)"
_SITE = "https://news.metal.com/"
_AUTHOR = "Shanghai Metals Market (SMM)"
_RIGHTS = "© SMM Information & Technology Co., Ltd."


def make_feed(entries: Iterable[Entry], *, limit: int = DEFAULT_LIMIT) -> Feed:
    """The feed of the `limit` newest entries. Raises ValueError where there are none: a feed has an `updated`."""
    by_name = sorted(entries, key=lambda entry: (entry.title, entry.id))
    newest = sorted(by_name, key=lambda entry: entry.published.instant, reverse=True)[:limit]
    if not newest:
        raise ValueError("a feed needs an entry")
    languages = Counter(entry.language for entry in newest)
    return Feed(
        id=_ID,
        title=_TITLE,
        subtitle=_SUBTITLE,
        site=_SITE,
        author=_AUTHOR,
        rights=_RIGHTS,
        language=min(languages, key=lambda tag: (-languages[tag], tag)),
        updated=max(entry.updated for entry in newest),
        entries=tuple(newest),
    )
