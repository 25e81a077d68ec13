"""Every format says the same: ids, titles, dates, texts, links and topics, as readers that are not ours see them."""

import calendar
import json
import subprocess
import sys
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
import jsonschema
import listparser
import pytest

from tests.bench.pages import generate
from tests.bench.telling import write_pages
from tests.judges.programs import paragraphs
from tests.test_judges import HOSTILE_PAGES

ROOT = Path(__file__).parent.parent
BASE = "https://example.org/smm/"
SCHEMA = json.loads((ROOT / "tests/judges/json_feed.schema.json").read_text(encoding="utf-8"))


class Seen(NamedTuple):
    """What a reader sees of an entry."""

    id: str
    title: str
    published: datetime
    text: tuple[str, ...]
    summary: str
    link: str
    topics: tuple[str, ...]


def xml_seen(path: Path) -> list[Seen]:
    """The entries of an Atom or RSS feed, by feedparser."""
    parsed = feedparser.parse(path.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    assert parsed.bozo is False
    as_text = unescape if parsed.version == "rss20" else str
    return [
        Seen(
            entry.id,
            entry.title,
            datetime.fromtimestamp(calendar.timegm(entry.published_parsed), UTC),
            tuple(paragraphs(entry.content[0].value if "content" in entry else entry.summary)),
            # Where there is none, feedparser shows the content in its place, which is in paragraphs. RSS's is HTML.
            "" if entry.summary.startswith("<p>") else as_text(entry.summary),
            next((link.href for link in entry.get("links", ()) if link.rel == "alternate"), ""),
            tuple(tag.term for tag in entry.get("tags", ())),
        )
        for entry in parsed.entries
    ]


def json_seen(path: Path) -> list[Seen]:
    """The items of a JSON Feed."""
    return [
        Seen(
            item["id"],
            item["title"],
            datetime.fromisoformat(item["date_published"]),
            tuple(paragraphs(item["content_html"])),
            item.get("summary", ""),
            item.get("url", ""),
            tuple(item.get("tags", ())),
        )
        for item in read_json(path)["items"]
    ]


def read_json(path: Path) -> dict[str, Any]:
    """A JSON document."""
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def build(pages: Path, output: Path) -> Path:
    """The folder of everything that comes of pages."""
    subprocess.run(
        [sys.executable, "-m", "feedgen_smm", "build", "--no-archive", pages, "-o", output, "--base-url", BASE],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return output


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the project's own pages."""
    return build(ROOT / "seeds", tmp_path_factory.mktemp("seed"))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of five hundred pages."""
    pages = tmp_path_factory.mktemp("pages") / "pages"
    write_pages(pages, generate(500), 500)
    return build(pages, tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of pages that hold what breaks feeds."""
    pages = tmp_path_factory.mktemp("pages")
    for name, text in HOSTILE_PAGES.items():
        (pages / name).write_text(text, encoding="utf-8", newline="\n")
    return build(pages, tmp_path_factory.mktemp("hostile"))


@pytest.fixture(params=["seed", "generated", "hostile"])
def folder(request: pytest.FixtureRequest) -> Path:
    """Each folder."""
    found: Path = request.getfixturevalue(request.param)
    return found


def in_rss(title: str) -> str:
    """A title as RSS has to write it, in which no reader finds markup."""
    return title.replace("<", "＜").replace("&amp;", "＆amp;").replace("&lt;", "＆lt;").replace("&gt;", "＆gt;")


def test_the_formats_say_the_same(folder: Path) -> None:
    """A reader that changes from one to another sees nothing new and misses nothing."""
    atom, rss, items = xml_seen(folder / "atom.xml"), xml_seen(folder / "rss.xml"), json_seen(folder / "feed.json")
    assert rss == [item._replace(title=in_rss(item.title)) for item in items]
    assert atom == [item._replace(summary="") if item.text == (item.summary,) else item for item in items]


def test_feeds_of_topics_are_of_the_same_entries(folder: Path) -> None:
    """Under the same ids, with the same words, and just those that bear the topic."""
    main = {item.id: item for item in json_seen(folder / "feed.json")}
    topics = sorted((folder / "topics").iterdir())
    assert topics
    for topic in topics:
        atom, rss = xml_seen(topic / "atom.xml"), xml_seen(topic / "rss.xml")
        assert [entry.id for entry in atom] == [item.id for item in rss]
        assert all(topic.name in entry.topics for entry in (*atom, *rss))
        seen = {item.id: item for item in rss}
        assert {item.id for item in main.values() if topic.name in item.topics} <= seen.keys()
        for shared in seen.keys() & main.keys():
            assert seen[shared] == main[shared]._replace(title=in_rss(main[shared].title))


def test_the_seeds_topics(seed: Path) -> None:
    """Of four articles one is of a metal."""
    assert [item.topics for item in json_seen(seed / "feed.json")] == [(), (), (), ("copper",)]
    assert [path.name for path in (seed / "topics").iterdir()] == ["copper"]


def test_atom_says_scheme_and_label_of_a_topic(seed: Path) -> None:
    """A person reads the label; a program tells the scheme from other people's."""
    (tag,) = feedparser.parse((seed / "topics/copper/atom.xml").read_bytes()).entries[0].tags
    assert (tag.term, tag.label) == ("copper", "Copper")
    (item_tag,) = feedparser.parse((seed / "rss.xml").read_bytes()).entries[3].tags
    assert item_tag.scheme == tag.scheme
    assert tag.scheme.startswith("urn:uuid:")


def test_a_topics_feed_is_another_feed(seed: Path) -> None:
    """With an id and a title of its own."""
    main, copper = (
        feedparser.parse((seed / name).read_bytes()).feed for name in ("atom.xml", "topics/copper/atom.xml")
    )
    assert main.id != copper.id
    assert copper.title == "Shanghai Metals Market (SMM) news: Copper"


def test_the_json_feed_keeps_its_format(folder: Path) -> None:
    """Version 1.1: an array of authors, ids that are texts, dates in RFC 3339, no null."""
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
    """A schema that accepts everything judges nothing."""
    document = {**read_json(seed / "feed.json"), **fault}
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document))


def test_the_list_has_every_feed_in_a_folder(folder: Path) -> None:
    """Who imports it has each feed, once in each format, under its title."""
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
