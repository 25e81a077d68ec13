"""Archive documents (RFC 5005): who follows the links gets everything, and what is full never changes."""

import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import feedparser
import pytest
from click.testing import CliRunner

from feedgen_smm.archive.schema import STEPS
from feedgen_smm.cli import main
from feedgen_smm.gate import inspect
from tests.judges.programs import jing_complains, ruby_complains
from tests.samples import page

BASE = "https://example.org/smm/"
FEEDS = ("atom.xml", "rss.xml")
OUTPUT = Path("output")
NEW_YEAR = datetime(2025, 1, 1, 0, 30, tzinfo=UTC)


class Hop(NamedTuple):
    """A document that a crawler came to: its name, its links, and the ids of its entries."""

    name: str
    links: dict[str, str]
    ids: list[str]


def write(first: int, end: int, start: datetime = NEW_YEAR) -> None:
    """A page for each number, each an hour later than the one before."""
    Path("pages").mkdir(exist_ok=True)
    for number in range(first, end):
        published = start + timedelta(hours=number)
        Path(f"pages/{number:05}.txt").write_bytes(page(f"Number {number} of tin", dated(published), f"Tin {number}."))


def dated(published: datetime) -> str:
    """A page's date line."""
    return f"Published: {published:%b} {published.day}, {published:%Y %H:%M}"


def build(*options: str, now: int = 1_800_000_000, base_url: str = BASE) -> None:
    """A build in the current folder at that time."""
    environment = {"SOURCE_DATE_EPOCH": str(now)}
    address = ["--base-url", base_url] if base_url else []
    result = CliRunner().invoke(main, ["build", "pages", *address, *options], env=environment, catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")


def crawl(feed: str) -> list[Hop]:
    """What a crawler gets that follows the links from a feed into its past."""
    hops: list[Hop] = []
    name: str | None = feed
    while name:
        document = feedparser.parse((OUTPUT / name).read_bytes())
        assert document.bozo is False
        links = {link.rel: link.href for link in document.feed.links if link.rel != "alternate"}
        hops.append(Hop(name, links, [entry.id for entry in document.entries]))
        before = links.get("prev-archive")
        name = before.removeprefix(BASE) if before else None
    return hops


def archived() -> dict[str, bytes]:
    """The archive documents that stand."""
    return {path.name: path.read_bytes() for path in (OUTPUT / "archive").iterdir()}


@pytest.fixture
def full() -> None:
    """1,050 entries, published."""
    write(0, 1050)
    build()


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("feed", FEEDS)
def test_a_crawler_gets_every_entry_once(feed: str) -> None:
    """From either feed, by links that lead both ways, through documents of a hundred."""
    hops = crawl(feed)
    assert [len(hop.ids) for hop in hops] == [100, 50, *[100] * 9]
    assert Counter(Counter(entry for hop in hops for entry in hop.ids).values()) == {1: 1050}
    live, *documents = hops
    assert live.links.keys() == {"self", "prev-archive"}
    for number, hop in zip(range(10, 0, -1), documents, strict=True):
        assert hop.name == f"archive/{feed.removesuffix('.xml')}-{number}.xml"
        assert hop.links["self"] == BASE + hop.name
        assert hop.links["current"] == BASE + feed
        assert ("prev-archive" in hop.links) == (number > 1)
    for later, earlier in pairwise(documents):
        assert earlier.links["next-archive"] == later.links["self"]
    assert "next-archive" not in documents[0].links


@pytest.mark.usefixtures("full")
def test_documents_keep_their_formats_demands() -> None:
    """Each is a feed like any other, and says that it is an archive."""
    for name, data in archived().items():
        assert inspect(data) == ()
        assert b"<fh:archive/>" in data, name
    assert b"fh:archive" not in (OUTPUT / "atom.xml").read_bytes()
    for feed in FEEDS:
        stem = feed.removesuffix(".xml")
        paths = [OUTPUT / "archive" / f"{stem}-{number}.xml" for number in (1, 10)]
        assert jing_complains(f"{stem}.rnc", [OUTPUT / feed, *paths]) == []
        assert [ruby_complains(path) for path in paths] == ["", ""]


def test_what_is_full_never_changes() -> None:
    """Over fifty builds with news, other words and another window; and nothing that was published is lost."""
    write(0, 250)
    build()
    seen: dict[str, bytes] = {}
    for number in range(50):
        write(250 + 7 * number, 250 + 7 * (number + 1))
        Path("feedgen-smm.toml").write_text(f'title = "Title {number}"\n', encoding="utf-8")
        build("--limit", str(60 + number))
        documents = archived()
        for name, data in seen.items():
            assert documents[name] == data
        last = max(int(name.split("-")[1].partition(".")[0]) for name in documents)
        seen = {name: data for name, data in documents.items() if f"-{last}." not in name}
        assert len({entry for hop in crawl("atom.xml") for entry in hop.ids}) == 250 + 7 * (number + 1)
    assert len(seen) == 2 * 4


@pytest.mark.parametrize("count", [99, 100, 101, 199, 200, 201, 202, 300, 301])
def test_every_link_leads_to_a_document(count: int) -> None:
    """Also when a document has just become full: the next is there, and the feed holds no more than it may."""
    write(0, count)
    build()
    for feed in FEEDS:
        hops = crawl(feed)
        assert len({entry for hop in hops for entry in hop.ids}) == count
        assert all(0 < len(hop.ids) <= 100 for hop in hops)
        for hop in hops:
            for address in hop.links.values():
                assert (OUTPUT / address.removeprefix(BASE)).exists()


def test_an_old_entry_that_changes_comes_back() -> None:
    """It stands in the feed again, for a feedful of news, and then in a later document than before."""
    write(0, 250)
    build()
    first = feedparser.parse((OUTPUT / "archive/atom-1.xml").read_bytes()).entries[-1]
    assert first.title == "Number 0 of tin"
    before = archived()["atom-1.xml"]
    Path("pages/00000.txt").write_bytes(page("Number 0 of tin", dated(NEW_YEAR), "No, it was lead."))
    build()
    for feed in FEEDS:
        hops = crawl(feed)
        assert first.id in hops[0].ids
        assert len(hops[0].ids) == 100
        assert archived()["atom-1.xml"] == before
    write(250, 400, start=datetime(2027, 3, 1, tzinfo=UTC))
    build()
    hops = crawl("atom.xml")
    assert [hop.name for hop in hops if first.id in hop.ids] == ["archive/atom-2.xml", "archive/atom-1.xml"]
    (again,) = [
        one for one in feedparser.parse((OUTPUT / "archive/atom-2.xml").read_bytes()).entries if one.id == first.id
    ]
    assert "No, it was lead." in again.content[0].value


def test_changed_entries_do_not_flood_the_feed() -> None:
    """However many old pages are mended in a day, three quarters of the feed are news."""
    write(0, 300)
    build()
    news = crawl("atom.xml")[0].ids[:75]
    for number in range(150):
        Path(f"pages/{number:05}.txt").write_bytes(Path(f"pages/{number:05}.txt").read_bytes() + b"\nIt was mended.\n")
    build()
    hops = crawl("atom.xml")
    assert [entry for entry in hops[0].ids if entry in news] == news
    assert len(hops[0].ids) == 100
    texts = {
        e.id: e.content[0].value
        for hop in reversed(hops)
        for e in feedparser.parse((OUTPUT / hop.name).read_bytes()).entries
    }
    assert sum("It was mended." in text for text in texts.values()) == 150


def test_another_address_makes_other_documents() -> None:
    """Documents lead to each other by addresses: moved, they lead to where they are."""
    write(0, 350)
    build(base_url="https://example.com/old/")
    build()
    assert len({entry for hop in crawl("rss.xml") for entry in hop.ids}) == 350


def test_a_document_that_was_lost_is_written_again() -> None:
    """Who deletes the output has it again."""
    write(0, 350)
    build()
    before = archived()
    (OUTPUT / "archive/rss-1.xml").unlink()
    build()
    assert archived() == before


def test_without_an_address_there_are_no_archives() -> None:
    """They would lead nowhere; with one, later, nothing is lost."""
    write(0, 350)
    build(base_url="")
    assert not (OUTPUT / "archive").exists()
    build()
    assert len({entry for hop in crawl("rss.xml") for entry in hop.ids}) == 350


def test_an_archive_of_an_older_version_has_its_documents() -> None:
    """What was published before there were archives and topics is in them."""
    write(0, 150)
    build(base_url="")
    with sqlite3.connect(".feedgen-smm/archive.sqlite3") as connection:
        for table in ("topic", "unsorted", "filed", "unfiled", "shelf"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("ALTER TABLE total DROP COLUMN rules")
        connection.execute("ALTER TABLE total DROP COLUMN editions")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert len(STEPS) == 2
    write(150, 160)
    build()
    assert len({entry for hop in crawl("rss.xml") for entry in hop.ids}) == 160
    assert len(feedparser.parse((OUTPUT / "topics/tin/atom.xml").read_bytes()).entries) == 100
