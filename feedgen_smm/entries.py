"""Sightings → entries: what the feed says of each article, and under which id.

The outcome is that of the set of sightings and not of the order in which pages were read.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from feedgen_smm import identity, language
from feedgen_smm.matching import Article, Dated, match
from feedgen_smm.models import Entry, Kind, Moment, Precision, Problem, Sighting

_SUMMARY_LETTERS = 300
_HEADLINE_LETTERS = 100  # of the text, where an article has no headline


class Draft(NamedTuple):
    """An entry before it is written out: its date, the name its id is made of, and the sightings it is of.

    A folder holds many times the entries of a feed; only those that a feed takes are written out.
    """

    published: Moment
    name: str
    sightings: tuple[Sighting, ...]

    def entry(self) -> Entry:
        """The entry, complete."""
        return _entry(identity.mint(self.name), self.published, self.sightings)


class Harvest(NamedTuple):
    """A draft of each entry, oldest first, and what became of the sightings that made none.

    `undated` are the sightings whose pages show no complete date; `conflicts` are dates that contradict each other.
    """

    drafts: tuple[Draft, ...]
    merged: int
    undated: tuple[Sighting, ...]
    conflicts: tuple[Problem, ...]


def gather(sightings: Iterable[Sighting]) -> Harvest:
    """The entries that `sightings` are of, each article once."""
    undated: list[Sighting] = []
    dated: list[Dated] = []
    for sighting in sightings:
        if sighting.published is None:
            undated.append(sighting)
        else:
            dated.append(Dated.of(sighting, sighting.published))
    articles = match(dated)
    return Harvest(
        drafts=_drafts(articles),
        merged=len(dated) - len(articles),
        undated=tuple(undated),
        conflicts=tuple(sorted(conflict for article in articles for conflict in _conflicts(article))),
    )


def lone_id(sighting: Sighting) -> str | None:
    """The id of the entry that `sighting` alone makes; None where its date is unknown."""
    drafts = gather([sighting]).drafts
    return identity.mint(drafts[0].name) if drafts else None


def _conflicts(article: Article) -> Iterator[Problem]:
    """Dates of one number that contradict each other; only the number says that the pages show one article."""
    published = _published(article)
    for member in article.members:
        if not identity.times_agree(member.published, published):
            yield Problem(
                member.sighting.source,
                member.sighting.line,
                f"SMM number {article.number} is dated {member.sighting.shown_date} here and differently elsewhere; "
                f"{published.instant:%Y-%m-%dT%H:%MZ} is published",
            )


def _drafts(articles: Iterable[Article]) -> tuple[Draft, ...]:
    """A draft for each article; of those that would share an id, the first has it and the others add distinctions."""
    named = [(_published(article), article.headline_key(), article) for article in articles]
    named.sort(key=lambda item: (item[0].instant, item[1], item[2].number or ""))
    taken: set[str] = set()
    drafts: list[Draft] = []
    for published, key, article in named:
        name = identity.name(published, key)
        distinctions = [f"{published.instant:%Y-%m-%dT%H:%MZ}", key, article.number or ""]
        while name in taken:
            name = identity.name(published, key, *distinctions)
            distinctions.append("again")
        taken.add(name)
        drafts.append(Draft(published, name, article.sightings))
    return tuple(drafts)


def _published(article: Article) -> Moment:
    """A minute before a day, an article's own date before a teaser's, then the earliest."""
    best = min(
        article.members,
        key=lambda member: (
            member.published.precision is Precision.DAY,
            member.sighting.kind is Kind.TEASER,
            member.published.instant,
        ),
    )
    return best.published


def _entry(entry_id: str, published: Moment, sightings: Sequence[Sighting]) -> Entry:
    fullest = min(sightings, key=_fullness)
    paragraphs = fullest.paragraphs or ((fullest.summary,) if fullest.summary else ())
    title = _title(sightings) or shorten(fullest.opening, _HEADLINE_LETTERS)
    return Entry(
        id=entry_id,
        title=title,
        published=published,
        updated=published.instant,
        summary=_summary(sightings, paragraphs),
        paragraphs=paragraphs,
        link=min((sighting.link for sighting in sightings if sighting.link), default=None),
        language=language.identify(" ".join((title, *paragraphs))),
    )


def _fullness(sighting: Sighting) -> tuple[bool, bool, int, str]:
    """Sorts the sighting with the most of an article's text first: an article before a teaser, then the longest."""
    text = " ".join(sighting.paragraphs) or sighting.summary or ""
    return not text, sighting.kind is Kind.TEASER or not sighting.paragraphs, -len(text), text


def _title(sightings: Sequence[Sighting]) -> str | None:
    """A whole headline before a cut one, then the longest."""
    titles = {sighting.title for sighting in sightings if sighting.title}
    return min(titles, key=lambda title: (identity.is_cut(title), -len(title), title), default=None)


def _summary(sightings: Sequence[Sighting], paragraphs: tuple[str, ...]) -> str | None:
    """The standfirst, whole; else the teaser's text, else the first paragraph, cut at a word."""
    for kind in (Kind.ARTICLE, Kind.TEASER):
        summaries = [sighting.summary for sighting in sightings if sighting.kind is kind and sighting.summary]
        if summaries:
            longest = min(summaries, key=lambda text: (-len(text), text))
            return longest if kind is Kind.ARTICLE else shorten(longest, _SUMMARY_LETTERS)
    return shorten(paragraphs[0], _SUMMARY_LETTERS) if paragraphs else None


def shorten(text: str, letters: int) -> str:
    """`text` where it has at most so many letters, else its beginning, cut at a word, and `…`."""
    if len(text) <= letters:
        return text
    at = text.rfind(" ", letters // 2, letters)
    return text[: at if at > 0 else letters - 1].rstrip(" ,;:-–—") + "…"
