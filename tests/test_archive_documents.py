"""Archive documents (RFC 5005): a client that follows the links gets every entry, and full documents never change."""

import os
import shutil
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import feedparser
import pytest
from click.testing import CliRunner, Result

from feedgen_smm.cli import main
from feedgen_smm.feeds.formats import File
from feedgen_smm.feeds.replacing import Drafts
from feedgen_smm.feeds.validation import Fault, check
from feedgen_smm.record import archive
from tests.judges.programs import jing_complains, ruby_complains
from tests.samples import page

BASE = "https://example.org/smm/"
DOCUMENTS = {
    "atom.xml": "archive/atom-{}.xml",
    "rss.xml": "archive/rss-{}.xml",
    "topics/tin/atom.xml": "archive/tin/atom-{}.xml",
    "topics/tin/rss.xml": "archive/tin/rss-{}.xml",
}
FEEDS = tuple(DOCUMENTS)
OUTPUT = Path("output")
NEW_YEAR = datetime(2025, 1, 1, 0, 30, tzinfo=UTC)


class Hop(NamedTuple):
    """A document that a crawler came to: its name, its links, and the ids of its entries."""

    name: str
    links: dict[str, str]
    ids: list[str]


def write(first: int, end: int, start: datetime = NEW_YEAR) -> None:
    """Write a page for each number, dated an hour later than the one before it."""
    Path("pages").mkdir(exist_ok=True)
    for number in range(first, end):
        published = start + timedelta(hours=number)
        Path(f"pages/{number:05}.txt").write_bytes(page(f"Number {number} of tin", dated(published), f"Tin {number}."))


def dated(published: datetime) -> str:
    """The date line of a page."""
    return f"Published: {published:%b} {published.day}, {published:%Y %H:%M}"


def run(*options: str, base_url: str = BASE, now: int = 1_800_000_000) -> Result:
    """A build in the current folder at that time, of feeds of ten entries unless told otherwise."""
    command = ["build", "pages", "--limit", "10", *(["--base-url", base_url] if base_url else []), *options]
    return CliRunner().invoke(main, command, env={"SOURCE_DATE_EPOCH": str(now)}, catch_exceptions=False)


def build(*options: str, base_url: str = BASE, now: int = 1_800_000_000) -> None:
    """The same, which must end well."""
    result = run(*options, base_url=base_url, now=now)
    assert (result.exit_code, result.stderr) == (0, "")


def crawl(feed: str) -> list[Hop]:
    """What a crawler finds that follows the links from a feed to older documents."""
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
    """The existing archive documents."""
    folder = OUTPUT / "archive"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.xml")}


@pytest.fixture(autouse=True)
def _small_documents(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten entries in a document show what a hundred show; `full_size` leaves them as they are."""
    if "full_size" not in request.fixturenames:
        monkeypatch.setattr(archive, "FULL", 10)


@pytest.fixture
def full_size() -> None:
    """Publish 350 entries in feeds and documents of a hundred."""
    write(0, 350)
    build("--limit", "100")


@pytest.mark.usefixtures("full_size")
def test_a_crawler_gets_every_entry_once() -> None:
    """From every feed, those of topics too, by links that lead both ways, in documents of a hundred entries."""
    for feed in FEEDS:
        hops = crawl(feed)
        assert [len(hop.ids) for hop in hops] == [100, 50, 100, 100]
        assert Counter(Counter(entry for hop in hops for entry in hop.ids).values()) == {1: 350}
        live, *documents = hops
        assert live.links.keys() == {"self", "prev-archive"}
        for number, hop in zip((3, 2, 1), documents, strict=True):
            assert hop.name == DOCUMENTS[feed].format(number)
            assert hop.links["self"] == BASE + hop.name
            assert hop.links["current"] == BASE + feed
            assert ("prev-archive" in hop.links) == (number > 1)
        for later, earlier in pairwise(documents):
            assert earlier.links["next-archive"] == later.links["self"]
        assert "next-archive" not in documents[0].links


def test_archive_documents_are_valid() -> None:
    """They are feeds like others, and marked as archives."""
    write(0, 25)
    build()
    for name, data in archived().items():
        assert check(data) == ()
        assert b"<fh:archive/>" in data, name
    assert b"fh:archive" not in (OUTPUT / "atom.xml").read_bytes()
    assert jing_complains(sorted(OUTPUT.rglob("*.xml"))) == []
    assert [ruby_complains(OUTPUT / f"archive/tin/{name}-1.xml") for name in ("atom", "rss")] == ["", ""]


def test_full_documents_never_change() -> None:
    """In twelve builds with new pages, another title and another limit each; and no published entry is lost."""
    write(0, 25)
    build()
    seen: dict[str, bytes] = {}
    for number in range(12):
        write(25 + 7 * number, 25 + 7 * (number + 1))
        Path("feedgen-smm.toml").write_text(f'title = "Title {number}"\n', encoding="utf-8")
        build("--limit", str(6 + number))
        documents = archived()
        for name, data in seen.items():
            assert documents[name] == data
        seen = {name: data for name, data in documents.items() if b"next-archive" in data}
        for feed in ("atom.xml", "topics/tin/rss.xml"):
            assert len({entry for hop in crawl(feed) for entry in hop.ids}) == 25 + 7 * (number + 1)
    assert len(seen) == 2 * 2 * 9  # 109 entries, of which the feed has 17


@pytest.mark.parametrize("count", [9, 10, 11, 19, 20, 21, 22, 30, 31])
def test_every_link_leads_to_a_document(count: int) -> None:
    """Even if a document has just become full: the next one is there, and the feed keeps its limit."""
    write(0, count)
    build()
    for feed in FEEDS:
        hops = crawl(feed)
        assert len({entry for hop in hops for entry in hop.ids}) == count
        assert all(0 < len(hop.ids) <= 10 for hop in hops)
        for hop in hops:
            for address in hop.links.values():
                assert (OUTPUT / address.removeprefix(BASE)).exists()


def test_an_old_entry_that_changes_comes_back() -> None:
    """It is in the feed until the feed is full of new entries, and then in a later document than before."""
    write(0, 25)
    build()
    first = feedparser.parse((OUTPUT / "archive/atom-1.xml").read_bytes()).entries[-1]
    assert first.title == "Number 0 of tin"
    before = archived()["atom-1.xml"], archived()["tin/rss-1.xml"]
    Path("pages/00000.txt").write_bytes(page("Number 0 of tin", dated(NEW_YEAR), "Tin? No, it was lead."))
    build()
    for feed in FEEDS:
        hops = crawl(feed)
        assert first.id in hops[0].ids
        assert len(hops[0].ids) == 10
        assert (archived()["atom-1.xml"], archived()["tin/rss-1.xml"]) == before
    write(25, 40, start=datetime(2025, 3, 1, tzinfo=UTC))
    build()
    hops = crawl("atom.xml")
    assert [hop.name for hop in hops if first.id in hop.ids] == ["archive/atom-2.xml", "archive/atom-1.xml"]
    (again,) = [
        one for one in feedparser.parse((OUTPUT / "archive/atom-2.xml").read_bytes()).entries if one.id == first.id
    ]
    assert "Tin? No, it was lead." in again.content[0].value


def test_changed_entries_do_not_flood_the_feed() -> None:
    """However many old pages are mended in a day, three quarters of the feed stay new entries."""
    write(0, 30)
    build()
    news = crawl("atom.xml")[0].ids[:8]
    for number in range(15):
        Path(f"pages/{number:05}.txt").write_bytes(Path(f"pages/{number:05}.txt").read_bytes() + b"\nIt was mended.\n")
    build()
    hops = crawl("atom.xml")
    assert [entry for entry in hops[0].ids if entry in news] == news
    assert len(hops[0].ids) == 10
    texts = {
        e.id: e.content[0].value
        for hop in reversed(hops)
        for e in feedparser.parse((OUTPUT / hop.name).read_bytes()).entries
    }
    assert sum("It was mended." in text for text in texts.values()) == 15


def test_another_address_makes_other_documents() -> None:
    """Documents link to each other by address. Feeds that were moved, even back, link to documents beside them."""
    write(0, 35)
    build()
    build(base_url="https://example.com/other/")
    assert "https://example.com/other/archive" in (OUTPUT / "archive/rss-1.xml").read_text(encoding="utf-8")
    build()
    for feed in FEEDS:
        assert len({entry for hop in crawl(feed) for entry in hop.ids}) == 35


@pytest.mark.parametrize("number", [0, 15], ids=["before all others", "in the middle"])
def test_a_new_entry_of_an_old_date_is_in_the_feed(number: int) -> None:
    """Whoever reads the feed after each build sees every entry, in whatever order pages are saved."""
    write(0, 25)
    build()
    late = NEW_YEAR + timedelta(hours=number, minutes=7)
    Path("pages/late.txt").write_bytes(page("A late word on tin", dated(late), "Tin."))
    build()
    for feed in FEEDS:
        entries = feedparser.parse((OUTPUT / feed).read_bytes()).entries
        assert [entry.title for entry in entries].count("A late word on tin") == 1
        assert len(entries) == 10
    write(25, 37, start=datetime(2025, 3, 1, tzinfo=UTC))
    build()
    assert "A late word on tin" not in (OUTPUT / "atom.xml").read_text(encoding="utf-8")
    assert len({entry for hop in crawl("atom.xml") for entry in hop.ids}) == 38


def test_an_entry_that_changes_at_the_end_of_the_feed_stays_in_it() -> None:
    """Even if an older entry that came back had taken its place."""
    write(0, 25)
    build()
    for number in (0, 15):
        Path(f"pages/{number:05}.txt").write_bytes(
            page(f"Number {number} of tin", dated(NEW_YEAR + timedelta(hours=number)), f"Corrected {number}.")
        )
        build()
    feed = (OUTPUT / "atom.xml").read_text(encoding="utf-8")
    assert all(f"Corrected {number}." in feed for number in (0, 15))


@pytest.mark.parametrize("limit", [2, 3, 10])
def test_small_feeds_have_room_for_a_changed_entry(limit: int) -> None:
    """For at least one."""
    write(0, 15)
    build("--limit", str(limit))
    Path("pages/00000.txt").write_bytes(page("Number 0 of tin", dated(NEW_YEAR), "It was mended."))
    build("--limit", str(limit))
    feed = (OUTPUT / "rss.xml").read_text(encoding="utf-8")
    assert feed.count("<item>") == limit
    assert "It was mended." in feed


def test_a_feed_of_one_entry_has_the_newest() -> None:
    """It has no room for a changed entry: people subscribe to it for the news."""
    write(0, 3)
    build("--limit", "1")
    Path("pages/00000.txt").write_bytes(page("Number 0 of tin", dated(NEW_YEAR), "It was mended."))
    build("--limit", "1")
    feed = (OUTPUT / "rss.xml").read_text(encoding="utf-8")
    assert "Number 2 of tin" in feed
    assert "It was mended." not in feed


def test_changed_entries_come_back_without_an_address_and_a_running_clock() -> None:
    """Corrections are in a feed without archives too, and even if the clock stands still."""
    write(0, 15)
    build(base_url="", now=1_740_000_000)
    Path("pages/00000.txt").write_bytes(page("Number 0 of tin", dated(NEW_YEAR), "It was mended."))
    build(base_url="", now=1_740_000_000)
    assert "It was mended." in (OUTPUT / "atom.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("count", [29, 30, 31])
def test_the_same_pages_give_the_same_documents(count: int) -> None:
    """Even if a document has just become full."""
    write(0, count)
    build()
    Path("pages/00000.txt").write_bytes(page("Number 0 of tin", dated(NEW_YEAR), "It was mended."))
    build()
    before = {path: path.read_bytes() for path in OUTPUT.rglob("*") if path.is_file()}
    (OUTPUT / "atom.xml").write_bytes(b"")
    build()
    assert {path: path.read_bytes() for path in OUTPUT.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("damage", ["one deleted", "all deleted", "one cut off", "moved"])
def test_deleted_documents_are_restored_as_they_were(damage: str) -> None:
    """Even if the feed has another title, or everything was moved."""
    write(0, 35)
    build()
    before = {name: data for name, data in archived().items() if b"next-archive" in data}
    assert len(before) == 8
    Path("feedgen-smm.toml").write_text('title = "Another"\n', encoding="utf-8")
    if damage == "one deleted":
        (OUTPUT / "archive/rss-1.xml").unlink()
    elif damage == "all deleted":
        shutil.rmtree(OUTPUT)
    elif damage == "one cut off":
        os.truncate(OUTPUT / "archive/tin/atom-2.xml", 0)
    else:
        moved = Path.cwd() / "elsewhere"
        moved.mkdir()
        for name in ("pages", "output", ".feedgen-smm", "feedgen-smm.toml"):
            shutil.move(name, moved)
        os.chdir(moved)
    build()
    assert {name: archived()[name] for name in before} == before
    assert "Another" in (OUTPUT / "atom.xml").read_text(encoding="utf-8")


def test_a_full_document_is_kept_before_it_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the build is killed right after that, the next one knows it, and leaves it as it is."""
    write(0, 35)
    real = Drafts.replace

    def replace_and_die(drafts: Drafts) -> None:
        real(drafts)
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(Drafts, "replace", replace_and_die)
        with pytest.raises(RuntimeError):
            run()
    full = {name: data for name, data in archived().items() if b"next-archive" in data}
    assert len(full) == 8
    Path("feedgen-smm.toml").write_text('title = "Another"\n', encoding="utf-8")
    build()
    assert {name: archived()[name] for name in full} == full


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE filed SET entry = 1 WHERE series = '' AND place = 25",
        "UPDATE filed SET place = 99 WHERE series = 'tin' AND place = 25",
        "UPDATE document SET holds = 99 WHERE name = 'archive/rss-1.xml'",
    ],
)
def test_damaged_archives_are_never_published(statement: str) -> None:
    """Neither what the record filed nor what it kept: the message says what to do."""
    write(0, 35)
    build()
    with closing(sqlite3.connect(".feedgen-smm/record.sqlite3")) as connection, connection:
        connection.execute(statement)
    shutil.rmtree(OUTPUT)
    result = run()
    assert result.exit_code == 1
    assert "record.sqlite3: is damaged; put a backup in its place" in result.stderr
    assert not [*OUTPUT.rglob("*.xml")]


def test_a_damaged_document_is_stale() -> None:
    """`--check` compares every file."""
    write(0, 35)
    build()
    build("--check")
    os.truncate(OUTPUT / "archive/atom-1.xml", 0)
    result = run("--check")
    assert result.exit_code == 1
    assert "output/archive: stale, 12 documents" in result.stdout


LOST = "To go on, name the record of these feeds with --record, or move output away to begin anew"
OF_ANOTHER = "to go on, build into that folder, or name another record with --record"


def refused(way_on: str = LOST) -> None:
    """Build, which must refuse to overwrite what exists."""
    before = archived()
    result = run()
    assert result.exit_code == 1
    assert way_on in result.stderr
    assert archived() == before


@pytest.mark.parametrize(
    ("between", "way_on"),
    [([], LOST), (["--base-url", ""], LOST), (["-o", "elsewhere"], OF_ANOTHER)],
    ids=["at once", "no address", "elsewhere"],
)
def test_documents_of_a_lost_record_are_not_overwritten(between: list[str], way_on: str) -> None:
    """They were promised never to change, and a new record does not know them."""
    write(0, 35)
    build()
    shutil.rmtree(".feedgen-smm")
    Path("feedgen-smm.toml").write_text('title = "Another"\n', encoding="utf-8")
    if between:
        run(*between)
    refused(way_on)


def test_entries_that_only_a_document_has_are_not_lost_with_the_record() -> None:
    """Not even those of a document that is not full."""
    write(0, 15)
    build()
    shutil.rmtree(".feedgen-smm")
    Path("pages/00000.txt").unlink()
    refused()


def test_a_restored_older_record_is_refused() -> None:
    """Documents that have become full since then would get other bytes."""
    write(0, 15)
    build()
    shutil.copy(".feedgen-smm/record.sqlite3", "backup")
    write(15, 45)
    build()
    shutil.move("backup", ".feedgen-smm/record.sqlite3")
    refused()


def test_two_records_do_not_overwrite_each_other() -> None:
    """If two machines publish to one folder, the second is refused, even if the first one has written there before."""
    write(0, 25)
    build()
    write(25, 26)
    Path("feedgen-smm.toml").write_text('title = "Another"\n', encoding="utf-8")
    shutil.move("output/archive", "aside")
    build("--record", "other.sqlite3")
    Path("feedgen-smm.toml").unlink()
    refused()


@pytest.mark.parametrize("name", ["archive/.atom-1.xml.new", "archive/tin/.rss-1.xml.new", ".index.html.new"])
def test_the_next_build_completes_one_that_could_not_write(name: str) -> None:
    """Whichever file it was."""
    write(0, 15)
    build()
    write(15, 27)
    (OUTPUT / name).mkdir()
    with suppress(OSError):
        run()
    (OUTPUT / name).rmdir()
    build()
    for feed in FEEDS:
        assert len({entry for hop in crawl(feed) for entry in hop.ids}) == 27


def test_an_entry_at_fault_is_reported_by_every_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its document is not fixed until it contains the entry."""
    write(0, 1)
    build("--no-record", "-o", "oldest", base_url="")
    oldest = feedparser.parse(Path("oldest/atom.xml").read_bytes()).entries[0].id
    write(1, 25)

    def finds(file: File) -> tuple[Fault, ...]:
        return (Fault(20, oldest, "date", "is bad", "here"),) if oldest.encode() in file.data else ()

    with monkeypatch.context() as patched:
        patched.setattr(File, "faults", finds)
        for _ in range(2):
            result = run()
            assert result.exit_code == 1
            assert "the entry is left out" in result.stderr
    build()
    assert len({entry for hop in crawl("atom.xml") for entry in hop.ids}) == 25


def test_archives_without_a_link_to_them_are_reported() -> None:
    """Whoever forgets the address in one build learns that readers will miss them."""
    write(0, 25)
    build()
    for options in ([], [], ["--no-record"]):
        result = run(*options, base_url="")
        assert "output/archive: no longer updated, 8 documents\n" in result.stdout
    build()


def test_without_an_address_there_are_no_archives() -> None:
    """Their links need one. With an address, later, nothing is lost."""
    write(0, 35)
    build(base_url="")
    assert not (OUTPUT / "archive").exists()
    build()
    assert len({entry for hop in crawl("rss.xml") for entry in hop.ids}) == 35
