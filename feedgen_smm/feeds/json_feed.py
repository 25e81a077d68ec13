"""A feed → JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

import json
from collections.abc import Mapping
from datetime import datetime

from feedgen_smm.feeds.feed import Contents, as_html
from feedgen_smm.models import Entry, Feed


def write_json_feed(contents: Contents) -> bytes:
    """The feed as JSON Feed 1.1, UTF-8. Unknown values are left out, because the format has no null."""
    feed, links = contents.feed, contents.links
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.site,
        "feed_url": links.own,
        "description": feed.subtitle,
        "authors": [{"name": feed.author, "url": feed.site}],
        "language": feed.language,
        "hubs": links.hub and [{"type": "WebSub", "url": links.hub}],
        "items": [_item(entry, feed) for entry in feed.entries],
    }
    return (json.dumps(_known(document), ensure_ascii=False, indent=2) + "\n").encode(errors="replace")


def _item(entry: Entry, feed: Feed) -> dict[str, object]:
    item = {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "content_html": as_html(entry),
        "summary": entry.summary,
        "date_published": _rfc_3339(entry.published.instant),
        "date_modified": _rfc_3339(entry.updated),
        "authors": [{"name": feed.author}],
        "tags": [topic.name for topic in entry.topics] or None,
        "language": None if entry.language == feed.language else entry.language,
    }
    return _known(item)


def _known(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


def _rfc_3339(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
