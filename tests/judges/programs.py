"""Readers and validators of feeds, as functions: a file in, what they see or complain of out.

A program that is not installed skips the test that asks for it.
"""

import calendar
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import feedparser
import pytest

HERE = Path(__file__).parent
GRAMMAR = HERE.parent.parent / "feedgen_smm/feeds/validation.rng"


class Item(NamedTuple):
    """What a feed reader shows of an entry; `content` is HTML, `link` is empty if there is none."""

    id: str
    title: str
    published: datetime
    link: str
    content: str


def feedparser_reads(feed: Path) -> list[Item]:
    """By feedparser, without its cleaning, so that the result is what the feed says."""
    parsed = feedparser.parse(feed.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.bozo_exception
    return [
        Item(
            entry.id,
            entry.title,
            _utc(calendar.timegm(entry.published_parsed)),
            # Not `entry.link`: where Atom has no link feedparser puts the id there.
            next((link.href for link in entry.get("links", ()) if link.rel == "alternate"), ""),
            entry.content[0].value if "content" in entry else entry.summary,
        )
        for entry in parsed.entries
    ]


def newsboat_reads(feed: Path) -> list[Item]:
    """By newsboat: what it stores in its cache, in the order in which it lists them."""
    with TemporaryDirectory() as name:
        home = Path(name)
        urls, config, cache = home / "urls", home / "config", home / "cache.db"
        urls.write_text(f"{feed.resolve().as_uri()}\n", encoding="utf-8")
        config.write_text("", encoding="utf-8")
        _run("newsboat", "-u", urls, "-C", config, "-c", cache, "-x", "reload", home=home).check_returncode()
        with closing(sqlite3.connect(cache)) as connection:
            rows = connection.execute("SELECT guid, title, pubDate, url, content FROM rss_item ORDER BY pubDate DESC")
            return [Item(guid, title, _utc(seconds), url, content) for guid, title, seconds, url, content in rows]


class Newsboat:
    """newsboat over time: a subscriber of the feed in `output`, who looks again and again."""

    def __init__(self, home: Path) -> None:
        self._home = home
        (home / "urls").write_text(f"{Path('output/atom.xml').resolve().as_uri()}\n", encoding="utf-8")
        (home / "config").write_text("", encoding="utf-8")

    def reads_all(self) -> None:
        """Fetch the feed, and mark all items as read."""
        self._reload()
        with closing(sqlite3.connect(self._home / "cache.db")) as connection, connection:
            connection.execute("UPDATE rss_item SET unread = 0")

    def announces(self) -> set[str]:
        """Fetch the feed, and return the ids of the unread items."""
        self._reload()
        with closing(sqlite3.connect(self._home / "cache.db")) as connection:
            return {guid for (guid,) in connection.execute("SELECT guid FROM rss_item WHERE unread")}

    def title_of(self, guid: str) -> str:
        """Fetch the feed, and return the title of an item."""
        self._reload()
        with closing(sqlite3.connect(self._home / "cache.db")) as connection:
            (title,) = connection.execute("SELECT title FROM rss_item WHERE guid = ?", (guid,)).fetchone()
            return str(title)

    def _reload(self) -> None:
        home = self._home
        _run(
            "newsboat", "-u", home / "urls", "-C", home / "config", "-c", home / "cache.db", "-x", "reload", home=home
        ).check_returncode()


def sfeed_prints(feed: Path) -> list[list[str]]:
    """The fields of each line that sfeed prints for a feed: seconds, title, link, content, type of content, id…"""
    result = _run("sfeed", standard_input=feed.read_text(encoding="utf-8"))
    result.check_returncode()
    return [line.split("\t") for line in result.stdout.splitlines()]


def sfeed_reads(feed: Path) -> list[Item]:
    """By sfeed, which has its own parser."""
    return [
        Item(identity, title, _utc(int(seconds)), link, content)
        for seconds, title, link, content, _, identity, *_ in sfeed_prints(feed)
    ]


def ruby_reads(feed: Path) -> list[Item]:
    """By Ruby's library, which refuses invalid feeds."""
    result = ruby_runs(feed)
    assert result.returncode == 0, result.stderr
    return [
        Item(item["id"], item["title"], _utc(item["published"]), item["link"] or "", item["content"])
        for item in json.loads(result.stdout)
    ]


def ruby_runs(feed: Path) -> subprocess.CompletedProcess[str]:
    """Run Ruby's library on a feed, whatever the result."""
    return _ruby(HERE / "read_feed.rb", feed)


def ruby_complains(feed: Path) -> str:
    """What makes a feed invalid according to Ruby's library; empty if nothing does."""
    return _ruby("-r", "rss", "-e", "RSS::Parser.parse(File.binread(ARGV.fetch(0)), true)", feed).stderr


def _ruby(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    result = _run("ruby", *arguments)
    if "cannot load such file -- rss" in result.stderr:
        pytest.skip("ruby's rss library is not installed")
    return result


READERS = (feedparser_reads, newsboat_reads, sfeed_reads, ruby_reads)


def jing_complains(feeds: Sequence[Path]) -> list[str]:
    """What is wrong with feeds, or with the grammar, a line each, according to jing, a RELAX NG validator."""
    result = _run("jing", GRAMMAR, *feeds)
    complaints = result.stdout.splitlines()
    assert bool(complaints) == bool(result.returncode), result.stderr
    return complaints


def xmllint_complains(feed: Path) -> str:
    """Why a file is not well-formed XML, according to libxml2."""
    result = _run("xmllint", "--noout", "--nonet", feed)
    assert bool(result.stderr) == bool(result.returncode)
    return result.stderr


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((" ".join([tag, *(name for name, _ in attrs)]), ""))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", ""))

    def handle_data(self, data: str) -> None:
        self.found.append(("", data))


def paragraphs(content: str) -> list[str]:
    """The paragraphs of HTML. Fails on any other tag, any attribute, and any text between paragraphs."""
    parser = _Elements()
    parser.feed(content)
    parser.close()
    tags = [tag or "text" for tag, _ in parser.found]
    assert tags == ["p", "text", "/p"] * (len(tags) // 3)
    return [text for tag, text in parser.found if not tag]


def _run(
    program: str, *arguments: str | Path, standard_input: str | None = None, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program far from UTC, so that a date in local time would show."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    environment = {**os.environ, "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}
    if home is not None:
        environment |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    return subprocess.run(
        [program, *arguments],
        input=standard_input,
        stdin=subprocess.DEVNULL if standard_input is None else None,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=60,
        check=False,
    )


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
