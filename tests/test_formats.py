"""Every format says the same: ids, titles, dates, texts, links and topics, as readers that are not ours see them."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import listparser
import pytest

from tests.bench.pages import generate, write_pages
from tests.judges.seen import Seen, feedparser_seen, feedsmith_reads, feedsmith_seen, json_seen
from tests.test_judges import HOSTILE_PAGES

ROOT = Path(__file__).parent.parent
BASE = "https://example.org/smm/"
SCHEMA = json.loads((ROOT / "tests/judges/json_feed.schema.json").read_text(encoding="utf-8"))


def read_json(path: Path) -> dict[str, Any]:
    """A JSON document."""
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def build(pages: Path, output: Path) -> Path:
    """Build pages into a folder, with room for all entries."""
    options = ["-o", str(output), "--base-url", BASE, "--limit", "5000"]
    subprocess.run(
        [sys.executable, "-m", "feedgen_smm", "build", "--no-record", pages, *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return output


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of the project's own pages."""
    return build(ROOT / "seeds", tmp_path_factory.mktemp("seed"))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of fifty pages, of some 150 entries."""
    pages = tmp_path_factory.mktemp("pages") / "pages"
    write_pages(pages, generate(50))
    return build(pages, tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of pages with what breaks feeds."""
    pages = tmp_path_factory.mktemp("pages")
    for name, text in HOSTILE_PAGES.items():
        (pages / name).write_text(text, encoding="utf-8", newline="\n")
    return build(pages, tmp_path_factory.mktemp("hostile"))


@pytest.fixture(params=["seed", "generated", "hostile"])
def folder(request: pytest.FixtureRequest) -> Path:
    """Each output."""
    found: Path = request.getfixturevalue(request.param)
    return found


def in_atom(item: Seen) -> Seen:
    """An item as Atom has it, without a summary that repeats the text (RFC 4287, section 4.2.13)."""
    return item._replace(summary="") if item.text == (item.summary,) else item


def in_rss(item: Seen) -> Seen:
    """An item as RSS has it: without a date of change, and with a title in which no feed reader finds markup."""
    title = item.title.replace("<", "＜")
    for reference in ("amp;", "lt;", "gt;"):
        title = title.replace(f"&{reference}", f"＆{reference}")
    return item._replace(title=title, updated=None)


@pytest.fixture(params=[feedparser_seen, feedsmith_seen], ids=["feedparser", "feedsmith"])
def seen(request: pytest.FixtureRequest) -> Callable[[Path], list[Seen]]:
    """Each foreign feed reader of XML."""
    reader: Callable[[Path], list[Seen]] = request.param
    return reader


def test_the_formats_say_the_same(folder: Path, seen: Callable[[Path], list[Seen]]) -> None:
    """Whoever changes from one format to another sees nothing new and misses nothing."""
    items = json_seen(folder / "feed.json")
    assert items
    assert seen(folder / "rss.xml") == [in_rss(item) for item in items]
    tells_language = seen is feedparser_seen
    expected = [in_atom(item if tells_language else item._replace(language=None)) for item in items]
    assert seen(folder / "atom.xml") == expected


def test_another_reader_sees_the_json_feed_as_it_is_written(folder: Path) -> None:
    """It understands every value, and none of them differently."""
    assert feedsmith_seen(folder / "feed.json") == json_seen(folder / "feed.json")


def test_feeds_of_topics_are_of_the_same_entries(folder: Path) -> None:
    """With the same ids and values, and only those that have the topic."""
    main = {item.id: item for item in json_seen(folder / "feed.json")}
    topics = sorted((folder / "topics").iterdir())
    assert topics
    for topic in topics:
        atom, rss = feedparser_seen(topic / "atom.xml"), feedparser_seen(topic / "rss.xml")
        assert [entry.id for entry in atom] == [item.id for item in rss]
        assert all(topic.name in entry.topics for entry in (*atom, *rss))
        seen = {item.id: item for item in rss}
        assert {item.id for item in main.values() if topic.name in item.topics} <= seen.keys()
        for shared in seen.keys() & main.keys():
            assert seen[shared]._replace(language=None) == in_rss(main[shared])._replace(language=None)


def test_the_seeds_topics(seed: Path) -> None:
    """One of the four articles is about a metal."""
    assert [item.topics for item in json_seen(seed / "feed.json")] == [(), (), (), ("copper",)]
    assert [path.name for path in (seed / "topics").iterdir()] == ["copper"]


def test_atom_says_scheme_and_label_of_a_topic(seed: Path) -> None:
    """People read the label; programs tell by the scheme whose topics they are."""
    (tag,) = feedparser.parse((seed / "topics/copper/atom.xml").read_bytes()).entries[0].tags
    assert (tag.term, tag.label) == ("copper", "Copper")
    (item_tag,) = feedparser.parse((seed / "rss.xml").read_bytes()).entries[3].tags
    assert item_tag.scheme == tag.scheme
    assert tag.scheme.startswith("urn:uuid:")


def test_the_feed_of_a_topic_is_a_feed_of_its_own(seed: Path) -> None:
    """With its own id and title."""
    main, copper = (
        feedparser.parse((seed / name).read_bytes()).feed for name in ("atom.xml", "topics/copper/atom.xml")
    )
    assert main.id != copper.id
    assert copper.title == "Shanghai Metals Market (SMM) news: Copper"


def test_the_json_feed_is_valid(folder: Path) -> None:
    """Version 1.1: an array of authors, ids as strings, dates by RFC 3339, no null."""
    jsonschema.Draft202012Validator(SCHEMA).validate(read_json(folder / "feed.json"))


@pytest.mark.parametrize(
    "fault",
    [
        {"version": "https://jsonfeed.org/version/1"},
        {"author": {"name": "Somebody"}},
        {"language": None},
        {"items": []},
        {"feed_url": "feed.json"},
        {"items": [{"id": 1}]},
    ],
)
def test_the_schema_finds_faults(seed: Path, fault: dict[str, object]) -> None:
    """Otherwise the test above would prove nothing."""
    document = {**read_json(seed / "feed.json"), **fault}
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document))


def test_the_list_has_every_feed_in_a_folder(folder: Path) -> None:
    """Whoever imports it gets each feed under its title, once in each format."""
    listed = listparser.parse((folder / "feeds.opml").read_text(encoding="utf-8"))
    assert not listed.bozo
    addresses = [feed.url.removeprefix(BASE) for feed in listed.feeds]
    made = [path for path in folder.rglob("*") if path.suffix in {".xml", ".json"}]
    assert sorted(addresses) == sorted(str(path.relative_to(folder)) for path in made)
    for feed, address in zip(listed.feeds, addresses, strict=True):
        (((in_folder,),)) = feed.categories
        assert in_folder.rpartition(" (")[2] in {"Atom)", "RSS)", "JSON Feed)"}
        if address.endswith(".xml"):
            assert feed.title == feedparser.parse((folder / address).read_bytes()).feed.title


def test_another_reader_sees_the_same_list(folder: Path) -> None:
    """A folder for each format, with the title, address and site of each feed."""
    addresses = [feed.url for feed in listparser.parse((folder / "feeds.opml").read_text(encoding="utf-8")).feeds]
    folders = feedsmith_reads(folder / "feeds.opml")["body"]["outlines"]
    assert [one["text"].rpartition(" (")[2] for one in folders] == ["Atom)", "RSS)", "JSON Feed)"]
    outlines = [outline for one in folders for outline in one["outlines"]]
    assert [outline["xmlUrl"] for outline in outlines] == addresses
    for outline in outlines:
        assert (outline["type"], outline["htmlUrl"]) == ("rss", "https://news.metal.com/")
        assert outline["title"] == outline["text"]
