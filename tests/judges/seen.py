"""What readers see of the entries of a feed, whatever its format: the same fields from each, to be compared.

What a format or a reader has no place for is None.
"""

import calendar
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
import pytest

from tests.judges.programs import paragraphs

_SCRIPT = Path(__file__).parent / "read_feed.mjs"
_TOOLS = Path(sys.prefix)  # npm installs there, too


class Seen(NamedTuple):
    """An entry; `language` is None if it is the feed's."""

    id: str
    title: str
    published: datetime
    updated: datetime | None
    text: tuple[str, ...]
    summary: str
    link: str
    author: str
    topics: tuple[str, ...]
    language: str | None


def json_seen(path: Path) -> list[Seen]:
    """The items of a JSON Feed, read without a library."""
    return _items(json.loads(path.read_bytes()))


def feedparser_seen(path: Path) -> list[Seen]:
    """The entries of an Atom or RSS feed, by feedparser."""
    parsed = feedparser.parse(path.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    assert parsed.bozo is False
    is_rss = parsed.version == "rss20"
    return [
        Seen(
            entry.id,
            entry.title,
            _utc(entry.published_parsed),
            None if is_rss else _utc(entry.updated_parsed),
            tuple(paragraphs(entry.content[0].value if "content" in entry else entry.summary)),
            # Where there is none, feedparser shows the content in its place, which is in paragraphs.
            "" if entry.summary.startswith("<p>") else _text(entry.summary, is_html=is_rss),
            next((link.href for link in entry.get("links", ()) if link.rel == "alternate"), ""),
            entry.author,
            tuple(tag.term for tag in entry.get("tags", ())),
            _other(entry.get("language") if is_rss else entry.content[0].language, parsed.feed.language),
        )
        for entry in parsed.entries
    ]


def feedsmith_seen(path: Path) -> list[Seen]:
    """The entries of a feed in any format, by feedsmith, which does not read Atom's `xml:lang`."""
    feed = feedsmith_reads(path)
    if "entries" in feed:
        return [_atom(entry) for entry in feed["entries"]]
    return _items(feed) if path.suffix == ".json" else [_rss(item) for item in feed["items"]]


def feedsmith_reads(path: Path) -> dict[str, Any]:
    """A feed or a list of feeds as feedsmith reads it."""
    if shutil.which("node") is None or not (_TOOLS / "node_modules/feedsmith").exists():
        pytest.skip("feedsmith is not installed")
    result = subprocess.run(
        ["node", "--input-type=module", "-", path],
        input=_SCRIPT.read_text(encoding="utf-8"),
        cwd=_TOOLS,  # where it looks for the library
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def _items(feed: dict[str, Any]) -> list[Seen]:
    return [
        Seen(
            item["id"],
            item["title"],
            datetime.fromisoformat(item["date_published"]),
            datetime.fromisoformat(item["date_modified"]),
            tuple(paragraphs(item["content_html"])),
            item.get("summary", ""),
            item.get("url", ""),
            item["authors"][0]["name"],
            tuple(item.get("tags", ())),
            item.get("language"),
        )
        for item in feed["items"]
    ]


def _atom(entry: dict[str, Any]) -> Seen:
    return Seen(
        entry["id"],
        entry["title"]["value"],
        datetime.fromisoformat(entry["published"]),
        datetime.fromisoformat(entry["updated"]),
        tuple(paragraphs(entry["content"]["value"])),
        entry.get("summary", {"value": ""})["value"],
        next((link["href"] for link in entry.get("links", ())), ""),
        entry["authors"][0]["name"],
        tuple(category["term"] for category in entry.get("categories", ())),
        None,
    )


def _rss(item: dict[str, Any]) -> Seen:
    encoded = item.get("content", {}).get("encoded")
    return Seen(
        item["guid"]["value"],
        item["title"],
        parsedate_to_datetime(item["pubDate"]),
        None,
        tuple(paragraphs(encoded or item["description"])),
        _text(item["description"], is_html=True) if encoded else "",
        item.get("link", ""),
        item["dc"]["creators"][0],
        tuple(category["name"] for category in item.get("categories", ())),
        item["dc"].get("languages", [None])[0],
    )


def _text(summary: str, *, is_html: bool) -> str:
    return unescape(summary) if is_html else summary


def _other(language: str | None, of_feed: str) -> str | None:
    return None if language == of_feed else language


def _utc(moment: Any) -> datetime:  # noqa: ANN401 - feedparser tells no types
    return datetime.fromtimestamp(calendar.timegm(moment), UTC)
