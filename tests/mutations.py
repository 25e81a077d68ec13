"""`python -m tests.mutations`: pages changed as people and the site change them, and what must not change with them.

A world of articles is made up, with a folder of pages that show them. Each step changes the folder in one way, a later
saving at a later time, and builds with the record. What the step does to the articles is known because it was done on
purpose: whether their text was corrected, and nothing else, moves `updated`; no step changes an id. After each build
the Atom feed is read back and held against that.
"""

import os
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import click
from click.testing import CliRunner

from feedgen_smm.cli import main as feedgen_smm

ATOM = "{http://www.w3.org/2005/Atom}"
AHEAD = timedelta(hours=8)
HOUR = timedelta(hours=1)
FOOTER = "Data Source Statement: Except for publicly available figures, all were gathered by our own people."
WORDS = (
    "copper zinc lead tin nickel smelters in Yunnan and Hunan hold output steady while traders wait for rain to end "
    "stocks fall again as buyers cover needs ahead of holidays premiums slip by a little more than most had thought"
).split()
FIGURES = ("ids changed", "doubled", "lost", "updated moved", "corrections missed", "texts wrong", "unknowable")


@dataclass(eq=False)
class Article:
    """An article as it really is, what was published of it, and the pages that show it."""

    title: str
    number: str | None
    published: datetime
    paragraphs: list[str]
    id: str | None = None
    updated: datetime | None = None
    pages: list[str] = field(default_factory=list)
    past: list[list[str]] = field(default_factory=list)
    newest: str | None = None  # the file that was saved last

    @property
    def was_whole(self) -> bool:
        """Whether a page ever showed more than a teaser."""
        return bool(self.past)


class World:
    """Articles, the folder of pages that show them, and the time."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self.chance = chance
        self.folder = folder
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.articles: list[Article] = []
        self.pages = folder / "pages"
        self.pages.mkdir(parents=True)
        for _ in range(6):
            self.save(self.new_article())

    def new_article(self) -> Article:
        """Add an article at a minute of its own; about half of them have a number."""
        count = len(self.articles)
        published = datetime(2025, 6, 1, 1, 0, tzinfo=UTC) + count * timedelta(hours=5, minutes=7)
        number = str(100_000_000 + 13 * count) if self.chance.random() < 0.5 else None
        article = Article(self.sentence(8, end=""), number, published, [self.sentence(60) for _ in range(5)])
        self.articles.append(article)
        return article

    def sentence(self, words: int, end: str = ".") -> str:
        """New words and figures, one of them quoted."""
        said = [self.chance.choice(WORDS) for _ in range(words)]
        said[words // 3] = f"“{said[words // 3]}”" if words > 10 else said[words // 3]
        return " ".join(["The", *said, str(self.chance.randrange(10**6))]) + end

    def save(self, article: Article, *, text: str | None = None, name: str | None = None) -> None:
        """Save the article's page now, in a new file or in the one of that name."""
        name = name or f"{self.chance.randrange(10**9)}.txt"
        article.newest = name
        article.past.append(article.paragraphs.copy())
        if name not in article.pages:
            article.pages.append(name)
        self.write(name, text or self.page(article))

    def write(self, name: str, text: str) -> None:
        """Write a file that is saved now."""
        path = self.pages / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    def page(self, article: Article, *, slug: str = "a-slug", locale: str = "", footer: str = f"\n\n{FOOTER}") -> str:
        """The article's page, in the site's most common layout."""
        address = f"https://news.metal.com/{locale}newscontent/{article.number}/{slug}\n" if article.number else ""
        body = "\n\n".join(article.paragraphs)
        return f"{address}{article.title}\n\nPublished: {clock(article)}\n\n{body}{footer}\n"

    def place(self, article: Article) -> str | None:
        """The file in which to save a new state: one that shows the article, or a new one."""
        return self.chance.choice(article.pages) if article.pages and self.chance.random() < 0.6 else None


def clock(article: Article) -> str:
    """The article's date line, in China."""
    local = article.published + AHEAD
    return f"{local:%b} {local.day}, {local.year} {local:%H:%M}"


Mutation = Callable[[World, Article], bool]
"""Changes the folder, and returns whether the article's text was corrected."""


def copied(world: World, article: Article) -> bool:
    """The page is saved again under another name."""
    world.save(article)
    return False


def respaced(world: World, article: Article) -> bool:
    """White space differs, and where the blank lines are."""
    text = world.page(article).replace(". ", ".  ").replace(" the ", "\u00a0the \t").replace("\n\n", "\n\n \n")
    world.save(article, text=text, name=world.place(article))
    return False


def requoted(world: World, article: Article) -> bool:
    """Quotation marks have another style."""
    marks = world.chance.choice(['""', "''", "«»", "「」", "„“"])
    text = world.page(article).replace("“", marks[0]).replace("”", marks[1])
    world.save(article, text=text, name=world.place(article))
    return False


def refooted(world: World, article: Article) -> bool:
    """The footer is missing, or is another one."""
    footer = world.chance.choice(["", "\n\nFor queries, please contact the desk", "\n\nMore popular news\n\nTin"])
    world.save(article, text=world.page(article, footer=footer), name=world.place(article))
    return False


def promoted(world: World, article: Article) -> bool:
    """A promotion stands between the paragraphs."""
    promo = world.chance.choice(["》Click to View the Prices", "Scan the QR code to join", '"View details here'])
    text = world.page(article).replace(article.paragraphs[1], f"{article.paragraphs[1]}\n\n{promo}")
    world.save(article, text=text, name=world.place(article))
    return False


def readdressed(world: World, article: Article) -> bool:
    """The address has another slug, or another language before it."""
    slug, locale = world.chance.choice(["b", "a-slug%2520cut", ""]), world.chance.choice(["", "en/", "es/"])
    world.save(article, text=world.page(article, slug=slug, locale=locale), name=world.place(article))
    return False


def recased(world: World, article: Article) -> bool:
    """The headline is in capitals, or each of its words is."""
    article.title = world.chance.choice([str.upper, str.title, str.lower])(article.title)
    world.save(article, name=world.place(article))
    return False


def retitled(world: World, article: Article) -> bool:
    """The headline is another one; the number, or the text at the same minute, shows that it is the same article."""
    article.title = world.sentence(8, end="")
    world.save(article, name=world.place(article))
    return False


def cut_off(world: World, article: Article) -> bool:
    """A saved copy stops somewhere in the body; a text that was never seen whole is then saved whole."""
    if not article.was_whole:
        return copied(world, article)
    whole = world.page(article, footer="")
    body_from = whole.index(article.paragraphs[0])
    world.save(article, text=whole[: world.chance.randrange(body_from + 300, len(whole))], name=world.place(article))
    return False


def removed(world: World, article: Article) -> bool:
    """A page that shows the article is deleted."""
    if article.pages:
        (world.pages / article.pages.pop()).unlink(missing_ok=True)
    return False


def teased(world: World, article: Article) -> bool:
    """The article is a related item on a new article's page, perhaps with its headline cut."""
    host = world.new_article()
    title = article.title
    if world.chance.random() < 0.4 and len(title) > 60:
        title = title[:50].rstrip() + "..."
    item = "\n".join([title, clock(article), title, "Read More", title, title, article.paragraphs[0], clock(article)])
    world.save(host, text=f"{world.page(host)}\n\nRelated News\n{item}\n")
    return False


def first_teased(world: World, _article: Article) -> bool:
    """A new article is seen only as a teaser on the page of another; its own page may come later."""
    teased(world, world.new_article())
    return False


def by_day(world: World, article: Article) -> bool:
    """A page in the layout that shows only the day."""
    local = article.published + AHEAD
    heading = f"Metals News\n{article.title}\nprice review forecast\n{local:%b} {local.day},{local.year}\n\n"
    address = world.page(article).partition(article.title)[0]
    world.save(article, text=address + heading + "\n\n".join(article.paragraphs) + "\n\nRelated Price\n\nNo Data\n")
    article.newest = None  # it tells no minute
    return False


def refigured(world: World, article: Article) -> bool:
    """A figure is corrected."""
    at = world.chance.randrange(len(article.paragraphs))
    article.paragraphs[at] = re.sub(r"\d+", str(world.chance.randrange(10**6, 10**7)), article.paragraphs[at])
    world.save(article, name=world.place(article))
    return True


def rewritten(world: World, article: Article) -> bool:
    """A paragraph is replaced."""
    article.paragraphs[world.chance.randrange(len(article.paragraphs))] = world.sentence(60)
    world.save(article, name=world.place(article))
    return True


def added_to(world: World, article: Article) -> bool:
    """A paragraph is added, anywhere."""
    article.paragraphs.insert(world.chance.randrange(len(article.paragraphs) + 1), world.sentence(60))
    world.save(article, name=world.place(article))
    return True


def shortened(world: World, article: Article) -> bool:
    """A paragraph is deleted, perhaps the last; the footer shows that the page was not cut."""
    rest = article.paragraphs.copy()
    del rest[world.chance.randrange(len(rest))]
    if len(rest) < 3 or rest in article.past:  # what was said before is a copy of the page that said it
        return added_to(world, article)
    article.paragraphs = rest
    world.save(article, name=world.place(article))
    return True


def reverted(world: World, article: Article) -> bool:
    """The text is again what it was at first, in the same file."""
    if article.newest not in article.pages or article.past[0] == article.paragraphs:
        return refigured(world, article)
    article.paragraphs = article.past[0].copy()
    world.save(article, name=article.newest)
    return True


def is_unknowable(article: Article) -> bool:
    """Whether nothing would tell that it is the same article, were its headline and its text both edited.

    A number tells, and so does the file that showed it last at its minute, where most of the words are the same.
    """
    return not article.was_whole or (article.number is None and article.newest not in article.pages)


def retitled_and_corrected(world: World, article: Article) -> bool:
    """Both at once. It is known to be the same article only by its number or its file."""
    if is_unknowable(article):
        article = world.new_article()
    else:
        article.title = world.sentence(8, end="")
        article.paragraphs[0] = world.sentence(60)
    world.save(article, name=article.newest if article.number is None else world.place(article))
    return article.id is not None


def redated(world: World, article: Article) -> bool:
    """The page is saved again in its own file with another date, which is wrong: the first one stays."""
    if article.newest not in article.pages:
        return copied(world, article)
    local = article.published + AHEAD + timedelta(minutes=world.chance.randrange(1, 300))
    text = world.page(article).replace(clock(article), f"{local:%b} {local.day}, {local.year} {local:%H:%M}")
    world.save(article, text=text, name=article.newest)
    article.newest = None  # it tells no minute any more
    return False


MUTATIONS: tuple[Mutation, ...] = (
    copied, respaced, requoted, refooted, promoted, readdressed, recased, retitled, cut_off, removed, teased,
    first_teased, by_day, refigured, rewritten, added_to, shortened, reverted, retitled_and_corrected, redated,
)  # fmt: skip


@dataclass(frozen=True)
class Published:
    """An entry as the feed has it."""

    title: str
    published: datetime
    updated: datetime
    text: str


def build(world: World) -> dict[str, Published]:
    """The entries that a build at this time publishes, by their ids."""
    options = ["--record", str(world.folder / "record.sqlite3"), "-o", str(world.folder / "feeds"), "--limit", "9999"]
    environment = {"SOURCE_DATE_EPOCH": str(int(world.now.timestamp()) + 60)}
    result = CliRunner().invoke(feedgen_smm, ["build", str(world.pages), *options], env=environment)
    if result.exit_code:
        raise AssertionError(result.output) from result.exception
    root = ET.parse(world.folder / "feeds" / "atom.xml").getroot()
    return {entry.findtext(f"{ATOM}id", ""): read(entry) for entry in root.iter(f"{ATOM}entry")}


def read(entry: ET.Element) -> Published:
    """What an entry of the feed says."""
    text = {name: entry.findtext(f"{ATOM}{name}", "") for name in ("title", "published", "updated", "content")}
    published, updated = (datetime.fromisoformat(text[name]) for name in ("published", "updated"))
    return Published(text["title"], published, updated, text["content"])


def plain(text: str) -> str:
    """The text without markup, white space and quotation marks."""
    return re.sub(r"<[^>]+>|&#?\w+;|[\s\"'“”„«»「」]", "", text)


def judge(world: World, corrected: Article | None, feed: dict[str, Published]) -> Counter[str]:
    """Compare the feed with what is known to be true, and note what was published for the first time."""
    harm: Counter[str] = Counter()
    known = {article.id for article in world.articles if article.id}
    new = {entry_id: entry for entry_id, entry in feed.items() if entry_id not in known}
    for article in world.articles:
        if article.id is None:
            at_minute = [entry_id for entry_id, entry in new.items() if entry.published == article.published]
            harm["lost"] += not at_minute
            article.id = at_minute[0] if at_minute else None
            new.pop(article.id or "", None)
        elif article.id not in feed:
            changed = [entry_id for entry_id, entry in new.items() if entry.published == article.published]
            harm["ids changed" if changed else "lost"] += 1
        if (entry := feed.get(article.id or "")) is None:
            continue
        expected = world.now if article is corrected else article.updated or article.published
        if entry.updated != expected:
            harm["corrections missed" if article is corrected else "updated moved"] += 1
        article.updated = entry.updated
        harm["texts wrong"] += article.was_whole and plain(entry.text) != plain(" ".join(article.paragraphs))
    harm["doubled"] += len(new)
    return harm


def live(seed: int, steps: int, folder: Path) -> Counter[str]:
    """What went wrong in a world in so many steps, and what nobody could have known."""
    chance = random.Random(seed)
    world = World(chance, folder)
    harm = judge(world, None, build(world))
    for step in range(steps):
        world.now += HOUR
        article, mutation = chance.choice(world.articles), chance.choice(MUTATIONS)
        before = [*article.paragraphs], article.title
        was_whole = article.was_whole
        harm["unknowable"] += mutation is retitled_and_corrected and is_unknowable(article)
        corrected = mutation(world, article) and was_whole
        found = judge(world, article if corrected else None, build(world))
        if found.total():
            click.echo(f"seed {seed}, step {step}, {mutation.__name__}: {dict(+found)}: {before[1]!r}", err=True)
            return harm + found
    return harm


@click.command()
@click.option("--count", default=1000, show_default=True, help="How many mutations to make.")
@click.option("--seed", default=1, show_default=True, help="Of the first world; another makes others.")
def main(count: int, seed: int) -> None:
    """Change pages, build, and count the errors."""
    steps = 20
    harm: Counter[str] = Counter()
    for number in range(seed, seed + count // steps):
        with tempfile.TemporaryDirectory() as folder:
            harm += live(number, steps, Path(folder))
    for figure in FIGURES:
        click.echo(f"{figure:20} {harm[figure]:5}")
    sys.exit(any(harm[figure] for figure in FIGURES[:-1]))


if __name__ == "__main__":
    main()
