"""Entries → a feed: which of them, in what order, under which name."""

from collections import Counter
from collections.abc import Sequence

from feedgen_smm.entries import Draft
from feedgen_smm.models import Entry, Feed

_ID = "urn:uuid:f6aaf234-358a-49ed-af1c-553cb1704a0d"
_TITLE = "Shanghai Metals Market (SMM) news"
_SUBTITLE = "News of the metals trade from saved pages of the Shanghai Metals Market (SMM)"
_SITE = "https://news.metal.com/"
_AUTHOR = "Shanghai Metals Market (SMM)"
_RIGHTS = "© SMM Information & Technology Co., Ltd."


def newest(drafts: Sequence[Draft], limit: int) -> tuple[Entry, ...]:
    """The `limit` newest entries, newest first; those of one minute by id."""
    dates = sorted((draft.published.instant for draft in drafts), reverse=True)[:limit]
    entries = [draft.entry() for draft in drafts if draft.published.instant >= dates[-1]]
    by_id = sorted(entries, key=lambda entry: entry.id)
    return tuple(sorted(by_id, key=lambda entry: entry.published.instant, reverse=True)[:limit])


def make_feed(entries: Sequence[Entry]) -> Feed:
    """The feed of `entries`, in their order. Raises ValueError where there are none: a feed has an `updated`."""
    if not entries:
        raise ValueError("a feed needs an entry")
    languages = Counter(entry.language for entry in entries)
    return Feed(
        id=_ID,
        title=_TITLE,
        subtitle=_SUBTITLE,
        site=_SITE,
        author=_AUTHOR,
        rights=_RIGHTS,
        language=min(languages, key=lambda tag: (-languages[tag], tag)),
        updated=max(entry.updated for entry in entries),
        entries=tuple(entries),
    )
