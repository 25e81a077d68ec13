"""`python -m tests.endurance`: a thousand builds, a day and a random event each, and what must hold after all of them.

A world of articles is made up, with the pages that show them, the parser that reads them, rightly or not, and what a
person says of entries. What the feed has to say follows from what was done to the world on purpose. After each build
`list --as-of` of that day has to say what the feed says; and at the end, of every earlier day, what the feed said then.
"""

import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import click
from click.testing import CliRunner

from feedgen_smm.cli import main as feedgen_smm
from feedgen_smm.models import Capture, Page, Sighting
from feedgen_smm.pages.page import parse
from tests.faults import Kind, Point, Statements
from tests.forks import HarmError, be_parser, command, scratch
from tests.mutations import WORDS
from tests.scenes import STATEMENT
from tests.scenes import article as page_of

ATOM = "{http://www.w3.org/2005/Atom}"
AHEAD = timedelta(hours=8)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFF = timedelta(hours=16)
TOKEN = re.compile(r"lot-\d{6}")
NOTICE = "This site stores cookies so that it knows you again."
TOPICS = ("smelters", "rain")


class Said(NamedTuple):
    """What a feed, or the record, says of an entry."""

    title: str
    published: datetime
    updated: datetime
    text: str
    link: str | None


Feed = dict[str, Said]


@dataclass(eq=False)
class Article:
    """An article as it truly is. `token` stands in headline and text; `pages` are the files that show it now."""

    token: str
    title: str
    number: str | None
    published: datetime
    paragraphs: list[str]
    pages: dict[str, bytes] = field(default_factory=dict)
    states: list[list[str]] = field(default_factory=list)
    id: str | None = None
    updated: datetime | None = None
    word: str = ""  # what a person says of it, in TOML
    joined: "Article | None" = None  # what a person says that it is, or is: each names the other
    is_list: bool = False

    @property
    def link(self) -> str | None:
        """The address made of its number."""
        return self.number and f"https://news.metal.com/newscontent/{self.number}"


class World:
    """Articles, the pages that show them, the parser, the settings, and what a person says."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self.chance = chance
        self.now = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)
        self.folder = folder
        self.pages = folder / "pages"
        self.pages.mkdir()
        self.articles: list[Article] = []
        self.version = 1
        self.misread: dict[str, str] = {}
        self.settings: dict[str, object] = {"limit": 9999}
        self.topics: list[str] = []
        self.shown: dict[str, Said] = {}  # the last of each id
        self.owner: dict[str, str] = {}  # the token of the article that an id was first given to
        self.may_stand: set[str] = set()  # what was merged may stand in documents that are full
        self.saved: dict[str, Feed] = {}  # what the feed said on each day
        for _ in range(5):
            added(self)

    def sentence(self, words: int) -> str:
        """Words and a figure."""
        return " ".join(["The", *self.chance.choices(WORDS, k=words), str(self.chance.randrange(10**6))]) + "."

    def page(self, article: Article) -> bytes:
        """The page of an article as it is now."""
        if article.is_list:
            return (
                f"Latest News\n{article.title}\nTin rose.\n7 hours ago\nZinc down\nZinc fell.\n8 hours ago\n".encode()
            )
        local = article.published + AHEAD
        text = page_of(
            article.title, f"{local:%b} {local.day}, {local.year} {local:%H:%M}", "\n\n".join(article.paragraphs)
        )
        return f"{article.link}/a-slug\n".encode() + text if article.number else text

    def save(self, article: Article, name: str, data: bytes, saved: datetime | None = None) -> None:
        """Let a file hold a page."""
        when = (saved or self.now - HOUR).timestamp()
        (self.pages / name).write_bytes(data)
        os.utime(self.pages / name, (when, when))
        article.pages[name] = data

    def new_name(self) -> str:
        """The name of a file that is not there."""
        return f"{self.chance.randrange(10**9)}.txt"

    def any(self, fits: Callable[[Article], bool]) -> Article | None:
        """One of the articles that are read rightly, that no one speaks of, and that fit."""
        found = [one for one in self.articles if one.token not in self.misread and not one.word and not one.joined]
        found = [one for one in found if not one.is_list and fits(one)]
        return self.chance.choice(found) if found else None

    def parse(self, capture: Capture) -> Page:
        """What the parser of the day makes of a page."""
        found = parse(capture)
        token = TOKEN.search(capture.data.decode())
        kind = self.misread.get(token[0] if token else "")
        if kind == "list":
            text = page_of(f"News of the week, {token and token[0]}", "Mar 1, 2025 01:00")
            return found._replace(article=parse(Capture(capture.source, text)).article, problems=())
        if kind is None or found.article is None:
            return found
        return found._replace(article=MISREADINGS[kind](found.article))


def _hours_off(one: Sighting) -> Sighting:
    return one._replace(published=one.published and one.published._replace(instant=one.published.instant + OFF))


MISREADINGS: dict[str, Callable[[Sighting], Sighting | None]] = {
    "byline": lambda one: one._replace(title="By a staff reporter"),
    "notice": lambda one: one._replace(paragraphs=(NOTICE, *one.paragraphs)),
    "hours off": _hours_off,
    "refused": lambda _: None,
}


# Events. Each changes the world, and says whether it did.


def added(world: World) -> bool:
    """A page of a new article; every third is without a number, some are lists."""
    count = len(world.articles)
    token = f"lot-{100_000 + count}"
    published = datetime(2025, 2, 1, 1, 0, tzinfo=UTC) + count * timedelta(hours=5, minutes=7)
    number = str(100_000_000 + 13 * count) if world.chance.random() < 0.6 else None
    body = [f"Of {token}: {world.sentence(50)}", *(world.sentence(50) for _ in range(3))]
    title = " ".join(world.chance.choices(WORDS, k=6)).capitalize() + f", {token}"
    article = Article(token, title, number, published, body, is_list=world.chance.random() < 0.1)
    world.articles.append(article)
    article.states.append([*body])
    world.save(article, world.new_name(), world.page(article))
    return True


def corrected(world: World) -> bool:
    """A figure is corrected, in the file that showed the article or in another."""
    article = world.any(lambda one: one.id is not None)
    if article is None:
        return False
    article.paragraphs[-1] = world.sentence(50)
    article.states.append([*article.paragraphs])
    return _saved_now(world, article, [*article.pages, world.new_name()])


def reverted(world: World) -> bool:
    """The text is again what it once was, in a file that showed another: elsewhere it may be a copy of an old page."""
    article = world.any(lambda one: one.id is not None and one.paragraphs != one.states[0] and bool(one.pages))
    if article is None:
        return False
    now, article.paragraphs = article.paragraphs, [*article.states[0]]
    others = [name for name, data in article.pages.items() if data != world.page(article)]
    if not others:
        article.paragraphs = now
        return False
    return _saved_now(world, article, others)


def _saved_now(world: World, article: Article, names: list[str]) -> bool:
    world.save(article, world.chance.choice(names), world.page(article))
    article.updated = world.now - HOUR
    return True


def removed(world: World) -> bool:
    """A page is deleted."""
    article = world.any(lambda one: one.id is not None and bool(one.pages))
    if article is None:
        return False
    name = world.chance.choice([*article.pages])
    (world.pages / name).unlink()
    del article.pages[name]
    return True


def renamed(world: World) -> bool:
    """A page gets another name."""
    article = world.any(lambda one: bool(one.pages))
    if article is None:
        return False
    name, other = world.chance.choice([*article.pages]), world.new_name()
    (world.pages / name).rename(world.pages / other)
    article.pages[other] = article.pages.pop(name)
    return True


def cut(world: World) -> bool:
    """A copy of the article's page as it is now that stops in the middle."""
    article = world.any(lambda one: bool(one.pages))
    if article is None:
        return False
    whole = world.page(article).partition(b"\n\n" + STATEMENT.encode())[0]
    least = whole.index(article.paragraphs[1].encode())
    world.save(article, world.new_name(), whole[: world.chance.randrange(least, len(whole) - 20)])
    return True


def copied(world: World) -> bool:
    """A copy of the article's page as it is now, of another time; an earlier one only where there was no other text."""
    article = world.any(lambda one: world.page(one) in one.pages.values())
    if article is None:
        return False
    is_first = len(article.states) == 1
    saved = world.now - world.chance.choice([HOUR / 2, *([300 * DAY, HOUR * 30] if is_first else [])])
    world.save(article, world.new_name(), world.page(article), max(saved, article.published + HOUR))
    return True


def settings_changed(world: World) -> bool:
    """Another title, limit, address, or other topics. The limit is small only where archive documents hold the rest."""
    key = world.chance.choice(["title", "base_url", "limit", "topics"])
    if key == "topics":
        world.topics = [topic for topic in TOPICS if world.chance.random() < 0.5]
    elif key == "title":
        world.settings["title"] = f"Metals {world.now:%j}"
    elif key == "base_url" and "base_url" in world.settings:
        del world.settings["base_url"]
        world.settings["limit"] = 9999
    elif key == "base_url":
        world.settings["base_url"] = world.chance.choice(["https://example.org/", "https://example.net/smm/"])
    elif "base_url" in world.settings:
        world.settings["limit"] = world.chance.choice([3, 10, 40, 9999])
    return True


def better_parser(world: World) -> bool:
    """A newer parser, that misreads some pages of its own, or none."""
    world.version += 1
    world.misread = {}
    for article in world.articles:
        if article.pages and not article.word and not article.joined and world.chance.random() < 0.15:
            kind = "list" if article.is_list else world.chance.choice([*MISREADINGS])
            world.misread[article.token] = kind
    if world.chance.random() < 0.6:
        world.misread = {}
    return True


def spoken_of(world: World) -> bool:
    """A person says something of an entry, or takes it back."""
    if world.chance.random() < 0.5:
        return taken_back(world)
    article = world.any(lambda one: one.id is not None)
    if article is None:
        return False
    kind = world.chance.choice(["withdraw", "notice", "title", "published", "same_as", "apart"])
    if kind == "withdraw":
        article.word = "withdraw = true"
    elif kind == "notice":
        article.word = f'withdraw = "{article.token} was published in error."'
        article.updated = world.now
    elif kind == "title":
        article.word = f'title = "Rightly: {article.token}"'
    elif kind == "published":
        date = world.chance.choice(
            [datetime(2025, 1, 15, 2, 20, tzinfo=UTC), datetime(2025, 12, 20, 2, 20, tzinfo=UTC)]
        )
        article.word = f'published = "{date:%Y-%m-%dT%H:%M:%SZ}"'
    elif kind == "apart":
        return _apart(world, article)
    else:
        return _same_as(world, article)
    return True


def _apart(world: World, article: Article) -> bool:
    others = [name for name, data in article.pages.items() if [*article.pages.values()].count(data) == 1]
    if len(article.pages) < 2 or not others:
        return False
    article.word = f'apart = ["pages/{world.chance.choice(others)}"]'
    return True


def _same_as(world: World, article: Article) -> bool:
    other = world.any(lambda one: one.id is not None and one is not article)
    if other is None:
        return False
    article.word = f'same_as = "{other.id}"'
    article.joined, other.joined = other, article
    return True


def taken_back(world: World) -> bool:
    """What a person said of an entry is taken out of the file again."""
    spoken = [one for one in world.articles if one.word]
    if not spoken:
        return False
    article = world.chance.choice(spoken)
    if 'withdraw = "' in article.word:
        article.updated = world.now
    article.word = ""
    if (other := article.joined) is not None:
        other.joined = article.joined = None
    return True


def nothing(_world: World) -> bool:
    """Nothing happens."""
    return True


EVENTS: dict[Callable[[World], bool], int] = {
    added: 15, corrected: 12, reverted: 6, removed: 6, renamed: 6, cut: 6, copied: 8, settings_changed: 8,
    better_parser: 8, spoken_of: 16, nothing: 3,
}  # fmt: skip


# What is looked at after each event.


def arguments(world: World) -> list[str]:
    """The build of the day; writes down settings and corrections for it."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in world.settings.items()]
    lines += [f'[topics.{topic}]\ninclude = ["{topic}"]' for topic in world.topics]
    (world.folder / "feedgen-smm.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = [f'["{one.id}"]\n{one.word}\n' for one in world.articles if one.word]
    (world.folder / "corrections.toml").write_text("\n".join(said), encoding="utf-8")
    return ["build", str(world.pages), "-o", str(world.folder / "output"), *options(world)]


def options(world: World) -> list[str]:
    """Where the configuration and the record are."""
    return ["--config", str(world.folder / "feedgen-smm.toml"), "--record", str(world.folder / "record.sqlite3")]


def run(world: World, words: list[str]) -> str:
    """What a command prints on the day. Raises HarmError where it fails."""
    result = CliRunner().invoke(feedgen_smm, words, env={"SOURCE_DATE_EPOCH": str(int(world.now.timestamp()))})
    if result.exit_code:
        raise HarmError(f"{words[0]} exits with {result.exit_code}: {result.output}") from result.exception
    return result.stdout


def published(world: World) -> Feed:
    """What a client finds in the feed, and in its archive documents where there is an address."""
    output = world.folder / "output"
    feed = _read(output / "atom.xml")
    if "base_url" in world.settings:
        numbers = [int(path.stem.removeprefix("atom-")) for path in (output / "archive").glob("atom-*.xml")]
        for number in sorted(numbers, reverse=True):
            feed = {**_read(output / "archive" / f"atom-{number}.xml"), **feed}
    return feed


def _read(path: Path) -> Feed:
    found: Feed = {}
    for entry in ET.parse(path).getroot().iter(f"{ATOM}entry"):
        said = {
            name: entry.findtext(f"{ATOM}{name}", "") for name in ("id", "title", "published", "updated", "content")
        }
        if said["id"] in found:
            raise HarmError(f"{path.name} has {said['id']} twice")
        links = [link.get("href") for link in entry.iter(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        text, link = plain(said["content"]), next(iter(links), None)
        found[said["id"]] = Said(said["title"], _time(said["published"]), _time(said["updated"]), text, link)
    return found


def plain(text: str) -> str:
    """A text without markup and white space."""
    return re.sub(r"<[^>]+>|\s", "", text)


def as_of(world: World, day: str) -> Feed:
    """What the record says had been published by the end of a day."""
    found: Feed = {}
    for line in run(world, ["list", "--as-of", day, "--json", *options(world)]).splitlines():
        said = json.loads(line)
        text = plain("".join(said["paragraphs"]))
        found[said["id"]] = Said(said["title"], _time(said["published"]), _time(said["updated"]), text, said["link"])
    return found


_time = datetime.fromisoformat


def must_equal(feed: Feed, known: Feed) -> None:
    """Raise HarmError where the record says other things than the feed."""
    for entry_id in known.keys() | feed.keys():
        if feed.get(entry_id) != known.get(entry_id):
            raise HarmError(f"the feed says {feed.get(entry_id)}, the record {known.get(entry_id)} of {entry_id}")


def judge(world: World, feed: Feed) -> Iterator[str]:
    """What is wrong with a feed, by what is known of the world."""
    by_token: dict[str, list[str]] = {}
    for entry_id, said in feed.items():
        token = TOKEN.search(said.text) or TOKEN.search(said.title)
        owner = token[0] if token else ""
        by_token.setdefault(owner, []).append(entry_id)
        before = world.shown.get(entry_id)
        if before and said.updated < before.updated:
            yield f"updated of {entry_id} goes back from {before.updated} to {said.updated}"
        world.shown[entry_id] = said
    for article in world.articles:
        yield from _judge_article(world, article, by_token.pop(article.token, []), feed)
    yield from (f"an entry of nothing: {feed[entry_id]}" for ids in by_token.values() for entry_id in ids)


def _judge_article(world: World, article: Article, ids: list[str], feed: Feed) -> Iterator[str]:
    for entry_id in ids:
        if world.owner.setdefault(entry_id, article.token) != article.token and not article.joined:
            yield f"{entry_id} was of {world.owner[entry_id]}, and is of {article.token}"
    if article.token in world.misread or article.joined or article.word.startswith("apart"):
        return  # what is wrong with it is none of the program's doing
    if article.is_list or article.word == "withdraw = true":
        yield from (f"{article.token} should not be there" for _ in ids)
        return
    if len(ids) != 1:
        yield f"{article.token} ({article.id}) has {len(ids)} entries: {ids}"
        return
    said, article.id = feed[ids[0]], article.id or ids[0]
    if ids[0] != article.id:
        yield f"{article.token} had the id {article.id}, and has {ids[0]}"
    article.updated = article.updated or said.updated
    expected = _expected(article)
    if said != expected:
        differ = [name for name in Said._fields if getattr(said, name) != getattr(expected, name)]
        yield f"{article.token}, {article.id}, {differ}: {said}\nis not {expected}"


def _expected(article: Article) -> Said:
    """What the feed has to say of an article that is read rightly."""
    assert article.updated
    expected = Said(article.title, article.published, article.updated, plain("".join(article.paragraphs)), article.link)
    if 'withdraw = "' in article.word:
        words = article.word.split('"')[1]
        return expected._replace(title=words, text=plain(words), link=None)
    if article.word.startswith("title"):
        return expected._replace(title=article.word.split('"')[1])
    if article.word.startswith("published"):
        return expected._replace(published=datetime.fromisoformat(article.word.split('"')[1]))
    return expected


def live(world: World, builds: int, seen: Counter[str], *, tells: bool) -> None:
    """So many builds. Raises HarmError for what should not have happened."""
    while len(world.saved) < builds:
        world.now += DAY
        event = world.chance.choices([*EVENTS], [*EVENTS.values()])[0]
        if not event(world):
            continue
        seen[event.__name__] += 1
        try:
            _build(world, seen)
        except HarmError as error:
            raise HarmError(f"build {len(world.saved)}, after {event.__name__}: {error}") from error
        if tells and len(world.saved) % 100 == 0:
            click.echo(f"{len(world.saved)} builds, {len(world.articles)} articles")
    for day, feed in world.saved.items():
        try:
            must_equal(feed, as_of(world, day))
        except HarmError as error:
            raise HarmError(f"as of {day}: {error}") from error
        seen["as-of equal at the end"] += 1


def _build(world: World, seen: Counter[str]) -> None:
    words = arguments(world)
    be_parser(world.version, world.parse)()
    if world.chance.random() < 0.1:
        step = int(1.8 ** world.chance.uniform(1, 12))
        ended = command(
            words, int(world.now.timestamp()), Statements(Point(step, Kind.KILL, is_sql=True), lambda _: None).arm
        )
        seen["killed" if ended.was_killed else "over before the kill"] += 1
    run(world, words)
    feed, day = published(world), f"{world.now + AHEAD:%Y-%m-%d}"
    known = as_of(world, day)
    muddled = {one.token for one in world.articles if one.joined or one.word.startswith("apart")} | {*world.misread}
    world.may_stand |= {entry_id for entry_id, token in world.owner.items() if token in muddled}
    feed = {entry_id: said for entry_id, said in feed.items() if entry_id in known or entry_id not in world.may_stand}
    must_equal(feed, known)
    seen["as-of equal on the day"] += 1
    if wrong := [*judge(world, feed)]:
        raise HarmError("\n".join(wrong))
    world.saved[day] = feed


@click.command()
@click.option("--count", default=1000, show_default=True, help="How many builds.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers; another makes another world.")
def main(count: int, seed: int) -> None:
    """Let a world go on for a thousand days, and see that its feed stays true to it."""
    seen: Counter[str] = Counter()
    with scratch() as folder:
        try:
            live(World(random.Random(seed), folder), count, seen, tells=True)
            harm = None
        except HarmError as error:
            harm = f"seed {seed}: {error}"
    for what, times in sorted(seen.items()):
        click.echo(f"{times:6} {what}")
    if harm:
        click.echo(harm, err=True)
    sys.exit(harm is not None)


if __name__ == "__main__":
    main()
