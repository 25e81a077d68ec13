"""Sightings → entries: what the feed says of each article, and under which id.

The outcome is that of the set of sightings and not of the order in which pages were read.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from feedgen_smm.articles import identity, language, wording
from feedgen_smm.articles.matching import Article, Dated, match
from feedgen_smm.models import Entry, Extent, Kind, Moment, Precision, Problem, Sighting

_SUMMARY_LETTERS = 300
_HEADLINE_LETTERS = 100  # of the text, where an article has no headline
_LONG_AGO = datetime.min.replace(tzinfo=UTC)  # stands for an unknown time of saving: any known one is later


class Draft(NamedTuple):
    """An entry before it is written out: its date, the name its id is made of, and the sightings it is of.

    A folder holds many times the entries of a feed; only those that a feed takes are written out.
    """

    published: Moment
    name: str
    sightings: tuple[Sighting, ...]

    def entry(self) -> Entry:
        """The entry, complete."""
        return write_entry(identity.mint(self.name), self.published, self.sightings)


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
    draft_of = draft(articles)
    return Harvest(
        drafts=tuple(draft_of.values()),
        merged=len(dated) - len(articles),
        undated=tuple(undated),
        conflicts=tuple(
            sorted(conflict for article in articles for conflict in conflicts(article, published_of(article)))
        ),
    )


def lone_id(sighting: Sighting) -> str | None:
    """The id of the entry that `sighting` alone makes; None where its date is unknown."""
    drafts = gather([sighting]).drafts
    return identity.mint(drafts[0].name) if drafts else None


def draft(articles: Iterable[Article], taken_ids: Collection[str] = ()) -> dict[Article, Draft]:
    """A draft for each article, oldest first; of those that would share an id, the first has it, the others add to it.

    No draft's id is among `taken_ids`.
    """
    named = [(published_of(article), article.headline_key(), article) for article in articles]
    named.sort(key=lambda item: (item[0].instant, item[1], item[2].number or ""))
    taken: set[str] = set()
    drafts: dict[Article, Draft] = {}
    for published, key, article in named:
        name = identity.name(published, key)
        again: list[str] = []
        while name in taken or (taken_ids and identity.mint(name) in taken_ids):
            minute = f"{published.instant:%Y-%m-%dT%H:%MZ}"
            name = identity.name(published, key, minute, key, article.number or "", *again)
            again.append("again")
        taken.add(name)
        drafts[article] = Draft(published, name, article.sightings)
    return drafts


def published_of(article: Article) -> Moment:
    """A minute before a day, an article's own date before a teaser's, then the earliest."""
    if len(article.members) == 1:
        return article.members[0].published
    best = min(
        article.members,
        key=lambda member: (
            member.published.precision is Precision.DAY,
            member.sighting.kind is Kind.TEASER,
            member.published.instant,
        ),
    )
    return best.published


def conflicts(article: Article, published: Moment) -> Iterator[Problem]:
    """Dates of one number that contradict the one `published`; only the number says that the pages show one article."""
    for member in article.members:
        if not identity.times_agree(member.published, published):
            yield Problem(
                member.sighting.source,
                member.sighting.line,
                f"SMM number {article.number} is dated {member.sighting.shown_date} here and differently elsewhere; "
                f"{published.instant:%Y-%m-%dT%H:%MZ} is published",
            )


class Sources(NamedTuple):
    """The sighting that each value of an entry is from; None where no sighting has such a value."""

    title: Sighting | None
    summary: Sighting | None
    text: Sighting | None
    link: Sighting | None


def sources_of(sightings: Sequence[Sighting]) -> Sources:
    """Which of an article's sightings the entry speaks from."""
    if len(sightings) == 1:  # most articles are seen once
        (only,) = sightings
        return Sources(
            title=only if only.title else None,
            summary=only if only.summary else None,
            text=only if only.summary or only.paragraphs else None,
            link=only if only.link else None,
        )
    titled = [sighting for sighting in sightings if sighting.title]
    linked = [sighting for sighting in sightings if sighting.link]
    return Sources(
        title=min(titled, key=_title_rank, default=None),
        summary=min((sighting for sighting in sightings if sighting.summary), key=_summary_rank, default=None),
        text=_text_source(sightings),
        link=min(linked, key=lambda sighting: sighting.link or "", default=None),
    )


def _title_rank(sighting: Sighting) -> tuple[bool, int, int, str]:
    """Sorts a whole headline before a cut one, then the latest saving's, then the longest."""
    title = sighting.title or ""
    return identity.is_cut(title), _latest_first(sighting), -len(title), title


def _summary_rank(sighting: Sighting) -> tuple[bool, int, int, str]:
    """Sorts a standfirst before a teaser's text, then the latest saving's, then the longest."""
    summary = sighting.summary or ""
    return sighting.kind is Kind.TEASER, _latest_first(sighting), -len(summary), summary


def _text_source(sightings: Sequence[Sighting]) -> Sighting | None:
    """An article's text before a teaser's, then the latest saving's, then the longest.

    A copy that may have been cut off gives way to the latest that goes on where it stops.
    """
    articles = [sighting for sighting in sightings if sighting.extent is not Extent.TEASER]
    texts = articles or [sighting for sighting in sightings if sighting.summary]
    source = min(texts, key=_text_rank, default=None)
    while source is not None and source.extent is not Extent.WHOLE and len(texts) > 1:
        going_on = [sighting for sighting in texts if _goes_on(sighting, source)]
        if not going_on:
            break
        source = min(going_on, key=_text_rank)
    return source


def _goes_on(sighting: Sighting, source: Sighting) -> bool:
    """Whether a sighting has more of a text, or the same and its end."""
    if wording.continues(_text(sighting), _text(source)):
        return True
    return sighting.extent is Extent.WHOLE and wording.key(_text(sighting)) == wording.key(_text(source))


def _text_rank(sighting: Sighting) -> tuple[int, int, str]:
    text = _text(sighting)
    return _latest_first(sighting), -len(text), text


def _text(sighting: Sighting) -> str:
    return " ".join(sighting.paragraphs) or sighting.summary or ""


def _latest_first(sighting: Sighting) -> int:
    """Sorts by the time of saving, to the microsecond."""
    return -(((sighting.saved or _LONG_AGO) - _LONG_AGO) // timedelta.resolution)


def write_entry(entry_id: str, published: Moment, sightings: Sequence[Sighting]) -> Entry:
    """What the feed says of the article that `sightings` are of."""
    sources = sources_of(sightings)
    paragraphs = _paragraphs(sources.text)
    opening = sources.text.opening if sources.text else ""
    title = sources.title.title if sources.title and sources.title.title else shorten(opening, _HEADLINE_LETTERS)
    return Entry(
        id=entry_id,
        title=title,
        published=published,
        updated=published.instant,
        summary=_summary(sources.summary, paragraphs),
        paragraphs=paragraphs,
        link=sources.link and sources.link.link,
        language=language.identify(" ".join((title, *paragraphs))),
        extent=sources.text.extent if sources.text else Extent.TEASER,
        saved=sources.text and sources.text.saved,
    )


def _paragraphs(source: Sighting | None) -> tuple[str, ...]:
    if source is None:
        return ()
    return source.paragraphs or ((source.summary,) if source.summary else ())


def _summary(source: Sighting | None, paragraphs: tuple[str, ...]) -> str | None:
    """The standfirst, whole; else the teaser's text, else the first paragraph, cut at a word."""
    if source and source.summary:
        return source.summary if source.kind is Kind.ARTICLE else shorten(source.summary, _SUMMARY_LETTERS)
    return shorten(paragraphs[0], _SUMMARY_LETTERS) if paragraphs else None


def shorten(text: str, letters: int) -> str:
    """`text` where it has at most so many letters, else its beginning, cut at a word, and `…`."""
    if len(text) <= letters:
        return text
    at = text.rfind(" ", letters // 2, letters)
    return text[: at if at > 0 else letters - 1].rstrip(" ,;:-–—") + "…"
